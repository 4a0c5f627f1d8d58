package fraud

import "github.com/doorward/doorward/pkg/doorward"

// Family is a kind of evidence. Each says by how much it speaks for a stranger, in natural log-odds, positive, or for
// the guest, negative.
type Family uint8

const (
	FamilyDevice     Family = iota // what the device tells, and its cookie
	FamilyNetwork                  // the line, its block, its provider
	FamilyGeo                      // the country, and how fast one had to travel
	FamilyInfra                    // a data centre or VPN
	FamilyFanOut                   // many devices on one link
	FamilyHarvest                  // one device on many links
	FamilyAutomation               // a script
	FamilyState                    // what happened to the link before: a QR code shown again
	FamilyMissing                  // what the client contradicts or leaves out
	Families         = iota
)

// bounds are how far each family may go.
var bounds = [Families]struct{ low, high float64 }{
	FamilyDevice: {-6, 4.5}, FamilyNetwork: {-4, 2.2}, FamilyGeo: {-0.4, 3.5}, FamilyInfra: {-0.2, 3}, FamilyFanOut: {0, 6},
	FamilyHarvest: {0, 7}, FamilyAutomation: {0, 6.5}, FamilyState: {0, 11.5}, FamilyMissing: {0, 1.5},
}

func clamp(f Family, value float64) float64 {
	return round(min(max(value, bounds[f].low), bounds[f].high))
}

// evidence is what was found of one access.
type evidence struct {
	families  [Families]float64 // clamped and rounded
	profile   int               // of the guest's, whose device it is; -1 for a new one
	matched   bool              // the cookie and the look of a trusted profile
	familiar  bool              // the look of a trusted profile
	theft     bool              // the cookie of a profile, on another device
	condemned bool              // the host called the device suspicious
	first     bool              // nothing of people was seen on this link before
	area      area
	devices   int // on the link within a day, this one included
	guests    int // whose links this device used within a day, this one included
	exact     int // the same by cookie
	scans     int
	speed     float64 // km/h
}

// sighting is an access as it is compared.
type sighting struct {
	device
	rarity
	line    line
	shared  bool // many guests use the line: a venue, a campus, a carrier
	country nation
	place   *doorward.Place
	cookie  uint64
	at      int64
	common  float64 // share of the provider at the event
	abroad  float64 // share of devices from abroad
	moving  float64 // share of known devices that come from abroad of late
	spot    spot
}

func (e *Event) sight(a *Access, c client) sighting {
	s := sighting{device: deviceOf(&a.Signals, c.agent), line: lineOf(a.Signals.IP), country: nationOf(a.Place.Country), place: &a.Place, at: a.seconds()}
	s.rarity = e.population.rarityOf(&s.device)
	if a.Signals.DeviceToken != "" {
		s.cookie = hash(a.Signals.DeviceToken)
	}
	s.common = share(e.population.asns[a.Place.ASN], e.population.total, worldASN)
	s.abroad = share(e.population.abroad, e.population.total, 0.05)
	s.moving = e.moving
	s.spot = spotOf(s.at, &a.Place)
	s.shared = a.Place.Network == doorward.NetworkCarrier || e.lines.find(uint64(s.line)).others(hash(string(a.Guest)), s.at, week) >= sharedFrom
	return s
}

// sums are the likelihoods of one side: by the device, with the country too, with the whole network too.
type sums [3]float64

func (to *sums) add(who int, weight float64, at area, s *sighting) {
	to[0] += weight
	if s.country == 0 {
		to[1] += weight
	} else {
		to[1] += float64(weight * geoRate(who, at, s))
	}
	to[2] += float64(weight * areaRate(who, at, s))
}

