package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Sync puts the names in a folder on the medium.
func Sync(folder string) error {
	f, err := os.Open(folder) //nolint:gosec // the caller's own folder
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("syncing the folder %s: %w", folder, err)
	}
	return nil
}

// MakeFolder makes a folder, and those above it, readable by their owner alone. Names that it made are on the medium when it
// returns. A folder that is there already is no error.
func MakeFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if parent := filepath.Dir(path); errors.Is(err, fs.ErrNotExist) && parent != path {
		if err := MakeFolder(parent); err != nil {
			return err
		}
		err = os.Mkdir(path, 0o700)
	}
	if info, known := os.Stat(path); known == nil && info.IsDir() && errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return Sync(filepath.Dir(path))
}
