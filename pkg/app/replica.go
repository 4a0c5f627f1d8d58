package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/system"
)

// Restore gets a database from a replica or a backup file to a new path and checks it.
func Restore(ctx context.Context, from replica.Target, to string, at time.Time) (replica.Restored, error) {
	return replica.Restore(ctx, from, replica.RestoreOptions{To: to, At: at, Check: sqlite.Intact, Unpack: system.Unpack})
}

// Replica says how well replication goes.
func (a *App) Replica() replica.Status { return a.replica.Status() }

// replicaOf is what the System page and the drill see of a replica.
type replicaOf struct{ *replica.Replica }

// Restore implements system.Replica.
func (r replicaOf) Restore(ctx context.Context, to string) (position string, err error) {
	at, _, err := r.Drill(ctx, to, sqlite.Intact)
	return strconv.FormatUint(at, 10), err
}

// Status implements system.Replica.
func (r replicaOf) Status() system.ReplicaStatus {
	is := r.Replica.Status()
	detail := is.Alarm
	if detail == "" {
		detail = is.Error
	}
	return system.ReplicaStatus{State: string(is.State), Detail: detail, Lag: is.Lag, SyncedAt: is.Uploaded}
}

// openReplica restores an empty data folder and starts replication, if there is any. It comes before the database is opened.
func (a *App) openReplica(ctx context.Context, c Config) ([]sqlite.Option, error) {
	if c.Replica == nil {
		return nil, nil
	}
	path := sqlite.Path(c.Data)
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		if err := restoreFirst(ctx, c.Replica.Target(), path); err != nil {
			return nil, err
		}
	} else if !c.Replica.Begun() {
		switch ours, err := isOurs(ctx, c.Replica.Target(), path); {
		case err != nil:
			slog.Error("replication is off until the next start: whose the replica is could not be found out", "error", err)
			return nil, nil
		case !ours:
			return nil, &doorward.Error{
				Code: doorward.CodeConflict, Message: fmt.Sprintf("the replica %s has another database than the data folder: going on would put this one in its place", c.Replica.Target()),
				Hint: "to get the replica's back, move the data folder away and start again; to keep this one, choose another place in litestream.yml, or start with --litestream off",
			}
		}
	}
	if names := c.Replica.Unused(); len(names) > 0 {
		slog.Warn("settings in litestream.yml that have no effect here", "names", names)
	}
	var err error
	a.replica, err = replica.Open(c.Replica, replica.Options{
		Clock: Wall, Checkpoint: func(ctx context.Context) error { return sqlite.Checkpoint(ctx, path) },
	})
	return []sqlite.Option{sqlite.Replicated}, err
}

// isOurs reports whether the replica may go on with the database at path, which it has no traces of on this machine: it is
// empty, or it has an account in common with the database. An account's id is random, so no other box has it.
func isOurs(ctx context.Context, from replica.Target, path string) (ours bool, err error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".whose-*")
	if err != nil {
		return false, fmt.Errorf("making room to look at the replica: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	theirs := filepath.Join(dir, "replica.db")
	if _, err = Restore(ctx, from, theirs, time.Time{}); errors.Is(err, replica.ErrEmpty) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	there, err := sqlite.UserIDs(ctx, theirs)
	if err != nil || len(there) == 0 {
		return err == nil, err // nobody's
	}
	here, err := sqlite.UserIDs(ctx, path)
	return slices.ContainsFunc(here, func(id doorward.UserID) bool { return slices.Contains(there, id) }), err
}

// restoreFirst fills an empty data folder from the replica. A replica that has nothing is a new one; one that cannot be asked might have
// everything, and starting empty would hide that.
func restoreFirst(ctx context.Context, from replica.Target, path string) error {
	began := Wall()
	got, err := Restore(ctx, from, path, time.Time{})
	switch {
	case errors.Is(err, replica.ErrEmpty):
		slog.Warn("the replica has nothing to restore, so this box begins anew; if there should be something, stop now and look at the place, for a disk that is not mounted", "replica", from.String())
		return nil
	case replica.IsUnreachable(err):
		return &doorward.Error{
			Code: doorward.CodeUnavailable, Message: fmt.Sprintf("the data folder is empty and the replica %s cannot be asked: %v", from, err),
			Hint: "check the network and the settings in litestream.yml and start again; to begin anew without it, start with --litestream off",
		}
	case err != nil:
		return fmt.Errorf("the data folder is empty, and restoring it failed: %w", err)
	}
	slog.Info("restored the database from the replica", "to", got.At, "position", got.Position, "took", Wall().Sub(began).Round(time.Millisecond))
	if len(got.Damaged) > 0 {
		slog.Error("the replica has damaged files, so that newer commits may be missing", "files", got.Damaged)
	}
	return nil
}
