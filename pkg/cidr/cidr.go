package cidr

import (
	"net/netip"
	"strings"

	"github.com/gaissmai/bart"

	"github.com/doorward/doorward/pkg/doorward"
)

// field is the name under which callers receive the text, and so the one that errors carry.
const field = "cidr"

// mappedBits is the length of ::ffff:0:0/96, the part of IPv6 that stands for IPv4.
const mappedBits = 96

// Parse reads an address or a network and returns its canonical form: a bare address becomes /32 or
// /128, host bits are cleared, and IPv4-mapped IPv6 becomes IPv4. Space around the text is ignored.
// Errors are a *doorward.Error with CodeInvalid that names the field "cidr" and what to do.
func Parse(s string) (netip.Prefix, error) {
	s = strings.TrimSpace(s)
	if strings.ContainsRune(s, '%') {
		return netip.Prefix{}, invalid("Leave out the zone: everything from the % sign on.")
	}
	p, err := parseAny(s)
	if err != nil {
		return netip.Prefix{}, invalid("Enter an address or a network, like 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.")
	}
	p, ok := canonical(p)
	if !ok {
		return netip.Prefix{}, invalid("Write an IPv4 network in its short form, like 203.0.113.0/24.")
	}
	return p, nil
}

func parseAny(s string) (netip.Prefix, error) {
	if strings.ContainsRune(s, '/') {
		return netip.ParsePrefix(s)
	}
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(ip, ip.BitLen()), nil
}

// canonical returns the one form of p. ok is false for the zero Prefix, and for an IPv4-mapped one
// that is shorter than /96: it would cover addresses that are not IPv4, which its writer cannot mean.
func canonical(p netip.Prefix) (_ netip.Prefix, ok bool) {
	if !p.IsValid() {
		return netip.Prefix{}, false
	}
	if p.Addr().Is4In6() {
		if p.Bits() < mappedBits {
			return netip.Prefix{}, false
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mappedBits)
	}
	return p.Masked(), true
}

func invalid(detail string) error {
	return doorward.Invalid(doorward.FieldError{Field: field, Detail: detail})
}

// Table answers for a fixed set of networks. A nil Table holds none. It never changes once made, so
// any number of goroutines may read it.
type Table struct {
	nets bart.Lite
}

// NewTable makes a table of the given networks. They need not be canonical; the zero Prefix and any
// other that Parse would refuse are left out.
func NewTable(prefixes []netip.Prefix) *Table {
	t := new(Table)
	for _, p := range prefixes {
		if p, ok := canonical(p); ok {
			t.nets.Insert(p)
		}
	}
	return t
}

// Contains reports whether ip is in one of the networks. IPv4-mapped IPv6 counts as IPv4, and a zone
// is ignored. The zero Addr is in none.
func (t *Table) Contains(ip netip.Addr) bool {
	if t == nil || !ip.IsValid() {
		return false
	}
	return t.nets.Contains(ip.Unmap().WithZone(""))
}
