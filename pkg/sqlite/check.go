package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/doorward/doorward/pkg/doorward"
)

// Intact fails for a database file that is not whole: pages, indexes, and rows that point at others. Nobody else may have it open.
func Intact(ctx context.Context, path string) error {
	return alone(path, func(pool *sql.DB) error {
		var found string
		if err := pool.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
			return fmt.Errorf("checking %s: %w", path, err)
		}
		if found != "ok" {
			return fmt.Errorf("checking %s: %s", path, found)
		}
		rows, err := pool.QueryContext(ctx, "PRAGMA foreign_key_check")
		if err != nil {
			return fmt.Errorf("checking %s: %w", path, err)
		}
		defer rows.Close() //nolint:errcheck // Err says what went wrong
		if rows.Next() {
			return fmt.Errorf("checking %s: a row points at one that is not there", path)
		}
		return rows.Err()
	})
}

// Checkpoint moves what it can of the write-ahead log into the database file, and waits for nobody.
func Checkpoint(ctx context.Context, path string) error {
	return alone(path, func(pool *sql.DB) error {
		_, err := pool.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
		if err != nil {
			return fmt.Errorf("moving the write-ahead log of %s into it: %w", path, err)
		}
		return nil
	})
}

// alone runs something on a connection of its own.
func alone(path string, do func(*sql.DB) error) error {
	pool, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(1)
	return errors.Join(do(pool), pool.Close())
}

// UserIDs lists the accounts of a database file of any version. It changes nothing.
func UserIDs(ctx context.Context, path string) (ids []doorward.UserID, err error) {
	c, closeAll, err := openReadOnly(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("looking at %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	list, err := texts(ctx, c, "SELECT id FROM users ORDER BY id", maxAccounts)
	if err != nil {
		return nil, fmt.Errorf("reading the accounts of %s: %w", path, err)
	}
	for _, id := range list {
		ids = append(ids, doorward.UserID(id))
	}
	return ids, nil
}

// maxAccounts bounds what is read of a file that may not be ours.
const maxAccounts = 100_000
