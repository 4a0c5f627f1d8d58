// Package system looks after the box's data: it makes copies of the database, tries whether they can be restored, looks
// for damage, and says how all that stands.
//
// A copy is doorward-<time>.db.zst in DATA/backups with its SHA-256 beside it: all that was committed when it was begun,
// compact and compressed. It is written under another name and moved when it is whole and on disk, so that what has the
// name is a copy; and it never fills the disk that the database needs. Copies are kept for a week, and the newest ones
// whatever a clock says. They hold personal data, as the database does.
//
// A drill restores the replica, or the newest copy where there is no replica, into a file of its own, verifies every
// invariant and compares it with the live database. Only a drill tells that a copy is one.
//
// Damage is looked for at the start and nightly. Where SQLite finds its file broken the box says that it is not ready:
// what it would answer may be wrong. A broken invariant alone is told and logged, and the door goes on.
//
// The package does not replicate, and does not put a copy in the place of a database: that is doorward restore, for which
// Unpack opens a copy.
//
//	s := system.New(system.Config{DB: db, Data: "doorward-data", Clock: time.Now})
//	b, err := s.Backup(ctx)
//	d, err := s.Drill(ctx)
package system
