package cidr_test

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/doorward/doorward/pkg/cidr"
	"github.com/doorward/doorward/pkg/doorward"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"203.0.113.7", "203.0.113.7/32"},
		{"203.0.113.7/24", "203.0.113.0/24"},
		{"  203.0.113.0/24\r\n", "203.0.113.0/24"},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"2001:db8::1", "2001:db8::1/128"},
		{"2001:DB8:0:0::1/32", "2001:db8::/32"},
		{"::/0", "::/0"},
		{"::ffff:203.0.113.7", "203.0.113.7/32"},
		{"::ffff:203.0.113.7/120", "203.0.113.0/24"},
		{"::ffff:cb00:7107/96", "0.0.0.0/0"},
	} {
		got, err := cidr.Parse(c.in)
		if err != nil || got.String() != c.want {
			t.Errorf("Parse(%q) = %v, %v; want %s", c.in, got, err, c.want)
		}
	}
}

func TestParse_refuses(t *testing.T) {
	for _, in := range []string{
		"", " ", "/", "/24", "home", "203.0.113", "203.0.113.256", "203.0.113.07", "203.0.113.0/33",
		"203.0.113.0/-1", "203.0.113.0/024", "203.0.113.0/24/24", "203.0.113.0 /24", "2001:db8::/129",
		"fe80::1%eth0", "fe80::1%eth0/64", "::ffff:203.0.113.0/95", "203.0.113.0-203.0.113.9",
	} {
		_, err := cidr.Parse(in)
		e, ok := errors.AsType[*doorward.Error](err)
		if !ok || e.Code != doorward.CodeInvalid {
			t.Errorf("Parse(%q): %v, want a CodeInvalid", in, err)
			continue
		}
		if len(e.Fields) != 1 || e.Fields[0].Field != "cidr" || e.Fields[0].Detail == "" {
			t.Errorf("Parse(%q): fields %v, want what to do about cidr", in, e.Fields)
		}
	}
}

func TestTable_Contains(t *testing.T) {
	table := cidr.NewTable([]netip.Prefix{
		netip.MustParsePrefix("203.0.113.77/24"), // host bits set
		netip.MustParsePrefix("198.51.100.1/32"),
		netip.MustParsePrefix("2001:db8::/32"),
		netip.MustParsePrefix("fe80::/10"),
		netip.MustParsePrefix("::ffff:192.0.2.0/124"), // mapped
		{},
	})
	for _, c := range []struct {
		ip   string
		want bool
	}{
		{"203.0.113.1", true},
		{"203.0.114.1", false},
		{"::ffff:203.0.113.1", true},
		{"198.51.100.1", true},
		{"198.51.100.2", false},
		{"192.0.2.15", true},
		{"192.0.2.16", false},
		{"2001:db8:ffff::1", true},
		{"2001:db9::1", false},
		{"fe80::1%eth0", true},
	} {
		if got := table.Contains(netip.MustParseAddr(c.ip)); got != c.want {
			t.Errorf("Contains(%s) = %v", c.ip, got)
		}
	}
	if table.Contains(netip.Addr{}) {
		t.Error("the zero Addr is in a network")
	}
}

func TestTable_empty(t *testing.T) {
	ip := netip.MustParseAddr("203.0.113.1")
	var none *cidr.Table
	if none.Contains(ip) || cidr.NewTable(nil).Contains(ip) {
		t.Error("an empty table contains an address")
	}
}

// Addresses and prefixes are drawn from few bits, so that they meet often enough to matter.
func addr(t *rapid.T, label string) netip.Addr {
	low := rapid.Uint16().Draw(t, label)
	switch rapid.IntRange(0, 2).Draw(t, label+" family") {
	case 0:
		return netip.AddrFrom4([4]byte{10, 0, byte(low >> 8), byte(low)})
	case 1:
		return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 14: byte(low >> 8), 15: byte(low)})
	default:
		return netip.AddrFrom16([16]byte{10: 0xff, 11: 0xff, 12: 10, 14: byte(low >> 8), 15: byte(low)})
	}
}

func TestTable_agreesWithScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefixes := make([]netip.Prefix, rapid.IntRange(0, 20).Draw(t, "n"))
		for i := range prefixes {
			ip := addr(t, "network").Unmap()
			short := rapid.IntRange(0, 16).Draw(t, "host bits")
			prefixes[i] = netip.PrefixFrom(ip, ip.BitLen()-short)
		}
		table := cidr.NewTable(prefixes)
		ip := addr(t, "ip")
		want := false
		for _, p := range prefixes {
			want = want || p.Contains(ip.Unmap())
		}
		if got := table.Contains(ip); got != want {
			t.Fatalf("Contains(%s) = %v in %v", ip, got, prefixes)
		}
	})
}

func TestTable_concurrentReads(t *testing.T) {
	table := cidr.NewTable([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 1000 {
				if !table.Contains(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})) {
					t.Error("an address got lost")
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"203.0.113.7", "::ffff:203.0.113.7/120", "2001:db8::/32", "fe80::1%a/64", " 1.2.3.4/0 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := cidr.Parse(s)
		if err != nil {
			if doorward.ErrorCode(err) != doorward.CodeInvalid {
				t.Fatalf("Parse(%q): %v", s, err)
			}
			return
		}
		if p != p.Masked() || p.Addr().Is4In6() || p.Addr().Zone() != "" {
			t.Fatalf("Parse(%q) = %v, not canonical", s, p)
		}
		if again, err := cidr.Parse(p.String()); err != nil || again != p {
			t.Fatalf("Parse(%q) = %v, which reads as %v, %v", s, p, again, err)
		}
		if !cidr.NewTable([]netip.Prefix{p}).Contains(p.Addr()) {
			t.Fatalf("a table of %v does not contain its first address", p)
		}
	})
}

func BenchmarkTable_Contains(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func() netip.Addr {
		v := r.Uint32()
		return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
	}
	prefixes := make([]netip.Prefix, 10_000)
	for i := range prefixes {
		prefixes[i] = netip.PrefixFrom(random(), 16+r.IntN(17))
	}
	table := cidr.NewTable(prefixes)
	ips := make([]netip.Addr, 1024)
	for i := range ips {
		ips[i] = random()
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		table.Contains(ips[i%len(ips)])
		i++
	}
}
