package replica_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// disk is the place of a replica that can be away, as a mount point is empty without its disk.
type disk struct {
	t    *testing.T
	path string
}

func (d disk) move(from, to string) {
	d.t.Helper()
	if err := os.Rename(from, to); err != nil {
		d.t.Fatal(err)
	}
}

func (d disk) unmount() {
	d.t.Helper()
	d.move(d.path, d.path+".away")
	if err := os.Mkdir(d.path, 0o700); err != nil {
		d.t.Fatal(err)
	}
}

// mount fails when something was written to the empty mount point.
func (d disk) mount() {
	d.t.Helper()
	if err := os.Remove(d.path); err != nil {
		d.t.Fatal(err)
	}
	d.move(d.path+".away", d.path)
}

func isLost(s replica.Status) bool {
	return s.State == replica.StateBehind && strings.Contains(s.Error, "is empty")
}

// A disk that is not mounted is not taken for a new replica, whether it goes while the program runs or before it starts.
func TestDiskOfTheReplicaIsAway(t *testing.T) {
	d := disk{t, filepath.Join(t.TempDir(), "stick")}
	b := newBox(t, folder(d.path))
	b.more = "levels:\n  - interval: 1s\nsnapshot:\n  interval: 1s" // they write to it too
	b.more += "\nshutdown-sync-timeout: 1s"
	b.start()
	for range 2 {
		b.write(3)
		b.synced()
	}
	d.unmount()
	b.write(3)
	b.until("lost", 20*time.Second, isLost)
	if lost, err := b.config().Lost(t.Context()); !lost || err != nil {
		t.Errorf("from outside it is lost: %v, %v", lost, err)
	}
	if err := b.db.Close(); err != nil {
		t.Error(err)
	}
	if err := b.r.Close(t.Context()); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("closing said %v", err)
	}
	b.start()
	b.write(3)
	b.until("lost after a start", 20*time.Second, isLost)
	d.mount()
	b.until("well", 30*time.Second, func(s replica.Status) bool { return s.State == replica.StateOK && s.Error == "" && s.Lag == 0 })
	b.stop()
	b.wipe()
	if got := b.restore(); len(got.Damaged) > 0 || rowsOf(t, b.path) != b.row {
		t.Errorf("%d of %d rows came back, %v", rowsOf(t, b.path), b.row, got.Damaged)
	}
}

// The operator may begin anew where the replica was, or elsewhere.
func TestReplicaBegunAnew(t *testing.T) {
	d := disk{t, filepath.Join(t.TempDir(), "stick")}
	b := newBox(t, folder(d.path))
	b.start()
	b.write(3)
	b.synced()
	b.stop()
	d.unmount()
	b.start()
	b.until("lost", 20*time.Second, isLost)
	if err := os.Remove(filepath.Join(filepath.Dir(b.path), ".doorward.db-litestream", "replica")); err != nil {
		t.Fatal(err)
	}
	b.write(3)
	b.synced()
	b.stop()
	again := filepath.Join(t.TempDir(), "again.db")
	if _, err := replica.Restore(t.Context(), b.config().Target(), replica.RestoreOptions{To: again, Check: sqlite.Intact}); err != nil || rowsOf(t, again) != b.row {
		t.Errorf("of %d rows came back %d, %v", b.row, rowsOf(t, again), err)
	}
	b.yml = folder(filepath.Join(t.TempDir(), "other"))
	b.start()
	b.write(3)
	b.synced()
	b.stop()
	b.wipe()
	b.restore()
	if n := rowsOf(t, b.path); n != b.row {
		t.Errorf("%d of %d rows came back from elsewhere", n, b.row)
	}
}

// A bucket that was emptied while the program was off.
func TestBucketWasEmptied(t *testing.T) {
	s := newStore(t)
	b := newBox(t, s.yml())
	b.start()
	b.write(3)
	b.synced()
	b.stop()
	empty := s3mem.New()
	if err := empty.CreateBucket("doorward"); err != nil {
		t.Fatal(err)
	}
	s.other = gofakes3.New(empty, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	s.how.Store("other")
	b.start()
	b.write(3)
	b.until("lost", 20*time.Second, isLost)
	if lost, err := b.config().Lost(t.Context()); !lost || err != nil {
		t.Errorf("from outside it is lost: %v, %v", lost, err)
	}
	s.how.Store("")
	b.until("well", 30*time.Second, func(s replica.Status) bool { return s.State == replica.StateOK && s.Error == "" && s.Lag == 0 })
	b.stop()
}
