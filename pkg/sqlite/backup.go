package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Copy writes a whole and compact copy of the database at path into a new file. It works beside a running server, of whose
// commits it has all up to the moment that it begins, and holds nobody up. What a failed copy leaves is removed.
func Copy(ctx context.Context, path, to string) (err error) {
	c, closeAll, err := openReadOnly(ctx, path)
	if err != nil {
		return fmt.Errorf("copying the database: %w", err)
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	// VACUUM INTO writes a file of its own, which query_only would forbid.
	_, err = c.ExecContext(ctx, "PRAGMA query_only = 0")
	if err == nil {
		_, err = c.ExecContext(ctx, "VACUUM INTO ?", to)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("copying the database: %w", storageError(err)), removeIfThere(to))
	}
	return nil
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// QuickCheck looks at every page of the database at path for damage, but does not compare indexes with their tables, which
// takes most of the time of Verify. It returns up to maxBroken findings of SQLite, none when the file is sound.
func QuickCheck(ctx context.Context, path string) (findings []string, err error) {
	c, closeAll, err := openReadOnly(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("checking %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	check, err := invariant{broken: "PRAGMA quick_check(10)", fine: "ok"}.check(ctx, c)
	return check.Broken, err
}
