package fraud

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
	exact, near, alike := 0, 0, 0
	old := 0
	if s.cookie != 0 {
		u := e.cookies.find(s.cookie)
		exact = u.others(guest, s.at, harvestWindow)
		old = u.others(guest, s.at, 60*day) - exact
	}
	near = e.devices.find(mix(look, uint64(s.line))).others(guest, s.at, harvestWindow)
	alike = e.looks.find(look).others(guest, s.at, harvestShort)
	expected := float64(e.population.rateOf(s)) // others of the same look by chance
	ev.exact = exact + 1
	ev.guests = max(exact, near) + 1

	found := steps(exact, harvestExact[:]) + float64(0.25*float64(max(old-1, 0)))
	found = max(found, steps(near, harvestNear[:]))
	if extra := float64(alike) - expected; extra > 0 {
		if blind := steps(int(extra+0.5), harvestLook[:]); blind > found {
			found = blind
			ev.guests = max(ev.guests, alike+1)
		}
	}
	return found
}

const (
	harvestWindow = day
	harvestShort  = 6 * 3600
	harvestSelf   = 5 // guests by cookie from which the family needs no second
)

// Log-odds by the number of other guests whose links the device used. Members of a household open two or three of
// each other's.
var (
	harvestExact = [...]float64{0, 0.6, 1.4, 2.6, 4.2, 5.4, 6.4, 7}
	harvestNear  = [...]float64{0, 0.7, 1.6, 2.8, 4.0, 5.0, 6.0, 6.6}
	harvestLook  = [...]float64{0, 0.2, 0.8, 1.6, 2.6, 3.6, 4.6, 5.4}
)

func steps(n int, table []float64) float64 { return table[min(max(n, 0), len(table)-1)] }

// rateOf is how many other guests' visits within harvestShort look like this one by chance.
func (p *population) rateOf(s *sighting) float64 {
	r := &s.rarity
	common := r.system * r.screen * r.language
	return float64(float64(p.total)*common) * 0.15
}
