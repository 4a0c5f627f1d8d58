package httpapi_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/system"
)

// waitIdle asks for the status until nothing runs any more.
func waitIdle(t *testing.T, p *program, who string) answer {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); ; {
		a := p.send("GET", "/api/v1/system/status", who, nil)
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if a.text(t, "running") == "" && a.get(t, "database", "checked_at") != nil { // the check at the start comes first
			return a
		}
		if time.Now().After(until) {
			t.Fatalf("it runs for too long: %s", a.body)
		}
	}
}

func TestBackupAndDrillOverHTTP(t *testing.T) {
	p := start(t)
	ana := p.user("ana")
	a := waitIdle(t, p, ana)
	if a.get(t, "last_backup") != nil || a.get(t, "last_drill") != nil || a.text(t, "database", "state") != "ok" || a.text(t, "replica", "state") != "off" {
		t.Errorf("a new box: %s", a.body)
	}
	if a := p.send("POST", "/api/v1/system/backup", ana, nil); a.status != 202 || a.text(t, "running") != "backup" {
		t.Errorf("%d %s", a.status, a.body)
	}
	name := waitIdle(t, p, ana).text(t, "last_backup", "name")
	to := filepath.Join(t.TempDir(), "back.db")
	if err := system.Unpack(filepath.Join(p.data, "backups", name), to); err != nil {
		t.Fatal(err)
	}
	if r, err := sqlite.Verify(t.Context(), to); err != nil || len(r.Failed()) > 0 || r.Rows["users"] != 1 {
		t.Errorf("%v %+v", err, r.Failed())
	}
	if a := p.send("POST", "/api/v1/system/drill", ana, nil); a.status != 202 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := waitIdle(t, p, ana); a.get(t, "last_drill", "ok") != true || a.text(t, "last_drill", "position") != name {
		t.Errorf("%s", a.body)
	}
}

// Damage that is there at the start makes the box say that it is not ready, why, and what to do; it is not backed up.
func TestDamageIsFoundAtTheStart(t *testing.T) {
	p := start(t)
	ana := p.user("ana")
	waitIdle(t, p, ana)
	damageIndex(t, p)
	p.restart()
	a := waitIdle(t, p, ana)
	if a.text(t, "database", "state") != "damaged" || a.text(t, "database", "detail") == "" {
		t.Errorf("%s", a.body)
	}
	if a := p.send("GET", "/readyz", "", nil); a.status != 503 || a.text(t, "database") != "unavailable" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := p.send("POST", "/api/v1/system/backup", ana, nil); a.status != 202 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := waitIdle(t, p, ana); a.get(t, "last_backup") != nil {
		t.Errorf("a damaged database was backed up: %s", a.body)
	}
	if entries, err := os.ReadDir(filepath.Join(p.data, "backups")); err == nil && len(entries) > 0 {
		t.Errorf("it left %v", entries)
	}
}

// damageIndex loses an index, as a page of the schema that was written wrongly does.
func damageIndex(t *testing.T, p *program) {
	t.Helper()
	db, err := sql.Open("sqlite", sqlite.Path(p.data)+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "PRAGMA writable_schema = 1; DELETE FROM sqlite_schema WHERE name = 'guests_band'")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
