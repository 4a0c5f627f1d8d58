package fraud

import "github.com/doorward/doorward/pkg/doorward"

// guest is what is remembered of one guest's link.
type guest struct {
	link       int // the newest that was used
	visits     int // of people; an open and the answer half an hour later are one
	n          int
	profiles   [profilesKept]profile
	lines      int
	networks   [networksKept]network
	last       [2]spot               // of the newest two visits that are taken for the guest's circle, newest first
	scans      int                   // at the door; two within scanGap are one
	scanned    int64                 // when the newest scan was
	companions int                   // devices, not of the guest, that are taken for their company
	outsider   [outsidersKept]uint32 // when devices came that fit nobody of the party, newest first
}

const (
	profilesKept  = 8
	networksKept  = 8
	outsidersKept = 12
)

// profile is one device of those that used a guest's link.
type profile struct {
	device
	cookies  [3]uint32 // hashes, newest first; chat browsers and privacy settings lose them
	last     uint32    // Unix seconds
	browsers uint16    // that it was seen with, a bit each
	visits   uint16
	doubt    int16 // see odds; in 1/1024

	elsewhere bool // it came first from no line of the guest's circle
}

// odds are the log-odds that a stranger holds the device, above those of anybody; see weigh.
func (p *profile) odds() float64 { return float64(p.doubt) / quantum }

func (p *profile) setOdds(odds float64) {
	p.doubt = int16(min(max(odds, oddsVouched), oddsCondemned) * quantum)
}

// isTrusted reports whether a device is taken for one of the guest's circle: its owner, or whom they bring.
func (p *profile) isTrusted() bool { return p.odds() < trustBelow }

// network is a line that a guest's link was used on.
type network struct {
	line    line
	asn     uint32
	last    uint32 // Unix seconds
	country nation
	by      uint8 // which profiles used it, a bit each
	trusted bool  // by one of the guest's circle
	hides   bool  // a data centre, a VPN or a relay: its place is not its user's
}

// spot is where and when.
type spot struct {
	at       uint32 // Unix seconds
	lat, lon float32
	fixed    bool // the place is known, and of a line that stays where it is
}

func spotOf(at int64, p *doorward.Place) spot {
	fixed := p.Located && p.Network == doorward.NetworkUnknown
	return spot{at: uint32(at), lat: p.Lat, lon: p.Lon, fixed: fixed}
}

func isInfra(p *doorward.Place) bool {
	return p.Network == doorward.NetworkHosting || p.Network == doorward.NetworkVPN || p.Network == doorward.NetworkScanner
}

// holds returns the profile that carries a cookie, or -1.
func (g *guest) holds(cookie uint64) int {
	if cookie == 0 {
		return -1
	}
	short := shorten(cookie)
	for i := range g.profiles[:g.n] {
		for _, c := range g.profiles[i].cookies {
			if c == short {
				return i
			}
		}
	}
	return -1
}

// shorten makes a hash small enough to keep many; 0 stands for none.
func shorten(h uint64) uint32 { return uint32(h>>32) | 1 }

// add makes room for a new profile and returns its index. The one that goes is the one with the least to say: of few
// visits, long ago; the first of a guest stays, so that a link going round cannot push its owner out.
func (g *guest) add(p profile) int {
	if g.n < len(g.profiles) {
		g.profiles[g.n] = p
		g.n++
		return g.n - 1
	}
	least := 1
	for i := 2; i < g.n; i++ {
		a, b := &g.profiles[i], &g.profiles[least]
		if a.isTrusted() == b.isTrusted() && a.last < b.last || !a.isTrusted() && b.isTrusted() {
			least = i
		}
	}
	g.profiles[least] = p
	for i := range g.networks[:g.lines] {
		g.networks[i].by &^= 1 << least
	}
	return least
}

// connect notes that a profile used a line.
func (g *guest) connect(l line, p *doorward.Place, profile int, trusted bool, at int64) {
	if l == 0 {
		return
	}
	i := 0
	for i < g.lines && g.networks[i].line != l {
		i++
	}
	if i == g.lines {
		if g.lines < len(g.networks) {
			g.lines++
		} else {
			i = g.stalest()
		}
		g.networks[i] = network{line: l, asn: p.ASN, country: nationOf(p.Country), hides: isInfra(p) || p.Network == doorward.NetworkRelay}
	}
	n := &g.networks[i]
	n.by |= 1 << profile
	n.trusted = n.trusted || trusted
	n.last = uint32(at)
}

func (g *guest) stalest() int {
	stalest := 0
	for i := range g.networks {
		a, b := &g.networks[i], &g.networks[stalest]
		if a.trusted == b.trusted && a.last < b.last || !a.trusted && b.trusted {
			stalest = i
		}
	}
	return stalest
}

// out counts the devices of no known circle that came within a time before now, in either direction.
func (g *guest) out(now, within int64) int {
	n := 0
	for _, at := range g.outsider {
		if d := now - int64(at); at != 0 && d <= within && -d <= within {
			n++
		}
	}
	return n
}

func (g *guest) noteOutsider(at int64) {
	copy(g.outsider[1:], g.outsider[:len(g.outsider)-1])
	g.outsider[0] = uint32(at)
}

// renewed is what is left of a guest whose link was replaced: the devices that the host vouched for or that came more than
// once without a doubt, and what happened at the door. The rest says nothing of who has the new link.
func (g *guest) renewed(link int) guest {
	next := guest{link: link, scans: g.scans, scanned: g.scanned}
	for i := range g.profiles[:g.n] {
		if p := g.profiles[i]; p.odds() <= oddsVouched || p.odds() < 0 && p.visits > 1 {
			next.profiles[next.n] = p
			next.n++
			next.visits += int(p.visits)
		}
	}
	return next
}
