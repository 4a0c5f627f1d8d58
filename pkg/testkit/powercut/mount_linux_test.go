package powercut_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/testkit/powercut"
)

// mount shows a disk in a folder until the test ends, and skips the test where that is not possible.
func mount(t *testing.T, d *powercut.Disk) (string, func()) {
	t.Helper()
	folder := t.TempDir()
	m, err := d.Mount(folder)
	if err != nil {
		t.Skipf("a power cut needs root and /dev/fuse: %v", err)
	}
	mounted := true
	unmount := func() {
		if mounted {
			mounted = false
			if err := m.Unmount(); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(unmount)
	return folder, unmount
}

func sync(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return "none"
	}
	return string(b)
}

// Only what was synced, name and data, is there after a cut.
func TestCut(t *testing.T) {
	d := powercut.New()
	folder, unmount := mount(t, d)
	at := func(name string) string { return filepath.Join(folder, name) }
	if err := os.Mkdir(at("kept"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, at("kept/whole"), "whole")
	sync(t, at("kept/whole"))
	write(t, at("kept/empty"), "the data is not synced")
	write(t, at("kept/old"), "old")
	sync(t, at("kept/old"))
	sync(t, at("kept"))
	write(t, at("kept/nameless"), "the name is not synced")
	sync(t, at("kept/nameless"))
	write(t, at("kept/old"), "changed")
	if err := os.Rename(at("kept/whole"), at("kept/renamed")); err != nil {
		t.Fatal(err)
	}
	sync(t, folder)
	write(t, at("top"), "nor here")
	if got := read(at("kept/renamed")); got != "whole" {
		t.Errorf("before the cut a renamed file has %q", got)
	}

	d.Cut()
	if err := os.WriteFile(at("late"), []byte("x"), 0o600); err == nil {
		t.Error("a disk without power took a file")
	}
	unmount()
	d.Restore()
	folder, _ = mount(t, d)
	for name, want := range map[string]string{
		"kept/whole": "whole", "kept/renamed": "none", "kept/empty": "", "kept/old": "old", "kept/nameless": "none", "top": "none", "late": "none",
	} {
		if got := read(at(name)); got != want {
			t.Errorf("after the cut %s has %q, want %q", name, got, want)
		}
	}
}

// A torn write is kept by sectors, and over some cuts not all and not none of them.
func TestTear(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	kinds := map[string]int{}
	for range 20 {
		d := powercut.New()
		folder, unmount := mount(t, d)
		path := filepath.Join(folder, "f")
		write(t, path, strings.Repeat("a", 4096))
		sync(t, path)
		sync(t, folder)
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte(strings.Repeat("b", 4096)), 0); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		d.Cut()
		unmount()
		d.Tear(random)
		d.Restore()
		folder, unmount = mount(t, d)
		text := read(filepath.Join(folder, "f"))
		for i := range 8 {
			if s := text[i*512 : i*512+512]; s != strings.Repeat(s[:1], 512) {
				t.Errorf("sector %d is torn in itself", i)
			}
		}
		switch n := strings.Count(text, "b") / 512; n {
		case 0:
			kinds["none"]++
		case 8:
			kinds["all"]++
		default:
			kinds["part"]++
		}
		unmount()
	}
	if kinds["part"] < 5 || kinds["all"] == 0 {
		t.Errorf("writes survived as %v", kinds)
	}
}
