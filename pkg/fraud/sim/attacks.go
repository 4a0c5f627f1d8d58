package sim

import (
	"net/netip"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// attacks plans what strangers do to an event's links, §5.3. A guest is attacked in one way at most.
func (g *generator) attacks(e *event) {
	perGuest := []struct {
		rate float64
		plan func(*event, *guest)
	}{
		{naiveRate, g.naive}, {vpnRate, g.vpn}, {friendRate, g.friend}, {targetedRate, g.targeted},
		{veryTargetedRate, g.veryTargeted}, {cookieTheftRate, g.cookieTheft}, {automationRate, g.automation},
		{previewSpoofRate, g.previewSpoof}, {stolenFirstRate, g.stolenFirst},
	}
	perEvent := []struct {
		rate float64
		plan func(*event, *guest)
	}{{slowDripRate, g.slowDrip}, {poisonRate, g.poison}, {leakRate, g.leak}}
	for range g.poisson(harvestRate * g.cfg.Attacks) {
		g.harvest(e)
	}
	for _, kind := range perEvent {
		for range g.poisson(kind.rate * g.cfg.Attacks) {
			g.attack(e, kind.plan)
		}
	}
	for _, kind := range perGuest {
		for range g.poisson(kind.rate * g.cfg.Attacks * float64(len(e.guests))) {
			g.attack(e, kind.plan)
		}
	}
}

// attack lets a plan loose on a guest whom nothing has happened to, if there is one.
func (g *generator) attack(e *event, plan func(*event, *guest)) {
	for _, i := range g.Perm(len(e.guests)) {
		if gu := e.guests[i]; !gu.attacked {
			gu.attacked = true
			g.cases++
			plan(e, gu)
			return
		}
	}
}

// after draws a time after one of a guest's own visits, at which that link was got hold of.
func (g *generator) after(e *event, gu *guest) time.Time {
	v := pick(g.chance, gu.visits)
	at := v.Add(hours(g.lognormal(8, 1.3)))
	if at.After(e.day) {
		at = v.Add(minutes(g.between(5, 90)))
	}
	return at
}

// comings plans the visits of one attacker: one, and perhaps more over the next days.
func (g *generator) comings(e *event, gu *guest, kind string, at time.Time, come func(at time.Time) page) {
	id := g.cases
	for k := 1; k <= 3; k++ {
		e.plan(at, func(at time.Time) {
			p := come(at)
			p.label, p.k, p.attack, p.answers = attackPrefix+kind, k, id, g.is(attackAnswers)
			g.visit(e, gu, at, p)
		})
		if !g.is(comesBack) {
			return
		}
		at = at.Add(hours(g.lognormal(16, .9)))
	}
}

// moving lets a stranger come as any person does, from home or on the way.
func (g *generator) moving(e *event, p *person) func(time.Time) page {
	return func(at time.Time) page {
		from, zone := g.whereabouts(e, p, p.devices[0], at)
		return page{device: p.devices[0], from: from, zone: zone}
	}
}

// naive is a stranger in another country, with any device.
func (g *generator) naive(e *event, gu *guest) {
	g.comings(e, gu, "naive", g.after(e, gu), g.moving(e, g.foreigner(e, gu)))
}

func (g *generator) foreigner(e *event, gu *guest) *person {
	code := gu.owner.country.code
	for code == gu.owner.country.code {
		code = pick(g.chance, g.pools.abroad)
	}
	return g.newPerson(e, code, g.pools.homes[code])
}

// neighbour is somebody of the guest's own town.
func (g *generator) neighbour(e *event, gu *guest) *person {
	code := gu.owner.country.code
	return g.newPerson(e, code, gu.owner.home.among(g.pools.homes[code], 40))
}

// vpn is a stranger behind an exit in the guest's country, with any device.
func (g *generator) vpn(e *event, gu *guest) {
	p := g.neighbour(e, gu)
	exit, ok := g.pools.hostingIn(g.chance, p.country.code)
	if !ok {
		return
	}
	g.comings(e, gu, "vpn", g.after(e, gu), func(time.Time) page {
		return page{device: p.devices[0], from: exit.addr, zone: p.zone}
	})
}

// friend is somebody of the same town, on networks of the same providers.
func (g *generator) friend(e *event, gu *guest) {
	g.comings(e, gu, "friend", g.after(e, gu), g.moving(e, g.neighbour(e, gu)))
}

// targeted knows the guest's town, provider and browser: the same user agent, mostly another screen.
func (g *generator) targeted(e *event, gu *guest) {
	d := g.twin(gu.owner.devices[0])
	d.screen = g.one(*d.model.screens)
	if g.is(.35) {
		d.language = g.language(gu.owner.country)
	}
	home := gu.owner.home
	g.comings(e, gu, "targeted", g.after(e, gu), func(time.Time) page {
		from := home.addr
		if len(home.siblings) > 0 {
			from = pick(g.chance, home.siblings)
		}
		return page{device: d, from: beside(g.chance, from), zone: gu.owner.zone}
	})
}

// veryTargeted has the guest's model and screen, beside the guest's own address; a tenth of the visits are
// over the guest's carrier.
func (g *generator) veryTargeted(e *event, gu *guest) {
	d := g.twin(gu.owner.devices[0])
	g.comings(e, gu, "verytargeted", g.after(e, gu), func(time.Time) page {
		from := beside(g.chance, gu.owner.home.addr)
		if gu.owner.carrier != nil && g.is(.1) {
			from = pick(g.chance, gu.owner.carrier.pool)
		}
		return page{device: d, from: from, zone: gu.owner.zone}
	})
}

// cookieTheft presents the guest's own cookie from any device, a third of them abroad.
func (g *generator) cookieTheft(e *event, gu *guest) {
	p := g.neighbour(e, gu)
	if g.is(.33) {
		p = g.foreigner(e, gu)
	}
	id := g.cases
	e.plan(g.after(e, gu), func(at time.Time) {
		mine := gu.owner.devices[0]
		stolen := mine.own
		if stolen.at(at) == "" {
			stolen = mine.inside
		}
		if stolen.at(at) == "" {
			return // nothing to steal
		}
		v := g.moving(e, p)(at)
		v.label, v.k, v.attack, v.stolen, v.answers = attackPrefix+"cookie_theft", 1, id, &stolen, g.is(.5)
		g.visit(e, gu, at, v)
	})
}

// stolenFirst opens the link before its guest does, and comes again.
func (g *generator) stolenFirst(e *event, gu *guest) {
	p := g.neighbour(e, gu)
	if g.is(.25) {
		p = g.foreigner(e, gu)
	}
	id, come := g.cases, g.moving(e, p)
	visit := func(k int) func(time.Time) {
		return func(at time.Time) {
			v := come(at)
			v.label, v.k, v.attack, v.answers = attackPrefix+"stolen_first", k, id, g.is(attackAnswers)
			g.visit(e, gu, at, v)
		}
	}
	e.plan(e.start.Add(time.Duration(g.between(.2, .95)*float64(gu.first.Sub(e.start)))), visit(1))
	at := gu.first
	for k := range 1 + g.IntN(2) {
		at = at.Add(hours(g.lognormal(50, 1.4)))
		e.plan(at, visit(k+2))
	}
}

// scriptAgents are what programs call themselves that nobody has told not to.
var scriptAgents = []string{"curl/8.10.1", "python-requests/2.32.3", "Go-http-client/2.0", "python-httpx/0.28.1", "okhttp/4.12.0", "Wget/1.24.5"}

// automation answers by a script: a bare one, or one that drives a browser.
func (g *generator) automation(e *event, gu *guest) {
	id := g.cases
	from := gu.owner.home.addr
	if exit, ok := g.pools.hostingIn(g.chance, pick(g.chance, g.pools.abroad)); ok && g.is(.7) {
		from = exit.addr
	}
	e.plan(g.after(e, gu), func(at time.Time) {
		if g.is(.4) {
			g.bare(e, gu, "automation", id, []Record{{At: at, Kind: doorward.AccessRSVP, IP: from, UserAgent: pick(g.chance, scriptAgents)}})
			return
		}
		d := g.newDevice(&g.cfg.Profile, false, "en-US")
		d.screen = pick(g.chance, []string{"800x600@1", "1280x720@1", "1920x1080@1"})
		g.visit(e, gu, at, page{
			device: d, from: from, zone: "UTC", answers: true, webDriver: true, label: attackPrefix + "automation", k: 1, attack: id,
		})
	})
}

// previewSpoof is a script that answers under the name of a chat's preview.
func (g *generator) previewSpoof(e *event, gu *guest) {
	id, agent := g.cases, chatOf(g.chance).agent
	exit, ok := g.pools.hostingIn(g.chance, gu.owner.country.code)
	if !ok {
		return
	}
	e.plan(g.after(e, gu), func(at time.Time) {
		r := Record{At: at, Kind: doorward.AccessFetch, IP: exit.addr, UserAgent: agent}
		answer := r
		answer.At, answer.Kind = at.Add(minutes(g.lognormal(2, .8))), doorward.AccessRSVP
		g.bare(e, gu, "preview_spoof", id, []Record{r, answer})
	})
}

// bare adds a visit by a program that is no browser.
func (g *generator) bare(e *event, gu *guest, kind string, id int, records []Record) {
	g.visits++
	for _, r := range records {
		r.Event, r.Guest, r.Party = e.id, gu.id, gu.party
		g.lines = append(g.lines, line{r, Label{
			Label: attackPrefix + kind, Guest: gu.id, Event: e.id, Visit: g.visits, K: 1, Case: id,
		}})
	}
}

// crowd plans that one stranger after the other opens a link, each on a device of their own.
func (g *generator) crowd(e *event, gu *guest, kind string, at time.Time, n int, next func(k int) (*person, time.Duration)) {
	id := g.cases
	for k := 1; k <= n; k++ {
		p, wait := next(k)
		d := p.devices[0]
		e.plan(at, func(at time.Time) {
			from, zone := g.whereabouts(e, p, d, at)
			g.visit(e, gu, at, page{
				device: d, inApp: d.app != "" && g.is(.35), from: from, zone: zone, answers: g.is(.08),
				label: attackPrefix + kind, k: k, attack: id,
			})
		})
		at = at.Add(wait)
	}
}

// leak is a link put where many see it: the first come quickly, the later ones slower. How many do is
// power-law distributed.
func (g *generator) leak(e *event, gu *guest) {
	n := min(4+int(2/(1-g.Float64())), 20)
	g.crowd(e, gu, "leak", g.after(e, gu), n, func(k int) (*person, time.Duration) {
		wait := hours(.3 * g.lognormal(1, .4) * (1 + float64(k)/3))
		switch where := g.Float64(); {
		case where < .6:
			return g.neighbour(e, gu), wait
		case where < .8:
			code := gu.owner.country.code
			return g.newPerson(e, code, g.pools.homes[code]), wait
		default:
			return g.foreigner(e, gu), wait
		}
	})
}

// slowDrip is a link passed on to one more person each day.
func (g *generator) slowDrip(e *event, gu *guest) {
	g.crowd(e, gu, "slow_drip", gu.first.Add(hours(g.between(12, 60))), 5+g.IntN(4), func(int) (*person, time.Duration) {
		return g.neighbour(e, gu), hours(g.lognormal(24, .35))
	})
}

// poison is a stranger who comes again and again, early, until the engine should take him for the guest.
func (g *generator) poison(e *event, gu *guest) {
	id, come := g.cases, g.moving(e, g.neighbour(e, gu))
	at := gu.first.Add(hours(g.lognormal(8, .8)))
	for k := range 4 + g.IntN(3) {
		e.plan(at, func(at time.Time) {
			v := come(at)
			v.label, v.k, v.attack, v.answers = attackPrefix+"poison", k+1, id, g.is(.2)
			g.visit(e, gu, at, v)
		})
		at = at.Add(hours(g.lognormal(14, .8)))
	}
}

// harvest is one device that opens the links of many guests, one every few minutes: somebody has the list.
func (g *generator) harvest(e *event) {
	p := g.newPerson(e, e.country.code, e.town)
	d := p.devices[0]
	if d.noCookies = g.is(.35); d.noCookies {
		d.own = cookie{}
	}
	g.cases++
	id := g.cases
	at := e.start.Add(time.Duration(g.between(.1, .9) * float64(e.day.Sub(e.start))))
	every, n := g.lognormal(9, .6), 6+g.IntN(7)
	k := 0
	for _, i := range g.Perm(len(e.guests)) {
		gu := e.guests[i]
		if k == n {
			return
		}
		if gu.attacked || gu.first.After(at) {
			continue
		}
		gu.attacked = true
		k++
		ordinal := k
		e.plan(at, func(at time.Time) {
			var from netip.Addr
			if from = g.address(p.home, at); p.carrier != nil && g.is(.3) {
				from = g.overCarrier(p, p.carrier)
			}
			g.visit(e, gu, at, page{
				device: d, from: from, zone: p.zone, answers: g.is(.25), label: attackPrefix + "harvest", k: ordinal, attack: id,
			})
		})
		at = at.Add(minutes(every * g.between(.85, 1.15)))
	}
}
