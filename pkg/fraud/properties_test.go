package fraud_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
)

// Values are drawn from few, so that accesses meet each other often enough to matter.
var (
	someAgents = []string{
		"", iPhoneSafari, iPhoneNext, iPhoneInstagram, pixelChrome, galaxySamsung, macChrome, windowsEdge, linuxFirefox,
		"curl/8.5.0", "WhatsApp/2.23.20.0 A", "CiscoSecureEmail/1.0",
	}
	someScreens   = []string{"", "390x844@3", "844x390@3", "412x915@2.625", "1920x1080@1", "x", "99999999x1"}
	someLanguages = []string{"", "de-DE,de;q=0.9", "de", "en-GB,en;q=0.9", "pt_BR", "-"}
	someTimezones = []string{"", "Europe/Berlin", "America/New_York"}
	someIPs       = []netip.Addr{
		{},
		netip.MustParseAddr(homeIP), netip.MustParseAddr("203.0.113.8"), netip.MustParseAddr(officeIP),
		netip.MustParseAddr("::ffff:" + officeIP), netip.MustParseAddr(carrierIP), netip.MustParseAddr("2001:db8:1:2::3"),
		netip.MustParseAddr("2001:db8:1:9::3"), netip.MustParseAddr("2001:db8:2::1"), netip.MustParseAddr("fe80::1%eth0"),
	}
	someCookies = []string{"", "", "a", "b", "c", "d"}
	someKinds   = []doorward.AccessKind{
		doorward.AccessOpen, doorward.AccessOpen, doorward.AccessOpen, doorward.AccessRSVP, doorward.AccessScan, doorward.AccessFetch,
	}
	someHints = []string{"", `"Android"`, `"Windows"`, `"macOS"`}
)

func drawSignals(t *rapid.T) doorward.Signals {
	return doorward.Signals{
		Kind:           rapid.SampledFrom(someKinds).Draw(t, "kind"),
		IP:             rapid.SampledFrom(someIPs).Draw(t, "ip"),
		UserAgent:      rapid.SampledFrom(someAgents).Draw(t, "agent"),
		AcceptLanguage: rapid.SampledFrom(someLanguages).Draw(t, "language"),
		Headers:        map[string]string{"sec-ch-ua-platform": rapid.SampledFrom(someHints).Draw(t, "hint")},
		DeviceToken:    rapid.SampledFrom(someCookies).Draw(t, "cookie"),
		IssuedToken:    rapid.SampledFrom(someCookies).Draw(t, "issued"),
		Screen:         rapid.SampledFrom(someScreens).Draw(t, "screen"),
		Timezone:       rapid.SampledFrom(someTimezones).Draw(t, "timezone"),
		WebDriver:      rapid.IntRange(0, 9).Draw(t, "webdriver") == 0,
	}
}

// drawLink plays up to 40 uses of a link, more than the engine looks at, with times that may step back.
func drawLink(t *rapid.T) *link {
	l := newLink()
	for range rapid.IntRange(0, 40).Draw(t, "uses") {
		l.wait(time.Duration(rapid.IntRange(-60, 600).Draw(t, "minutes")) * time.Minute)
		l.judge(drawSignals(t))
	}
	return l
}

func drawNow(t *rapid.T, l *link) doorward.Signals {
	s := drawSignals(t)
	s.At = l.now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "minutes since")) * time.Minute)
	return s
}

var compareAddrs = cmpopts.EquateComparable(netip.Addr{})

func TestScore_isAFunction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLink(t)
		s := drawNow(t, l)
		before := slices.Clone(l.past)
		first := fraud.Score(fraud.DefaultModel(), l.history(), s)
		if diff := cmp.Diff(first, fraud.Score(fraud.DefaultModel(), l.history(), s)); diff != "" {
			t.Fatalf("twice the same gives another: %s", diff)
		}
		if diff := cmp.Diff(before, l.past, compareAddrs); diff != "" {
			t.Fatalf("the history was changed: %s", diff)
		}
	})
}

// heuristicOf says which heuristic speaks in a reason; those that take points away have none.
var heuristicOf = map[string]string{
	fraud.ReasonNewDevice: "fingerprint", fraud.ReasonDeviceChanged: "fingerprint",
	fraud.ReasonNewNetwork: "network", fraud.ReasonNearNetwork: "network",
	fraud.ReasonAutomation: "missing", fraud.ReasonContradiction: "missing", fraud.ReasonMissingHeaders: "missing",
	fraud.ReasonManyDevices: "repeated", fraud.ReasonBurst: "repeated",
	fraud.ReasonKnownDevice: "", fraud.ReasonCapped: "",
}

