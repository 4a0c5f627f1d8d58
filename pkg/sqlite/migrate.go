package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/durable"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration carries a database one version up, and back.
type migration struct{ name, up, down string }

// migrations returns all of them in order; the version of a database is how many it has seen.
func migrations() []migration {
	names, err := fs.Glob(migrationFiles, "migrations/*.up.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	all := make([]migration, 0, len(names))
	for i, name := range names {
		stem := strings.TrimSuffix(name, ".up.sql")
		if want := fmt.Sprintf("migrations/%04d_", i+1); !strings.HasPrefix(stem, want) {
			panic(fmt.Sprintf("migration %s: its number must be %04d", name, i+1))
		}
		all = append(all, migration{name: strings.TrimPrefix(stem, "migrations/"), up: mustRead(name), down: mustRead(stem + ".down.sql")})
	}
	return all
}

func mustRead(name string) string {
	b, err := migrationFiles.ReadFile(name)
	if err != nil {
		panic(err) // embedded: a missing half of a migration fails every test
	}
	return string(b)
}

// migrate brings the database on c to version target: an empty one by schema.sql in one step, any other by the
// migrations between, up or down, each in a transaction of its own.
func migrate(ctx context.Context, c *sql.Conn, target int) error {
	all := migrations()
	for {
		have, err := userVersion(ctx, c)
		switch {
		case err != nil || have == target:
			return err
		case have > len(all):
			return &doorward.Error{
				Code:    doorward.CodeUnavailable,
				Message: fmt.Sprintf("the database has version %d, this program knows up to %d", have, len(all)),
				Hint: fmt.Sprintf("run the newer program that wrote it, or go back to the copy made before the upgrade: "+
					"doorward restore --from DATA/backups/%s --to PATH", beforeUpgrade(len(all))),
			}
		case have == 0 && target == len(all):
			err = apply(ctx, c, "schema.sql", Schema, have, target)
		case have < target:
			err = apply(ctx, c, all[have].name+" up", all[have].up, have, have+1)
		default:
			err = apply(ctx, c, all[have-1].name+" down", all[have-1].down, have, have-1)
		}
		if err != nil {
			return err
		}
	}
}

// beforeUpgrade is the name, in backups beside the database, of the copy made before a database left a version.
func beforeUpgrade(version int) string { return fmt.Sprintf("pre-migration-%d.db", version) }

// copyBeforeUpgrade copies a database that is about to be migrated up. The copy has its name when it is whole and on disk.
func copyBeforeUpgrade(ctx context.Context, c *sql.Conn, path string) (err error) {
	have, err := userVersion(ctx, c)
	if err != nil || have == 0 || have >= len(migrations()) {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("copying the database before its upgrade: %w", storageError(err))
		}
	}()
	dir := filepath.Join(filepath.Dir(path), "backups")
	if err := durable.MakeFolder(dir); err != nil {
		return err
	}
	// Empty, which VACUUM INTO takes, and of a name of its own: several programs may open the database at once.
	f, err := os.CreateTemp(dir, ".pre-migration-*.tmp")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), removeIfThere(f.Name())) }()
	if _, err := c.ExecContext(ctx, "VACUUM INTO ?", f.Name()); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, beforeUpgrade(have))); err != nil {
		return err
	}
	// The migration is on the medium when it is done, so must be the name of the copy.
	return durable.Sync(dir)
}

func userVersion(ctx context.Context, c *sql.Conn) (version int, err error) {
	err = c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

// apply runs statements and takes the version from one to another in one transaction. It does nothing when another process
// has moved the version meanwhile, so that several may open a new database at the same time. Foreign keys are off meanwhile, because a table that
// is rebuilt is dropped for a moment, and are checked before the commit.
func apply(ctx context.Context, c *sql.Conn, name, statements string, from, to int) (err error) {
	run := func(statement string) {
		if err == nil {
			_, err = c.ExecContext(ctx, statement)
		}
	}
	run("PRAGMA foreign_keys = OFF")
	run("BEGIN IMMEDIATE")
	have := from
	if err == nil {
		have, err = userVersion(ctx, c)
	}
	if have == from {
		run(statements)
		run(fmt.Sprintf("PRAGMA user_version = %d", to))
	}
	if err == nil {
		err = checkForeignKeys(ctx, c)
	}
	run("COMMIT")
	if err != nil {
		_, rollback := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		err = fmt.Errorf("applying %s: %w", name, errors.Join(err, rollback))
	}
	_, on := c.ExecContext(context.WithoutCancel(ctx), "PRAGMA foreign_keys = ON")
	return errors.Join(err, on)
}

func checkForeignKeys(ctx context.Context, c *sql.Conn) (err error) {
	rows, err := c.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if rows.Next() {
		return errors.New("it leaves rows whose parent is missing")
	}
	return rows.Err()
}
