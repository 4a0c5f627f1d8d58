package replica

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/doorward/doorward/pkg/durable"
	"github.com/superfly/ltx"
)

// RestoreOptions say what to restore.
type RestoreOptions struct {
	To string    // a new file
	At time.Time // the last state before this time; zero: the newest
	// Unpack writes the database in a backup file to a new path, and fails when it is not what was backed up. nil: only
	// replicas are restored.
	Unpack func(file, to string) error
	// Check fails for a database that is not whole. It is called before the file gets its name.
	Check func(ctx context.Context, path string) error
}

// Restored says what was got.
type Restored struct {
	Position uint64    // the transaction; 0 from a backup file
	At       time.Time // when that state was written
	Damaged  []string  // files of the replica that could not be used: a newer state may have been lost with them
}

// Reasons why there is nothing to restore.
var (
	ErrEmpty   = errors.New("there is nothing to restore")
	ErrExists  = errors.New("there is a file already")
	ErrDamaged = errors.New("nothing that is left is whole")
)

// Restore gets a database from a replica, or from a backup file, to a new path. It never touches a file that is there. When files of
// the replica are damaged it takes the newest state that is whole, and says which files it passed over.
func Restore(ctx context.Context, from Target, o RestoreOptions) (got Restored, err error) {
	if err := free(o.To); err != nil {
		return got, err
	}
	if err := durable.MakeFolder(filepath.Dir(o.To)); err != nil {
		return got, fmt.Errorf("making the folder for the restored database: %w", err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(o.To), ".restoring-*")
	if err != nil {
		return got, fmt.Errorf("making room for the restored database: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // what is left has a name that says so
	path := filepath.Join(dir, "restored.db")
	if folder, folderErr := from.folder(); from.kind == "file" && folderErr == nil && isFile(folder) {
		got, err = fromBackup(ctx, folder, path, o)
	} else {
		got, err = fromReplica(ctx, from, path, o)
	}
	if err != nil {
		return got, err
	}
	return got, settle(path, o.To)
}

// settle gives the restored file its name, durably.
func settle(path, to string) error {
	if err := free(to); err != nil {
		return err
	}
	if err := os.Rename(path, to); err != nil {
		return fmt.Errorf("naming the restored database: %w", err)
	}
	return durable.Sync(filepath.Dir(to))
}

// free refuses a path where a database is, or was: files that were left beside one would be taken for the new one's.
func free(to string) error {
	dir, base := filepath.Split(to)
	for _, name := range []string{to, to + "-wal", to + "-shm", to + "-journal", filepath.Join(dir, "."+base+litestream.MetaDirSuffix)} {
		if _, err := os.Lstat(name); err == nil {
			return fmt.Errorf("%w: %s; choose a new path", ErrExists, name)
		} else if !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// fromReplica restores the newest whole state.
func fromReplica(ctx context.Context, from Target, path string, o RestoreOptions) (Restored, error) {
	client, err := from.client()
	if err != nil {
		return Restored{}, err
	}
	client.SetLogger(slog.New(slog.DiscardHandler))
	s := &source{edge: &edge{ReplicaClient: client, hidden: map[string]bool{}}, at: o.At}
	if err := s.list(ctx); err != nil {
		return Restored{}, fmt.Errorf("asking the replica %s: %s: %w", from, words(err), errUnreachable)
	}
	if len(s.ends) == 0 {
		return Restored{}, fmt.Errorf("%w at %s", ErrEmpty, from)
	}
	var below ltx.TXID // states from here on were restored and were not whole
	relisted := false
	for {
		plan := s.plan(ctx, below)
		if plan == nil {
			if len(s.damaged) == 0 {
				return Restored{}, fmt.Errorf("%w at %s from before %s", ErrEmpty, from, o.At.Format(time.RFC3339))
			}
			return Restored{Damaged: s.damaged}, fmt.Errorf("%w: %s has %d damaged files, %s the first; restore from a local backup instead", ErrDamaged, from, len(s.damaged), s.damaged[0])
		}
		last := plan[len(plan)-1]
		err := s.restore(ctx, plan, path)
		if err == nil {
			if err = o.Check(ctx, path); err == nil {
				return Restored{Position: uint64(last.MaxTXID), At: last.CreatedAt, Damaged: s.damaged}, nil
			}
			s.damaged = append(s.damaged, fmt.Sprintf("transaction %s", last.MaxTXID))
			below = last.MaxTXID
		}
		if ctx.Err() != nil {
			return Restored{}, ctx.Err()
		}
		for _, suffix := range []string{"", "-wal", "-shm", ".tmp"} {
			if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				return Restored{}, err
			}
		}
		if below == last.MaxTXID {
			continue
		}
		found, gone, findErr := s.findDamage(ctx, plan, relisted)
		if gone {
			// The running program joined files meanwhile, and took the single ones away.
			relisted = true
			if err := s.list(ctx); err != nil {
				return Restored{}, fmt.Errorf("asking the replica %s: %s: %w", from, words(err), errUnreachable)
			}
			continue
		}
		if findErr != nil {
			return Restored{}, fmt.Errorf("reading the replica %s: %s: %w", from, words(findErr), errUnreachable)
		} else if !found {
			return Restored{}, fmt.Errorf("restoring from %s: %w", from, err)
		}
	}
}

// errUnreachable is what a replica that cannot be asked answers.
var errUnreachable = errors.New("nothing was restored")

// IsUnreachable reports whether a restore failed because the replica could not be asked.
func IsUnreachable(err error) bool { return errors.Is(err, errUnreachable) }

// source is a replica that is restored from.
type source struct {
	*edge
	at      time.Time
	ends    []ltx.TXID // the last transactions of all its files, newest first
	damaged []string
}

func (s *source) list(ctx context.Context) error {
	s.ends = nil
	for level := range litestream.SnapshotLevel + 1 {
		infos, err := litestream.FindLTXFiles(ctx, s, level, !s.at.IsZero(), func(*ltx.FileInfo) (bool, error) { return true, nil })
		if err != nil {
			return err
		}
		for _, i := range infos {
			if s.at.IsZero() || i.CreatedAt.Before(s.at) {
				s.ends = append(s.ends, i.MaxTXID)
			}
		}
	}
	slices.Sort(s.ends)
	slices.Reverse(s.ends)
	s.ends = slices.Compact(s.ends)
	return nil
}

// plan returns the files that make up the newest state there is, before a transaction when one is given.
func (s *source) plan(ctx context.Context, below ltx.TXID) []*ltx.FileInfo {
	logger := slog.New(slog.DiscardHandler)
	for _, end := range s.ends {
		if below != 0 && end >= below {
			continue
		}
		plan, err := litestream.CalcRestorePlan(ctx, s, end, time.Time{}, logger)
		if err == nil && plan[0].MinTXID == 1 && plan[len(plan)-1].MaxTXID == end && contiguous(plan) {
			return plan
		}
	}
	return nil
}

func contiguous(plan []*ltx.FileInfo) bool {
	for i, f := range plan[1:] {
		if f.MinTXID > plan[i].MaxTXID+1 {
			return false
		}
	}
	return true
}

func (s *source) restore(ctx context.Context, plan []*ltx.FileInfo, path string) error {
	r := litestream.NewReplicaWithClient(nil, s.edge)
	o := litestream.NewRestoreOptions()
	o.OutputPath, o.TXID = path, plan[len(plan)-1].MaxTXID
	return r.Restore(ctx, o)
}

// findDamage reads every file of a plan to its end and hides those that are not whole, from the replica's copy alone. One
// that is not there is gone, unless the files were listed anew already.
func (s *source) findDamage(ctx context.Context, plan []*ltx.FileInfo, relisted bool) (found, gone bool, err error) {
	for _, i := range plan {
		body, err := s.OpenLTXFile(ctx, i.Level, i.MinTXID, i.MaxTXID, 0, 0)
		if err == nil {
			err = verify(body, i)
			err = errors.Join(err, body.Close())
		} else if !errors.Is(err, os.ErrNotExist) {
			return false, false, err
		} else if !relisted {
			return false, true, nil
		}
		if ctx.Err() != nil {
			return false, false, ctx.Err()
		}
		if err != nil {
			s.hidden[fileName(i)] = true
			s.damaged = append(s.damaged, fileName(i))
			found = true
		}
	}
	return found, false, nil
}

// verify reads a file of the replication with its checksums, and compares it with its name.
func verify(r io.Reader, i *ltx.FileInfo) error {
	dec := ltx.NewDecoder(r)
	if err := dec.Verify(); err != nil {
		return err
	}
	if h := dec.Header(); h.MinTXID != i.MinTXID || h.MaxTXID != i.MaxTXID {
		return errors.New("the file has another's name")
	}
	return nil
}
