package crash

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/testkit/powercut"
)

// TestPowerCut cuts the power under load: what was not synced is gone.
func TestPowerCut(t *testing.T) {
	r := &report{}
	cuts(t, theProgram(t), rounds(2, 200), false, r)
	r.print(t, "power cut, synchronous=FULL")
}

// TestPowerCutControl is the proof that TestPowerCut can see a loss: the same on a program that does not sync each commit.
func TestPowerCutControl(t *testing.T) {
	if !long() {
		t.Skip("the control of the power cut: set DOORWARD_LONG=1")
	}
	r := &report{control: true}
	bin, err := build("doorward-normal", "-overlay", overlay(t, "pkg/sqlite/open.go", `"synchronous(FULL)"`, `"synchronous(NORMAL)"`))
	if err != nil {
		t.Fatal(err)
	}
	cuts(t, bin, 40, false, r)
	r.print(t, "power cut, control: synchronous=NORMAL")
	if r.lost == 0 {
		t.Error("nothing was lost without a sync per commit: this rig sees no loss")
	}
}

// TestTornWrites cuts the power and leaves random parts of what was not synced, in any order.
func TestTornWrites(t *testing.T) {
	r := &report{}
	cuts(t, theProgram(t), rounds(1, 100), true, r)
	r.print(t, "power cut with torn writes")
}

// cutsPerDisk is how many cuts a disk and its crowd live through; then a new one begins, with all that a first start
// makes: the data folder, the keys, the database.
const cutsPerDisk = 10

// cuts makes n power cuts under load, and now and then one while the program starts again.
func cuts(t *testing.T, bin string, n int, torn bool, r *report) {
	t.Helper()
	together(t)
	random := rand.New(rand.NewPCG(seed(t), 3))
	for r.faults < n {
		p := &plugged{disk: powercut.New(), folder: t.TempDir(), bin: bin, random: random, torn: torn}
		if err := p.mount(); err != nil {
			t.Skipf("a power cut needs root and /dev/fuse: %v", err)
		}
		t.Cleanup(p.unplug)
		p.live(t, newCrowd(random.Uint64()), min(cutsPerDisk, n-r.faults), r)
		p.unplug()
		if t.Failed() {
			return
		}
	}
}

// plugged is a program on a disk whose power can be cut.
type plugged struct {
	disk    *powercut.Disk
	mounted *powercut.Mounted
	folder  string
	bin     string
	server  *server // nil: none runs
	random  *rand.Rand
	torn    bool
}

func (p *plugged) mount() (err error) {
	p.mounted, err = p.disk.Mount(p.folder)
	return err
}

func (p *plugged) data() string { return filepath.Join(p.folder, "doorward-data") }

// unplug ends the program and takes the disk away for good.
func (p *plugged) unplug() {
	if p.mounted == nil {
		return
	}
	if p.server != nil {
		p.server.kill()
	}
	if err := p.mounted.Unmount(); err == nil {
		p.mounted = nil
	}
}

// cut cuts the power now, and gives it back.
func (p *plugged) cut(t *testing.T) {
	t.Helper()
	p.disk.Cut()
	p.server.kill()
	p.server = nil
	if err := p.mounted.Unmount(); err != nil {
		t.Fatal(err)
	}
	p.mounted = nil
	if p.torn {
		p.disk.Tear(p.random)
	}
	p.disk.Restore()
	if err := p.mount(); err != nil {
		t.Fatal(err)
	}
}

// live lets a crowd live through cuts.
func (p *plugged) live(t *testing.T, c *crowd, cuts int, r *report) {
	t.Helper()
	var err error
	if p.server, err = start(t.Context(), p.bin, p.data()); err != nil {
		t.Fatal(err)
	}
	c.setUp(t, p.server)
	copied, lost := filepath.Join(t.TempDir(), "copy"), r.lost
	for range cuts {
		if r.control {
			p.disk.Sync() // the set-up, and what the last round repeated, is not what it may lose
		}
		r.faults++
		ctx, stop := context.WithCancel(t.Context())
		wait := c.load(ctx, p.server)
		time.Sleep(time.Duration(40+p.random.IntN(160)) * time.Millisecond) // the moment of the fault is a moment in time
		p.cut(t)
		stop()
		wait()
		if p.random.IntN(8) == 0 {
			if p.server, err = launch(p.bin, p.data()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(5+p.random.IntN(115)) * time.Millisecond)
			p.cut(t)
		}
		if p.server, err = start(t.Context(), p.bin, p.data()); err != nil {
			t.Fatal(err)
		}
		r.ready = append(r.ready, p.server.ready)
		// A copy is read: a file of the disk that this process maps would wait for this process.
		c.round(t, p.server, func() string {
			if err := errors.Join(os.RemoveAll(copied), p.disk.Copy(copied)); err != nil {
				t.Fatal(err)
			}
			return filepath.Join(copied, "doorward-data")
		}, r)
	}
	r.acked += c.journal.acknowledged() + r.lost - lost
}

// overlay makes a file for go build -overlay that replaces one text in one file of this module.
func overlay(t *testing.T, name, old, replacement string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(source), old) != 1 {
		t.Fatalf("%s has not exactly one %s", name, old)
	}
	changed := filepath.Join(t.TempDir(), "changed.go")
	if err := os.WriteFile(changed, []byte(strings.Replace(string(source), old, replacement, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(object{"Replace": object{path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
