//go:build unix

package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// A server that takes writes is ready; one whose database is busted, and none at all, are not.
func TestReady(t *testing.T) {
	u := newUnit(t)
	address := strings.TrimPrefix(u.origin, "http://")
	_, port, _ := strings.Cut(address, ":")
	run := u.start()
	u.hears("READY=1")
	for _, listen := range []string{address, "0.0.0.0:" + port} {
		if code, out, stderr := command(t, "", "ready", "--listen", listen); code != 0 || out+stderr != "" {
			t.Errorf("%s: exit %d, %q %q", listen, code, out, stderr)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(u.data, "doorward.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "ALTER TABLE events RENAME TO lost"); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := command(t, "", "ready", "--listen", address); code != 1 || !strings.Contains(stderr, "takes no writes") {
		t.Errorf("on a broken database: exit %d, %q", code, stderr)
	}
	run.Process.Kill()
	u.wait(run)
	u.socket.Close()
	if code, _, stderr := command(t, "", "ready", "--listen", address); code != 1 || !strings.Contains(stderr, "asking the server") {
		t.Errorf("without a server: exit %d, %q", code, stderr)
	}
}
