package sqlite

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// A database that somebody else holds can't be looked at now, which is no damage.
func TestLockedIsNotDamaged(t *testing.T) {
	t.Parallel() // each look waits for the lock
	path := filepath.Join(t.TempDir(), "doorward.db")
	db, err := Open(t.Context(), path, time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	})
	other.SetMaxOpenConns(1)
	for _, q := range []string{"PRAGMA locking_mode = EXCLUSIVE", "BEGIN IMMEDIATE", "UPDATE events SET name = ''", "COMMIT"} {
		if _, err := other.ExecContext(t.Context(), q); err != nil {
			t.Fatal(q, err)
		}
	}
	for name, look := range map[string]func(context.Context, string) (int, error){
		"verify": func(ctx context.Context, path string) (int, error) {
			r, err := Verify(ctx, path)
			return len(r.Failed()), err
		},
		"quick check": func(ctx context.Context, path string) (int, error) {
			findings, err := QuickCheck(ctx, path)
			return len(findings), err
		},
		"look": func(ctx context.Context, path string) (int, error) {
			l, err := LookAt(ctx, path)
			return len(l.Damage), err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if broken, err := look(t.Context(), path); broken > 0 || doorward.ErrorCode(err) != doorward.CodeUnavailable {
				t.Errorf("%d findings, %v", broken, err)
			}
		})
	}
}
