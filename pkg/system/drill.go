package system

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/durable"
	"github.com/doorward/doorward/pkg/sqlite"
)

// drillPrefix begins the name of the folder that a drill restores into.
const drillPrefix = ".drill-"

// Drill tries to restore now, and remembers what came of it. The error is the drill's own: a copy that can't be restored
// is in the result. It is CodeConflict while another task runs.
func (s *System) Drill(ctx context.Context) (doorward.Drill, error) {
	if err := s.begin(TaskDrill); err != nil {
		return doorward.Drill{}, err
	}
	defer s.end()
	return s.drill(ctx)
}

func (s *System) drill(ctx context.Context) (d doorward.Drill, err error) {
	if err := s.needRoom("drill", 2); err != nil {
		return d, err
	}
	if err := durable.MakeFolder(folder(s.Data)); err != nil {
		return d, fmt.Errorf("making room for the drill: %w", err)
	}
	dir, err := os.MkdirTemp(folder(s.Data), drillPrefix)
	if err != nil {
		return d, fmt.Errorf("making room for the drill: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	to := filepath.Join(dir, "restored.db")
	d = doorward.Drill{At: s.Clock()}
	began := time.Now() //nolint:forbidigo // a duration on the monotonic clock, not a time of day
	if s.Replica != nil {
		d.Source = doorward.DrillReplica
		d.Position, err = s.Replica.Restore(ctx, to)
	} else {
		d.Source = doorward.DrillBackup
		d.Position, err = s.unpackNewest(to)
	}
	if err == nil {
		d.Bytes = size(to)
		err = s.compare(ctx, &d, to)
	}
	if err == nil && d.OK && d.Source == doorward.DrillReplica {
		err = s.alsoBackup(ctx, &d, filepath.Join(dir, "backup.db"))
	}
	d.Took = time.Since(began) //nolint:forbidigo // as above
	if ctx.Err() != nil {
		return d, ctx.Err() // stopped, which says nothing of the copy
	}
	if err != nil {
		d.OK, d.Result = false, "It could not be restored: "+err.Error()
	}
	if d.OK {
		slog.Info("drill passed", "source", d.Source, "position", d.Position, "took", d.Took)
	} else {
		slog.Error("drill failed: this copy can't be relied on", "source", d.Source, "position", d.Position, "result", d.Result)
	}
	return d, s.DB.Write(ctx, func(tx *sqlite.Tx) error { return tx.InsertDrill(d) })
}

func (s *System) unpackNewest(to string) (position string, err error) {
	list, err := List(s.Data)
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", errors.New("there is no backup yet")
	}
	return list[0].Name, Unpack(filepath.Join(folder(s.Data), list[0].Name), to)
}

// alsoBackup tries the newest backup beside a replica that was found good: it is the second way, and as little believed.
func (s *System) alsoBackup(ctx context.Context, d *doorward.Drill, to string) error {
	list, err := List(s.Data)
	if err != nil || len(list) == 0 {
		return err
	}
	b := doorward.Drill{At: d.At, Source: doorward.DrillBackup}
	name, err := s.unpackNewest(to)
	if err == nil {
		err = s.compare(ctx, &b, to)
	}
	switch {
	case err != nil:
		d.OK, d.Result = false, fmt.Sprintf("The replica is good, but the backup %s could not be restored: %v", name, err)
	case !b.OK:
		d.OK, d.Result = false, fmt.Sprintf("The replica is good, but not the backup %s: %s", name, b.Result)
	default:
		d.Result += " So is the backup " + name + "."
	}
	return nil
}

// settled is how old a row of the history is that a replica must have by now.
const settled = 10 * time.Minute

// compare verifies what was restored and looks for what the live database has and it has not.
func (s *System) compare(ctx context.Context, d *doorward.Drill, path string) error {
	r, err := sqlite.Verify(ctx, path)
	if err != nil {
		return err
	}
	if failed := r.Failed(); len(failed) > 0 {
		names := make([]string, len(failed))
		for i, c := range failed {
			names[i] = c.Name
		}
		d.Result = fmt.Sprintf("%d of %d invariants do not hold: %s.", len(failed), len(r.Checks), strings.Join(names, ", "))
		return nil
	}
	var upTo, older int64
	err = s.DB.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if upTo, err = tx.ActivityUpTo(r.LastActivity); err != nil {
			return err
		}
		older, err = tx.ActivityOlder(r.LastActivity, d.At.Add(-settled))
		return err
	})
	switch {
	case err != nil:
		return err
	case upTo > r.Rows["activity"]:
		// The other way round is no loss: rows of an event go with it.
		d.Result = fmt.Sprintf("%d entries of the history are missing in the middle.", upTo-r.Rows["activity"])
	case d.Source == doorward.DrillReplica && older > 0:
		d.Result = fmt.Sprintf("It misses the last %d entries of the history that are older than ten minutes.", older)
	default:
		d.OK = true
		d.Result = fmt.Sprintf("Restored; all %d invariants hold, and the history is complete up to entry %d.", len(r.Checks), r.LastActivity)
	}
	return nil
}
