package fraud

import "github.com/doorward/doorward/pkg/doorward"

// Model is what the engine judges by: how much each family counts, and how strict the whole is.
type Model struct {
	Weights [Families]float64 // 1 is as found; see Fit for how verdicts move them
	Offset  float64           // added to every sum, in log-odds
}

// DefaultModel returns the model of an appliance that has learned nothing yet.
func DefaultModel() *Model {
	m := &Model{}
	for f := range m.Weights {
		m.Weights[f] = 1
	}
	return m
}

// Result is the engine's opinion of one access, without words; Assessment adds them.
type Result struct {
	Class    doorward.Class
	Score    int  // 0–100
	Capped   bool // held below 60 because only one group of evidence spoke
	Families [Families]float64
	Sum      float64

	evidence
	held   int // points that a cap took away
	holder holder
	scored bool
	start  float64 // log-odds that the families add to
}

// holder says which rule held a score down.
type holder uint8

const (
	holderNone  holder = iota
	holderOwn          // a device of the guest's circle, with its cookie
	holderFirst        // nothing was seen before to compare with
	holderGroup        // only one group of evidence
)

// Score judges one access by what the event has seen before it. It changes nothing, allocates nothing, and finds the
// same on every machine. m may be nil, which means the default model.
//
// Only people and scripts are scored; a preview, scanner or prefetch gets 0, and so does a bare fetch of the page, which
// is no evidence of a person. The families' log-odds, by the model's
// weights, add up to a sum, and a table makes 0–100 of it that was set by simulated honest visits: 30 is reached by
// about 1 of 40 of them, 60 by 1 of 400, 85 by 1 of 10,000.
//
// Three rules hold a score down whatever the sum: the cookie of a device of the guest's circle keeps it below 30 while
// the link does not go round; the first access of a person stays below 60; and nothing reaches 60 on one group of
// evidence alone, unless that counts at least five observations by itself.
func (e *Event) Score(m *Model, a *Access) Result {
	r := Result{Class: e.classify(a)}
	r.profile = -1
	if r.Class != doorward.ClassHuman && r.Class != doorward.ClassAutomation || a.Signals.Kind == doorward.AccessFetch {
		return r
	}
	r.scored = true
	if m == nil {
		m = defaultModel
	}
	g := e.guests[a.Guest]
	if g == nil {
		g = &noGuest
	} else if a.Link > g.link {
		next := g.renewed(a.Link)
		g = &next
	}
	if a.Signals.Kind == doorward.AccessScan {
		r.start = startAlone
		r.families[FamilyState] = g.shown(a, &r.evidence)
	} else {
		e.examine(g, a, &r)
	}
	r.conclude(m)
	return r
}

var (
	defaultModel = DefaultModel()
	noGuest      guest
)

// examine fills in the evidence of an access that is not at the door.
func (e *Event) examine(g *guest, a *Access, r *Result) {
	c := e.client(a.Signals.UserAgent)
	s := e.sight(a, c)
	ev := &r.evidence
	ev.first = g.n == 0
	if ev.first {
		if r.Class == doorward.ClassHuman {
			r.start = startAlone
		}
		ev.families[FamilyGeo] = e.firstGeo(&s)
		if isInfra(&a.Place) {
			ev.area = areaInfra
			ev.families[FamilyInfra] = firstInfra
		}
		if s.cookie != 0 && e.cookies.find(s.cookie) != nil {
			ev.families[FamilyDevice] = firstForeign
		}
	} else {
		ev.speed = g.travel(s.spot)
		e.weigh(g, &s, a.heads(), ev)
	}
	ev.families[FamilyHarvest] = clamp(FamilyHarvest, e.harvest(hash(string(a.Guest)), &s, s.look(a.Signals.UserAgent), ev))
	if r.Class == doorward.ClassAutomation {
		ev.families[FamilyAutomation] = automationFound
	}
	ev.families[FamilyMissing] = clamp(FamilyMissing, missing(&a.Signals, &s.device))
}

// startAlone are the log-odds of an access that nothing is compared with: low, as most are honest. Where there is a
// comparison, it brings its own.
const startAlone = -3.5

