package main

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo/flat"
)

// networks is what is known of kinds of networks: by address, and where that says nothing by ASN.
type networks struct {
	prefixes map[doorward.NetworkKind][]netip.Prefix
	systems  map[uint32]doorward.NetworkKind
	carriers map[uint32]string // the name of each
}

// scanners are networks that mail security services follow links from, though their names do not say so: Microsoft's,
// which is that of Azure too, and Rackspace's.
var scanners = []uint32{8075, 19994}

// scannerNames are the services that have networks of their own. Those whose proxies people browse through, like
// Zscaler's and Forcepoint's, are left out.
var scannerNames = regexp.MustCompile(`(?i)\b(` + strings.Join([]string{
	"mimecast", "proofpoint", "barracuda networks", "cisco systems ironport", "trend micro", "hornetsecurity", "appriver",
	"retarus", "zix corporation", "zix international", "cyren",
}, "|") + `)\b`)

// rank orders kinds for an address that is of several: the highest counts.
var rank = map[doorward.NetworkKind]int{
	doorward.NetworkCarrier: 1, doorward.NetworkHosting: 2, doorward.NetworkVPN: 3,
	doorward.NetworkScanner: 4, doorward.NetworkRelay: 5,
}

func stronger(a, b doorward.NetworkKind) doorward.NetworkKind {
	if rank[b] > rank[a] {
		return b
	}
	return a
}

func readNetworks(dir string) (*networks, error) {
	n := &networks{
		prefixes: map[doorward.NetworkKind][]netip.Prefix{},
		systems:  map[uint32]doorward.NetworkKind{},
		carriers: map[uint32]string{},
	}
	for _, list := range []struct {
		file string
		kind doorward.NetworkKind
	}{
		{"datacenter-asn.txt", doorward.NetworkHosting},
		{"datacenter-ipv4.txt", doorward.NetworkHosting},
		{"vpn-asn.txt", doorward.NetworkVPN},
		{"vpn-ipv4.txt", doorward.NetworkVPN},
		{"apple-private-relay.txt", doorward.NetworkRelay},
		{"relay-ipv6.txt", doorward.NetworkRelay},
	} {
		if err := n.readList(filepath.Join(dir, list.file), list.kind); err != nil {
			return nil, err
		}
	}
	for _, asn := range scanners {
		n.systems[asn] = doorward.NetworkScanner
	}
	return n, nil
}

// readList reads a file of networks or ASNs, one a line, with remarks after a #.
func (n *networks) readList(path string, kind doorward.NetworkKind) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	lines := bufio.NewScanner(f)
	for at := 1; lines.Scan(); at++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		if number, ok := strings.CutPrefix(text, "AS"); ok {
			asn, err := strconv.ParseUint(number, 10, flat.ASNBits)
			if err != nil {
				return fmt.Errorf("%s:%d: %w", path, at, err)
			}
			n.systems[uint32(asn)] = stronger(n.systems[uint32(asn)], kind)
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", path, at, err)
		}
		n.prefixes[kind] = append(n.prefixes[kind], p.Masked())
	}
	return lines.Err()
}

// mark adds the kinds to spans of ASNs.
func (n *networks) mark(systems []flat.Span, family int) []flat.Span {
	var byPrefix []flat.Span
	for _, kind := range slices.Sorted(maps.Keys(n.prefixes)) {
		byPrefix = merge(byPrefix, cover(n.prefixes[kind], family, uint32(kind)), func(a, b uint32) uint32 {
			return uint32(stronger(doorward.NetworkKind(a), doorward.NetworkKind(b)))
		})
	}
	return merge(systems, byPrefix, func(asn, kind uint32) uint32 {
		return flat.PackNetwork(asn, stronger(n.kind(asn), doorward.NetworkKind(kind)))
	})
}

func (n *networks) kind(asn uint32) doorward.NetworkKind {
	kind := n.systems[asn]
	if _, ok := n.carriers[asn]; ok {
		kind = stronger(kind, doorward.NetworkCarrier)
	}
	return kind
}

// cover gives value to all addresses of the prefixes of a family.
func cover(prefixes []netip.Prefix, family int, value uint32) []flat.Span {
	prefixes = slices.Clone(prefixes)
	slices.SortFunc(prefixes, func(a, b netip.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), a.Bits()-b.Bits())
	})
	var out steps
	for _, p := range prefixes {
		if p.Addr().Is4() != (family == 4) || out.end != 0 && after(p) <= out.end {
			continue // another family, or inside of the one before
		}
		out.add(keyOf(p.Addr()), after(p), value)
	}
	return out.close()
}
