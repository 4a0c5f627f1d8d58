package replica_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
)

// cycle loses the disk again and again: what was written is there each time, and goes on to be replicated.
func cycle(t *testing.T, yml string, times int) {
	b := newBox(t, yml)
	for range times {
		b.start()
		b.write(20)
		if n := rowsOf(t, b.path); n != b.row {
			t.Fatalf("%d rows after the restore, want %d", n, b.row)
		}
		b.synced()
		b.write(1) // only the last upload brings it
		b.stop()
		b.wipe()
		got := b.restore()
		if n := rowsOf(t, b.path); n != b.row || len(got.Damaged) > 0 {
			t.Fatalf("restored %d rows with %v damaged, want %d", n, got.Damaged, b.row)
		}
	}
}

func folder(path string) string { return "      type: file\n      path: " + path }

func TestFolder(t *testing.T) { cycle(t, folder(filepath.Join(t.TempDir(), "replica")), 2) }

func TestRestoreToTime(t *testing.T) {
	b := newBox(t, folder(filepath.Join(t.TempDir(), "replica")))
	b.start()
	b.write(5)
	b.synced()
	at := time.Now()
	b.write(5)
	b.synced()
	to := filepath.Join(t.TempDir(), "new.db")
	for _, test := range []struct {
		at   time.Time
		want int
	}{{at, 5}, {at.Add(time.Hour), 10}} {
		_, err := replica.Restore(t.Context(), b.config().Target(), replica.RestoreOptions{To: to + test.at.String(), At: test.at, Check: sqlite.Intact})
		if err != nil {
			t.Fatal(err)
		}
		if n := rowsOf(t, to+test.at.String()); n != test.want {
			t.Errorf("%d rows at %s, want %d", n, test.at, test.want)
		}
	}
	_, err := replica.Restore(t.Context(), b.config().Target(), replica.RestoreOptions{To: to, At: at.Add(-time.Hour), Check: sqlite.Intact})
	if !errors.Is(err, replica.ErrEmpty) {
		t.Errorf("restoring what was before the first: %v", err)
	}
	// Never over a database, live or not.
	if _, err := replica.Restore(t.Context(), b.config().Target(), replica.RestoreOptions{To: b.path, Check: sqlite.Intact}); !errors.Is(err, replica.ErrExists) {
		t.Errorf("restoring over a live database: %v", err)
	}
	position, _, err := b.r.Drill(t.Context(), to, sqlite.Intact)
	if err != nil || position < b.r.Status().Position || rowsOf(t, to) != 10 {
		t.Errorf("the drill reaches %d: %v", position, err)
	}
	b.stop()
}
