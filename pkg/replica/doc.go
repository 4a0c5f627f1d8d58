// Package replica streams every commit of the database to another place with embedded Litestream, and restores from there.
// It is the only importer of Litestream.
//
// It reads the stock litestream.yml, replicates to S3 and its like, to SFTP and to a folder, says how far behind the
// replica is, and keeps what waits on this disk within bounds. What it writes the stock program can restore.
//
// It does not make a write wait for the replica: a commit is on this machine's disk when it is answered, and about a second
// later with the replica. When the replica is away the machine goes on alone and catches up later. It knows no SQL: what
// is done to a database comes from its caller.
//
//	c, err := replica.Read("litestream.yml", "doorward-data/doorward.db", os.Getenv)
//	r, err := replica.Open(c, replica.Options{Clock: time.Now, Checkpoint: checkpoint}) // before the database is opened
//	defer r.Close(ctx)                                                               // after it was closed
//
//	restored, err := replica.Restore(ctx, c.Target(), replica.RestoreOptions{To: "new/doorward.db", Check: check})
package replica
