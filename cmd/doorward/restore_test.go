package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/system"
)

func TestRestoreCommand(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	run := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := command(t, "", args...)
		if code != want {
			t.Fatalf("%v ended with %d, not %d: %s%s", args, code, want, out, errs)
		}
		return out + errs
	}
	run(0, "user", "add", "--email", "ana@example.com", "--name", "Ana", "--data", data)
	run(0, "backup", "now", "--data", data)
	made, err := system.List(data)
	if err != nil || len(made) != 1 {
		t.Fatalf("%v, %v", made, err)
	}
	backup := filepath.Join(data, "backups", made[0].Name)
	notes := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(notes, []byte("milk, bread\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	to := filepath.Join(t.TempDir(), "new", "doorward.db")
	run(2, "restore", "--from", backup)
	run(2, "restore", "--from", backup, "--to", to, "--at", "yesterday")
	run(1, "restore", "--from", backup, "--to", to, "--at", "2026-06-01T20:00:00Z") // a file has one state
	if said := run(1, "restore", "--from", backup, "--to", to, "--recovery-code-file", notes); !strings.Contains(said, "recovery code") {
		t.Errorf("a file without a code: %s", said)
	}
	if _, err := os.Stat(to); err == nil {
		t.Fatal("something was restored though the command failed")
	}
	run(0, "restore", "--from", backup, "--to", to)
	run(0, "verify", to)
	if said := run(0, "user", "list", "--data", filepath.Dir(to)); !strings.Contains(said, "ana@example.com") {
		t.Errorf("the account did not come back: %s", said)
	}
	run(1, "restore", "--from", backup, "--to", to) // never over a database
}

// The copy from before an upgrade is left as it is, so that the program of then can go on with it.
func TestRestoreOfAnEarlierVersion(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := command(t, "", "user", "add", "--email", "ana@example.com", "--name", "Ana", "--data", data); code != 0 {
		t.Fatal(errs)
	}
	look, err := sqlite.LookAt(t.Context(), sqlite.Path(data))
	if err != nil {
		t.Fatal(err)
	}
	before := look.Newest - 1
	db, err := sql.Open("sqlite", sqlite.Path(data))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", before)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "doorward.db")
	code, out, errs := command(t, "", "restore", "--from", sqlite.Path(data), "--to", to)
	if code != 0 || !strings.Contains(out, "an earlier version") {
		t.Fatalf("%d: %s%s", code, out, errs)
	}
	if look, err = sqlite.LookAt(t.Context(), to); err != nil || look.Version != before {
		t.Errorf("it is of version %d, not %d: %v", look.Version, before, err)
	}
}
