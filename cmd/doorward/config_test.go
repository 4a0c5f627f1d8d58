package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestMain runs the program itself when a test starts this binary as it.
func TestMain(m *testing.M) {
	if os.Getenv("DOORWARD_TEST_MAIN") != "" {
		main()
	}
	os.Exit(m.Run())
}

// command runs the program and returns its exit code and what it wrote.
func command(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], args...) //nolint:gosec // this very test
	c.Env = append(os.Environ(), "DOORWARD_TEST_MAIN=1")
	c.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), out.String(), errs.String()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, out.String(), errs.String()
}

// Wrong usage is exit code 2 and one line that says what and why, before anything is made.
func TestWrongUsage(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	add := []string{"user", "add", "--email", "ana@example.com", "--name", "Ana", "--data", data}
	for _, c := range []struct {
		says string
		args []string
	}{
		{"-nonsense", []string{"serve", "--nonsense"}},
		{"99999", []string{"serve", "--data", data, "--listen", "127.0.0.1:99999"}},
		{"-1", []string{"serve", "--data", data, "--listen", "127.0.0.1:-1"}},
		{"nowhere", []string{"serve", "--data", data, "--base-url", "nowhere"}},
		{"signup", []string{"serve", "--data", data, "--signup", "everybody"}},
		{"names no database", []string{"serve", "--data", data, "--litestream", filepath.Join("..", "..", "litestream.yml")}}, // the sample as it is
		{"nowhere", append(add, "--base-url", "nowhere")},
		{"99999", append(add, "--listen", ":99999")},
		{"ftp://x", []string{"user", "reset-password", "--email", "ana@example.com", "--data", data, "--base-url", "ftp://x"}},
	} {
		code, stdout, stderr := command(t, "", c.args...)
		if code != 2 || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, c.says) {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", c.args, code, stdout, stderr)
		}
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("the data folder was made: %v", err)
	}
}

func TestNoPasswordOnStdin(t *testing.T) {
	for _, stdin := range []string{"", "\n", "\r\n"} {
		code, _, stderr := command(t, stdin, "user", "add", "--email", "ana@example.com", "--name", "Ana", "--password-stdin", "--data", t.TempDir())
		if code != 1 || !strings.Contains(stderr, "none on standard input") || strings.Contains(stderr, "%!") {
			t.Errorf("stdin %q: exit %d, %s", stdin, code, stderr)
		}
	}
}

// Several commands may meet on a folder that is not there yet.
func TestUsersAddedTogether(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var all sync.WaitGroup
	for _, name := range []string{"ana", "ben", "zoe"} {
		all.Go(func() {
			code, _, stderr := command(t, "a long garden party\n", "user", "add", "--email", name+"@example.com", "--name", name, "--password-stdin", "--data", data)
			if code != 0 {
				t.Errorf("%s: exit %d: %s", name, code, stderr)
			}
		})
	}
	all.Wait()
	if _, stdout, _ := command(t, "", "user", "list", "--data", data); strings.Count(stdout, "\n") != 3 {
		t.Errorf("the accounts are\n%s", stdout)
	}
}
