//go:build unix

package replica

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// usedPercent is how full the disk is that a file lies on, as its owner sees it; 0 when it cannot be told.
func usedPercent(path string) int {
	var s unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(path), &s); err != nil {
		return 0
	}
	used, free := uint64(s.Blocks)-uint64(s.Bfree), uint64(s.Bavail) //nolint:unconvert,gosec // their types differ between systems
	if used+free == 0 {
		return 0
	}
	return int(used * 100 / (used + free)) //nolint:gosec // at most 100
}
