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

// SameDisk reports whether two folders are on one file system.
func SameDisk(a, b string) (bool, error) {
	var of [2]unix.Stat_t
	for i, folder := range []string{a, b} {
		if err := unix.Stat(folder, &of[i]); err != nil {
			return false, fmt.Errorf("looking at %s: %w", folder, err)
		}
	}
	return of[0].Dev == of[1].Dev, nil
}
