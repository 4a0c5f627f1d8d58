package sim

import (
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// event is one party with its guests.
type event struct {
	id         string
	start, day time.Time // invitations go out; the doors open
	country    *country
	centre     spot
	town       []spot // homes around
	offices    []*site
	hotel      *site
	venue      netip.Addr // its shared network
	host       netip.Addr // where the invitations are sent from
	carriers   map[string][]*carrier
	guests     []*guest
	plans      []plan
}

// guest is one invitation.
type guest struct {
	id       string
	party    int
	owner    *person
	visits   []time.Time // planned ones of the owner
	answered bool
	attacked bool
	first    time.Time // when the owner first comes
}

// event makes one event with everything that happens to its links.
func (g *generator) event(id string, start time.Time) {
	p := &g.cfg.Profile
	code := g.one(p.events)
	e := &event{id: id, country: countryOf(code), carriers: map[string][]*carrier{}}
	e.centre, e.town = g.pools.town(g.chance, code)
	e.start = g.awake(start, start, e.centre.lon)
	e.day = e.start.Add(hours(24 * g.between(p.days[0], p.days[1]))).Truncate(time.Hour)
	for range p.offices {
		e.offices = append(e.offices, &site{spot: pick(g.chance, e.town), static: true})
	}
	e.hotel = &site{spot: pick(g.chance, e.town), static: true}
	e.venue = pick(g.chance, e.town).addr
	e.host = pick(g.chance, e.town).addr
	for range g.cfg.Guests {
		g.guest(e)
	}
	for range g.poisson(p.helpers) {
		g.helper(e)
	}
	g.attacks(e)
	if g.is(p.door) {
		g.door(e)
	}
	e.run()
}

// guest adds an invitation, and plans what its owner and the people around do.
func (g *generator) guest(e *event) {
	g.guests++
	gu := &guest{id: "g" + strconv.Itoa(g.guests), party: 1 + g.index(g.cfg.Profile.parties[:])}
	if gu.party == len(g.cfg.Profile.parties) {
		gu.party += g.poisson(.5)
	}
	gu.owner = g.owner(e)
	e.guests = append(e.guests, gu)
	sent := e.start.Add(minutes(14 * g.ExpFloat64()))
	if g.is(.06) {
		sent = sent.Add(hours(g.between(6, 60))) // invited later
	}
	g.invite(e, gu, sent)
	g.planOwner(e, gu, sent)
	if gu.party > 1 && g.is(plusOneUses) {
		g.planPlusOne(e, gu)
	}
}

// owner draws who is invited.
func (g *generator) owner(e *event) *person {
	switch where := g.Float64(); {
	case where < households && len(e.guests) > 0:
		other := e.guests[len(e.guests)-1].owner
		p := &person{country: other.country, home: other.home, arrives: other.arrives}
		g.settle(e, p)
		return p
	case g.is(g.cfg.Profile.abroad):
		from := g.abroadFrom(e.country.code)
		p := g.newPerson(e, from, g.pools.homes[from])
		if g.is(g.cfg.Profile.arrives) {
			p.arrives = e.day.Add(-hours(g.between(12, 96)))
		}
		return p
	case g.is(local):
		return g.newPerson(e, e.country.code, e.town)
	default:
		return g.newPerson(e, e.country.code, g.pools.homes[e.country.code])
	}
}

// abroadFrom draws a country other than the event's.
func (g *generator) abroadFrom(code string) string {
	for {
		from := pick(g.chance, g.pools.abroad)
		if len(g.cfg.Profile.homes) > 0 {
			from = g.one(g.cfg.Profile.homes)
		}
		if from != code {
			return from
		}
	}
}

// planOwner plans the visits of a link's owner: the first some hours after it was sent, some soon after,
// some over the weeks, and one on the day, all read off the given worlds.
func (g *generator) planOwner(e *event, gu *guest, sent time.Time) {
	lon := gu.owner.home.lon
	first := g.awake(sent.Add(hours(g.lognormal(2.6, 1.5))), sent, lon)
	if first.After(e.day) {
		first = sent.Add(minutes(g.between(2, 60)))
	}
	gu.first = first
	times := []time.Time{first}
	for range g.poisson(g.lognormal(1.15, 1.1)) {
		at := first.Add(hours(g.lognormal(14, 1.6)))
		if g.is(.5) {
			at = first.Add(time.Duration(g.Float64() * float64(e.day.Sub(first))))
		}
		if at = g.awake(at, first, lon); at.Before(e.day) {
			times = append(times, at)
		}
	}
	if g.is(.5) {
		times = append(times, e.day.Add(-hours(g.lognormal(2.5, 1))))
	}
	slices.SortFunc(times, time.Time.Compare)
	gu.visits = times
	for i, at := range gu.visits {
		e.plan(at, func(at time.Time) { g.ownVisit(e, gu, at, i == 0) })
	}
	if g.is(.22) {
		e.plan(e.day.Add(minutes(g.between(-40, 90))), func(at time.Time) { g.atVenue(e, gu, at) })
	}
}

// ownVisit is a visit by a link's owner. From inside an app it is often followed by one in the browser
// of the phone, which does not have the app's cookie.
func (g *generator) ownVisit(e *event, gu *guest, at time.Time, isFirst bool) {
	p := gu.owner
	d := p.devices[0]
	if len(p.devices) > 1 && !isFirst && g.is(usesSecond) {
		d = p.devices[1]
	}
	inApp := d.app != "" && (isFirst && g.is(g.cfg.Profile.inApp) || !isFirst && d.inside.value != "" && g.is(inAppAgain))
	from, zone := g.whereabouts(e, p, d, at)
	v := page{device: d, inApp: inApp, from: from, zone: zone, label: LabelLegit, answers: g.willAnswer(gu, isFirst)}
	g.visit(e, gu, at, v)
	if isFirst && inApp && g.is(hops) {
		e.plan(at.Add(minutes(g.lognormal(5, .7))), func(at time.Time) {
			v.inApp, v.answers = false, g.willAnswer(gu, false)
			g.visit(e, gu, at, v)
		})
	}
}

// willAnswer decides whether an honest visit comes with an answer.
func (g *generator) willAnswer(gu *guest, isFirst bool) bool {
	p := answersLater
	switch {
	case gu.answered:
		p = changesMind
	case isFirst:
		p = answersFirst
	}
	if !g.is(p) {
		return false
	}
	gu.answered = true
	return true
}

// atVenue is a visit at the door, to show the code.
func (g *generator) atVenue(e *event, gu *guest, at time.Time) {
	p := gu.owner
	from := e.venue
	if !g.is(venueWiFi) {
		from = g.overCarrier(p, g.carrierOf(e, e.country.code))
	}
	g.visit(e, gu, at, page{device: p.devices[0], from: from, zone: e.country.zoneAt(e.centre.lon), label: LabelLegit})
}

// planPlusOne plans that a companion opens the link on a device of their own.
func (g *generator) planPlusOne(e *event, gu *guest) {
	p := g.newPerson(e, gu.owner.country.code, gu.owner.home.among(g.pools.homes[gu.owner.country.code], 40))
	if g.is(plusOneHome) {
		p.home = gu.owner.home
	}
	at := gu.first.Add(hours(g.lognormal(46, 1.2)))
	times := 1
	if g.is(plusOneMore) {
		times++
	}
	for i := range times {
		if at = g.awake(at, gu.first, p.home.lon); at.After(e.day) {
			return
		}
		e.plan(at, func(at time.Time) {
			if i == 0 && g.is(.45) {
				g.preview(e, gu, at.Add(-minutes(g.between(1, 30))), gu.owner.home.addr, chatOf(g.chance))
			}
			d := p.devices[0]
			from, zone := g.whereabouts(e, p, d, at)
			g.visit(e, gu, at, page{
				device: d, inApp: i == 0 && d.app != "" && g.is(g.cfg.Profile.inApp), from: from, zone: zone,
				label: LabelLegit, note: "plus-one", answers: g.is(.08),
			})
		})
		at = at.Add(hours(g.lognormal(150, 1)))
	}
}

// helper plans that somebody answers for a few guests, each by their own link, over a day or so.
func (g *generator) helper(e *event) {
	p := g.newPerson(e, e.country.code, e.town)
	start := e.start.Add(hours(24 * g.between(1, 20)))
	if start.After(e.day) {
		start = e.start.Add(e.day.Sub(e.start) / 2)
	}
	at := start
	for _, i := range g.Perm(len(e.guests))[:min(2+g.poisson(1), len(e.guests))] {
		gu := e.guests[i]
		e.plan(at, func(at time.Time) {
			from, zone := g.whereabouts(e, p, p.devices[0], at)
			gu.answered = true
			g.visit(e, gu, at, page{device: p.devices[0], from: from, zone: zone, label: LabelLegit, note: "helper", answers: true})
		})
		at = at.Add(minutes(g.lognormal(180, 1.3)))
	}
}

// carrierOf draws one of a country's carriers as the event's crowd meets them.
func (g *generator) carrierOf(e *event, code string) *carrier {
	const each = 3
	if e.carriers[code] == nil {
		for range each {
			if c := g.newCarrier(code); c != nil {
				e.carriers[code] = append(e.carriers[code], c)
			}
		}
	}
	if len(e.carriers[code]) == 0 {
		return nil
	}
	return pick(g.chance, e.carriers[code])
}

// newCarrier draws a network, each as likely however many addresses it has, and the addresses of it that
// the crowd shares.
func (g *generator) newCarrier(code string) *carrier {
	networks, c := g.pools.carriers[code], &carrier{}
	if six := g.pools.carriers6[code]; len(six) > 0 && g.is(g.cfg.Profile.ipv6) {
		networks, c.isV6 = six, true
	}
	if len(networks) == 0 {
		return nil
	}
	own := pick(g.chance, networks)
	for range poolSize {
		c.pool = append(c.pool, beside(g.chance, pick(g.chance, own)))
	}
	return c
}
