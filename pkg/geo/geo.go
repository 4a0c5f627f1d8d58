package geo

import (
	"net/netip"

	"github.com/doorward/doorward/pkg/doorward"
)

// Reader tells the place of an address. It is safe for use by several goroutines, and answers what it does not know with
// the zero Place.
type Reader interface {
	Locate(netip.Addr) doorward.Place
}

var carrierNAT = netip.MustParsePrefix("100.64.0.0/10")

// special returns the place of addresses that no data has: those of local networks, and those that carriers share
// among their customers (RFC 6598).
func special(addr netip.Addr) (_ doorward.Place, ok bool) {
	switch {
	case !addr.IsValid():
		return doorward.Place{}, true
	case addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast():
		return doorward.Place{Network: doorward.NetworkLocal}, true
	case carrierNAT.Contains(addr):
		return doorward.Place{Network: doorward.NetworkCarrier}, true
	}
	return doorward.Place{}, false
}
