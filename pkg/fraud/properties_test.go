package fraud_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
	someIPs       = []string{homeIP, besideIP, carrierIP, officeIP, abroadIP, antipodeIP, serverIP, relayIP}
	someCookies   = []string{"", "", "a", "b", "c", "d"}
	someGuests    = []string{"ana", "ana", "ana", "bea", "carl"}
	someKinds     = []doorward.AccessKind{
		doorward.AccessOpen, doorward.AccessOpen, doorward.AccessOpen, doorward.AccessRSVP, doorward.AccessScan, doorward.AccessFetch,
	}
	someHints = []string{"", `"Android"`, `"Windows"`, `"macOS"`}
)

func draw(t *rapid.T, at time.Time) fraud.Access {
	ip := rapid.SampledFrom(someIPs).Draw(t, "ip")
	a := fraud.Access{
		Guest: doorward.GuestID(rapid.SampledFrom(someGuests).Draw(t, "guest")),
		Party: rapid.IntRange(0, 4).Draw(t, "party"),
		Signals: doorward.Signals{
			At:             at,
			Kind:           rapid.SampledFrom(someKinds).Draw(t, "kind"),
			IP:             netip.MustParseAddr(ip),
			UserAgent:      rapid.SampledFrom(someAgents).Draw(t, "agent"),
			AcceptLanguage: rapid.SampledFrom(someLanguages).Draw(t, "language"),
			Headers:        map[string]string{"sec-ch-ua-platform": rapid.SampledFrom(someHints).Draw(t, "hint")},
			DeviceToken:    rapid.SampledFrom(someCookies).Draw(t, "cookie"),
			IssuedToken:    rapid.SampledFrom(someCookies).Draw(t, "issued"),
			Screen:         rapid.SampledFrom(someScreens).Draw(t, "screen"),
			Timezone:       rapid.SampledFrom(someTimezones).Draw(t, "timezone"),
			WebDriver:      rapid.IntRange(0, 9).Draw(t, "webdriver") == 0,
		},
	}
	if rapid.IntRange(0, 5).Draw(t, "placed") > 0 {
		a.Place = placeOf(ip)
	}
	return a
}

// history draws what an event has seen: up to 40 uses of a few links, with times that may step back.
func history(t *rapid.T) (accesses []fraud.Access, now time.Time) {
	now = time.Date(2026, 6, 12, 18, 0, 0, 0, time.UTC)
	for range rapid.IntRange(0, 40).Draw(t, "uses") {
		now = now.Add(time.Duration(rapid.IntRange(-60, 600).Draw(t, "minutes")) * time.Minute)
		accesses = append(accesses, draw(t, now))
	}
	return accesses, now.Add(time.Minute)
}

func replay(accesses []fraud.Access) *fraud.Event {
	e := fraud.NewEvent()
	for i := range accesses {
		r := e.Score(nil, &accesses[i])
		e.Observe(&accesses[i], &r)
	}
	return e
}

func TestScore_isAFunction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		past, now := history(t)
		a := draw(t, now)
		first := replay(past)
		once, again := first.Score(nil, &a), first.Score(nil, &a)
		anew := replay(past).Score(nil, &a)
		if diff := cmp.Diff(once.Assessment(), again.Assessment()); diff != "" {
			t.Fatalf("scoring twice gives another: %s", diff)
		}
		if diff := cmp.Diff(once.Assessment(), anew.Assessment()); diff != "" {
			t.Fatalf("the same history gives another: %s", diff)
		}
	})
}

