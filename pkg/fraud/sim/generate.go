package sim

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"
)

// generator makes one world.
type generator struct {
	chance
	cfg    Config
	pools  *pools
	lines  []line
	guests int
	visits int
	cases  int
}

// line is a record with its label, before they are put in order.
type line struct {
	record Record
	label  Label
}

// plan is something that somebody will do at a time.
type plan struct {
	at time.Time
	do func(at time.Time)
}

// Generate makes a world: the accesses in their order, and the truth about each. The same configuration
// and the same answers of the locator give the same world. It is an error if the locator knows too few
// addresses of the countries of the profile.
func Generate(cfg Config, locator Locator) ([]Record, []Label, error) {
	g := &generator{chance: newChance(cfg.Seed), cfg: cfg}
	g.pools = drawPools(g.chance, locator)
	for _, in := range [][]weight{cfg.Profile.events, cfg.Profile.homes} {
		for _, c := range in {
			if n := len(g.pools.homes[c.name]); n < usableFrom {
				return nil, nil, fmt.Errorf("profile %s: %d addresses found in %s, at least %d are needed", cfg.Profile.Name, n, c.name, usableFrom)
			}
		}
	}
	const perGuest = 12 // lines, about
	g.lines = make([]line, 0, perGuest*cfg.Events*cfg.Guests)
	const apart = 42 // days over which the events' invitations go out, as in the given worlds
	for i := range cfg.Events {
		start := cfg.Start.Add(hours(24 * apart * g.Float64()))
		g.event("ev"+strconv.Itoa(i+1), start)
	}
	g.order()
	records, labels := make([]Record, len(g.lines)), make([]Label, len(g.lines))
	for i := range g.lines {
		records[i], labels[i] = g.lines[i].record, g.lines[i].label
	}
	return records, labels, nil
}

// order sorts the lines, counts each guest's honest visits and lets the clock step back.
func (g *generator) order() {
	for i := range g.lines {
		g.lines[i].record.At = g.lines[i].record.At.Truncate(time.Millisecond)
	}
	slices.SortStableFunc(g.lines, func(a, b line) int { return a.record.At.Compare(b.record.At) })
	honest := map[string]int{}
	before := map[int]int{} // by visit
	for i := range g.lines {
		l := &g.lines[i].label
		if at, begun := before[l.Visit]; begun && l.Visit != 0 {
			l.Hist = at
			continue
		}
		l.Hist = honest[l.Guest]
		before[l.Visit] = l.Hist
		if l.Label == LabelLegit && l.Visit != 0 {
			honest[l.Guest]++
		}
	}
	g.stepBack()
}

// stepBack sets the box's clock ahead for the hours before a moment in the middle of the world, as a box
// without a battery has it until it reaches a time server. The moment is one at which that shows: the next
// line comes before the clock would have been overtaken.
func (g *generator) stepBack() {
	const ahead, lasts = 37 * time.Minute, 5 * time.Hour
	for i := max(1, len(g.lines)/2); i < len(g.lines); i++ {
		until := g.lines[i].record.At
		if gap := until.Sub(g.lines[i-1].record.At); gap == 0 || gap >= ahead {
			continue
		}
		for k := i - 1; k >= 0 && until.Sub(g.lines[k].record.At) < lasts; k-- {
			at := &g.lines[k].record.At
			*at = at.Add(ahead)
		}
		return
	}
}

// run does what has been planned for an event, in order, so that cookies given are there to be presented.
func (e *event) run() {
	for len(e.plans) > 0 {
		next := e.plans[0]
		e.plans = e.plans[1:]
		next.do(next.at)
	}
}

// plan adds something to do, behind what is planned for the same time already.
func (e *event) plan(at time.Time, do func(at time.Time)) {
	i := sort.Search(len(e.plans), func(i int) bool { return e.plans[i].at.After(at) })
	e.plans = slices.Insert(e.plans, i, plan{at, do})
}
