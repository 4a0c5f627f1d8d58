package fraud_test

import (
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
)

// Every reason must be able to fire, and to stay silent next to where it fires: a heuristic that is
// always on or never on is worth nothing.
func TestReasons_fireAndStaySilent(t *testing.T) {
	guest := func() *client { return phone(iPhoneSafari, "390x844@3") }
	for _, c := range []struct {
		code         string
		fire, silent func(l *link) doorward.Assessment // on a link whose guest has answered
	}{
		{
			fraud.ReasonNewDevice,
			func(l *link) doorward.Assessment { return l.open(phone(pixelChrome, "412x915@2.625"), homeIP) },
			func(l *link) doorward.Assessment { return l.open(guest(), homeIP) },
		},
		{
			fraud.ReasonDeviceChanged,
			func(l *link) doorward.Assessment {
				c := guest()
				c.language = "fr-FR"
				return l.open(c, homeIP)
			},
			func(l *link) doorward.Assessment {
				c := guest()
				c.language = "DE"
				return l.open(c, homeIP)
			},
		},
		{
			fraud.ReasonNewNetwork,
			func(l *link) doorward.Assessment { return l.open(guest(), officeIP) },
			func(l *link) doorward.Assessment { return l.open(guest(), "::ffff:"+homeIP) },
		},
		{
			fraud.ReasonNearNetwork,
			func(l *link) doorward.Assessment { // far enough into a baseline for its point to show
				known := guest()
				for range 8 {
					l.open(known, homeIP)
				}
				return l.open(guest(), "203.0.113.8")
			},
			func(l *link) doorward.Assessment { return l.open(guest(), "203.0.114.7") },
		},
		{
			fraud.ReasonAutomation,
			func(l *link) doorward.Assessment {
				c := guest()
				c.webdriver = true
				return l.open(c, homeIP)
			},
			func(l *link) doorward.Assessment { return l.open(guest(), homeIP) },
		},
		{
			fraud.ReasonContradiction,
			func(l *link) doorward.Assessment {
				c := phone(pixelChrome, "412x915@2.625")
				c.headers = map[string]string{"sec-ch-ua-platform": `"Windows"`}
				return l.open(c, homeIP)
			},
			func(l *link) doorward.Assessment {
				c := phone(pixelChrome, "412x915@2.625")
				c.headers = map[string]string{"sec-ch-ua-platform": `"Android"`, "sec-ch-ua-mobile": "?1"}
				return l.open(c, homeIP)
			},
		},
		{
			fraud.ReasonMissingHeaders,
			func(l *link) doorward.Assessment {
				c := guest()
				c.language = ""
				return l.open(c, homeIP)
			},
			func(l *link) doorward.Assessment { return l.open(guest(), homeIP) },
		},
		{
			fraud.ReasonManyDevices,
			func(l *link) doorward.Assessment {
				l.open(phone(macChrome, "1512x982@2"), officeIP)
				return l.open(phone(pixelChrome, "412x915@2.625"), carrierIP)
			},
			func(l *link) doorward.Assessment {
				l.open(phone(macChrome, "1512x982@2"), officeIP)
				l.wait(24 * time.Hour)
				return l.open(phone(pixelChrome, "412x915@2.625"), carrierIP)
			},
		},
		{
			fraud.ReasonBurst,
			func(l *link) doorward.Assessment { return reload(l, guest(), 10, 30*time.Second) },
			func(l *link) doorward.Assessment { return reload(l, guest(), 10, 3*time.Minute) },
		},
		{
			fraud.ReasonKnownDevice,
			func(l *link) doorward.Assessment { return ownScript(l, true) },
			func(l *link) doorward.Assessment { return ownScript(l, false) },
		},
		{
			fraud.ReasonCapped,
			func(l *link) doorward.Assessment {
				for i, c := range strangers() {
					l.open(c, strangerIP(i))
				}
				return l.open(guest(), homeIP)
			},
			func(l *link) doorward.Assessment {
				for i, c := range strangers() {
					l.open(c, strangerIP(i))
				}
				return l.open(phone(macSafari, "1440x900@2"), officeIP)
			},
		},
	} {
		t.Run(c.code, func(t *testing.T) {
			fired := c.fire(guestWhoAnswered(t, guest()))
			n, ok := points(fired, c.code)
			takes := c.code == fraud.ReasonCapped || c.code == fraud.ReasonKnownDevice
			if !ok || n == 0 || (n < 0) != takes {
				t.Errorf("does not fire: %+v", fired)
			}
			if silent := c.silent(guestWhoAnswered(t, guest())); hasReason(silent, c.code) {
				t.Errorf("is not silent: %+v", silent)
			}
		})
	}
}

