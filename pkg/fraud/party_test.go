package fraud_test

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
)

// User agents of real browsers' form.
const (
	iPhoneSafari    = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
	iPhoneNext      = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1"
	iPhoneInstagram = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 390.0.0.28.85 (iPhone14,5; iOS 18_5; de_DE; de; scale=3.00; 1170x2532; 758000000)"
	pixelChrome     = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
	galaxySamsung   = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"
	macChrome       = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
	macSafari       = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"
	windowsEdge     = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"
	windowsFirefox  = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
	linuxFirefox    = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
)

// client is a device with a browser in somebody's hands.
type client struct {
	agent, screen, language string
	timezone                string
	webdriver               bool
	headers                 map[string]string
	noCookies               bool
	cookie                  string
}

func phone(agent, screen string) *client {
	return &client{agent: agent, screen: screen, language: "de-DE,de;q=0.9", timezone: "Europe/Berlin"}
}

func (c *client) signals(kind doorward.AccessKind, ip string) doorward.Signals {
	s := doorward.Signals{
		Kind: kind, IP: netip.MustParseAddr(ip), UserAgent: c.agent, AcceptLanguage: c.language,
		Headers: c.headers, DeviceToken: c.cookie, WebDriver: c.webdriver,
	}
	if kind == doorward.AccessOpen {
		s.Screen, s.Timezone = c.screen, c.timezone
	}
	return s
}

// strangers are people with nothing in common, each somewhere else.
func strangers() []*client {
	english := func(c *client) *client { c.language = "en-GB,en;q=0.9"; return c }
	return []*client{
		phone(pixelChrome, "412x915@2.625"), phone(galaxySamsung, "360x780@3"), phone(windowsEdge, "1920x1080@1"),
		english(phone(iPhoneSafari, "428x926@3")), phone(linuxFirefox, "2560x1440@1"), english(phone(pixelChrome, "384x832@2.8")),
	}
}

func strangerIP(i int) string { return fmt.Sprintf("198.51.%d.20", 100+i) }

// Addresses, and where they are.
const (
	homeIP     = "203.0.113.7"
	besideIP   = "203.0.113.99" // a neighbour
	carrierIP  = "192.0.2.31"
	officeIP   = "198.51.100.20"
	abroadIP   = "198.18.0.5"
	antipodeIP = "198.18.9.9"
	serverIP   = "198.18.44.4"
	relayIP    = "198.18.55.5"
)

func placeOf(ip string) doorward.Place {
	home := doorward.Place{Country: "DE", Lat: 48.1, Lon: 11.6, Located: true, ASN: 3320}
	switch ip {
	case homeIP, besideIP:
		return home
	case carrierIP:
		return doorward.Place{Country: "DE", Lat: 52.5, Lon: 13.4, Located: true, ASN: 3209, Network: doorward.NetworkCarrier}
	case officeIP:
		return doorward.Place{Country: "DE", Lat: 48.2, Lon: 11.5, Located: true, ASN: 8220}
	case abroadIP:
		return doorward.Place{Country: "PT", Lat: 38.7, Lon: -9.1, Located: true, ASN: 2860}
	case antipodeIP:
		return doorward.Place{Country: "NZ", Lat: -36.8, Lon: 174.8, Located: true, ASN: 9500}
	case serverIP:
		return doorward.Place{Country: "DE", Lat: 50.1, Lon: 8.7, Located: true, ASN: 24940, Network: doorward.NetworkHosting}
	case relayIP:
		return doorward.Place{Country: "DE", Lat: 50.1, Lon: 8.7, Located: true, ASN: 36183, Network: doorward.NetworkRelay}
	default: // a stranger's: see strangerIP
		addr := netip.MustParseAddr(ip).As4()
		return doorward.Place{Country: "DE", Lat: 49 + float32(addr[2])/200, Lon: 10, Located: true, ASN: 60000 + uint32(addr[2])}
	}
}

// party is an event as a caller of the engine keeps it.
type party struct {
	event  *fraud.Event
	now    time.Time
	issued int
	heads  int
	link   int
}

func newParty() *party {
	return &party{event: fraud.NewEvent(), now: time.Date(2026, 6, 12, 18, 0, 0, 0, time.UTC), heads: 1}
}

// withCrowd is a party of which a few dozen guests opened their links at home, so that it has a population.
func withCrowd() *party {
	p := newParty()
	for i := range 40 {
		c := phone([]string{iPhoneSafari, pixelChrome, iPhoneSafari, macSafari}[i%4], fmt.Sprintf("%dx%d@3", 360+10*(i%9), 780+20*(i%9)))
		p.use(fmt.Sprint("crowd-", i), c, doorward.AccessOpen, fmt.Sprintf("100.66.%d.1", i))
	}
	return p
}

func (p *party) wait(d time.Duration) { p.now = p.now.Add(d) }

func (p *party) access(guest string, c *client, kind doorward.AccessKind, ip string) fraud.Access {
	a := fraud.Access{Guest: doorward.GuestID(guest), Party: p.heads, Link: p.link, Signals: c.signals(kind, ip), Place: placeOf(ip)}
	a.Signals.At = p.now
	return a
}

// use lets c use a guest's link, a minute after the last use.
func (p *party) use(guest string, c *client, kind doorward.AccessKind, ip string) doorward.Assessment {
	p.wait(time.Minute)
	a := p.access(guest, c, kind, ip)
	if a.Signals.DeviceToken == "" && kind != doorward.AccessFetch && kind != doorward.AccessScan {
		p.issued++
		a.Signals.IssuedToken = fmt.Sprintf("cookie-%d", p.issued)
	}
	r := p.event.Score(nil, &a)
	if kind != doorward.AccessFetch {
		p.event.Observe(&a, &r)
	}
	if !c.noCookies && a.Signals.IssuedToken != "" {
		c.cookie = a.Signals.IssuedToken
	}
	return r.Assessment()
}

func (p *party) open(c *client, ip string) doorward.Assessment {
	return p.use("ana", c, doorward.AccessOpen, ip)
}

// known is a party whose guest opened and answered at home, and came back on two more days.
func known(p *party) (*party, *client) {
	c := phone(iPhoneSafari, "390x844@3")
	p.open(c, homeIP)
	p.use("ana", c, doorward.AccessRSVP, homeIP)
	for range 2 {
		p.wait(26 * time.Hour)
		p.open(c, homeIP)
	}
	p.wait(26 * time.Hour)
	return p, c
}

// points returns the points that a gives under a code; ok is false when it has no such reason.
func points(a doorward.Assessment, code string) (n int, ok bool) {
	for _, r := range a.Reasons {
		if r.Code == code {
			return r.Points, true
		}
	}
	return 0, false
}
