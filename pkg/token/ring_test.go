package token_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/doorward/doorward/pkg/token"
)

const otherKey = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n"

// made is what a new ring's folder holds.
var made = []string{"00.key", "session.key"}

func masterOf(t *testing.T, text string) []byte {
	t.Helper()
	master, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil {
		t.Fatal(err)
	}
	return master
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	return got
}

func TestOpenRing_makesTheFirstKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "keys")
	first, err := token.OpenRing(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); !slices.Equal(got, made) {
		t.Errorf("the folder holds %v", got)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "00.key"): 0o600, filepath.Join(dir, "session.key"): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v; want %v", path, info.Mode().Perm(), err, want)
		}
	}
	again, err := token.OpenRing(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Verify(sign(t, first, exampleGuest, 1)); err != nil {
		t.Errorf("after reopening: %v", err)
	}
	if _, err := ringOf(t, nil).Verify(sign(t, first, exampleGuest, 1)); err == nil {
		t.Error("two fresh rings share a key")
	}
}

func TestOpenRing_olderKeysVerify(t *testing.T) {
	old := exampleRing(t)
	both := ringOf(t, map[string]string{"00.key": exampleKey, "03.key": otherKey})
	if _, err := both.Verify(sign(t, old, exampleGuest, 1)); err != nil {
		t.Errorf("a token of the older key: %v", err)
	}
	fresh := sign(t, both, exampleGuest, 1)
	wantRefused(t, old, fresh)
	if _, err := ringOf(t, map[string]string{"03.key": otherKey}).Verify(fresh); err != nil {
		t.Errorf("the highest id does not sign: %v", err)
	}
	wantRefused(t, ringOf(t, map[string]string{"04.key": otherKey}), fresh) // the same key under another id
}

func TestOpenRing_refuses(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		mode       os.FileMode
		say        string
	}{
		"readable by the group": {"00.key", exampleKey, 0o640, "chmod 600"},
		"readable by others":    {"00.key", exampleKey, 0o604, "chmod 600"},
		"writable by others":    {"00.key", exampleKey, 0o602, "chmod 600"},
		"empty":                 {"00.key", "", 0o600, "backup"},
		"half":                  {"00.key", exampleKey[:32], 0o600, "backup"},
		"too long":              {"00.key", exampleKey[:64] + "00\n", 0o600, "backup"},
		"not hexadecimal":       {"00.key", strings.Replace(exampleKey, "0", "g", 1), 0o600, "backup"},
		"id too high":           {"16.key", exampleKey, 0o600, "name"},
		"no id":                 {"link.key", exampleKey, 0o600, "name"},
		"short id":              {"1.key", exampleKey, 0o600, "name"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, c.file)
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil { // past the umask
				t.Fatal(err)
			}
			_, err := token.OpenRing(dir, nil)
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.say) {
				t.Fatalf("got %v, want the file's name and %q", err, c.say)
			}
			if len(c.text) >= 32 && strings.Contains(err.Error(), c.text[:8]) {
				t.Errorf("the error shows the key: %v", err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != c.text {
				t.Errorf("the file was changed: %q, %v", after, err)
			}
		})
	}
}

func TestOpenRing_refusesAFolderAsKey(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "00.key"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := token.OpenRing(dir, nil); err == nil {
		t.Error("opened")
	}
}

func TestOpenRing_ignoresWhatIsNoKey(t *testing.T) {
	ring := ringOf(t, map[string]string{"00.key": exampleKey, "README": "hands off"})
	if got := sign(t, ring, exampleGuest, 1); got != exampleToken {
		t.Errorf("got %s", got)
	}
}

// A crash leaves an unfinished file, and never half a key.
func TestOpenRing_afterACrash(t *testing.T) {
	dir := t.TempDir()
	leftover := filepath.Join(dir, ".new-123")
	if err := os.WriteFile(leftover, []byte(exampleKey[:20]), 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := token.OpenRing(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); !slices.Equal(got, made) {
		t.Errorf("the folder holds %v", got)
	}
	again, err := token.OpenRing(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Verify(sign(t, first, exampleGuest, 1)); err != nil {
		t.Error(err)
	}
}

// OpenRing shares nothing between calls but the folder, so goroutines stand for processes here.
func TestOpenRing_concurrently(t *testing.T) {
	for range 20 {
		dir := filepath.Join(t.TempDir(), "keys")
		rings := make([]*token.Ring, 8)
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range rings {
			wg.Go(func() {
				<-start
				ring, err := token.OpenRing(dir, nil)
				if err != nil {
					t.Error(err)
					return
				}
				rings[i] = ring
			})
		}
		close(start)
		wg.Wait()
		if t.Failed() {
			return
		}
		text := sign(t, rings[0], exampleGuest, 1)
		for _, ring := range rings {
			if _, err := ring.Verify(text); err != nil {
				t.Fatalf("two keys: %v", err)
			}
		}
		if got := names(t, dir); !slices.Equal(got, made) {
			t.Fatalf("the folder holds %v", got)
		}
	}
}
