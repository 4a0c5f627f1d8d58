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
		s.Screen, s.Timezone, s.TrustedInput = c.screen, c.timezone, true
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

// link is a guest's link as a caller of the engine keeps it: what was used is logged.
type link struct {
	past   []doorward.Access
	now    time.Time
	issued int
}

func newLink() *link {
	return &link{now: time.Date(2026, 6, 12, 18, 0, 0, 0, time.UTC)}
}

func (l *link) history() *fraud.History { return &fraud.History{Past: l.past} }

func (l *link) wait(d time.Duration) { l.now = l.now.Add(d) }

// use lets c use the link, a minute after the last use.
func (l *link) use(c *client, kind doorward.AccessKind, ip string) doorward.Assessment {
	l.wait(time.Minute)
	s := c.signals(kind, ip)
	if s.DeviceToken == "" && kind != doorward.AccessFetch && kind != doorward.AccessScan {
		l.issued++
		s.IssuedToken = fmt.Sprintf("cookie-%d", l.issued)
	}
	a := l.judge(s)
	if !c.noCookies && s.IssuedToken != "" {
		c.cookie = s.IssuedToken
	}
	return a
}

func (l *link) open(c *client, ip string) doorward.Assessment {
	return l.use(c, doorward.AccessOpen, ip)
}

func (l *link) rsvp(c *client, ip string) doorward.Assessment {
	return l.use(c, doorward.AccessRSVP, ip)
}

// judge scores and logs. A bare fetch is scored and never logged.
func (l *link) judge(s doorward.Signals) doorward.Assessment {
	s.At = l.now
	a := fraud.Score(fraud.DefaultModel(), l.history(), s)
	if s.Kind != doorward.AccessFetch {
		band := doorward.DefaultThresholds().Band(a.Score)
		l.past = append(l.past, doorward.Access{Signals: s, Assessment: a, Band: band, Action: band.Action()})
	}
	return a
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
