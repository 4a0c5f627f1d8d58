package main

import (
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo/flat"
)

// keyOf is the key of an address in the tables: IPv4 in the upper half, of IPv6 the network half.
func keyOf(a netip.Addr) uint64 {
	if a.Is4() {
		b := a.As4()
		return uint64(binary.BigEndian.Uint32(b[:])) << 32
	}
	b := a.As16()
	return binary.BigEndian.Uint64(b[:])
}

// after is the first key after the network p, and 0 when it reaches to the end.
func after(p netip.Prefix) uint64 {
	size := 64 - min(p.Bits(), 64)
	if p.Addr().Is4() {
		size = 64 - p.Bits()
	}
	if size == 64 {
		return 0
	}
	return keyOf(p.Addr()) + 1<<size
}

// steps collects ranges in ascending order into spans, with 0 between them. Of ranges with one key, the first counts.
type steps struct {
	spans []flat.Span
	end   uint64
}

func (s *steps) add(start, end uint64, value uint32) {
	if n := len(s.spans); n > 0 && start <= s.spans[n-1].Start {
		s.end = max(s.end, end)
		return
	}
	if start > s.end {
		s.step(s.end, 0)
	}
	s.step(start, value)
	s.end = end
}

func (s *steps) step(start uint64, value uint32) {
	if n := len(s.spans); n == 0 || s.spans[n-1].Value != value {
		s.spans = append(s.spans, flat.Span{Start: start, Value: value})
	}
}

// close returns the spans; what follows the last range is 0.
func (s *steps) close() []flat.Span {
	if s.end != 0 {
		s.step(s.end, 0)
	}
	return s.spans
}

// merge returns the spans of both a and b with the values that join makes of theirs.
func merge(a, b []flat.Span, join func(a, b uint32) uint32) []flat.Span {
	var out steps
	var inA, inB uint32
	for len(a) > 0 || len(b) > 0 {
		start := uint64(0)
		takeA := len(b) == 0 || len(a) > 0 && a[0].Start <= b[0].Start
		takeB := len(a) == 0 || len(b) > 0 && b[0].Start <= a[0].Start
		if takeA {
			start, inA, a = a[0].Start, a[0].Value, a[1:]
		}
		if takeB {
			start, inB, b = b[0].Start, b[0].Value, b[1:]
		}
		out.step(start, join(inA, inB))
	}
	return out.spans
}

// record is what is read of a network, in both packages.
type record struct {
	Country string   `maxminddb:"country_code"`
	Lat     *float64 `maxminddb:"latitude"`
	Lon     *float64 `maxminddb:"longitude"`
}

// readPlaces returns the country and cell of every network: DB-IP's, and where that has nothing the registries' country.
func readPlaces(packages string, family int) ([]flat.Span, error) {
	cities, err := readDatabase(filepath.Join(packages, "dbip-city-mmdb", fmt.Sprintf("dbip-city-ipv%d.mmdb", family)))
	if err != nil {
		return nil, err
	}
	countries, err := readDatabase(filepath.Join(packages, "geo-whois-asn-country-mmdb", fmt.Sprintf("geo-whois-asn-country-ipv%d.mmdb", family)))
	if err != nil {
		return nil, err
	}
	return merge(cities, countries, func(city, country uint32) uint32 {
		if city != 0 {
			return city
		}
		return country
	}), nil
}

func readDatabase(path string) ([]flat.Span, error) {
	db, err := maxminddb.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer db.Close() //nolint:errcheck // read only
	known := map[uintptr]uint32{}
	var out steps
	for network := range db.Networks() {
		value, ok := known[network.Offset()]
		if !ok {
			var r record
			if err := network.Decode(&r); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", path, network.Prefix(), err)
			}
			if value, err = r.value(); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", path, network.Prefix(), err)
			}
			known[network.Offset()] = value
		}
		out.add(keyOf(network.Prefix().Addr()), after(network.Prefix()), value)
	}
	return out.close(), nil
}

func (r record) value() (uint32, error) {
	p := doorward.Place{Country: r.Country}
	if r.Lat != nil && r.Lon != nil && (*r.Lat != 0 || *r.Lon != 0) {
		p.Lat, p.Lon, p.Located = float32(*r.Lat), float32(*r.Lon), true
	}
	return flat.PackPlace(p)
}

// readSystems returns the ASN of every network and tells nets the names that belong to them.
func readSystems(packages string, family int, nets *networks) ([]flat.Span, error) {
	path := filepath.Join(packages, "asn", fmt.Sprintf("asn-ipv%d.csv", family))
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	rows := csv.NewReader(f)
	rows.ReuseRecord = true
	var out steps
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return out.close(), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if err := readSystem(&out, row, nets); err != nil {
			line, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
}

// readSystem reads a row {first address, last address, ASN, name}.
func readSystem(out *steps, row []string, nets *networks) error {
	if len(row) != 4 {
		return fmt.Errorf("%d columns instead of 4", len(row))
	}
	first, err := netip.ParseAddr(row[0])
	if err != nil {
		return err
	}
	last, err := netip.ParseAddr(row[1])
	if err != nil {
		return err
	}
	asn, err := strconv.ParseUint(row[2], 10, 32)
	if err != nil {
		return err
	}
	if bits.Len64(asn) > flat.ASNBits { // numbers for private use, announced by mistake
		asn = 0
	}
	nets.name(uint32(asn), row[3])
	end := keyOf(last) + 1
	if first.Is4() {
		end = keyOf(last) + 1<<32
	}
	out.add(keyOf(first), end, uint32(asn))
	return nil
}
