//go:build linux || darwin || freebsd

package system

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// disk asks how much room there is where a folder is, for who is not root.
func disk(folder string) (Disk, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return Disk{}, fmt.Errorf("looking at the room on the disk: %w", err)
	}
	return Disk{Free: int64(s.Bavail) * int64(s.Bsize), Total: int64(s.Blocks) * int64(s.Bsize)}, nil //nolint:gosec,unconvert // both are within an int64, and typed by platform
}
