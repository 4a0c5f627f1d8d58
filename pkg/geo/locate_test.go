package geo_test

import (
	"math"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo"
)

// known is the contract of a Reader: what these addresses are, in every form of the data, give or take 100 km.
var known = []struct {
	name, addr, country string
	lat, lon            float64
	located             bool
	asn                 uint32
	network             doorward.NetworkKind
}{
	{"Google's resolver", "8.8.8.8", "US", 37.4, -122.1, true, 15169, doorward.NetworkHosting},
	{"the same, mapped", "::ffff:8.8.8.8", "US", 37.4, -122.1, true, 15169, doorward.NetworkHosting},
	{"Cloudflare's resolver", "1.1.1.1", "AU", -33.9, 151.2, true, 13335, doorward.NetworkUnknown},
	{"a home in Germany", "79.192.0.1", "DE", 51.1, 6.9, true, 3320, doorward.NetworkUnknown},
	{"the same in IPv6", "2003::1", "DE", 50.7, 7.1, true, 3320, doorward.NetworkUnknown},
	{"a university in France", "129.175.1.1", "FR", 48.7, 2.2, true, 2269, doorward.NetworkUnknown},
	{"a phone in America", "172.58.1.1", "US", 33.9, -83.4, true, 21928, doorward.NetworkCarrier},
	{"Apple's relay", "172.226.226.1", "", 0, 0, false, 36183, doorward.NetworkRelay},
	{"Microsoft", "20.1.1.1", "US", 39.1, -77.4, true, 8075, doorward.NetworkScanner},
	{"a VPN", "2.26.157.1", "", 0, 0, false, 0, doorward.NetworkVPN},
	{"private", "192.168.1.1", "", 0, 0, false, 0, doorward.NetworkLocal},
	{"private in IPv6", "fd12::1", "", 0, 0, false, 0, doorward.NetworkLocal},
	{"loopback", "127.0.0.1", "", 0, 0, false, 0, doorward.NetworkLocal},
	{"loopback in IPv6", "::1", "", 0, 0, false, 0, doorward.NetworkLocal},
	{"the cable", "fe80::1%eth0", "", 0, 0, false, 0, doorward.NetworkLocal},
	{"the cable in IPv4, mapped", "::ffff:169.254.1.1", "", 0, 0, false, 0, doorward.NetworkLocal},
	{"shared by a carrier's customers", "100.64.0.1", "", 0, 0, false, 0, doorward.NetworkCarrier},
	{"beside them", "100.128.0.1", "US", 0, 0, false, 21928, doorward.NetworkCarrier},
	{"for documents", "192.0.2.1", "", 0, 0, false, 0, doorward.NetworkUnknown},
	{"nobody's", "4000::1", "", 0, 0, false, 0, doorward.NetworkUnknown},
}

func TestContract(t *testing.T) {
	memory, err := geo.OpenMemory()
	if err != nil {
		t.Fatal(err)
	}
	file, err := geo.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	city, asn := filepath.Join(dir, "city.mmdb"), filepath.Join(dir, "asn.mmdb")
	writeKnown(t, city, asn)
	operators, err := geo.OpenFiles(city, asn, file)
	if err != nil {
		t.Fatal(err)
	}
	for name, reader := range map[string]geo.Reader{"memory": memory, "file": file, "operator's files": operators} {
		t.Run(name, func(t *testing.T) { contract(t, reader) })
	}
}

func contract(t *testing.T, reader geo.Reader) {
	for _, k := range known {
		p := reader.Locate(netip.MustParseAddr(k.addr))
		t.Logf("%s %s: %+v", k.name, k.addr, p)
		if k.country != "" && p.Country != k.country {
			t.Errorf("%s, %s: country %q, want %q", k.name, k.addr, p.Country, k.country)
		}
		if k.located && (!p.Located || kilometres(float64(p.Lat), float64(p.Lon), k.lat, k.lon) > 100) {
			t.Errorf("%s, %s: at %v, %v, want about %v, %v", k.name, k.addr, p.Lat, p.Lon, k.lat, k.lon)
		}
		if k.asn != 0 && p.ASN != k.asn {
			t.Errorf("%s, %s: AS%d, want AS%d", k.name, k.addr, p.ASN, k.asn)
		}
		if p.Network != k.network {
			t.Errorf("%s, %s: network of kind %d, want %d", k.name, k.addr, p.Network, k.network)
		}
		nowhere := k.network == doorward.NetworkLocal || k.addr == "100.64.0.1" || k.addr == "192.0.2.1" || k.addr == "4000::1"
		if nowhere && p != (doorward.Place{Network: k.network}) {
			t.Errorf("%s, %s: more is known than there is: %+v", k.name, k.addr, p)
		}
	}
	if p := reader.Locate(netip.Addr{}); p != (doorward.Place{}) {
		t.Errorf("no address is at %+v", p)
	}
}

func kilometres(lat1, lon1, lat2, lon2 float64) float64 {
	const degree = math.Pi / 180
	cosine := math.Sin(lat1*degree)*math.Sin(lat2*degree) +
		math.Cos(lat1*degree)*math.Cos(lat2*degree)*math.Cos((lon1-lon2)*degree)
	return 6371 * math.Acos(min(1, cosine))
}

// writeKnown writes the known places as an operator's files have them.
func writeKnown(t *testing.T, city, asn string) {
	t.Helper()
	places, systems := map[string]mmdbtype.Map{}, map[string]mmdbtype.Map{}
	for _, k := range known {
		if k.located {
			places[k.addr] = cityRecord(k.country, k.lat, k.lon)
			systems[k.addr] = asnRecord(k.asn)
		}
	}
	writeDatabase(t, city, "GeoLite2-City", places)
	writeDatabase(t, asn, "GeoLite2-ASN", systems)
}

func cityRecord(country string, lat, lon float64) mmdbtype.Map {
	return mmdbtype.Map{
		"country":  mmdbtype.Map{"iso_code": mmdbtype.String(country)},
		"location": mmdbtype.Map{"latitude": mmdbtype.Float64(lat), "longitude": mmdbtype.Float64(lon)},
	}
}

func asnRecord(asn uint32) mmdbtype.Map {
	return mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(asn)}
}

// writeDatabase replaces the file at path by one of this type with a record for each address.
func writeDatabase(t *testing.T, path, kind string, records map[string]mmdbtype.Map) {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind})
	if err != nil {
		t.Fatal(err)
	}
	for addr, record := range records {
		a := netip.MustParseAddr(addr).Unmap()
		network := &net.IPNet{IP: a.AsSlice(), Mask: net.CIDRMask(a.BitLen(), a.BitLen())}
		if err := tree.Insert(network, record); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := tree.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		t.Fatal(err)
	}
}

func FuzzLocate(f *testing.F) {
	bundled, err := geo.OpenMemory()
	if err != nil {
		f.Fatal(err)
	}
	for _, k := range known {
		f.Add(netip.MustParseAddr(k.addr).AsSlice())
	}
	f.Add([]byte{255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		addr, _ := netip.AddrFromSlice(b)
		p := bundled.Locate(addr)
		if p.Located != (p.Lat != 0 || p.Lon != 0) || math.Abs(float64(p.Lat)) > 90 || math.Abs(float64(p.Lon)) > 180 {
			t.Errorf("%s: %+v is no place on earth", addr, p)
		}
		if p.Country != "" && len(p.Country) != 2 || p.Network > doorward.NetworkCarrier {
			t.Errorf("%s: %+v", addr, p)
		}
		if again := bundled.Locate(addr); again != p {
			t.Errorf("%s: %+v, then %+v", addr, p, again)
		}
	})
}
