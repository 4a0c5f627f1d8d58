package powercut

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

// sector is what a medium writes as one.
const sector = 512

// Disk is a file system in memory. Its lock owns all that is in it.
type Disk struct {
	mu     sync.Mutex
	root   *dir
	off    bool // the power is cut
	number uint64
}

// node is a file or a directory.
type node interface{ ino() uint64 }

// file is data, as programs see it and as it is on the medium.
type file struct {
	number   uint64
	mode     uint32
	now      []byte
	medium   []byte
	unsynced []change // in order; now is medium with these
}

// change is a write, or with data nil a change of size to at.
type change struct {
	at   int64
	data []byte
}

// dir is names, as programs see them and as they are on the medium.
type dir struct {
	number   uint64
	mode     uint32
	now      map[string]node
	medium   map[string]node
	unsynced []renaming // in order
}

// renaming gives a name to a node, or with nil takes it away.
type renaming struct {
	name string
	to   node
}

func (f *file) ino() uint64 { return f.number }
func (d *dir) ino() uint64  { return d.number }

// New makes an empty disk.
func New() *Disk {
	d := &Disk{}
	d.root = d.newDir(0o755)
	return d
}

func (d *Disk) newDir(mode uint32) *dir {
	d.number++
	return &dir{number: d.number, mode: mode & 0o7777, now: map[string]node{}, medium: map[string]node{}}
}

func (d *Disk) newFile(mode uint32) *file {
	d.number++
	return &file{number: d.number, mode: mode & 0o7777}
}

// powered runs f while there is power.
func (d *Disk) powered(f func() syscall.Errno) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.off {
		return syscall.EIO
	}
	return f()
}

func (f *file) write(data []byte, at int64) {
	c := change{at: at, data: slices.Clone(data)}
	f.now = c.apply(f.now)
	f.unsynced = append(f.unsynced, c)
}

func (f *file) resize(size int64) {
	c := change{at: size}
	f.now = c.apply(f.now)
	f.unsynced = append(f.unsynced, c)
}

func (f *file) sync() {
	for _, c := range f.unsynced {
		f.medium = c.apply(f.medium)
	}
	f.unsynced = nil
}

func (c change) apply(to []byte) []byte {
	if c.data == nil {
		return grow(to, c.at)[:c.at]
	}
	to = grow(to, c.at+int64(len(c.data)))
	copy(to[c.at:], c.data)
	return to
}

// grow returns b with at least size bytes; new ones are zero.
func grow(b []byte, size int64) []byte {
	if size <= int64(len(b)) {
		return b
	}
	have := len(b)
	b = slices.Grow(b, int(size)-have)[:size]
	clear(b[have:])
	return b
}

// sectors are a write in pieces that come to the medium alone.
func (c change) sectors() []change {
	var out []change
	for rest := c; len(rest.data) > 0; {
		n := min(int64(len(rest.data)), sector-rest.at%sector)
		out = append(out, change{at: rest.at, data: rest.data[:n]})
		rest = change{at: rest.at + n, data: rest.data[n:]}
	}
	return out
}

func (d *dir) set(name string, to node) {
	if to == nil {
		delete(d.now, name)
	} else {
		d.now[name] = to
	}
	d.unsynced = append(d.unsynced, renaming{name, to})
}

func (d *dir) sync() { d.keep(len(d.unsynced)) }

// keep brings the first n changes to the medium.
func (d *dir) keep(n int) {
	for _, r := range d.unsynced[:n] {
		if r.to == nil {
			delete(d.medium, r.name)
		} else {
			d.medium[r.name] = r.to
		}
	}
	d.unsynced = d.unsynced[n:]
}

// Sync brings everything to the medium, as a kernel does by itself after a while.
func (d *Disk) Sync() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.each(d.root, false, func(n node) {
		switch n := n.(type) {
		case *file:
			n.sync()
		case *dir:
			n.sync()
		}
	})
}

// Cut ends the power.
func (d *Disk) Cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.off = true
}

// Restore brings the power back. All is as on the medium.
func (d *Disk) Restore() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.off = false
	d.each(d.root, true, func(n node) {
		switch n := n.(type) {
		case *file:
			n.now, n.unsynced = slices.Clone(n.medium), nil
		case *dir:
			n.now, n.unsynced = maps.Clone(n.medium), nil
		}
	})
}

// Tear brings a random part of what was not synced to the medium. It is for between Cut and Restore.
func (d *Disk) Tear(random *rand.Rand) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.each(d.root, false, func(n node) {
		switch n := n.(type) {
		case *dir:
			n.keep(random.IntN(len(n.unsynced) + 1))
		case *file:
			n.tear(random)
		}
	})
}

// tear keeps a part of each write; how much of the file's changes is kept is drawn first, so that all and nothing occur.
func (f *file) tear(random *rand.Rand) {
	likely := random.Float64() * 1.2
	for _, c := range f.unsynced {
		if c.data == nil {
			if random.Float64() < likely {
				f.medium = c.apply(f.medium)
			}
			continue
		}
		for _, s := range c.sectors() {
			if random.Float64() < likely {
				f.medium = s.apply(f.medium)
			}
		}
	}
	f.unsynced = nil
}

// each visits a directory and all below it, in the order of the names: as on the medium, or as programs see it.
func (d *Disk) each(in *dir, medium bool, visit func(node)) {
	visit(in)
	names := in.now
	if medium {
		names = in.medium
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if sub, ok := names[name].(*dir); ok {
			d.each(sub, medium, visit)
		} else {
			visit(names[name])
		}
	}
}

// Copy writes the files that programs see into a folder, all as of one moment.
func (d *Disk) Copy(folder string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return copyDir(d.root, folder)
}

func copyDir(from *dir, folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for name, n := range from.now {
		path, err := filepath.Join(folder, name), error(nil)
		switch n := n.(type) {
		case *dir:
			err = copyDir(n, path)
		case *file:
			err = os.WriteFile(path, n.now, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
