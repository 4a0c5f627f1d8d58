package sim

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// page is how somebody visits a link's page.
type page struct {
	device  *device
	inApp   bool
	from    netip.Addr
	zone    string
	answers bool

	label, note string
	k, attack   int // ordinal and case of an attack

	stolen    *cookie // one that was not given to this device
	webDriver bool    // a script drives the browser
}

// cookie is where the page's browser keeps its cookie.
func (p *page) cookie() *cookie {
	if p.stolen != nil {
		return p.stolen
	}
	if p.inApp {
		return &p.device.inside
	}
	return &p.device.own
}

// visit is one page visit: mostly a fetch, the beacon, and perhaps an answer.
func (g *generator) visit(e *event, gu *guest, at time.Time, p page) {
	g.visits++
	label := Label{Label: p.label, Guest: gu.id, Event: e.id, Visit: g.visits, K: p.k, Case: p.attack, Note: p.note}
	jar := p.cookie()
	if p.stolen == nil && (p.device.noCookies || g.is(losesCookie)) {
		*jar = cookie{}
	}
	base := Record{
		Event: e.id, Guest: gu.id, Party: gu.party, IP: p.from, UserAgent: p.device.agent(at, p.inApp),
		AcceptLanguage: p.device.acceptLanguage(), WebDriver: p.webDriver,
	}
	put := func(kind doorward.AccessKind, mode string) *Record {
		r := base
		r.At, r.Kind, r.Headers, r.DeviceToken = at, kind, p.device.headers(mode), jar.at(at)
		g.lines = append(g.lines, line{r, label})
		return &g.lines[len(g.lines)-1].record
	}
	if !p.webDriver && g.is(prefetched) {
		g.prefetch(label, base, &p, at.Add(-seconds(g.between(1, 20))))
	}
	put(doorward.AccessFetch, "navigate")
	if g.is(bounces) {
		return
	}
	hasScript := !p.answers || !g.is(noScript)
	if hasScript {
		at = at.Add(seconds(g.between(.5, 3.5)))
		open := put(doorward.AccessOpen, "cors")
		open.Screen, open.Timezone = p.device.onScreen(g.is(turned)), p.zone
		open.TrustedInput = !p.webDriver && g.is(tapsSeen)
		g.give(open, jar)
	}
	if p.answers {
		at = at.Add(seconds(g.lognormal(80, .75)))
		answer := put(doorward.AccessRSVP, "navigate")
		answer.TrustedInput = !p.webDriver && hasScript
		if hasScript {
			answer.Screen, answer.Timezone = p.device.onScreen(false), p.zone
		}
		g.give(answer, jar)
	}
}

// give sets a cookie when none was presented.
func (g *generator) give(r *Record, jar *cookie) {
	if r.DeviceToken == "" {
		r.IssuedToken = "t-" + strconv.FormatUint(g.Uint64(), 36)
		*jar = cookie{r.IssuedToken, r.At}
	}
}

// prefetch is a browser's fetch ahead of a tap, by the header that this browser marks it with.
func (g *generator) prefetch(of Label, r Record, p *page, at time.Time) {
	r.At, r.Kind, r.DeviceToken, r.Headers = at, doorward.AccessFetch, p.cookie().at(at), p.device.headers("navigate")
	switch {
	case p.device.model.hints || p.device.model.system == "Android" && p.inApp:
		r.Headers["sec-purpose"] = pick(g.chance, []string{"prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"})
	case p.device.model.system == "iPhone" || p.device.model.system == "macOS":
		r.Headers["purpose"] = "prefetch"
	default:
		r.Headers["x-moz"] = "prefetch"
	}
	g.lines = append(g.lines, line{r, Label{Label: LabelPrefetch, Guest: of.Guest, Event: of.Event}})
}
