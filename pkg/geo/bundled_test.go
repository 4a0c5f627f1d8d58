package geo_test

import (
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo"
)

var (
	google4 = netip.MustParseAddr("8.8.8.8")
	google6 = netip.MustParseAddr("2001:4860:4860::8888")
)

// open returns the data in dir, with both versions of the protocol ready.
func open(t testing.TB, dir string) *geo.Bundled {
	t.Helper()
	b, err := geo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []netip.Addr{google4, google6} {
		if p := b.Locate(a); p.ASN != 15169 {
			t.Fatalf("%s is of AS%d, want AS15169", a, p.ASN)
		}
	}
	return b
}

func content(t *testing.T, dir string) (files []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		files = append(files, filepath.Join(dir, e.Name()))
	}
	return files
}

func TestFilesAreMadeOnce(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	files := content(t, dir)
	if len(files) != 2 {
		t.Fatalf("%v, want one file for each version of the protocol", files)
	}
	var before []os.FileInfo
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		before = append(before, info)
	}
	open(t, dir)
	for i, f := range files {
		if info, err := os.Stat(f); err != nil || !os.SameFile(info, before[i]) {
			t.Errorf("%s was made again", f)
		}
	}
}

func TestDamagedFilesAreMadeAgain(t *testing.T) {
	damage := map[string]func(path string, whole []byte) error{
		"torn":     func(path string, whole []byte) error { return os.WriteFile(path, whole[:len(whole)/2], 0o600) },
		"empty":    func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o600) },
		"too long": func(path string, whole []byte) error { return os.WriteFile(path, append(whole, 0), 0o600) },
		"a bit off": func(path string, whole []byte) error {
			whole[len(whole)/2] ^= 1
			return os.WriteFile(path, whole, 0o600)
		},
		"zeros": func(path string, whole []byte) error { clear(whole); return os.WriteFile(path, whole, 0o600) },
	}
	for name, spoil := range damage {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			open(t, dir)
			for _, f := range content(t, dir) {
				whole, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.Remove(f); err != nil { // the first one still reads it
					t.Fatal(err)
				}
				if err := spoil(f, slices.Clone(whole)); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if now, err := os.ReadFile(f); err != nil || !slices.Equal(now, whole) {
						t.Errorf("%s is still damaged", f)
					}
				})
			}
			open(t, dir)
		})
	}
}

func TestOtherVersionsAreRemoved(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "doorward.db")
	for _, f := range []string{"geo-v4-00000000.bin", "geo-v4-123.tmp", "geo-v6-00000000.bin", "doorward.db"} {
		if err := os.WriteFile(filepath.Join(dir, f), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir)
	files := content(t, dir)
	if len(files) != 3 || !slices.Contains(files, foreign) {
		t.Errorf("%v, want two files of data and %s", files, foreign)
	}
}

func TestOpenNamesTheFolderThatItCannotUse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing")
	if _, err := geo.Open(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("error %v, want one that names %s", err, dir)
	}
}

// Without a folder to write to, IPv6 still has answers.
func TestFolderGoesAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	b, err := geo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		if runtime.GOOS != "windows" {
			t.Fatal(err)
		}
		t.Skip("Windows keeps files that are in use, so nothing can happen to this one:", err) // nothing to test there
	}
	if p := b.Locate(google6); p.ASN != 15169 {
		t.Errorf("AS%d, want AS15169", p.ASN)
	}
}

func TestCloseUnderLookups(t *testing.T) {
	b := open(t, t.TempDir())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 20_000 {
				if p := b.Locate(google4); p.ASN != 15169 && p != (doorward.Place{}) {
					t.Errorf("%+v", p)
				}
			}
		})
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	all.Wait()
	for _, a := range []netip.Addr{google4, google6} {
		if p := b.Locate(a); p != (doorward.Place{}) {
			t.Errorf("a closed reader still knows %+v", p)
		}
	}
}

func TestSizeInTheProgram(t *testing.T) {
	const limit = 15_000_000
	var total int64
	files, err := filepath.Glob("data/*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total > limit {
		t.Errorf("%d bytes of data, at most %d may be in the program", total, limit)
	}
}

func TestLocateTakesNoMemory(t *testing.T) {
	b := open(t, t.TempDir())
	for _, a := range []netip.Addr{google4, google6, netip.MustParseAddr("10.0.0.1")} {
		if n := testing.AllocsPerRun(100, func() { b.Locate(a) }); n != 0 {
			t.Errorf("%s: %v allocations", a, n)
		}
	}
}

// TestMostOfTheWorldIsKnown looks at random addresses: data that lost a part would show here.
func TestMostOfTheWorldIsKnown(t *testing.T) {
	b := open(t, t.TempDir())
	random := rand.New(rand.NewPCG(1, 2))
	var countries, places, systems int
	const n = 100_000
	for range n {
		var a netip.Addr
		for a = random4(random); !a.IsGlobalUnicast() || a.IsPrivate() || a.As4()[0] >= 224; {
			a = random4(random)
		}
		p := b.Locate(a)
		if p.Country != "" {
			countries++
		}
		if p.Located {
			places++
		}
		if p.ASN != 0 {
			systems++
		}
	}
	t.Logf("of %d: %d countries, %d places, %d systems", n, countries, places, systems)
	if countries < n*95/100 || places < n*95/100 || systems < n*75/100 {
		t.Error("too little is known")
	}
}

func random4(r *rand.Rand) netip.Addr {
	n := r.Uint32()
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

// random6 returns an address of those that are given out.
func random6(r *rand.Rand) netip.Addr {
	prefixes := []uint16{0x2001, 0x2003, 0x2400, 0x2402, 0x2404, 0x2406, 0x2600, 0x2601, 0x2603, 0x2607, 0x2800, 0x2804, 0x2a00, 0x2a01, 0x2a02, 0x2a03, 0x2a05, 0x2a09, 0x2c0f}
	top := prefixes[r.IntN(len(prefixes))]
	n := r.Uint64()
	return netip.AddrFrom16([16]byte{byte(top >> 8), byte(top), byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24), byte(n >> 32), byte(n >> 40)})
}

func BenchmarkLocate(b *testing.B) {
	data := open(b, b.TempDir())
	for name, random := range map[string]func(*rand.Rand) netip.Addr{"v4": random4, "v6": random6} {
		addrs := make([]netip.Addr, 1<<16)
		r := rand.New(rand.NewPCG(1, 2))
		for i := range addrs {
			addrs[i] = random(r)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				data.Locate(addrs[i%len(addrs)])
			}
		})
	}
}
