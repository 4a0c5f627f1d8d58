package app

import (
	"log/slog"
	"net/netip"
	"sync"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo"
)

// places is the bundled geo data, made ready when an address is first asked for: a start does not wait for it.
type places struct {
	open func() *geo.Bundled // nil when it cannot be read; called once
}

func newPlaces(data string) *places {
	return &places{open: sync.OnceValue(func() *geo.Bundled {
		b, err := geo.Open(data)
		if err != nil {
			slog.Error("places are unknown until the next start", "error", err)
			return nil
		}
		return b
	})}
}

// Locate returns what is known of an address.
func (p *places) Locate(addr netip.Addr) doorward.Place {
	if b := p.open(); b != nil {
		return b.Locate(addr)
	}
	return doorward.Place{}
}

// openPlaces returns the bundled data, with the operator's own before it where there is any.
func openPlaces(c Config) (geo.Reader, error) {
	bundled := newPlaces(c.Data)
	if c.GeoCity == "" && c.GeoASN == "" {
		return bundled, nil
	}
	return geo.OpenFiles(c.GeoCity, c.GeoASN, bundled)
}