func TestScore_explainsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		past, now := history(t)
		access := draw(t, now)
		r := replay(past).Score(nil, &access)
		a := r.Assessment()
		if a.Score < 0 || a.Score > 100 || !a.Evaluated || a.Reasons == nil || a.IfKnown > a.Score {
			t.Fatalf("%+v", a)
		}
		sum := 0
		seen := map[string]bool{}
		for _, reason := range a.Reasons {
			sum += reason.Points
			if reason.Text == "" || reason.Points == 0 || seen[reason.Code] {
				t.Fatalf("reason %+v of %+v", reason, a.Reasons)
			}
			seen[reason.Code] = true
		}
		if len(a.Reasons) > 0 && sum != a.Score {
			t.Fatalf("the points add up to %d, the score is %d: %+v", sum, a.Score, a.Reasons)
		}
		if _, capped := points(a, fraud.ReasonCapped); a.Capped != capped || a.Capped && a.Score != 59 {
			t.Fatalf("capped %v at %d: %+v", a.Capped, a.Score, a.Reasons)
		}
		isBot := a.Class != doorward.ClassHuman && a.Class != doorward.ClassAutomation
		if (isBot || access.Signals.Kind == doorward.AccessFetch) && (a.Score != 0 || len(a.Reasons) != 0) {
			t.Fatalf("a %s scores: %+v", a.Class, a)
		}
	})
}

// The guest's own cookie on the guest's own device stays low while the link does not go round and the device keeps to
// its guest.
func TestScore_knownCookieStaysLow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, own := known(withCrowd())
		ip := rapid.SampledFrom(someIPs).Draw(t, "ip")
		own.timezone = rapid.SampledFrom(someTimezones).Draw(t, "timezone")
		own.agent = rapid.SampledFrom([]string{iPhoneSafari, iPhoneNext, iPhoneInstagram}).Draw(t, "agent")
		p.wait(time.Duration(rapid.IntRange(-400, 4000).Draw(t, "hours")) * time.Hour)
		if a := p.open(own, ip); a.Score >= medium {
			t.Fatalf("%d from %s: %+v", a.Score, ip, a.Reasons)
		}
	})
}

func TestScore_firstAccessStaysBelowHigh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		past, now := history(t)
		a := draw(t, now)
		a.Guest = "newcomer"
		r := replay(past).Score(nil, &a)
		_, harvests := points(r.Assessment(), fraud.ReasonManyGuests)
		if r.Score >= high && r.Class != doorward.ClassAutomation && !harvests {
			t.Fatalf("%+v", r.Assessment())
		}
	})
}

// More that speaks for the guest never makes an access look worse: the cookie, the usual line, a place that is known.
func TestScore_honestEvidenceNeverHurts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, own := known(withCrowd())
		stranger := phone(rapid.SampledFrom(someAgents[1:9]).Draw(t, "agent"), rapid.SampledFrom(someScreens).Draw(t, "screen"))
		ip := rapid.SampledFrom(someIPs).Draw(t, "ip")
		score := func(c *client, ip string) int {
			a := p.access("ana", c, doorward.AccessOpen, ip)
			return p.event.Score(nil, &a).Score
		}
		far, near := score(stranger, ip), score(stranger, homeIP)
		if near > far {
			t.Fatalf("at home %d, from %s %d", near, ip, far)
		}
		bare := *own
		bare.cookie = ""
		if with, without := score(own, ip), score(&bare, ip); with > without {
			t.Fatalf("with its cookie %d, without %d", with, without)
		}
	})
}

// A header that anybody can send is not believed: what speaks is the address of the connection, which the caller sets.
func TestScore_forgedHeadersChangeNothing(t *testing.T) {
	p, own := known(withCrowd())
	a := p.access("ana", own, doorward.AccessOpen, abroadIP)
	want := p.event.Score(nil, &a).Score
	a.Signals.Headers = map[string]string{"x-forwarded-for": homeIP, "x-real-ip": homeIP, "forwarded": "for=" + homeIP, "cf-ipcountry": "DE"}
	if got := p.event.Score(nil, &a).Score; got != want {
		t.Errorf("%d with forged headers, %d without", got, want)
	}
}

// Without data on places nobody who was below is lifted to high, and with stale data neither: a country more or less is
// one family of evidence.
func TestScore_missingPlacesLiftNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		past, now := history(t)
		for i := range past {
			past[i].Place = doorward.Place{}
		}
		a := draw(t, now)
		a.Place = doorward.Place{}
		r := replay(past).Score(nil, &a)
		for _, f := range []fraud.Family{fraud.FamilyGeo, fraud.FamilyInfra} {
			if r.Families[f] > 0 {
				t.Fatalf("family %d finds %v without a place", f, r.Families[f])
			}
		}
	})
}

