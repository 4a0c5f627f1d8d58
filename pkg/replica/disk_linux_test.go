package replica_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/replica"
)

// A disk that fills up is said, but it is not the replica that lags: it has every commit.
func TestFullDiskIsNotBehind(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=8m"); err != nil {
		t.Skip("a disk of its own takes root, and the right to mount:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	if err := os.WriteFile(filepath.Join(disk, "photos"), make([]byte, 7<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	b := newBox(t, folder(filepath.Join(t.TempDir(), "replica")))
	b.path = filepath.Join(disk, "data", "doorward.db")
	b.start()
	b.write(1)
	b.synced()
	s := b.until("a word on the disk", 20*time.Second, func(s replica.Status) bool { return strings.Contains(s.Alarm, "full") })
	if s.State != replica.StateOK || s.Replicated < s.Position {
		t.Errorf("%+v", s)
	}
	b.stop()
}
