package replica

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/benbjohnson/litestream"
	"github.com/doorward/doorward/pkg/durable"
)

// errLost is of a replica that had this database and is empty now. The place is another one than it was: a disk is not
// mounted, a bucket was emptied. To go on would look well and hide that what was there is gone.
var errLost = errors.New("the replica is empty, though this database was replicated to it")

// CureLost is what to do about a replica that was lost.
const CureLost = "mount its disk, if that is away; to begin anew there, delete .doorward.db-litestream/replica in the data folder"

// memory is where the data folder keeps which replica has the database: a file with its address.
func memory(db string) string {
	dir, base := filepath.Split(db)
	return filepath.Join(dir, "."+base+litestream.MetaDirSuffix, "replica")
}

// remember notes that the replica has the database.
func remember(db string, t Target) error {
	if remembers(db, t) {
		return nil
	}
	if err := os.WriteFile(memory(db), []byte(t.String()), 0o600); err != nil {
		return fmt.Errorf("noting which replica has the database: %w", err)
	}
	return durable.Sync(filepath.Dir(memory(db)))
}

func remembers(db string, t Target) bool {
	b, err := os.ReadFile(memory(db))
	return err == nil && string(b) == t.String()
}

// Lost reports whether the replica had the database of this data folder and is empty now. The error says that it can't be asked.
func (c *Config) Lost(ctx context.Context) (bool, error) {
	if !remembers(c.db, c.target) {
		return false, nil
	}
	client, err := c.target.client()
	if err != nil {
		return false, err
	}
	empty, err := c.target.empty(ctx, client)
	if err != nil {
		return false, errors.New(words(err))
	}
	return empty, nil
}

// empty reports whether a replica has nothing.
func (t Target) empty(ctx context.Context, client litestream.ReplicaClient) (bool, error) {
	if t.kind == "file" { // is asked for every file
		folder, err := t.folder()
		if err != nil {
			return false, err
		}
		_, err = os.Stat(litestream.LTXDir(folder))
		return errors.Is(err, fs.ErrNotExist), nil
	}
	for level := litestream.SnapshotLevel; level >= 0; level-- {
		files, err := client.LTXFiles(ctx, level, 0, false)
		if err != nil {
			return false, err
		}
		some := files.Next()
		if err := errors.Join(files.Err(), files.Close()); err != nil || some {
			return false, err
		}
	}
	return true, nil
}

// there is errLost when the replica had the database and is empty. A folder may go at any time; a server is asked once.
func (r *Replica) there(ctx context.Context) error {
	if r.seen.Load() && r.target.kind != "file" || !remembers(r.db.Path(), r.target) {
		return nil
	}
	empty, err := r.target.empty(ctx, r.edge.ReplicaClient)
	if err == nil && empty {
		return errLost
	}
	r.seen.Store(err == nil)
	return err
}
