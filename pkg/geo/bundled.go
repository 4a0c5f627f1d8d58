package geo

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo/flat"
)

//go:embed data/v4.zst
var packedV4 []byte

//go:embed data/v6.zst
var packedV6 []byte

// Bundled answers from the data in the program.
type Bundled struct {
	dir    string // "": data is kept in memory
	v4, v6 family
}

// family is the data of one version of the Internet Protocol, which is made ready when first needed.
type family struct {
	source source
	ready  sync.Once
	tables atomic.Pointer[tables] // nil before, and after Close
}

// tables reads from memory that the garbage collector may not own: whoever uses it keeps it alive.
type tables struct {
	places, networks *flat.Table
}

// Open makes the data for IPv4 ready in dir, which must exist; that for IPv6 follows when it is first asked for, in memory
// if dir cannot be written by then. The files are geo-v4-*.bin and geo-v6-*.bin, about 12 MB each. They may be deleted
// while the program does not run.
func Open(dir string) (*Bundled, error) {
	b := bundled(dir)
	t, err := b.v4.source.openFile(dir)
	if err != nil {
		return nil, fmt.Errorf("geo data in %s: %w", dir, err)
	}
	b.v4.ready.Do(func() { b.v4.tables.Store(t) })
	return b, nil
}

// OpenMemory is Open for a program without a folder: the data takes about 12 MB of memory for each version of the protocol.
func OpenMemory() (*Bundled, error) {
	b := bundled("")
	t, err := b.v4.source.openMemory()
	if err != nil {
		return nil, fmt.Errorf("geo data: %w", err)
	}
	b.v4.ready.Do(func() { b.v4.tables.Store(t) })
	return b, nil
}

func bundled(dir string) *Bundled {
	return &Bundled{
		dir: dir,
		v4:  family{source: source{name: "geo-v4", packed: packedV4, size: v4Size, sum: v4Sum}},
		v6:  family{source: source{name: "geo-v6", packed: packedV6, size: v6Size, sum: v6Sum}},
	}
}

// Close lets go of the data. Lookups that run are not disturbed; later ones find nothing.
func (b *Bundled) Close() error {
	for _, f := range []*family{&b.v4, &b.v6} {
		f.ready.Do(func() {})
		f.tables.Store(nil)
	}
	return nil
}

// Locate returns what is known of addr. An IPv4 address written as IPv6 counts as what it is.
func (b *Bundled) Locate(addr netip.Addr) doorward.Place {
	addr = addr.Unmap()
	if p, ok := special(addr); ok {
		return p
	}
	if addr.Is4() {
		a := addr.As4()
		return b.v4.locate(b.dir, uint64(binary.BigEndian.Uint32(a[:]))<<32)
	}
	a := addr.As16()
	return b.v6.locate(b.dir, binary.BigEndian.Uint64(a[:]))
}

func (f *family) locate(dir string, key uint64) (p doorward.Place) {
	t := f.tables.Load()
	if t == nil {
		f.ready.Do(func() { f.tables.Store(f.source.open(dir)) })
		if t = f.tables.Load(); t == nil {
			return p
		}
	}
	place, network := flat.Lookup2(t.places, t.networks, key)
	flat.UnpackPlace(place, &p)
	flat.UnpackNetwork(network, &p)
	runtime.KeepAlive(t)
	return p
}
