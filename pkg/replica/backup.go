package replica

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// fromBackup restores a file that is a copy of the database.
func fromBackup(ctx context.Context, file, path string, o RestoreOptions) (got Restored, err error) {
	if !o.At.IsZero() {
		return got, errors.New("a backup file has one state: choose the file instead of a time")
	}
	fi, err := os.Stat(file)
	if err != nil {
		return got, err
	}
	if err := o.Unpack(file, path); err != nil {
		return got, err
	}
	if err := o.Check(ctx, path); err != nil {
		return got, fmt.Errorf("the backup %s is not whole: %w; choose another", file, err)
	}
	return Restored{At: fi.ModTime().Truncate(time.Second)}, nil
}
