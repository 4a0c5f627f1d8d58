package fraud

import "math"

// Windows of the families that count, in seconds.
const (
	day  = 24 * 3600
	week = 7 * day
)

// goingRound is how much likelier a stranger is on a link that more devices use than the party has use for, in log-odds.
// Devices count that fit none of the guest's circle, at their first use. The same count over a week finds a link that
// goes round slowly.
func (g *guest) goingRound(s *sighting, heads int, ev *evidence) float64 {
	isNew := 0
	if ev.profile < 0 && ev.area != areaLine {
		isNew = 1
	}
	ev.devices = g.out(s.at, day) + isNew
	spare := 1 + (heads-1)/3
	fast := float64(max(ev.devices-spare, 0))
	slow := float64(max(g.out(s.at, week)+isNew-spare-1, 0))
	return min(max(float64(fanOutStep*fast), float64(fanOutSlowStep*slow)), bounds[FamilyFanOut].high)
}

// fanOut speaks when a link goes round: that makes each use of it by an unknown device likelier a stranger's. It says
// nothing against the guest's own device, whose doing it is not: the more an access resembles that, the less it speaks.
func (e *evidence) fanOut(honest, other, unknown, odds float64) float64 {
	if odds == 0 || e.matched {
		return 0
	}
	raised := other + float64(unknown*(exp(odds)-1))
	return logRatio(raised, honest, -20, 20) - logRatio(other, honest, -20, 20)
}

const (
	fanOutStep     = 1.9 // log-odds for each device too many within a day
	fanOutSlowStep = 1.2 // within a week
	fanOutSelf     = 5   // devices from which the family needs no second
)

// harvest speaks when one device uses the links of many guests: by its cookie exactly, by its look on its line nearly
// so, by its look alone only beyond what its being common explains.
func (e *Event) harvest(guest uint64, s *sighting, look uint64, ev *evidence) float64 {
	exact, old := 0, 0
	if s.cookie != 0 {
		u := e.cookies.find(s.cookie)
		exact = u.others(guest, s.at, harvestWindow)
		old = u.others(guest, s.at, 60*day) - exact
	}
	ev.exact = exact + 1
	ev.guests = ev.exact
	found := steps(exact, harvestExact[:]) + float64(0.25*float64(max(old-1, 0)))
	if ev.familiar || !s.isTold() {
		return found
	}
	if s.line != 0 && !s.shared {
		near := e.devices.find(mix(look, uint64(s.line))).others(guest, s.at, harvestWindow)
		if by := steps(near, harvestNear[:]); by > found {
			found = by
			ev.guests = near + 1
		}
	}
	alike := e.looks.find(look).others(guest, s.at, harvestShort)
	expected := e.byChance(s)
	for _, group := range [...]struct {
		alike    int
		expected float64
	}{
		{alike, expected},
		{e.looks.find(providerKey(look, s)).others(guest, s.at, harvestShort), expected * s.common},
	} {
		extra := float64(group.alike) - group.expected - float64(0.5*math.Sqrt(group.expected))
		if blind := steps(int(extra+0.5), harvestLook[:]); blind > found {
			found = blind
			ev.guests = max(ev.guests, group.alike+1)
		}
	}
	return found
}

const (
	harvestWindow = day
	harvestShort  = 6 * 3600
	harvestSelf   = 5 // guests from which the family needs no second
	harvestCookie = 3 // guests by cookie from which a device is not taken for its guest's own
)

// Log-odds by the number of other guests whose links the device used. Members of a household open two or three of
// each other's.
var (
	harvestExact = [...]float64{0, 0.5, 1.2, 2.2, 3.8, 5.2, 6.4, 7}
	harvestNear  = [...]float64{0, 0.6, 1.4, 2.4, 3.8, 5, 6, 6.6}
	harvestLook  = [...]float64{0, 0.3, 1.1, 2.1, 3.1, 4.1, 5, 5.6}
)

func steps(n int, table []float64) float64 { return table[min(max(n, 0), len(table)-1)] }

// isTold reports whether a device says enough of itself to be told by its look. An answer without the page's script does
// not.
func (s *sighting) isTold() bool { return s.long != 0 }

// providerKey stands for a look on the networks of one provider: a phone that moves about keeps to it.
func providerKey(look uint64, s *sighting) uint64 { return mix(look, 1<<40|uint64(s.place.ASN)) }

// byChance is how many other devices of late, within about harvestShort, look like this one by chance: an iPhone among
// iPhones does, on the evening when the invitations go out.
func (e *Event) byChance(s *sighting) float64 {
	r := &s.rarity
	common := r.system * r.screen * r.language
	return e.pace.at(s.at) * common
}

// pace counts what happened of late: each time counts 1, and half after harvestShort.
type pace struct {
	count float64
	last  int64 // Unix seconds
}

func (p *pace) at(now int64) float64 {
	gone := max(now-p.last, 0) // a clock that stepped back makes nothing more of it
	if gone > 20*harvestShort {
		return 0
	}
	return p.count * exp(-ln2*float64(gone)/harvestShort)
}

func (p *pace) add(now int64) {
	p.count = p.at(now) + 1
	p.last = max(p.last, now)
}
