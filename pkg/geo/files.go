package geo

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oschwald/geoip2-golang/v2"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo/flat"
)

// Files answers from files of the operator in MaxMind's format, and from other data what they lack.
type Files struct {
	rest       Reader
	city, asn  string
	reloading  sync.Mutex // held by Reload: one at a time
	cityReader atomic.Pointer[opened]
	asnReader  atomic.Pointer[opened]
}

// opened is a file as it was when it was opened. Nobody closes it: its mapping goes with the last lookup that uses it.
type opened struct {
	*geoip2.Reader
	size    int64
	changed time.Time
}

// OpenFiles opens the files of the operator: city is a GeoLite2 City or DB-IP City Lite, asn a GeoLite2 ASN or DB-IP ASN
// Lite, both as .mmdb; either may be "". What they do not say comes from rest, the kind of network always. An error names
// the file and what to do about it.
func OpenFiles(city, asn string, rest Reader) (*Files, error) {
	f := &Files{rest: rest, city: city, asn: asn}
	if err := f.Reload(); err != nil {
		return nil, err
	}
	return f, nil
}

// Reload opens those files again whose size or time of change is another. Of a file that is not usable the one before
// stays in use, and the error says so. Lookups may run meanwhile.
func (f *Files) Reload() error {
	f.reloading.Lock()
	defer f.reloading.Unlock()
	return errors.Join(
		reload(&f.cityReader, f.city, "City", func(r *geoip2.Reader, a netip.Addr) error { _, err := r.City(a); return err }),
		reload(&f.asnReader, f.asn, "ASN", func(r *geoip2.Reader, a netip.Addr) error { _, err := r.ASN(a); return err }),
	)
}

func reload(reader *atomic.Pointer[opened], path, kind string, try func(*geoip2.Reader, netip.Addr) error) error {
	if path == "" {
		return nil
	}
	advice := fmt.Sprintf("give a GeoLite2 %s or DB-IP %[1]s Lite file with the ending .mmdb, or none", kind)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s does not exist: %s", path, advice)
	}
	if err != nil {
		return fmt.Errorf("%w: make it readable, or %s", err, advice)
	}
	if old := reader.Load(); old != nil && old.size == info.Size() && old.changed.Equal(info.ModTime()) {
		return nil
	}
	r, err := geoip2.Open(path)
	if err == nil {
		err = try(r, netip.AddrFrom4([4]byte{1, 1, 1, 1}))
	}
	if err != nil {
		return fmt.Errorf("%s is of no use (%w): %s", path, err, advice)
	}
	reader.Store(&opened{Reader: r, size: info.Size(), changed: info.ModTime()})
	return nil
}

// Locate returns what the files know of addr, and what the rest knows beyond.
func (f *Files) Locate(addr netip.Addr) doorward.Place {
	addr = addr.Unmap().WithZone("")
	if p, ok := special(addr); ok {
		return p
	}
	p := f.rest.Locate(addr)
	place(f.cityReader.Load(), addr, &p)
	network(f.asnReader.Load(), addr, &p)
	return p
}

// place sets what the file says of the place of addr. A place that the rest knows in another country is dropped.
func place(r *opened, addr netip.Addr, p *doorward.Place) {
	if r == nil {
		return
	}
	before := *p
	defer unreadable(debug.SetPanicOnFault(true), p, before)
	city, err := r.City(addr)
	if err != nil {
		return
	}
	if country := flat.Country(city.Country.ISOCode); country != "" && country != p.Country {
		p.Country, p.Lat, p.Lon, p.Located = country, 0, 0, false
	}
	if city.Location.HasCoordinates() {
		p.Lat, p.Lon, p.Located = float32(*city.Location.Latitude), float32(*city.Location.Longitude), true
	}
}

// network sets the number of the system that the file says of addr.
func network(r *opened, addr netip.Addr, p *doorward.Place) {
	if r == nil {
		return
	}
	before := *p
	defer unreadable(debug.SetPanicOnFault(true), p, before)
	if asn, err := r.ASN(addr); err == nil && asn.AutonomousSystemNumber != 0 {
		p.ASN = uint32(asn.AutonomousSystemNumber)
	}
}

// unreadable is deferred by who reads a mapped file. Somebody who copies a new file over one in use cuts it short for a
// moment, and reading beyond its end is a fault that would end the program: it stands for an answer that is not there.
func unreadable(faultsPanicked bool, p *doorward.Place, before doorward.Place) {
	debug.SetPanicOnFault(faultsPanicked)
	if recover() != nil {
		*p = before
	}
}
