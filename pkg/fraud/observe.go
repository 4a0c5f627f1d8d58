package fraud

import "github.com/doorward/doorward/pkg/doorward"

// trustBelow are the log-odds below which a device is taken for one of the guest's circle. It is where the score of a
// new device alone reaches the medium band.
const trustBelow = 2.0

const (
	visitsMost    = 10000
	visitGap      = 30 * 60 // seconds; what one device does within it is one visit
	oddsFirst     = -3.0    // of the first device of a link: mostly the guest's, but a link may be stolen before
	oddsMin       = -5.0
	oddsMax       = 3.5
	oddsCondemned = 8.0  // of a device that the host called suspicious
	oddsVouched   = -8.0 // that the host called legitimate
	oddsPerVisit  = 0.15 // that a device is the likelier the guest's for, each time it comes again
	oddsDoubted   = 2.9  // that a doubt keeps, however often the device comes: a score in the medium band
	oddsStale     = 0.3  // that a doubt loses each time, since the host has seen it and said nothing
	conflict      = 0.6  // share of a new device's odds that the devices before it take on, while nothing confirmed them
)

// Observe takes an access into account, with what Score found of it.
func (e *Event) Observe(a *Access, r *Result) {
	c := e.client(a.Signals.UserAgent)
	e.remember(a.Signals.UserAgent, c)
	if r.Class != doorward.ClassHuman || a.Signals.Kind == doorward.AccessFetch {
		return
	}
	g := e.guests[a.Guest]
	if g == nil {
		g = &guest{link: a.Link}
		e.guests[a.Guest] = g
	} else if a.Link > g.link {
		*g = g.renewed(a.Link)
	}
	if a.Signals.Kind == doorward.AccessScan {
		g.scans, g.scanned = r.scans, a.seconds()
		return
	}
	s := e.sight(a, c)
	id := hash(string(a.Guest))
	issued := uint64(0)
	if a.Signals.IssuedToken != "" {
		issued = hash(a.Signals.IssuedToken)
	}
	look := s.look(a.Signals.UserAgent)
	// A cookie that nobody was given says nothing, and would fill the memory.
	if s.cookie != 0 && e.cookies.find(s.cookie) != nil {
		e.cookies.add(s.cookie, id, s.at)
	}
	if issued != 0 {
		e.cookies.add(issued, id, s.at)
	}
	if s.isTold() && !r.familiar {
		e.devices.add(mix(look, uint64(s.line)), id, s.at)
		e.looks.add(look, id, s.at)
		if a.Place.ASN != 0 {
			e.looks.add(providerKey(look, &s), id, s.at)
		}
		e.pace.add(s.at)
	}
	if s.line != 0 && r.familiar {
		e.lines.add(uint64(s.line), id, s.at)
	}

	i := r.profile
	if r.matched && r.area != areaUnknown && r.area != areaInfra {
		e.moves(r.area == areaAbroad)
	}
	if i < 0 {
		i = e.meet(g, &s, a, r)
	} else {
		g.meetAgain(i, &s, r)
	}
	p := &g.profiles[i]
	p.carry(issued)
	if !r.theft {
		p.carry(s.cookie)
	}
	g.connect(s.line, &a.Place, i, p.isTrusted(), s.at)
	if p.isTrusted() && g.last[0] != s.spot {
		if s.at-int64(g.last[0].at) > visitGap || g.last[0].at == 0 {
			g.last[1] = g.last[0]
		}
		g.last[0] = s.spot
	}
}

// movingWindow is about how many visits of known devices "of late" is. The day before a wedding abroad, half of the guests
// come from a country that they were not in before.
const movingWindow = 64

// moves takes into account whether a known device came from a country new to its guest.
func (e *Event) moves(abroad bool) {
	here := 0.0
	if abroad {
		here = 1
	}
	e.moving += (here - e.moving) / movingWindow
}

// meet takes in a device that was not seen on this link before.
func (e *Event) meet(g *guest, s *sighting, a *Access, r *Result) int {
	p := profile{device: s.device, browsers: 1 << s.browser, last: uint32(s.at), visits: 1}
	p.setOdds(oddsFirst)
	if !r.first {
		p.setOdds(min(r.families[FamilyDevice]+r.families[FamilyNetwork]+r.families[FamilyGeo]+r.families[FamilyInfra], oddsMax))
		if r.area != areaLine {
			g.noteOutsider(s.at)
			p.elsewhere = true
			if p.isTrusted() {
				g.companions++
			}
		}
		g.contest(max(p.odds(), 0), r.families[FamilyFanOut])
	}
	g.visits++
	e.population.add(&s.device, a.Place)
	return g.add(p)
}

// contest makes the devices of the guest's circle doubtful by a share of a new one's odds, until visits confirm them:
// of two that claim a link, the first need not be the guest's. Those that came from elsewhere, once, fall with the link
// when it turns out to go round.
func (g *guest) contest(odds, goingRound float64) {
	for i := range g.profiles[:g.n] {
		p := &g.profiles[i]
		if !p.isTrusted() || p.odds() <= oddsVouched {
			continue
		}
		doubt := min(p.odds()+float64(conflict*odds)/float64(p.visits), trustBelow-0.1)
		if p.elsewhere && p.visits == 1 {
			doubt += goingRound
		}
		p.setOdds(max(doubt, p.odds()))
	}
}

// meetAgain takes in another use by a device of the link.
func (g *guest) meetAgain(i int, s *sighting, r *Result) {
	p := &g.profiles[i]
	if d := s.at - int64(p.last); d > visitGap || -d > visitGap {
		p.visits = min(p.visits+1, visitsMost)
		g.visits++
		switch {
		case p.isTrusted():
			p.setOdds(min(p.odds(), max(p.odds()-oddsPerVisit, oddsMin)))
		case p.odds() < oddsCondemned:
			p.setOdds(max(p.odds()-oddsStale, min(p.odds(), oddsDoubted)))
		}
		if r.area == areaLine && !p.elsewhere && p.odds() > oddsFirst && p.odds() < oddsCondemned {
			p.setOdds(max(p.odds()-1, oddsFirst))
		}
	}
	p.last = uint32(s.at)
	p.browsers |= 1 << s.browser
	if s.browser != browserInApp || p.browser == browserUnknown {
		p.agent = s.agent
	}
	if p.long == 0 {
		p.short, p.long = s.short, s.long
	}
	if p.timezone == 0 {
		p.timezone = s.device.timezone
	}
	if p.language == 0 {
		p.language = s.device.language
	}
}

// carry notes a cookie of the device.
func (p *profile) carry(hash uint64) {
	cookie := shorten(hash)
	if hash == 0 || cookie == p.cookies[0] {
		return
	}
	for i := 1; i < len(p.cookies); i++ {
		if p.cookies[i] == cookie {
			p.cookies[0], p.cookies[i] = p.cookies[i], p.cookies[0]
			return
		}
	}
	copy(p.cookies[1:], p.cookies[:len(p.cookies)-1])
	p.cookies[0] = cookie
}