func TestScore_explainsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLink(t)
		a := fraud.Score(fraud.DefaultModel(), l.history(), drawNow(t, l))
		if a.Score < 0 || a.Score > 100 || !a.Evaluated || a.Reasons == nil {
			t.Fatalf("%+v", a)
		}
		sum, voices := 0, map[string]bool{}
		for _, r := range a.Reasons {
			sum += r.Points
			heuristic, listed := heuristicOf[r.Code]
			if !listed || r.Text == "" || r.Points == 0 || (r.Points > 0) != (heuristic != "") {
				t.Fatalf("reason %+v", r)
			}
			if heuristic == "" {
				continue
			}
			if voices[heuristic] {
				t.Fatalf("%s speaks twice: %+v", heuristic, a.Reasons)
			}
			voices[heuristic] = true
		}
		if sum != a.Score {
			t.Fatalf("the points add up to %d, the score is %d: %+v", sum, a.Score, a.Reasons)
		}
		if a.Capped != hasReason(a, fraud.ReasonCapped) || a.Capped && a.Score != 59 {
			t.Fatalf("capped %v at %d: %+v", a.Capped, a.Score, a.Reasons)
		}
		if a.Score >= high && len(voices) < 2 {
			t.Fatalf("%d on one kind of evidence: %+v", a.Score, a.Reasons)
		}
		if a.Class != doorward.ClassHuman && a.Class != doorward.ClassAutomation && (a.Score != 0 || len(a.Reasons) != 0) {
			t.Fatalf("a %s scores: %+v", a.Class, a)
		}
	})
}

// The guest's own cookie only ever helps, and wholly so while the link does not go round.
func TestScore_knownCookieNeverHurts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLink(t)
		if len(l.past) > fraud.HistoryLimit {
			l.past = l.past[:fraud.HistoryLimit]
		}
		var known []string
		for _, p := range l.past {
			isPage := p.Signals.Kind == doorward.AccessOpen || p.Signals.Kind == doorward.AccessRSVP
			if isPage && p.Assessment.Class == doorward.ClassHuman && p.Assessment.Score < low {
				known = append(known, p.Signals.DeviceToken, p.Signals.IssuedToken)
			}
		}
		known = slices.DeleteFunc(known, func(cookie string) bool { return cookie == "" })
		if len(known) == 0 {
			t.Skip("no cookie is known")
		}
		s := drawNow(t, l)
		s.DeviceToken = ""
		without := fraud.Score(fraud.DefaultModel(), l.history(), s)
		s.DeviceToken = rapid.SampledFrom(known).Draw(t, "known cookie")
		with := fraud.Score(fraud.DefaultModel(), l.history(), s)
		if with.Score > without.Score {
			t.Fatalf("%d with the cookie, %d without: %+v, %+v", with.Score, without.Score, with.Reasons, without.Reasons)
		}
		if with.Score >= low && !hasReason(with, fraud.ReasonManyDevices) && !hasReason(with, fraud.ReasonBurst) {
			t.Fatalf("%d with the cookie, and the link does not go round: %+v", with.Score, with.Reasons)
		}
	})
}

func TestScore_firstAccessStaysBelowHigh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLink()
		for range rapid.IntRange(0, 5).Draw(t, "bots") {
			l.judge(doorward.Signals{Kind: doorward.AccessOpen, UserAgent: "CiscoSecureEmail/1.0"})
		}
		a := fraud.Score(fraud.DefaultModel(), l.history(), drawNow(t, l))
		if a.Score >= high && a.Class != doorward.ClassAutomation {
			t.Fatalf("%+v", a)
		}
	})
}

// One more stranger's device within the day never makes the next look better.
func TestScore_anotherStrangerNeverHelps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, guest := newLink(), phone(iPhoneSafari, "390x844@3")
		l.open(guest, homeIP)
		l.rsvp(guest, homeIP)
		order := rapid.Permutation(strangers()).Draw(t, "order")
		last := -1
		for i, c := range order {
			a := l.open(c, strangerIP(i))
			if a.Score < last-5 { // which stranger comes makes a small difference
				t.Fatalf("stranger %d scores %d after %d: %+v", i+1, a.Score, last, a.Reasons)
			}
			last = a.Score
		}
		if last < 80 {
			t.Fatalf("the sixth stranger scores %d", last)
		}
	})
}

func FuzzScore(f *testing.F) {
	f.Add(iPhoneSafari, "de-DE,de;q=0.9", "390x844@3", "Europe/Berlin", `"iOS"`, []byte{203, 0, 113, 7})
	f.Add("", "", "x", "", "", []byte(nil))
	f.Add("(compatible; ", "-", "1x", "/", `"`, []byte{1})
	f.Fuzz(func(t *testing.T, agent, language, screen, timezone, hint string, ip []byte) {
		l := guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3"))
		addr, _ := netip.AddrFromSlice(ip)
		for _, kind := range []doorward.AccessKind{doorward.AccessFetch, doorward.AccessOpen, doorward.AccessRSVP, doorward.AccessScan} {
			a := l.judge(doorward.Signals{
				Kind: kind, UserAgent: agent, AcceptLanguage: language, Screen: screen, Timezone: timezone, IP: addr,
				Headers: map[string]string{"sec-ch-ua-platform": hint, "sec-ch-ua-mobile": "?0"},
			})
			sum := 0
			for _, r := range a.Reasons {
				sum += r.Points
			}
			if sum != a.Score || a.Score < 0 || a.Score > 100 {
				t.Fatalf("%+v", a)
			}
		}
	})
}
