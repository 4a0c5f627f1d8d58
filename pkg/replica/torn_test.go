package replica_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
)

// TestTornReplica damages one file of a replica at a time. What is restored must be a state that was, and the one that the
// answer names; or nothing is.
func TestTornReplica(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it takes 20 s")
	}
	where := filepath.Join(t.TempDir(), "replica")
	b := newBox(t, folder(where))
	b.more = "levels:\n  - interval: 3s\n  - interval: 6s\nsnapshot:\n  interval: 7s"
	b.start()
	rowsAt := map[uint64]int{} // by position
	for range 12 {
		b.write(3)
		rowsAt[b.synced().Position] = b.row
	}
	b.stop()
	var names []string
	levels := map[string]int{}
	err := filepath.WalkDir(where, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimPrefix(path, where))
			levels[filepath.Base(filepath.Dir(path))]++
		}
		return err
	})
	if err != nil || len(levels) < 4 {
		t.Fatalf("the replica has files of %v only: %v", levels, err)
	}
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a seed that can be repeated
	refused, earlier, whole := 0, 0, 0
	for i := range 51 {
		copied := t.TempDir()
		if err := os.CopyFS(copied, os.DirFS(where)); err != nil {
			t.Fatal(err)
		}
		name := names[(i/3*7+i)%len(names)]
		damage(t, filepath.Join(copied, name), i%3, rng)
		target, err := replica.ParseTarget(copied)
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "restored.db")
		got, err := replica.Restore(t.Context(), target, replica.RestoreOptions{To: to, Check: sqlite.Intact})
		if err != nil {
			if !errors.Is(err, replica.ErrDamaged) {
				t.Errorf("%s, damage %d: %v", name, i%3, err)
			}
			refused++
			continue
		}
		n, want := rowsOf(t, to), 0
		for at, rows := range rowsAt {
			if at <= got.Position {
				want = max(want, rows)
			}
		}
		if n < want {
			t.Errorf("%s, damage %d: %d rows at transaction %d, want %d", name, i%3, n, got.Position, want)
		}
		if n == b.row {
			whole++
		} else {
			earlier++
			if i%3 != 0 && len(got.Damaged) == 0 {
				t.Errorf("%s, damage %d: an earlier state was restored and nothing said", name, i%3)
			}
		}
	}
	t.Logf("51 damages over %v: %d restored whole, %d to an earlier state, %d refused, none wrong", levels, whole, earlier, refused)
}

// damage deletes a file, cuts it short, or flips a bit of one byte.
func damage(t *testing.T, path string, how int, rng *rand.Rand) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch how {
	case 0:
		err = os.Remove(path)
	case 1:
		err = os.WriteFile(path, b[:rng.IntN(len(b))], 0o600)
	case 2:
		b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if how != 0 {
		now := time.Now()
		_ = os.Chtimes(path, now, now)
	}
}
