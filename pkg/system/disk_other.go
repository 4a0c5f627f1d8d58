//go:build !linux && !darwin && !freebsd

package system

import "errors"

func disk(string) (Disk, error) { return Disk{}, errors.ErrUnsupported }
