//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The journal has a time of its own, and reads the priority from the beginning of a line.
func TestJournalLines(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(journalHandler(&b))
	log.Info("listening", "addr", "127.0.0.1:8080")
	log.Warn("level=ERROR is a text here")
	log.Error("request failed", "error", errors.New("two\nlines"))
	want := "<6>msg=listening addr=127.0.0.1:8080\n<4>msg=\"level=ERROR is a text here\"\n<3>msg=\"request failed\" error=\"two\\nlines\"\n"
	if got := b.String(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// The program logs in the form that was asked for.
func TestLogSetting(t *testing.T) {
	taken := []string{"serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", "192.0.2.1:1", "--log"}
	if code, _, stderr := command(t, "", append(taken, "xml")...); code != 2 || !strings.Contains(stderr, `log "xml": use text or json`) {
		t.Errorf("exit %d, %q", code, stderr)
	}
	if code, _, stderr := command(t, "", append(taken, "json")...); code != 1 || !strings.Contains(stderr, "listening on 192.0.2.1:1") {
		t.Errorf("exit %d, %q", code, stderr)
	}
	u := newUnit(t, "DOORWARD_LOG=json")
	program := u.start()
	u.hears("READY=1")
	// After its end: what it said is then read to the last line.
	if err := errors.Join(program.Process.Signal(syscall.SIGTERM), u.wait(program)); err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(u.log.String()) {
		if !strings.HasPrefix(line, "{") {
			continue // what is for people, on stdout
		}
		var m struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &m); err != nil || m.Time == "" || m.Level == "" || m.Msg == "" {
			t.Errorf("%q: %v", line, err)
		}
		lines++
	}
	if lines == 0 {
		t.Error("nothing was logged")
	}
}
