package main

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/sqlite"
)

// diagnose runs the doctor and returns its findings by name.
func diagnose(t *testing.T, args ...string) (code int, findings map[string]finding) {
	t.Helper()
	code, out, errs := command(t, "", append([]string{"doctor", "--json"}, args...)...)
	var doc struct {
		OK       bool
		Findings []finding
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil || doc.OK != (code == 0) {
		t.Fatalf("%v, exit %d: %s %s", err, code, out, errs)
	}
	findings = map[string]finding{}
	for _, f := range doc.Findings {
		if (f.State == "ok") != (f.Cure == "") || f.Found == "" {
			t.Errorf("%s: cause or cure is missing: %+v", f.Name, f)
		}
		findings[f.Name] = f
	}
	return code, findings
}

func TestDoctor(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	flags := []string{"--data", data, "--listen", "127.0.0.1:0", "--base-url", "http://192.0.2.7"}
	if code, f := diagnose(t, flags...); code != 0 || f["database"].State != "note" {
		t.Errorf("a new box: exit %d, %+v", code, f)
	}
	if code, _, errs := command(t, "", "user", "add", "--data", data, "--email", "ana@example.com", "--name", "Ana"); code != 0 {
		t.Fatal(errs)
	}
	if code, f := diagnose(t, flags...); code != 1 || f["backup"].State != "fix" {
		t.Errorf("no backup: exit %d, %+v", code, f["backup"])
	}
	if code, _, errs := command(t, "", "backup", "now", "--data", data); code != 0 {
		t.Fatal(errs)
	}
	if code, f := diagnose(t, flags...); code != 0 {
		t.Errorf("all well: exit %d, %+v", code, f)
	}

	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := busy.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	defer busy.Close() //nolint:errcheck // a test
	for name, c := range map[string]struct {
		harm func() error
		args []string
	}{
		"base URL":     {args: []string{"--base-url", "http://127.0.0.1:8080"}},
		"port":         {args: []string{"--listen", busy.Addr().String()}},
		"second place": {args: []string{"--backup-copy", filepath.Join(data, "not-there")}},
		"geo data":     {args: []string{"--geoip-city", filepath.Join(data, "none.mmdb")}},
		"data folder":  {harm: func() error { return os.Chmod(data, 0o755) }},
		"keys folder":  {harm: func() error { return os.Chmod(filepath.Join(data, "keys"), 0o755) }},
	} {
		if c.harm != nil {
			if err := c.harm(); err != nil {
				t.Fatal(err)
			}
		}
		if code, f := diagnose(t, append(flags, c.args...)...); code != 1 || f[name].State != "fix" {
			t.Errorf("%s: exit %d, %+v", name, code, f[name])
		}
		if err := os.Chmod(data, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(data, "keys"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := os.ReadFile(sqlite.Path(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(sqlite.Path(data), whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if code, f := diagnose(t, flags...); code != 1 || f["database"].State != "fix" {
		t.Errorf("half a database: exit %d, %+v", code, f["database"])
	}
}

// A second place for backups that dies with the disk of the database is none.
func TestDoctorOfTheSecondPlace(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if code, _, errs := command(t, "", "user", "add", "--data", data, "--email", "ana@example.com", "--name", "Ana"); code != 0 {
		t.Fatal(errs)
	}
	place := func(folder string) finding {
		_, f := diagnose(t, "--data", data, "--listen", "127.0.0.1:0", "--backup-copy", folder)
		return f["second place"]
	}
	if f := place(t.TempDir()); f.State != "fix" || !strings.Contains(f.Found, "on the disk of the database") || !strings.Contains(f.Cure, "other disk") {
		t.Errorf("on the same disk: %+v", f)
	}
	other, err := os.MkdirTemp("/dev/shm", "doorward-*") // in memory, where there is such a thing
	if err != nil {
		t.Skip("there is no second disk here:", err)
	}
	defer os.RemoveAll(other) //nolint:errcheck // a test
	if f := place(other); f.State != "ok" {
		t.Errorf("on another disk: %+v", f)
	}
}

// A replica that had the database and is empty needs somebody, and one that is new does not.
func TestDoctorOfTheReplica(t *testing.T) {
	dir := t.TempDir()
	data, yml, stick := filepath.Join(dir, "data"), filepath.Join(dir, "litestream.yml"), filepath.Join(dir, "stick")
	if code, _, errs := command(t, "", "user", "add", "--data", data, "--email", "ana@example.com", "--name", "Ana"); code != 0 {
		t.Fatal(errs)
	}
	if err := os.WriteFile(yml, []byte("dbs:\n  - path: "+sqlite.Path(data)+"\n    replica:\n      path: "+stick), 0o600); err != nil {
		t.Fatal(err)
	}
	look := func() finding {
		_, f := diagnose(t, "--data", data, "--listen", "127.0.0.1:0", "--litestream", yml)
		return f["replica"]
	}
	if f := look(); f.State != "ok" {
		t.Errorf("a new one: %+v", f)
	}
	memory := filepath.Join(data, ".doorward.db-litestream", "replica")
	if err := errors.Join(os.Mkdir(filepath.Dir(memory), 0o700), os.WriteFile(memory, []byte(stick), 0o600)); err != nil {
		t.Fatal(err)
	}
	if f := look(); f.State != "fix" || !strings.Contains(f.Found, "is empty") || !strings.Contains(f.Cure, "mount its disk") {
		t.Errorf("one that is away: %+v", f)
	}
	if err := os.MkdirAll(filepath.Join(stick, "ltx"), 0o700); err != nil {
		t.Fatal(err)
	}
	if f := look(); f.State != "ok" {
		t.Errorf("back again: %+v", f)
	}
}
