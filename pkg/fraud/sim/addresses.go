package sim

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"

	"github.com/doorward/doorward/pkg/doorward"
)

// spot is an address with what is known of it.
type spot struct {
	addr     netip.Addr
	country  string
	lat, lon float32
	asn      uint32
}

// near reports whether another spot is within a distance in kilometres.
func (s *spot) near(o *spot, km float64) bool {
	const degree = 111.2 // km of latitude
	dlat := float64(s.lat-o.lat) * degree
	dlon := float64(s.lon-o.lon) * degree * math.Cos(float64(s.lat)*math.Pi/180)
	return dlat*dlat+dlon*dlon <= km*km
}

// pools are real addresses by country and kind, found by drawing at random.
type pools struct {
	homes, mobile, mobile6, hosting, vpns, relays map[string][]spot // mobile: of carriers

	carriers, carriers6            map[string][][]netip.Addr // the former by network
	scanners, anyHosting, anyRelay []spot
	abroad                         []string // countries with homes, sorted
}

const (
	draws   = 1_200_000 // of the IPv4 space: 2,000 for a country of the size of Portugal
	draws6  = 150_000
	poolMax = 4000 // per country and kind

	usableFrom = 100 // homes that a country needs for an event to be there
)

// mailScanners are networks of mail security services, §4.1, for when the Locator names none.
var mailScanners = []uint32{8075, 22843, 26211, 52129, 30031, 42427, 15324}

func drawPools(c chance, locator Locator) *pools {
	p := &pools{
		homes: map[string][]spot{}, mobile: map[string][]spot{}, mobile6: map[string][]spot{}, hosting: map[string][]spot{},
		vpns: map[string][]spot{}, relays: map[string][]spot{},
		carriers: map[string][][]netip.Addr{}, carriers6: map[string][][]netip.Addr{},
	}
	for range draws {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], c.Uint32())
		if addr := netip.AddrFrom4(b); addr.IsGlobalUnicast() && !addr.IsPrivate() {
			p.add(addr, locator.Locate(addr))
		}
	}
	for range draws6 {
		// The blocks of the registries: 2400::/12, 2600::/12, 2800::/12 and 2a00::/12.
		var b [16]byte
		binary.BigEndian.PutUint64(b[:], uint64(pick(c, []uint16{0x2400, 0x2600, 0x2800, 0x2a00}))<<48|c.Uint64()>>12)
		binary.BigEndian.PutUint64(b[8:], c.Uint64())
		addr := netip.AddrFrom16(b)
		place := locator.Locate(addr)
		if mobile := place.Network == doorward.NetworkUnknown || place.Network == doorward.NetworkCarrier; mobile && place.Country != "" && place.ASN != 0 {
			keep(p.mobile6, place.Country, spot{addr, place.Country, place.Lat, place.Lon, place.ASN})
		}
	}
	for i := range countries {
		code := countries[i].code
		if len(p.homes[code]) >= usableFrom {
			p.abroad = append(p.abroad, code)
		}
		p.carriers[code] = byNetwork(append(p.mobile[code], largest(p.homes[code], 3)...))
		p.carriers6[code] = byNetwork(p.mobile6[code])
	}
	return p
}

// add sorts an address by what its place says of it.
func (p *pools) add(addr netip.Addr, place doorward.Place) {
	s := spot{addr, place.Country, place.Lat, place.Lon, place.ASN}
	switch place.Network {
	case doorward.NetworkUnknown:
		if place.Country != "" && place.Located && place.ASN != 0 {
			keep(p.homes, place.Country, s)
		}
	case doorward.NetworkCarrier:
		keep(p.mobile, place.Country, s)
	case doorward.NetworkHosting, doorward.NetworkVPN:
		if slices.Contains(mailScanners, place.ASN) {
			p.scanners = append(p.scanners, s)
			return
		}
		if place.Network == doorward.NetworkVPN {
			keep(p.vpns, place.Country, s)
		} else {
			keep(p.hosting, place.Country, s)
		}
		p.anyHosting = append(p.anyHosting, s)
	case doorward.NetworkRelay:
		keep(p.relays, place.Country, s)
		p.anyRelay = append(p.anyRelay, s)
	case doorward.NetworkScanner:
		p.scanners = append(p.scanners, s)
	}
}

func keep(in map[string][]spot, country string, s spot) {
	if len(in[country]) < poolMax {
		in[country] = append(in[country], s)
	}
}

// largest returns the spots of the n networks that have the most of them. Lists of carriers leave many
// out, and these are the likeliest.
func largest(spots []spot, n int) []spot {
	counts := map[uint32]int{}
	for i := range spots {
		counts[spots[i].asn]++
	}
	asns := make([]uint32, 0, len(counts))
	for asn := range counts {
		asns = append(asns, asn)
	}
	slices.SortFunc(asns, func(a, b uint32) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return int(a) - int(b)
	})
	asns = asns[:min(n, len(asns))]
	var found []spot
	for _, s := range spots {
		if slices.Contains(asns, s.asn) {
			found = append(found, s)
		}
	}
	return found
}

// byNetwork groups addresses by their network, in the order of the first of each.
func byNetwork(spots []spot) (networks [][]netip.Addr) {
	at := map[uint32]int{}
	for i := range spots {
		n, ok := at[spots[i].asn]
		if !ok {
			n = len(networks)
			at[spots[i].asn] = n
			networks = append(networks, nil)
		}
		networks[n] = append(networks[n], spots[i].addr)
	}
	return networks
}

// town draws a place in a country with enough homes around it for a crowd; and those homes.
func (p *pools) town(c chance, code string) (spot, []spot) {
	const crowd, tries, radius = 25, 40, 40
	homes := p.homes[code]
	var centre spot
	for range tries {
		centre = pick(c, homes)
		if around := centre.among(homes, radius); len(around) >= crowd {
			return centre, around
		}
	}
	return centre, homes
}

// among returns the spots within a distance in kilometres.
func (s *spot) among(spots []spot, km float64) (found []spot) {
	for i := range spots {
		if s.near(&spots[i], km) {
			found = append(found, spots[i])
		}
	}
	return found
}

// hostingIn draws an address of a VPN or data centre that is said to be in a country, if there is one.
func (p *pools) hostingIn(c chance, code string) (spot, bool) {
	if c.is(.5) && len(p.vpns[code]) > 0 {
		return pick(c, p.vpns[code]), true
	}
	return in(c, p.hosting[code], p.anyHosting)
}

// relayIn draws an address of a privacy relay, in the country if there is one.
func (p *pools) relayIn(c chance, code string) (spot, bool) { return in(c, p.relays[code], p.anyRelay) }

func in(c chance, first, second []spot) (spot, bool) {
	switch {
	case len(first) > 0:
		return pick(c, first), true
	case len(second) > 0:
		return pick(c, second), true
	default:
		return spot{}, false
	}
}

// beside returns another address of the same /24 or, of IPv6, the same /64.
func beside(c chance, a netip.Addr) netip.Addr {
	if a.Is4() {
		b := a.As4()
		b[3] = byte(1 + c.IntN(254))
		return netip.AddrFrom4(b)
	}
	b := a.As16()
	binary.BigEndian.PutUint64(b[8:], c.Uint64())
	return netip.AddrFrom16(b)
}