// What a first access is worth, in log-odds: there is nothing to compare it with but the event.
const (
	firstInfra      = 0.6
	firstForeign    = 0.4 // the cookie is of another guest's link
	firstAbroad     = 0.8
	automationFound = 6.5
	stateShownAgain = 11.5
	stateCondemned  = 4
)

// firstGeo speaks when the first access comes from abroad, at an event that people abroad are not invited to.
func (e *Event) firstGeo(s *sighting) float64 {
	p := &e.population
	if p.home == "" || s.place.Country == "" || s.place.Country == p.home || s.place.Network == doorward.NetworkRelay {
		return 0
	}
	return round(firstAbroad * (1 - min(float64(4*s.abroad), 1)))
}

// scanGap is how long scans of one code belong together, in seconds: held to the camera twice, or a party counted one
// by one.
const scanGap = 5 * 60

// shown speaks when a code is shown more often than the party has heads, unless somebody of it left.
func (g *guest) shown(a *Access, ev *evidence) float64 {
	ev.scans = g.scans
	if d := a.seconds() - g.scanned; g.scans > 0 && (d > scanGap || -d > scanGap) {
		ev.scans++
	}
	if g.scans == 0 {
		ev.scans = 1
	}
	if ev.scans > a.heads() && a.Free <= 0 {
		return stateShownAgain
	}
	return 0
}

// conclude makes the score of the evidence.
func (r *Result) conclude(m *Model) {
	sum := m.Offset + r.start
	for f := range r.families {
		r.Families[f] = round(r.families[f] * m.Weights[f])
		sum += r.Families[f]
	}
	r.Sum = sum
	r.Score = scoreOf(sum)
	fans := r.devices >= fanOutSelf && r.Families[FamilyFanOut] > 2
	harvests := r.Families[FamilyHarvest] > 1.5 && r.exact >= harvestCookie
	own := r.matched && r.Families[FamilyFanOut] == 0 && !harvests && r.Class == doorward.ClassHuman
	switch {
	case own && r.Score > ownCap:
		r.hold(ownCap, holderOwn)
	case r.first && r.Score > groupCap && r.Class == doorward.ClassHuman && !harvests:
		r.hold(groupCap, holderFirst)
	case r.Score > groupCap && r.groups() < 2 && !fans && r.guests < harvestSelf && r.families[FamilyState] < stateShownAgain:
		r.hold(groupCap, holderGroup)
		r.Capped = true
	}
}

const (
	ownCap   = 29 // top of the low band, by default
	groupCap = 59 // top of the medium band
)

func (r *Result) hold(limit int, by holder) {
	r.held, r.holder = r.Score-limit, by
	r.Score = limit
}

// groupStrong is the log-odds from which a group speaks strongly: a sub-score of 70. Two such groups make the sum of
// a score of 60.
const groupStrong = 1.0

// groups counts the groups of evidence that speak strongly.
func (r *Result) groups() int {
	f := &r.Families
	n := 0
	for _, found := range [...]float64{
		f[FamilyDevice], f[FamilyNetwork] + f[FamilyGeo] + f[FamilyInfra], f[FamilyFanOut], f[FamilyHarvest],
		f[FamilyAutomation] + f[FamilyState], f[FamilyMissing],
	} {
		if found >= groupStrong {
			n++
		}
	}
	return n
}

// scale makes a score of a sum of log-odds: sum and score at each knot, straight between. The knots are where simulated
// honest visits have the quantiles that Score names; see package sim.
var scale = [...]struct{ sum, score float64 }{
	{-6, 0}, {-3.5, 2}, {-3, 4}, {-2.5, 7}, {-2, 10}, {-1, 14}, {0, 17}, {1, 21}, {2, 26}, {2.75, 30}, {4, 47}, {4.64, 60}, {6, 72}, {7.9, 85}, {9.5, 96}, {12, 100},
}

func scoreOf(sum float64) int {
	if sum <= scale[0].sum {
		return 0
	}
	for i := 1; i < len(scale); i++ {
		a, b := scale[i-1], scale[i]
		if sum <= b.sum {
			return int(a.score + float64((sum-a.sum)*(b.score-a.score))/(b.sum-a.sum) + 0.5)
		}
	}
	return 100
}
