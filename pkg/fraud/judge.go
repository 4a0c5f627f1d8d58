package fraud

import "github.com/doorward/doorward/pkg/doorward"

// Judge takes a host's word on an access into account, at once: the device of a legitimate one is the guest's from now
// on, with its networks; that of a suspicious one is a stranger's, and what it brought is forgotten.
func (e *Event) Judge(a *Access, opinion doorward.Opinion) {
	g := e.guests[a.Guest]
	if g == nil {
		return
	}
	if a.Signals.Kind == doorward.AccessScan {
		return // the door's own phone
	}
	c := e.client(a.Signals.UserAgent)
	i := g.find(a, c)
	if opinion == doorward.OpinionSuspicious && (i < 0 || g.profiles[i].isOwn() && !g.presented(i, a)) {
		// It only looks like the guest's device, so it is one of its own from now on.
		i = g.part(a, c, i)
	}
	if i < 0 {
		return
	}
	odds := oddsVouched
	if opinion == doorward.OpinionSuspicious {
		odds = oddsCondemned
	}
	g.profiles[i].setOdds(odds)
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

// isOwn reports whether a device is taken for the guest's without a word of the host's.
func (p *profile) isOwn() bool { return p.isTrusted() && p.odds() > oddsVouched }

// presented reports whether an access came with a cookie of a profile.
func (g *guest) presented(i int, a *Access) bool {
	return a.Signals.DeviceToken != "" && g.holds(hash(a.Signals.DeviceToken)) == i
}

// part makes a profile of an access that was taken for another device's, with the cookie that it was given.
func (g *guest) part(a *Access, c client, from int) int {
	p := profile{device: deviceOf(&a.Signals, c.agent), browsers: 1 << c.browser, last: uint32(a.seconds()), visits: 1, elsewhere: true}
	if a.Signals.IssuedToken != "" {
		issued := hash(a.Signals.IssuedToken)
		if from >= 0 {
			g.profiles[from].drop(issued)
		}
		p.carry(issued)
	}
	return g.add(p)
}

// drop forgets a cookie.
func (p *profile) drop(cookie uint64) {
	for i, c := range p.cookies {
		if c == shorten(cookie) {
			copy(p.cookies[i:], p.cookies[i+1:])
			p.cookies[len(p.cookies)-1] = 0
		}
	}
}

func (g *guest) isTrustedBy(profiles uint8) bool {
	for i := range g.profiles[:g.n] {
		if profiles&(1<<i) != 0 && g.profiles[i].isTrusted() {
			return true
		}
	}
	return false
}
