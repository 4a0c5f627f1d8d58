//go:build unix

package app

import (
	"math"

	"golang.org/x/sys/unix"
)

// diskFree is how many bytes the program may still write where a folder is.
func diskFree(dir string) float64 {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return math.NaN()
	}
	return float64(s.Bavail) * float64(s.Bsize)
}
