//go:build !linux && !darwin && !freebsd

package system

import "errors"

func disk(string) (Disk, error) { return Disk{}, errors.ErrUnsupported }

// SameDisk cannot tell here: it is errors.ErrUnsupported.
func SameDisk(string, string) (bool, error) { return false, errors.ErrUnsupported }
