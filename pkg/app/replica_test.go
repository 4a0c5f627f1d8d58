package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/replica"
)

// TestEmptyFolderIsRestored loses the data folder and starts again, twice: the account made last is there each time.
func TestEmptyFolderIsRestored(t *testing.T) {
	dir := t.TempDir()
	data, yml := filepath.Join(dir, "data"), filepath.Join(dir, "litestream.yml")
	settings := "dbs:\n  - path: " + filepath.Join(data, "doorward.db") + "\n    replica:\n      path: " + filepath.Join(dir, "replica")
	if err := os.WriteFile(yml, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	config := func() app.Config {
		c, err := replica.Read(yml, filepath.Join(data, "doorward.db"), os.Getenv)
		if err != nil {
			t.Fatal(err)
		}
		return app.Config{Data: data, Listen: "127.0.0.1:0", Replica: c, Announce: func(string, string) {}}
	}
	mails := []string{"one@example.org", "two@example.org", "three@example.org"}
	for i, mail := range mails {
		a, err := app.Open(t.Context(), config())
		if err != nil {
			t.Fatal(err)
		}
		for _, before := range mails[:i] {
			if _, err := a.Accounts.ByEmail(t.Context(), before); err != nil {
				t.Errorf("after %d losses %s is gone: %v", i, before, err)
			}
		}
		if _, err := a.Accounts.Add(t.Context(), account.Registration{Email: mail, Name: "Somebody", Password: doorward.Secret("a long enough passphrase")}); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error)
		go func() { served <- a.Serve(ctx) }()
		if got := waitReady(t, a.Address().String()); got != "ok" {
			t.Errorf("the replica is %q", got)
		}
		stop()
		if err := <-served; err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
	}
}

// waitReady asks until the replica is said to be well or off, and returns what was said last.
func waitReady(t *testing.T, address string) (state string) {
	t.Helper()
	every := time.NewTicker(50 * time.Millisecond)
	defer every.Stop()
	for range 400 {
		answer, err := http.Get("http://" + address + "/readyz") //nolint:noctx // a test
		if err != nil {
			t.Fatal(err)
		}
		var said struct{ Replica string }
		err = errors.Join(json.NewDecoder(answer.Body).Decode(&said), answer.Body.Close())
		if err != nil {
			t.Fatal(err)
		}
		if state = said.Replica; state != "behind" {
			return state
		}
		<-every.C
	}
	return state
}

// TestUnreachableReplica refuses to begin empty where there may be something to restore.
func TestUnreachableReplica(t *testing.T) {
	t.Setenv("AWS_CA_BUNDLE", "")
	dir := t.TempDir()
	yml, data := filepath.Join(dir, "litestream.yml"), filepath.Join(dir, "data")
	settings := "dbs:\n  - path: " + filepath.Join(data, "doorward.db") + "\n    replica:\n      type: sftp\n      host: 127.0.0.1:1\n      user: u\n      path: /x\n      host-key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPzE0cNvQ+yVsqVYoVgJv9+6bJ0Uh8r0k1oY5b4A1b2c"
	if err := os.WriteFile(yml, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := replica.Read(yml, filepath.Join(data, "doorward.db"), os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	_, err = app.Open(t.Context(), app.Config{Data: data, Listen: "127.0.0.1:0", Replica: c, Announce: func(string, string) {}})
	if !isUnavailable(err) {
		t.Errorf("started or failed otherwise: %v", err)
	}
	if _, err := os.Stat(filepath.Join(data, "doorward.db")); !errors.Is(err, os.ErrNotExist) {
		t.Error("an empty database was made")
	}
}

func isUnavailable(err error) bool {
	e, ok := errors.AsType[*doorward.Error](err)
	return ok && e.Code == doorward.CodeUnavailable && e.Hint != ""
}

// TestAnotherBoxsReplica starts a new installation on the replica of a box that has accounts: it must not take its place. The
// box itself, back from a backup and with no traces of the replication beside it, may go on.
func TestAnotherBoxsReplica(t *testing.T) {
	dir := t.TempDir()
	config := func(data string) app.Config {
		yml := filepath.Join(t.TempDir(), "litestream.yml")
		settings := "dbs:\n  - path: " + filepath.Join(data, "doorward.db") + "\n    replica:\n      path: " + filepath.Join(dir, "replica")
		if err := os.WriteFile(yml, []byte(settings), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := replica.Read(yml, filepath.Join(data, "doorward.db"), os.Getenv)
		if err != nil {
			t.Fatal(err)
		}
		return app.Config{Data: data, Listen: "127.0.0.1:0", Replica: c, Announce: func(string, string) {}}
	}
	serve := func(c app.Config, mail string) {
		t.Helper()
		a, err := app.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if mail != "" {
			if _, err := a.Accounts.Add(t.Context(), account.Registration{Email: mail, Name: "Somebody", Password: "a long enough passphrase"}); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error)
		go func() { served <- a.Serve(ctx) }()
		waitReady(t, a.Address().String())
		stop()
		if err := <-served; err != nil {
			t.Fatal(err)
		}
	}
	old, fresh := filepath.Join(dir, "old"), filepath.Join(dir, "fresh")
	serve(config(old), "one@example.org")

	without := config(fresh)
	without.Replica = nil
	for _, mail := range []string{"", "other@example.org"} { // nobody's database, and another box's
		serve(without, mail)
		_, err := app.Open(t.Context(), config(fresh))
		if e, ok := errors.AsType[*doorward.Error](err); !ok || e.Code != doorward.CodeConflict || e.Hint == "" {
			t.Errorf("with the account %q it started, or failed otherwise: %v", mail, err)
		}
	}
	if err := os.RemoveAll(filepath.Join(old, ".doorward.db-litestream")); err != nil {
		t.Fatal(err)
	}
	serve(config(old), "")
	serve(config(filepath.Join(dir, "restored")), "")
	left, err := filepath.Glob(filepath.Join(dir, "*", ".whose-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("looking at the replica left %v", left)
	}
}