// weigh compares a sighting with all four explanations, and splits what it finds by family: first by device alone,
// then with the country, then with the whole network. Each step's gain is its family's.
func (e *Event) weigh(g *guest, s *sighting, heads int, ev *evidence) {
	owner := g.holds(s.cookie)
	isForeign := s.cookie != 0 && owner < 0 && e.cookies.find(s.cookie) != nil
	var honest, other sums

	pace := travelRate(ev.speed)
	wide := g.areaOf(s, 0)
	ev.area = wide
	if wide == areaAbroad {
		s.settled = abroadTimezone
	}
	best := 0.0
	for i := range g.profiles[:g.n] {
		p := &g.profiles[i]
		likely := p.resemblance(&s.device, &s.rarity) * cookieRate(known, owner, i, isForeign)
		if likely > best {
			best, ev.profile = likely, i
		}
		own := g.areaOf(s, 1<<i)
		weight := likely * rateKnown * p.habit(g)
		honest.add(known, weight*pace, nearer(own, wide), s)
		other.add(known, weight*exp(p.odds()), own, s)
	}
	kin := g.kin(&s.device, &s.rarity)
	honest.add(second, g.secondRate()*kin*pace*cookieRate(second, owner, -1, isForeign), wide, s)
	honest.add(company, g.companyRate(heads)*kin*cookieRate(company, owner, -1, isForeign), wide, s)
	var unknown sums
	unknown.add(stranger, cookieRate(stranger, owner, -1, isForeign), wide, s)
	for i := range other {
		other[i] += unknown[i]
	}

	ev.split(&honest, &other)
	if ev.profile >= 0 {
		ev.settle(&g.profiles[ev.profile], s, owner)
	}
	if ev.profile >= 0 && !g.profiles[ev.profile].isTrusted() {
		// It was doubted when it came first; that it moves like any phone is no news.
		for _, f := range [...]Family{FamilyNetwork, FamilyGeo, FamilyInfra} {
			ev.families[f] = min(ev.families[f], 0)
		}
		unknown[2] = other[2]
	}
	ev.families[FamilyFanOut] = clamp(FamilyFanOut, ev.fanOut(honest[2], other[2], unknown[2], g.goingRound(s, heads, ev)))
	if ev.profile >= 0 && s.cookie == 0 {
		n := float64(g.visits)
		ev.families[FamilyDevice] = clamp(FamilyDevice, ev.families[FamilyDevice]+float64(cookieAbsent[ev.area]*n)/(n+1))
	}
}

// split makes families of the sums.
func (ev *evidence) split(honest, other *sums) {
	device := logRatio(other[0], honest[0], -20, 20)
	country := logRatio(other[1], honest[1], -20, 20)
	network := logRatio(other[2], honest[2], -20, 20)
	ev.families[FamilyDevice] = clamp(FamilyDevice, device)
	ev.families[FamilyGeo] = clamp(FamilyGeo, country-device)
	last := FamilyNetwork
	if ev.area == areaInfra {
		last = FamilyInfra
	}
	ev.families[last] = clamp(last, network-country)
}

// settle decides whether the likeliest profile is the device at hand.
func (ev *evidence) settle(p *profile, s *sighting, owner int) {
	same := p.isSame(&s.device)
	if owner >= 0 {
		ev.matched = owner == ev.profile && same && p.isTrusted()
		ev.theft = owner != ev.profile || !same
	}
	ev.familiar = same && p.isTrusted() && !ev.theft
	if !same {
		ev.profile = -1
	} else if p.odds() >= oddsCondemned {
		ev.condemned = true
		ev.families[FamilyState] = stateCondemned
	}
}

// cookieRate is how likely the cookie at hand is when the device is that of profile i, or a new one, -1. owner is the
// profile that carries it. A cookie that the event does not know, of before a restart or made up, is none.
func cookieRate(who, owner, i int, foreign bool) float64 {
	r := &cookieRates[who]
	switch {
	case owner >= 0 && owner == i:
		return r.own
	case owner >= 0:
		return r.other
	case foreign:
		return r.foreign
	default:
		return r.none
	}
}

// habit is the share of the known visits that are a profile's.
func (p *profile) habit(g *guest) float64 {
	return (float64(p.visits) + 1) / float64(g.visits+g.n)
}

// secondRate is how often a visit is of another device of the guest's own.
func (g *guest) secondRate() float64 {
	n := 0
	for i := range g.profiles[:g.n] {
		if g.profiles[i].isTrusted() {
			n++
		}
	}
	return rateSecond[min(n, len(rateSecond)-1)]
}

// companyRate is how often a visit is of somebody whom the guest brings: likely while the party has heads that have
// not been seen, each with a device of their own.
func (g *guest) companyRate(heads int) float64 {
	if g.companions < heads-1 {
		return rateCompanyExpected
	}
	return rateCompanyBeyond
}
