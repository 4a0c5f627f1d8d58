//go:build unix

package geo

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapFile shows the content of the file at path as memory, of which the system keeps only what is read. The content
// must not be used after unmap.
func mapFile(path string) (data []byte, unmap func(), err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() //nolint:errcheck // the mapping lasts without it
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	data, err = unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, &os.PathError{Op: "mmap", Path: path, Err: err}
	}
	if err := unix.Madvise(data, unix.MADV_RANDOM); err != nil {
		_ = unix.Munmap(data)
		return nil, nil, &os.PathError{Op: "madvise", Path: path, Err: err}
	}
	return data, func() { _ = unix.Munmap(data) }, nil
}

// forget tells the system that data, which is part of the program file, need not stay in memory: it is read again if need be.
func forget(data []byte) {
	page := uintptr(os.Getpagesize())
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(data))) & (page - 1))
	if length := (len(data) - skip) &^ int(page-1); length > 0 {
		_ = unix.Madvise(data[skip:skip+length], unix.MADV_DONTNEED) // only a hint
	}
}