// Every family must be able to speak, and to be silent: a signal that is dead is a bug that nobody would notice.
func TestFamilies_speakAndAreSilent(t *testing.T) {
	spoke, silent := map[fraud.Family]bool{}, map[fraud.Family]bool{}
	note := func(p *party, guest string, c *client, kind doorward.AccessKind, ip string) {
		a := p.access(guest, c, kind, ip)
		r := p.event.Score(nil, &a)
		for f, found := range r.Families {
			spoke[fraud.Family(f)] = spoke[fraud.Family(f)] || found > 0
			silent[fraud.Family(f)] = silent[fraud.Family(f)] || found <= 0
		}
	}
	p, own := known(withCrowd())
	note(p, "ana", own, doorward.AccessOpen, homeIP)
	note(p, "ana", phone(galaxySamsung, "360x780@3"), doorward.AccessOpen, officeIP)
	note(p, "ana", phone(galaxySamsung, "360x780@3"), doorward.AccessOpen, serverIP)
	note(p, "ana", phone(galaxySamsung, "360x780@3"), doorward.AccessOpen, antipodeIP)
	note(p, "ana", &client{agent: "curl/8.5.0"}, doorward.AccessRSVP, homeIP)
	for i, c := range strangers() {
		note(p, "ana", c, doorward.AccessOpen, strangerIP(i))
		p.open(c, strangerIP(i))
	}
	thief := phone(windowsEdge, "1920x1080@1")
	for i := range 6 {
		note(p, fmt.Sprint("crowd-", i), thief, doorward.AccessOpen, serverIP)
		p.use(fmt.Sprint("crowd-", i), thief, doorward.AccessOpen, serverIP)
	}
	door := phone(pixelChrome, "")
	note(p, "bea", door, doorward.AccessScan, officeIP)
	p.use("bea", door, doorward.AccessScan, officeIP)
	p.wait(time.Hour)
	note(p, "bea", door, doorward.AccessScan, officeIP)
	for f := range fraud.Family(fraud.Families) {
		if !spoke[f] || !silent[f] {
			t.Errorf("family %d spoke: %v, was silent: %v", f, spoke[f], silent[f])
		}
	}
}

func FuzzScore(f *testing.F) {
	f.Add(iPhoneSafari, "de-DE,de;q=0.9", "390x844@3", "Europe/Berlin", `"iOS"`, []byte{203, 0, 113, 7}, int64(0), "DE")
	f.Add("", "", "x", "", "", []byte(nil), int64(-1<<40), "")
	f.Add("(compatible; ", "-", "1x", "/", `"`, []byte{1}, int64(1<<50), "germany")
	f.Fuzz(func(t *testing.T, agent, language, screen, timezone, hint string, ip []byte, at int64, country string) {
		p, _ := known(newParty())
		addr, _ := netip.AddrFromSlice(ip)
		for _, kind := range []doorward.AccessKind{doorward.AccessFetch, doorward.AccessOpen, doorward.AccessRSVP, doorward.AccessScan} {
			a := fraud.Access{Guest: "ana", Party: int(at), Place: doorward.Place{Country: country, Located: true, Lat: float32(at)}, Signals: doorward.Signals{
				At: time.Unix(at, 0), Kind: kind, UserAgent: agent, AcceptLanguage: language, Screen: screen, Timezone: timezone, IP: addr,
				Headers: map[string]string{"sec-ch-ua-platform": hint, "sec-ch-ua-mobile": "?0"},
			}}
			r := p.event.Score(nil, &a)
			p.event.Observe(&a, &r)
			sum := 0
			for _, reason := range r.Assessment().Reasons {
				sum += reason.Points
			}
			if sum != r.Score && len(r.Assessment().Reasons) > 0 || r.Score < 0 || r.Score > 100 {
				t.Fatalf("%+v", r)
			}
		}
	})
}