func hasReason(a doorward.Assessment, code string) bool {
	_, ok := points(a, code)
	return ok
}

// reload uses the link n times without cookies, with a pause after each.
func reload(l *link, c *client, n int, pause time.Duration) (last doorward.Assessment) {
	c.noCookies = true
	for range n {
		last = l.open(c, homeIP)
		l.wait(pause - time.Minute) // open itself takes a minute
	}
	return last
}

// ownScript drives the guest's own browser by a script.
func ownScript(l *link, withCookie bool) doorward.Assessment {
	c := phone(iPhoneSafari, "390x844@3")
	c.webdriver = true
	if withCookie {
		c.cookie = l.past[0].Signals.IssuedToken
	}
	return l.open(c, homeIP)
}

func TestScore_contradictions(t *testing.T) {
	for _, c := range []struct {
		name             string
		agent, screen    string
		platform, mobile string
		wantSilent       bool
	}{
		{"a phone's agent on a desktop's hints", pixelChrome, "412x915@2", `"Windows"`, "?1", false},
		{"a phone's agent from a desktop", pixelChrome, "412x915@2", `"Android"`, "?0", false},
		{"an iPhone as wide as a monitor", iPhoneSafari, "1920x1080@1", "", "", false},
		{"Windows on a Mac", windowsEdge, "1920x1080@1", `"macOS"`, "?0", false},
		{"a tablet that asks for the full page", linuxFirefox, "800x1280@2", `"Android"`, "?0", true},
		{"an iPad that calls itself a Mac", macSafari, "820x1180@2", `"iOS"`, "?0", true},
		{"a hint of a system to come", macChrome, "1512x982@2", `"Fuchsia"`, "?0", true},
		{"no hints", macChrome, "1512x982@2", "", "", true},
	} {
		s := phone(c.agent, c.screen).signals(doorward.AccessOpen, homeIP)
		s.Headers = map[string]string{"sec-ch-ua-platform": c.platform, "sec-ch-ua-mobile": c.mobile}
		a := fraud.Score(nil, nil, s)
		if silent := a.Score == 0; silent != c.wantSilent {
			t.Errorf("%s: %+v", c.name, a)
		}
		if a.Class != doorward.ClassHuman {
			t.Errorf("%s: class %s, though it may be a person's odd browser", c.name, a.Class)
		}
		wantBelow(t, a, high, c.name)
	}
}

func TestScore_networks(t *testing.T) {
	for _, c := range []struct {
		home, now string
		code      string // of the reason, "" for none
	}{
		{"203.0.113.7", "203.0.113.7", ""},
		{"203.0.113.7", "::ffff:203.0.113.7", ""},
		{"203.0.113.7", "203.0.114.7", fraud.ReasonNewNetwork},
		{"203.0.113.7", "2001:db8::1", fraud.ReasonNewNetwork},
		{"2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", ""},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", fraud.ReasonNearNetwork},
		{"2001:db8:1:2::1", "2001:db8:2:2::1", fraud.ReasonNewNetwork},
	} {
		l := newLink()
		guest := phone(iPhoneSafari, "390x844@3")
		for range 3 {
			l.open(guest, c.home)
		}
		a := l.open(phone(iPhoneSafari, "390x844@3"), c.now)
		for _, code := range []string{fraud.ReasonNearNetwork, fraud.ReasonNewNetwork} {
			if hasReason(a, code) != (code == c.code) {
				t.Errorf("%s after %s: %+v, want %q", c.now, c.home, a.Reasons, c.code)
			}
		}
	}
}
