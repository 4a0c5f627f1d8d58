package system_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/system"
)

// box is a data folder with an event and some history.
type box struct {
	*system.System
	config system.Config
	now    time.Time
}

func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{now: time.Date(2026, 6, 1, 3, 10, 0, 0, time.UTC)}
	b.config = system.Config{Data: t.TempDir(), Clock: func() time.Time { return b.now }}
	var err error
	if b.config.DB, err = sqlite.Open(t.Context(), sqlite.Path(b.config.Data), b.config.Clock, func(doorward.Activity) {}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.config.DB.Close(); err != nil {
			t.Error(err)
		}
	})
	b.write(t, func(tx *sqlite.Tx) error {
		u := doorward.User{ID: "usr_a", Email: "ana@example.com", Name: "Ana", CreatedAt: b.now}
		if err := tx.InsertUser(u, "ana@example.com", ""); err != nil {
			return err
		}
		e := doorward.Event{ID: "evt_a", Name: "Party", Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()}
		if err := tx.InsertEvent(e); err != nil {
			return err
		}
		return tx.InsertCollaborator(e.ID, u.ID, doorward.RoleOwner)
	})
	b.happen(t, 20)
	b.System = system.New(b.config)
	return b
}

func (b *box) write(t *testing.T, f func(*sqlite.Tx) error) {
	t.Helper()
	if err := b.config.DB.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// happen adds rows to the history.
func (b *box) happen(t *testing.T, n int) {
	t.Helper()
	b.write(t, func(tx *sqlite.Tx) error {
		for range n {
			if err := tx.InsertActivity("evt_a", doorward.ActivityEvent, "", struct{}{}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *box) folder() string { return filepath.Join(b.config.Data, "backups") }

// files are what is in a folder, hidden files too.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestBackupComesBack(t *testing.T) {
	b := newBox(t)
	b.config.CopyTo = t.TempDir()
	b.System = system.New(b.config)
	made, err := b.Backup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if made.Name != "doorward-20260601T031000Z.db.zst" || made.Bytes == 0 {
		t.Errorf("%+v", made)
	}
	for _, dir := range []string{b.folder(), b.config.CopyTo} {
		if got := files(t, dir); len(got) != 2 || got[0] != made.Name || got[1] != made.Name+".sha256" {
			t.Errorf("%s holds %v", dir, got)
		}
		to := filepath.Join(t.TempDir(), "back.db")
		if err := system.Unpack(filepath.Join(dir, made.Name), to); err != nil {
			t.Fatal(err)
		}
		r, err := sqlite.Verify(t.Context(), to)
		if err != nil || len(r.Failed()) > 0 || r.Rows["activity"] != 20 {
			t.Errorf("%v %v %v", err, r.Failed(), r.Rows)
		}
		if err := system.Unpack(filepath.Join(dir, made.Name), to); !errors.Is(err, os.ErrExist) {
			t.Errorf("it was unpacked over a file that was there: %v", err)
		}
	}
}

// A backup is whole also when rows are written all the while.
func TestBackupBesideWriters(t *testing.T) {
	b := newBox(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan int)
	go func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			b.happen(t, 1)
		}
		done <- n
	}()
	for i := range 2 {
		if _, err := system.Copy(t.Context(), b.config.Data, b.now.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(i, err)
		}
		if d, err := b.Drill(t.Context()); err != nil || !d.OK {
			t.Fatalf("%d: %+v %v", i, d, err)
		}
	}
	stop()
	if n := <-done; n == 0 {
		t.Error("nothing was written meanwhile")
	}
}

func TestBackupsAreKeptAWeek(t *testing.T) {
	b := newBox(t)
	for range 12 {
		b.now = b.now.Add(12 * time.Hour)
		if _, err := b.Backup(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	count := func() int {
		list, err := system.List(b.config.Data)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(files(t, b.folder())); got != 2*len(list) {
			t.Errorf("%d files for %d backups", got, len(list))
		}
		return len(list)
	}
	if n := count(); n != 12 {
		t.Errorf("%d of 12 within a week are left", n)
	}
	b.now = b.now.Add(3 * 24 * time.Hour)
	if _, err := b.Backup(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 10 {
		t.Errorf("%d are left; 4 of 13 are older than a week, of which one is removed with the next", n)
	}
	b.now = b.now.Add(400 * 24 * time.Hour)
	if _, err := b.Backup(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 7 {
		t.Errorf("after a jump of the clock %d are left, where the 7 newest stay", n)
	}
}

// Whatever is done to a backup, it is refused or comes back as it was.
func TestDamagedBackupIsRefused(t *testing.T) {
	b := newBox(t)
	made, err := b.Backup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(b.folder(), made.Name)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func() error{
		"a flipped byte": func() error {
			bad := append([]byte{}, whole...)
			bad[len(bad)/2] ^= 1
			return os.WriteFile(path, bad, 0o600)
		},
		"cut":            func() error { return os.WriteFile(path, whole[:len(whole)-1], 0o600) },
		"empty":          func() error { return os.WriteFile(path, nil, 0o600) },
		"without a sum":  func() error { return os.Remove(path + ".sha256") },
		"without itself": func() error { return os.Remove(path) },
	} {
		kept, err := os.ReadFile(path + ".sha256")
		if err != nil {
			t.Fatal(err)
		}
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "back.db")
		if err := system.Unpack(path, to); err == nil {
			t.Errorf("%s: unpacked", name)
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("%s: something was left", name)
		}
		d, err := b.Drill(t.Context())
		if err != nil || d.OK || d.Result == "" {
			t.Errorf("%s: the drill said %+v, %v", name, d, err)
		}
		if err := errors.Join(os.WriteFile(path, whole, 0o600), os.WriteFile(path+".sha256", kept, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if d, err := b.Drill(t.Context()); err != nil || !d.OK {
		t.Errorf("the whole one: %+v, %v", d, err)
	}
	if got := files(t, b.folder()); len(got) != 2 {
		t.Errorf("drills left %v", got)
	}
}

// fakeReplica restores a copy of the live database with something done to it.
type fakeReplica struct {
	from   string
	damage string
	fails  error
}

func (f fakeReplica) Status() system.ReplicaStatus { return system.ReplicaStatus{State: "ok"} }

func (f fakeReplica) Restore(ctx context.Context, to string) (string, error) {
	if f.fails != nil {
		return "", f.fails
	}
	if err := sqlite.Copy(ctx, f.from, to); err != nil {
		return "", err
	}
	db, err := sql.Open("sqlite", to)
	if err != nil {
		return "", err
	}
	_, err = db.ExecContext(ctx, f.damage)
	return "0000000000000042", errors.Join(err, db.Close())
}

func TestDrillOfAReplica(t *testing.T) {
	for name, c := range map[string]struct {
		damage string
		fails  error
		ok     bool
		says   string
	}{
		"equal":              {"", nil, true, "complete up to entry 20"},
		"a moment behind":    {"DELETE FROM activity WHERE id > 18", nil, true, "complete up to entry 18"},
		"a hole":             {"DELETE FROM activity WHERE id = 7", nil, false, "1 entries of the history are missing"},
		"long behind":        {"DELETE FROM activity WHERE id > 4", nil, false, "misses the last 6 entries"},
		"empty":              {"DELETE FROM activity", nil, false, "misses the last 10"},
		"a broken invariant": {"UPDATE events SET count_guests = 7", nil, false, "events.count_guests"},
		"no index":           {"DROP INDEX guests_band", nil, false, "schema"},
		"gone":               {"", errors.New("the bucket is not there"), false, "the bucket is not there"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t)
			age(t, b.config.Data, b.now.Add(-time.Hour))
			b.config.Replica = fakeReplica{from: sqlite.Path(b.config.Data), damage: c.damage, fails: c.fails}
			b.System = system.New(b.config)
			d, err := b.Drill(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if d.OK != c.ok || !strings.Contains(d.Result, c.says) || d.Source != doorward.DrillReplica {
				t.Errorf("%+v", d)
			}
			st, err := b.Status(t.Context())
			if err != nil || st.LastDrill == nil || st.LastDrill.Result != d.Result || st.LastDrill.OK != d.OK {
				t.Errorf("the status shows %+v, %v", st.LastDrill, err)
			}
		})
	}
}

// A replica that is good does not hide a backup that is not.
func TestDrillTriesTheBackupToo(t *testing.T) {
	b := newBox(t)
	b.config.Replica = fakeReplica{from: sqlite.Path(b.config.Data)}
	b.System = system.New(b.config)
	made, err := b.Backup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d, err := b.Drill(t.Context())
	if err != nil || !d.OK || !strings.Contains(d.Result, made.Name) {
		t.Errorf("both are good: %+v, %v", d, err)
	}
	path := filepath.Join(b.folder(), made.Name)
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bytes[len(bytes)/2] ^= 1
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err = b.Drill(t.Context())
	if err != nil || d.OK || !strings.Contains(d.Result, "The replica is good, but the backup "+made.Name) {
		t.Errorf("the backup is not: %+v, %v", d, err)
	}
}

// A second place that is not there fails the backup and is not made, and what was made here is tried all the same.
func TestSecondPlaceIsNotMade(t *testing.T) {
	b := newBox(t)
	b.config.CopyTo = filepath.Join(t.TempDir(), "stick")
	b.System = system.New(b.config)
	if err := b.Nightly(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no folder") {
		t.Errorf("the night: %v", err)
	}
	if _, err := os.Stat(b.config.CopyTo); !errors.Is(err, os.ErrNotExist) {
		t.Error("it was made")
	}
	st, err := b.Status(t.Context())
	if err != nil || st.LastDrill == nil || !st.LastDrill.OK {
		t.Errorf("the copy here was not tried: %+v, %v", st.LastDrill, err)
	}
}

// age makes the first ten rows of the history older.
func age(t *testing.T, data string, at time.Time) {
	t.Helper()
	db, err := sql.Open("sqlite", sqlite.Path(data)+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), fmt.Sprintf("UPDATE activity SET at_ms = %d WHERE id <= 10", at.UnixMilli()))
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// stuckReplica restores until it is told to stop, as one does that sends a large database over a slow line.
type stuckReplica struct {
	fakeReplica
	began chan struct{}
}

func (s stuckReplica) Restore(ctx context.Context, _ string) (string, error) {
	close(s.began)
	<-ctx.Done()
	return "", ctx.Err()
}

// A stop ends a drill that runs, and nothing is said of the copy.
func TestStopEndsADrill(t *testing.T) {
	b := newBox(t)
	began := make(chan struct{})
	b.config.Replica = stuckReplica{began: began}
	b.System = system.New(b.config)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); b.Run(ctx) }()
	for b.Start(system.TaskDrill) != nil {
		if t.Context().Err() != nil {
			t.Fatal("the check at the start does not end")
		}
		runtime.Gosched()
	}
	<-began
	stop()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the drill goes on")
	}
	st, err := b.Status(t.Context())
	if err != nil || st.LastDrill != nil {
		t.Errorf("a drill that was stopped is remembered as %+v, %v", st.LastDrill, err)
	}
	if got := files(t, b.folder()); len(got) != 0 {
		t.Errorf("it left %v", got)
	}
}

func TestOneTaskAtATime(t *testing.T) {
	b := newBox(t)
	if err := b.Start(system.TaskBackup); err != nil {
		t.Fatal(err)
	}
	if err := b.Start(system.TaskDrill); doorward.ErrorCode(err) != doorward.CodeConflict {
		t.Errorf("a second task: %v", err)
	}
	if _, err := b.Backup(t.Context()); doorward.ErrorCode(err) != doorward.CodeConflict {
		t.Errorf("a second backup: %v", err)
	}
}

// A night that was missed is made up for, and one that was not is not done twice.
func TestCatchUp(t *testing.T) {
	b := newBox(t)
	for _, c := range []struct {
		later time.Duration
		want  int
	}{{0, 1}, {29 * time.Hour, 1}, {2 * time.Hour, 2}, {-100 * 24 * time.Hour, 3}, {time.Hour, 3}} {
		b.now = b.now.Add(c.later)
		if err := b.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		list, err := system.List(b.config.Data)
		if err != nil || len(list) != c.want {
			t.Errorf("after %v there are %d backups, not %d: %v", c.later, len(list), c.want, err)
		}
	}
}
