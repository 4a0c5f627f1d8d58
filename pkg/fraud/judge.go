package fraud

import "github.com/doorward/doorward/pkg/doorward"

// Judge takes a host's word on an access into account, at once: the device of a legitimate one is the guest's from now
// on, with its networks; that of a suspicious one is a stranger's, and what it brought is forgotten.
func (e *Event) Judge(a *Access, opinion doorward.Opinion) {
	g := e.guests[a.Guest]
	if g == nil {
		return
	}
	i := g.find(a, e.client(a.Signals.UserAgent))
	if i < 0 {
		return
	}
	p := &g.profiles[i]
	odds := oddsVouched
	if opinion == doorward.OpinionSuspicious {
		odds = oddsCondemned
	}
	p.setOdds(odds)
	for n := range g.networks[:g.lines] {
		if net := &g.networks[n]; net.by&(1<<i) != 0 {
			net.trusted = g.isTrustedBy(net.by)
		}
	}
}

// find returns the profile of an access that was observed before, or -1.
func (g *guest) find(a *Access, c client) int {
	for _, cookie := range [...]string{a.Signals.DeviceToken, a.Signals.IssuedToken} {
		if cookie != "" {
			if i := g.holds(hash(cookie)); i >= 0 {
				return i
			}
		}
	}
	d := deviceOf(&a.Signals, c.agent)
	for i := range g.profiles[:g.n] {
		if g.profiles[i].isSame(&d) {
			return i
		}
	}
	return -1
}

func (g *guest) isTrustedBy(profiles uint8) bool {
	for i := range g.profiles[:g.n] {
		if profiles&(1<<i) != 0 && g.profiles[i].isTrusted() {
			return true
		}
	}
	return false
}
