package geo_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo"
)

// rest is what the files fall back to: it knows one place for everything.
type rest doorward.Place

func (r rest) Locate(netip.Addr) doorward.Place { return doorward.Place(r) }

var berlin = rest{Country: "DE", Lat: 52.5, Lon: 13.4, Located: true, ASN: 3320, Network: doorward.NetworkHosting}

const addr = "8.8.8.8"

// cityFile returns the path of a file that has the record for addr.
func cityFile(t *testing.T, record mmdbtype.Map) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "city.mmdb")
	writeDatabase(t, path, "DBIP-City-Lite", map[string]mmdbtype.Map{addr: record})
	return path
}

func TestFilesWinOverTheRest(t *testing.T) {
	asn := filepath.Join(t.TempDir(), "asn.mmdb")
	writeDatabase(t, asn, "DBIP-ASN-Lite (compat=GeoLite2-ASN)", map[string]mmdbtype.Map{addr: asnRecord(64500)})
	vienna := cityRecord("AT", 48.2, 16.4)
	country := func(code string) mmdbtype.Map {
		return mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)}}
	}
	for name, c := range map[string]struct {
		city, asn, addr string
		want            doorward.Place
	}{
		"both":                   {cityFile(t, vienna), asn, addr, doorward.Place{Country: "AT", Lat: 48.2, Lon: 16.4, Located: true, ASN: 64500, Network: doorward.NetworkHosting}},
		"city only":              {cityFile(t, vienna), "", addr, doorward.Place{Country: "AT", Lat: 48.2, Lon: 16.4, Located: true, ASN: 3320, Network: doorward.NetworkHosting}},
		"ASN only":               {"", asn, addr, doorward.Place{Country: "DE", Lat: 52.5, Lon: 13.4, Located: true, ASN: 64500, Network: doorward.NetworkHosting}},
		"another address":        {cityFile(t, vienna), asn, "8.8.4.4", doorward.Place(berlin)},
		"same country, no place": {cityFile(t, country("DE")), "", addr, doorward.Place(berlin)},
		"other country, no place": {cityFile(t, country("AT")), "", addr,
			doorward.Place{Country: "AT", ASN: 3320, Network: doorward.NetworkHosting}},
		"country that is none": {cityFile(t, country("Austria")), "", addr, doorward.Place(berlin)},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := geo.OpenFiles(c.city, c.asn, berlin)
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Locate(netip.MustParseAddr(c.addr)); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestBadFilesAreNamedWithAdvice(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	repackaged := filepath.Join(dir, "repackaged.mmdb")
	writeDatabase(t, repackaged, "city ipv4", map[string]mmdbtype.Map{addr: {}})
	city := cityFile(t, cityRecord("AT", 48.2, 16.4))
	for name, c := range map[string]struct{ city, asn, bad string }{
		"missing":          {filepath.Join(dir, "none.mmdb"), "", filepath.Join(dir, "none.mmdb")},
		"empty":            {write("empty.mmdb", ""), "", filepath.Join(dir, "empty.mmdb")},
		"a page":           {write("page.mmdb", "<html>not found</html>"), "", filepath.Join(dir, "page.mmdb")},
		"a folder":         {dir, "", dir},
		"a foreign type":   {repackaged, "", repackaged},
		"the wrong sort":   {"", city, city},
		"a bad second one": {city, write("asn.mmdb", "x"), filepath.Join(dir, "asn.mmdb")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := geo.OpenFiles(c.city, c.asn, berlin)
			if err == nil || !strings.Contains(err.Error(), c.bad) || !strings.Contains(err.Error(), "give a GeoLite2") {
				t.Errorf("error %v, want one that names %s and says what to give", err, c.bad)
			}
		})
	}
}

func TestReload(t *testing.T) {
	path := cityFile(t, cityRecord("AT", 48.2, 16.4))
	f, err := geo.OpenFiles(path, "", berlin)
	if err != nil {
		t.Fatal(err)
	}
	country := func() string { return f.Locate(netip.MustParseAddr(addr)).Country }

	writeDatabase(t, path, "DBIP-City-Lite", map[string]mmdbtype.Map{addr: cityRecord("IT", 41.9, 12.5), "9.9.9.9": {}})
	if got := country(); got != "AT" {
		t.Errorf("before Reload: %q", got)
	}
	if err := f.Reload(); err != nil {
		t.Fatal(err)
	}
	if got := country(); got != "IT" {
		t.Errorf("after Reload: %q, want IT", got)
	}

	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(broken, path); err != nil {
		t.Fatal(err)
	}
	if err := f.Reload(); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v, want one that names %s", err, path)
	}
	if got := country(); got != "IT" {
		t.Errorf("after a broken file: %q, want that of the one before", got)
	}

	writeDatabase(t, path, "DBIP-City-Lite", map[string]mmdbtype.Map{addr: cityRecord("FR", 48.9, 2.4)})
	if err := f.Reload(); err != nil {
		t.Fatal(err)
	}
	if got := country(); got != "FR" {
		t.Errorf("after a good one again: %q, want FR", got)
	}
}

func TestReloadUnderLookups(t *testing.T) {
	path := cityFile(t, cityRecord("AT", 48.2, 16.4))
	f, err := geo.OpenFiles(path, "", berlin)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if c := f.Locate(netip.MustParseAddr(addr)).Country; c != "AT" && c != "IT" {
					t.Errorf("country %q", c)
					return
				}
			}
		})
	}
	for i := range 50 {
		records := map[string]mmdbtype.Map{addr: cityRecord("AT", 48.2, 16.4)}
		if i%2 == 0 {
			records = map[string]mmdbtype.Map{addr: cityRecord("IT", 41.9, 12.5), "9.9.9.9": {}}
		}
		writeDatabase(t, path, "DBIP-City-Lite", records)
		if err := f.Reload(); err != nil {
			t.Error(err)
		}
		runtime.GC() // the mapping of a file that is no longer used goes here
	}
	close(done)
	all.Wait()
}

// An operator may copy a new file over the one in use, which is cut short for a moment.
func TestFileCutShortInUse(t *testing.T) {
	path := cityFile(t, cityRecord("AT", 48.2, 16.4))
	f, err := geo.OpenFiles(path, "", berlin)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 0); err != nil {
		if runtime.GOOS != "windows" {
			t.Fatal(err)
		}
		t.Skip("Windows keeps files that are in use, so nothing can happen to this one:", err) // nothing to test there
	}
	if got := f.Locate(netip.MustParseAddr(addr)); got != doorward.Place(berlin) {
		t.Errorf("%+v, want what the rest knows", got)
	}
}

func TestCredits(t *testing.T) {
	var all strings.Builder
	for _, c := range geo.Credits() {
		if c.Name == "" || c.Licence == "" || c.Text == "" || !strings.HasPrefix(c.URL, "https://") {
			t.Errorf("incomplete: %+v", c)
		}
		all.WriteString(c.Name + " " + c.URL + " " + c.Text + "\n")
	}
	for _, want := range []string{"IP Geolocation by DB-IP", "https://db-ip.com", "RouteViews", "NRO", "Copyright (c) 2024 X4B (Mathew Heard)", "without restriction"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("the credits do not name %q", want)
		}
	}
}
