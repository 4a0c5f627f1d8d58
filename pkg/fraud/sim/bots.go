package sim

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// chat is an application that draws a preview of a link. Agents are the ones that these send, §4.1 and
// read off; the shares are read off.
type chat struct {
	agent      string
	share      float64
	fromSender bool // on the sender's own device, else from the network's servers
}

var chats = []chat{
	{"WhatsApp/2.23.20.0 A", 26, true}, {"WhatsApp/2.2634.9 W", 25, true}, {"WhatsApp/26.32.74 i", 25, true}, {"WhatsApp/2", 2, true},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0", 2, true},
	{"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", 2, false},
	{"TelegramBot (like TwitterBot)", 2, false}, {"Twitterbot/1.0", 2, false}, {"Viber", 2, true},
	{"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", 2, false},
	{"LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)", 2, false},
	{"Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", 2, false},
	{"Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", 2, false},
	{"Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots", 2, false},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)", 2, false},
}

func chatOf(c chance) chat {
	shares := make([]float64, len(chats))
	for i := range chats {
		shares[i] = chats[i].share
	}
	return chats[c.index(shares)]
}

// invite plans what a link meets before its guest does.
func (g *generator) invite(e *event, gu *guest, sent time.Time) {
	if g.is(byChat) {
		g.preview(e, gu, sent, e.host, chatOf(g.chance))
	}
	if g.is(byMail) {
		g.scanner(e, gu, sent)
	}
}

// preview is a chat drawing a preview, once or twice; sender is where the link was sent from.
func (g *generator) preview(e *event, gu *guest, at time.Time, sender netip.Addr, c chat) {
	from := sender
	if !c.fromSender && len(g.pools.anyHosting) > 0 {
		from = pick(g.chance, g.pools.anyHosting).addr
	}
	times := 1
	if g.is(previewTwice) {
		times++
	}
	for range times {
		g.bot(e, gu, LabelPreview, Record{At: at, IP: from, UserAgent: c.agent})
		at = at.Add(seconds(g.between(.2, 4)))
	}
}

// scanner is a mail security service following the link within a minute of its delivery, up to three
// times, mostly under the name of a desktop browser, §4.1.
func (g *generator) scanner(e *event, gu *guest, sent time.Time) {
	from := e.host
	if len(g.pools.scanners) > 0 {
		from = pick(g.chance, g.pools.scanners).addr
	}
	if len(g.pools.anyHosting) > 0 && g.is(unlistedScanner) {
		from = pick(g.chance, g.pools.anyHosting).addr
	}
	r := Record{At: sent, IP: from}
	switch named := g.Float64(); {
	case named < .06 || len(g.pools.scanners) == 0:
		r.UserAgent = "CiscoSecureEmail/1.0"
	case named < .10:
		r.UserAgent = "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"
	case named < .14:
		r.UserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) BarracudaWebScan/1.0"
	default:
		r.UserAgent = windows + "Chrome/" + strconv.Itoa(120+g.IntN(34)) + ".0.0.0 Safari/537.36"
		if g.is(.55) {
			r.AcceptLanguage = "en-US,en;q=0.9"
		}
		if g.is(.35) {
			r.Headers = map[string]string{"sec-ch-ua-mobile": "?0", "sec-ch-ua-platform": `"Windows"`, "sec-fetch-mode": "navigate"}
		}
	}
	for range 1 + g.IntN(3) {
		g.bot(e, gu, LabelScanner, r)
		r.At = r.At.Add(seconds(20 * g.ExpFloat64()))
	}
}

// bot adds a fetch by a program.
func (g *generator) bot(e *event, gu *guest, label string, r Record) {
	r.Event, r.Guest, r.Party, r.Kind = e.id, gu.id, gu.party, doorward.AccessFetch
	g.lines = append(g.lines, line{r, Label{Label: label, Guest: gu.id, Event: e.id}})
}

// door plans the scans of an event: of most guests once, of some again within seconds or when a part of
// the party comes later, and of a few by somebody who shows a copy of the code.
func (g *generator) door(e *event) {
	keeper := g.newDevice(&g.cfg.Profile, true, e.country.languages[0].name)
	agent := keeper.agent(e.day, false)
	scan := func(gu *guest, at time.Time, l Label) {
		l.Guest, l.Event = gu.id, e.id
		g.lines = append(g.lines, line{Record{
			At: at, Event: e.id, Guest: gu.id, Party: gu.party, Kind: doorward.AccessScan, IP: e.venue, UserAgent: agent, TrustedInput: true,
		}, l})
	}
	var alone []*guest
	for _, gu := range e.guests {
		if !g.is(.82) {
			continue
		}
		at := e.day.Add(minutes(max(0, g.lognormal(35, .7)-10)))
		scan(gu, at, Label{Label: LabelLegit, K: 1})
		switch {
		case gu.party == 1 && g.is(rescanned/3):
			scan(gu, at.Add(seconds(g.lognormal(7, .5))), Label{Label: LabelLegit, K: 2})
		case gu.party > 1 && g.is(rescanned*1.5):
			scan(gu, at.Add(minutes(g.lognormal(24, .8))), Label{Label: LabelLegit, K: 2})
		case gu.party == 1 && !gu.attacked:
			alone = append(alone, gu)
		}
	}
	for range g.poisson(qrReplayRate * g.cfg.Attacks) {
		if len(alone) == 0 {
			return
		}
		gu := pick(g.chance, alone)
		if gu.attacked {
			continue
		}
		gu.attacked = true
		g.cases++
		first := g.scanned(gu)
		scan(gu, first.Add(minutes(g.lognormal(45, .8))), Label{Label: attackPrefix + "qr_replay", K: 2, Case: g.cases})
	}
}

// scanned is when a guest's code was first scanned.
func (g *generator) scanned(gu *guest) time.Time {
	for i := len(g.lines) - 1; i >= 0; i-- {
		if r := &g.lines[i].record; r.Kind == doorward.AccessScan && r.Guest == gu.id {
			return r.At
		}
	}
	return time.Time{}
}
