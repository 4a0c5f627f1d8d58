//go:build !unix

package geo

import "os"

// mapFile reads the file at path into memory, where the system has no simple way to map it.
func mapFile(path string) (data []byte, unmap func(), err error) {
	data, err = os.ReadFile(path)
	return data, func() {}, err
}

// forget does nothing where the system cannot be told.
func forget([]byte) {}
