package sim_test

import (
	"net/netip"

	"github.com/doorward/doorward/pkg/doorward"
)

// atlas is a world made up for tests: the first byte of an address is its country, the second its town
// and provider, and some seconds are of data centres, relays, carriers and mail scanners.
type atlas struct{}

var atlasCountries = []string{
	"DE", "FR", "GB", "IT", "ES", "NL", "PL", "SE", "BE", "AT", "CH", "PT", "CZ", "US", "CA",
	"IN", "BR", "JP", "MX", "ID", "TR", "AU", "KR", "ZA", "AR", "TH",
}

func (atlas) Locate(a netip.Addr) doorward.Place {
	first, second := int(a.AsSlice()[0]), int(a.AsSlice()[1])
	if a.Is6() {
		first, second = second, int(a.AsSlice()[2])
	}
	n := first % len(atlasCountries)
	p := doorward.Place{
		Country: atlasCountries[n], Lat: float32(40 + second%4), Lon: float32(10*n - 120), Located: true,
		ASN: uint32(1000 + 10*n + second/4%3),
	}
	switch {
	case second%16 == 15:
		p.Network, p.ASN = doorward.NetworkCarrier, uint32(3000+10*n+second/16%3)
	case second%16 == 14:
		p.Network, p.ASN = doorward.NetworkHosting, 9009
	case second == 13:
		p.Network, p.ASN = doorward.NetworkRelay, 36183
	case second == 29:
		p.Network, p.ASN = doorward.NetworkScanner, 8075
	}
	return p
}
