package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo/flat"
)

func TestStepsAreZeroBetweenRanges(t *testing.T) {
	var s steps
	s.add(10, 20, 1)
	s.add(20, 30, 1) // goes on with the same
	s.add(40, 50, 2)
	s.add(40, 45, 3) // the same key again, as of networks longer than /64
	s.add(60, 0, 4)  // to the end
	want := []flat.Span{{Start: 0, Value: 0}, {Start: 10, Value: 1}, {Start: 30, Value: 0}, {Start: 40, Value: 2}, {Start: 50, Value: 0}, {Start: 60, Value: 4}}
	if got := s.close(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestMerge(t *testing.T) {
	a := []flat.Span{{Start: 0, Value: 1}, {Start: 10, Value: 2}}
	b := []flat.Span{{Start: 5, Value: 10}, {Start: 10, Value: 20}, {Start: 15, Value: 0}}
	want := []flat.Span{{Start: 0, Value: 1}, {Start: 5, Value: 11}, {Start: 10, Value: 22}, {Start: 15, Value: 2}}
	if got := merge(a, b, func(a, b uint32) uint32 { return a + b }); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// kindAt reads the kind of an address out of marked spans.
func kindAt(t *testing.T, n *networks, systems []flat.Span, addr string) (p doorward.Place) {
	t.Helper()
	a := netip.MustParseAddr(addr)
	family := 6
	if a.Is4() {
		family = 4
	}
	table, err := flat.Open(flat.Encode(n.mark(systems, family)))
	if err != nil {
		t.Fatal(err)
	}
	flat.UnpackNetwork(table.Lookup(keyOf(a)), &p)
	return p
}

func TestTheStrongestKindCounts(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"datacenter-asn.txt":      "AS100 # a data centre\nAS8075 # Microsoft\nAS300\n",
		"datacenter-ipv4.txt":     "10.1.0.0/16\n10.1.2.0/24\n\n",
		"vpn-asn.txt":             "AS300 # a VPN\n",
		"vpn-ipv4.txt":            "10.1.3.0/24\n10.8.0.0/16\n",
		"apple-private-relay.txt": "10.1.3.128/25\n10.9.0.0/16\n",
		"relay-ipv6.txt":          "2001:db8::/32 # a relay\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n, err := readNetworks(dir)
	if err != nil {
		t.Fatal(err)
	}
	n.name(200, "T-Mobile USA, Inc.")
	all := func(asn uint32) []flat.Span { return []flat.Span{{Start: 0, Value: asn}} }
	for _, c := range []struct {
		addr string
		asn  uint32
		want doorward.NetworkKind
	}{
		{"10.2.0.1", 1, doorward.NetworkUnknown},
		{"10.2.0.1", 100, doorward.NetworkHosting},
		{"10.1.0.1", 1, doorward.NetworkHosting},
		{"10.1.2.1", 1, doorward.NetworkHosting},
		{"10.1.255.255", 1, doorward.NetworkHosting},
		{"10.1.3.1", 1, doorward.NetworkVPN},
		{"10.1.3.1", 200, doorward.NetworkVPN},
		{"10.1.3.129", 1, doorward.NetworkRelay},
		{"10.2.0.1", 300, doorward.NetworkVPN},
		{"10.2.0.1", 200, doorward.NetworkCarrier},
		{"10.1.0.1", 200, doorward.NetworkHosting},
		{"10.2.0.1", 8075, doorward.NetworkScanner},
		{"10.8.0.1", 8075, doorward.NetworkScanner},
		{"10.9.0.1", 8075, doorward.NetworkRelay},
		{"2001:db8::1", 100, doorward.NetworkRelay},
		{"2001:db9::1", 100, doorward.NetworkHosting},
	} {
		if got := kindAt(t, n, all(c.asn), c.addr); got.Network != c.want || got.ASN != c.asn {
			t.Errorf("%s of AS%d: kind %d of AS%d, want kind %d", c.addr, c.asn, got.Network, got.ASN, c.want)
		}
	}
}

func TestBadLinesAreNamed(t *testing.T) {
	for _, text := range []string{"AS1\nASx\n", "10.0.0.0/8\n10.0.0.0/33\n", "# fine\nhello\n"} {
		path := filepath.Join(t.TempDir(), "list.txt")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		n := &networks{prefixes: map[doorward.NetworkKind][]netip.Prefix{}, systems: map[uint32]doorward.NetworkKind{}}
		if err := n.readList(path, doorward.NetworkVPN); err == nil || !strings.Contains(err.Error(), path+":2:") {
			t.Errorf("%q: error %v, want one that names line 2", text, err)
		}
	}
}

// A home must not be taken for a carrier.
func TestCompaniesWithFixedLinesAreNoCarriers(t *testing.T) {
	n := &networks{carriers: map[uint32]string{}}
	for asn, name := range map[uint32]string{
		3320: "Deutsche Telekom AG", 7922: "Comcast Cable Communications, LLC", 3209: "Vodafone GmbH", 30722: "Vodafone Italia S.p.A.",
		9808: "China Mobile", 13036: "T-Mobile Czech Republic a.s.", 7018: "AT&T Enterprises, LLC", 701: "Verizon Business",
		1680: "Cellcom Fixed Line Communication L.P", 63296: "Amarillo Wireless", 11804: "All Mobile Video Inc", 55836: "Reliance Jio Infocomm Limited",
	} {
		n.name(asn, name)
	}
	if len(n.carriers) > 0 {
		t.Errorf("taken for carriers: %v", n.carriers)
	}
	n.name(51207, "Free  Mobile SAS")
	n.name(20057, "AT&T Enterprises, LLC")
	if n.carriers[51207] != "Free Mobile SAS" || n.carriers[20057] == "" {
		t.Errorf("carriers %v, want Free Mobile and AT&T's network for phones", n.carriers)
	}
}
