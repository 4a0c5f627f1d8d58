package fraud

import "github.com/doorward/doorward/pkg/doorward"

// The engine asks of each access who made it. Somebody honest is one of three:
//
//	known    a device that the guest was seen with
//	second   another device of the guest
//	company  somebody whom the guest brings, or who helps
//
// and somebody else is a stranger. Under each the engine knows how likely the device, the cookie and the network are,
// and the score says by how much the stranger explains them better. All figures are relative: a device's look counts
// by how common it is at this event, so that an iPhone among iPhones says nothing.
//
// The rates below are shares of visits. Where no source is given they are estimates, rounded, from the churn rates of
// the literature (browser fingerprints over nine days: system never, language 1 %, time zone 5 %, screen 14 % at desks
// and 2 % on phones; addresses 24 %, of which half leave the block) and checked by simulation, see package sim.
const (
	known = iota
	second
	company
	stranger
	explanations
)

// How often an honest visit is of each, before anything is known of it.
const (
	rateKnown = 0.82

	rateCompanyExpected = 0.16  // per visit, while heads of the party have not been seen
	rateCompanyBeyond   = 0.010 // somebody who helps, when all have
)

// rateSecond is by how many of the guest's own devices were seen.
var rateSecond = [...]float64{0.12, 0.12, 0.05, 0.02, 0.01}

// cookieRates is how likely the cookie is that came: that of the profile at hand, none, one that belongs to another
// guest's link, or one that belongs to another profile of this link.
var cookieRates = [explanations]struct{ own, none, foreign, other float64 }{
	known:    {0.78, 0.20, 0.003, 0.0001},
	second:   {0, 0.95, 0.05, 0.0001},
	company:  {0, 0.88, 0.12, 0.0001},
	stranger: {0, 0.93, 0.06, 0.004},
}

// area is how near an access is to where the guest's link was used before.
type area uint8

const (
	areaUnknown area = iota // nothing to compare, or nothing known
	areaLine                // the same line
	areaBlock               // its neighbours
	areaASN                 // the same provider
	areaNear                // another, within 60 km
	areaCountry             // elsewhere in the country
	areaAbroad              // another country
	areaInfra               // a data centre or VPN, new to this link
	areas
)

// areaRates are the shares of visits by area. Those by provider are for one that nobody else at the event uses; see
// areaRate.
var areaRates = [explanations][areas]float64{
	known:    {areaLine: .47, areaBlock: .045, areaASN: .15, areaNear: .15, areaCountry: .10, areaAbroad: .035, areaInfra: .012},
	second:   {areaLine: .60, areaBlock: .035, areaASN: .10, areaNear: .10, areaCountry: .07, areaAbroad: .025, areaInfra: .009},
	company:  {areaLine: .16, areaBlock: .03, areaASN: .06, areaNear: .36, areaCountry: .26, areaAbroad: .05, areaInfra: .013},
	stranger: {areaLine: .015, areaBlock: .07, areaASN: .03, areaNear: .28, areaCountry: .22, areaAbroad: .24, areaInfra: .26},
}

// cookieAbsent is what it is worth, in log-odds and once many visits were seen, that a device that looks known comes
// without its cookie. Chat browsers lose cookies, mostly at home; beside it may be a neighbour with the same phone.
var cookieAbsent = [areas]float64{areaBlock: 1.2, areaASN: 0.5, areaNear: 0.3, areaCountry: 0.3, areaAbroad: 0.3, areaInfra: 0.3}

// local is the share of people who take whatever provider the event's country has, by explanation: these land on the
// guest's own by chance.
var local = [explanations]float64{known: .20, second: .15, company: .55, stranger: .50}

// areaRate is how likely an area is, by how common the access's provider is at the event, and how many come from abroad: of
// those whom guests bring and of strangers as many as of the guests, of the honest as many as travel of late.
func areaRate(who int, at area, s *sighting) float64 {
	rate := areaRates[who][at]
	switch at {
	case areaUnknown:
		return 1
	case areaASN:
		return rate + float64(local[who]*s.common)
	case areaNear, areaCountry:
		return rate * (1 - float64(0.9*s.common))
	case areaAbroad:
		return abroadRate(who, s)
	}
	return rate
}

func abroadRate(who int, s *sighting) float64 {
	rate := areaRates[who][areaAbroad]
	if who == company || who == stranger {
		rate += float64(0.4 * s.abroad)
	}
	if who != stranger {
		rate += float64(0.8 * s.moving)
	}
	return min(rate, 0.9)
}

// geoRate is how likely the country alone is of an area.
func geoRate(who int, at area, s *sighting) float64 {
	switch at {
	case areaUnknown, areaInfra:
		return 1
	case areaAbroad:
		return abroadRate(who, s)
	default:
		return 1 - abroadRate(who, s)
	}
}

// near is the distance within which two lines are of one town, in km; a place is known to about 30.
const near = 60

// sharedFrom is how many other guests' links make a line shared, within a week.
const sharedFrom = 3

// areaOf finds how near an access is to the networks that one profile used, a bit, or those of the guest's circle, 0.
func (g *guest) areaOf(s *sighting, by uint8) area {
	best, any, placed := areaUnknown, false, false
	for i := range g.networks[:g.lines] {
		n := &g.networks[i]
		if by == 0 && !n.trusted || by != 0 && n.by&by == 0 {
			continue
		}
		any, placed = true, placed || !n.hides
		switch {
		case n.line == s.line && !s.shared:
			best = nearer(best, areaLine)
		case n.line.isBeside(s.line) && !s.shared:
			best = nearer(best, areaBlock)
		case n.asn != 0 && n.asn == s.place.ASN:
			best = nearer(best, areaASN)
		case n.country != 0 && n.country == s.country && !n.hides:
			best = nearer(best, areaCountry)
		}
	}
	return g.settle(best, any, placed, s.place)
}

// settle names the area of an access that shares neither line nor provider with the guest.
func (g *guest) settle(best area, any, placed bool, p *doorward.Place) area {
	switch {
	case !any || p.Network == doorward.NetworkRelay || p.Network == doorward.NetworkLocal:
		if best == areaLine || best == areaBlock {
			return best
		}
		return areaUnknown
	case isInfra(p) && best != areaLine && best != areaBlock && best != areaASN:
		return areaInfra
	case best == areaUnknown && p.Country != "" && placed:
		return areaAbroad
	case best == areaCountry && g.isNear(p):
		return areaNear
	}
	return best
}

func (g *guest) isNear(p *doorward.Place) bool {
	for i := range g.last {
		if s := &g.last[i]; s.fixed && p.Located && kilometres(s.lat, s.lon, p.Lat, p.Lon) < near {
			return true
		}
	}
	return false
}

func nearer(a, b area) area {
	if a == areaUnknown || b < a {
		return b
	}
	return a
}
