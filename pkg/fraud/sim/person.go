package sim

import (
	"net/netip"
	"time"
)

// site is a line into the Internet of a home, workplace or hotel.
type site struct {
	spot
	static   bool
	siblings []netip.Addr // where the provider's other addresses are
	changed  time.Time
}

// address is the site's at a time: lines that are not static get a new one every day, half of them
// elsewhere in the provider's space.
func (c chance) address(s *site, at time.Time) netip.Addr {
	const lease = 24 * time.Hour
	if s.static || at.Sub(s.changed) < lease {
		return s.addr
	}
	s.changed = at
	if c.is(leavesBlock) && len(s.siblings) > 0 {
		s.addr = pick(c, s.siblings)
	}
	s.addr = beside(c, s.addr)
	return s.addr
}

// carrier is a mobile network as a crowd meets it: a pool of addresses that many people share.
type carrier struct {
	pool []netip.Addr
	isV6 bool
}

// poolSize is how many addresses a carrier shows to one crowd; read off, by how often two guests of the
// given worlds share one.
const poolSize = 60

// person is somebody with devices and networks.
type person struct {
	country *country
	zone    string
	home    *site
	work    *site    // nil: none
	carrier *carrier // nil: none
	mobile  netip.Addr
	relay   bool       // most visits go through a relay or VPN
	relayAt netip.Addr // its exit; of a VPN always the same
	isVPN   bool
	devices []*device
	arrives time.Time // when a guest from abroad is in the event's country; zero: never
}

// language draws what somebody of a country speaks.
func (c chance) language(of *country) string {
	if c.is(foreignTag) {
		return c.one(migrants)
	}
	return c.one(of.languages)
}

// newSite draws a site among spots.
func (c chance) newSite(among, all []spot) *site {
	s := &site{spot: pick(c, among), static: c.is(staticHome)}
	s.addr = beside(c, s.addr)
	const reach = 120 // km within which a provider takes its addresses from one pool
	for i := range all {
		if all[i].asn == s.asn && s.near(&all[i], reach) {
			s.siblings = append(s.siblings, all[i].addr)
		}
	}
	return s
}

// newPerson draws somebody who lives among spots of a country.
func (g *generator) newPerson(e *event, code string, among []spot) *person {
	p := &person{country: countryOf(code), home: g.newSite(among, g.pools.homes[code])}
	g.settle(e, p)
	return p
}

// settle gives a person who has a home everything else.
func (g *generator) settle(e *event, p *person) {
	profile := &g.cfg.Profile
	p.zone = p.country.zoneAt(p.home.lon)
	language := g.language(p.country)
	first := g.newDevice(profile, g.is(profile.mobile), language)
	p.devices = []*device{first}
	if g.is(secondDevice) {
		p.devices = append(p.devices, g.newDevice(profile, !first.model.isPhone() || g.is(.15), language))
	}
	p.carrier = g.carrierOf(e, p.country.code)
	if len(e.offices) > 0 && p.country.code == e.country.code && g.is(profile.work) {
		p.work = pick(g.chance, e.offices)
	}
	appleShare := 2.0 // relays come with the maker of the phone, §5.3
	if first.model.system != "iPhone" {
		appleShare = .4
	}
	if g.is(relayed * appleShare) {
		p.relay, p.isVPN = true, first.model.system != "iPhone"
	}
}

// whereabouts is where a visit comes from, and the time zone that the device shows there.
func (g *generator) whereabouts(e *event, p *person, d *device, at time.Time) (from netip.Addr, zone string) {
	if p.relay && g.is(relayUse) {
		if s, ok := g.exit(p); ok {
			return s, p.zone
		}
	}
	if !p.arrives.IsZero() && at.After(p.arrives) {
		return g.atEvent(e, p, at)
	}
	switch away := g.Float64(); {
	case away < g.cfg.Profile.travel:
		code := pick(g.chance, g.pools.abroad)
		s := g.newSite(g.pools.homes[code], nil)
		return s.addr, countryOf(code).zoneAt(s.lon)
	case away < g.cfg.Profile.travel+regional:
		s := g.newSite(g.pools.homes[p.country.code], nil)
		return s.addr, p.country.zoneAt(s.lon)
	}
	if d.model.isPhone() && p.carrier != nil && g.is(g.cfg.Profile.cellular) {
		return g.overCarrier(p, p.carrier), p.zone
	}
	if p.work != nil && isWorkTime(at, p.home.lon) && g.is(atWork) {
		return g.address(p.work, at), p.zone
	}
	return g.address(p.home, at), p.zone
}

// atEvent is where a guest from abroad is once arrived: on a roaming phone, or in a hotel that others
// are in too.
func (g *generator) atEvent(e *event, p *person, at time.Time) (netip.Addr, string) {
	zone := e.country.zoneAt(e.centre.lon)
	if g.is(.5) {
		return g.address(e.hotel, at), zone
	}
	return g.overCarrier(p, g.carrierOf(e, e.country.code)), zone
}

// overCarrier draws the address that a carrier gives to a phone.
func (g *generator) overCarrier(p *person, c *carrier) netip.Addr {
	if p.mobile.IsValid() && g.is(sameAgain) {
		return p.mobile
	}
	p.mobile = pick(g.chance, c.pool)
	if c.isV6 {
		p.mobile = beside(g.chance, p.mobile)
	}
	return p.mobile
}

// exit draws the address that a relay or VPN shows.
func (g *generator) exit(p *person) (netip.Addr, bool) {
	if p.relayAt.IsValid() && p.isVPN {
		return p.relayAt, true
	}
	draw := g.pools.relayIn
	if p.isVPN {
		draw = g.pools.hostingIn
	}
	s, ok := draw(g.chance, p.country.code)
	p.relayAt = s.addr
	return s.addr, ok
}

func isWorkTime(at time.Time, lon float32) bool {
	t := at.Add(time.Duration(lon / 15 * float32(time.Hour)))
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && t.Hour() >= 8 && t.Hour() < 18
}
