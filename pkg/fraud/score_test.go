package fraud_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// Where the default bands begin.
const (
	medium = 30
	high   = 60
	block  = 85
)

// The honest: each of these is what guests do, and none may be more than looked at.
func TestHonest(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(p *party, own *client) doorward.Assessment
		most int
	}{
		{"the same phone at home", func(p *party, own *client) doorward.Assessment { return p.open(own, homeIP) }, 10},
		{"the same phone on the way", func(p *party, own *client) doorward.Assessment { return p.open(own, carrierIP) }, 20},
		{"the same phone on holiday", func(p *party, own *client) doorward.Assessment { return p.open(own, abroadIP) }, 29},
		{"the same phone behind a relay", func(p *party, own *client) doorward.Assessment { return p.open(own, relayIP) }, 20},
		{"the same phone through a VPN", func(p *party, own *client) doorward.Assessment { return p.open(own, serverIP) }, 29},
		{"the same phone, its cookie lost", func(p *party, own *client) doorward.Assessment {
			own.cookie = ""
			return p.open(own, homeIP)
		}, 15},
		{"the same phone after an update", func(p *party, own *client) doorward.Assessment {
			own.agent = iPhoneNext
			return p.open(own, homeIP)
		}, 10},
		{"the same phone turned", func(p *party, own *client) doorward.Assessment {
			own.screen = "844x390@3"
			return p.open(own, homeIP)
		}, 10},
		{"from a chat's browser, without the cookie", func(p *party, own *client) doorward.Assessment {
			own.agent, own.cookie = iPhoneInstagram, ""
			return p.open(own, homeIP)
		}, 20},
		{"a laptop at home", func(p *party, _ *client) doorward.Assessment { return p.open(phone(macSafari, "1440x900@2"), homeIP) }, 20},
		{"a laptop at work", func(p *party, _ *client) doorward.Assessment { return p.open(phone(macSafari, "1440x900@2"), officeIP) }, 59},
		{"an answer without JavaScript", func(p *party, own *client) doorward.Assessment { return p.use("ana", own, doorward.AccessRSVP, homeIP) }, 10},
		{"a clock that stepped back a week", func(p *party, own *client) doorward.Assessment {
			p.wait(-7 * 24 * time.Hour)
			return p.open(own, homeIP)
		}, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, own := known(withCrowd())
			if a := c.run(p, own); a.Score > c.most || a.Class != doorward.ClassHuman {
				t.Errorf("scores %d as %s, want at most %d: %+v", a.Score, a.Class, c.most, a.Reasons)
			}
		})
	}
}

// Somebody whom the invitation brings is expected, with a device and a network of their own.
func TestCompanion(t *testing.T) {
	alone, _ := known(withCrowd())
	pair, _ := known(func() *party { p := withCrowd(); p.heads = 2; return p }())
	friend := func() *client { return phone(galaxySamsung, "360x780@3") }
	if a, b := alone.open(friend(), officeIP), pair.open(friend(), officeIP); a.Score <= b.Score || b.Score >= medium {
		t.Errorf("a friend scores %d on an invitation for one and %d on one for two", a.Score, b.Score)
	}
}

func TestForwardedLink(t *testing.T) {
	p, own := known(withCrowd())
	last := 0
	for i, c := range strangers() {
		a := p.open(c, strangerIP(i))
		if i >= 3 && (a.Score < high || a.Capped) {
			t.Errorf("stranger %d scores %d: %+v", i+1, a.Score, a.Reasons)
		}
		last = a.Score
	}
	if last < block {
		t.Errorf("the sixth stranger scores %d", last)
	}
	if a := p.open(own, homeIP); a.Score >= medium {
		t.Errorf("the guest scores %d on a link that went round: %+v", a.Score, a.Reasons)
	}
	if a := p.open(strangers()[0], strangerIP(0)); a.Score < high {
		t.Errorf("the first stranger comes back with %d", a.Score)
	}
}

func TestSlowDrip(t *testing.T) {
	p, _ := known(withCrowd())
	for i, c := range strangers() {
		p.wait(25 * time.Hour)
		a := p.open(c, strangerIP(i))
		if i >= 3 && a.Score < high {
			t.Errorf("stranger %d, a day after the last, scores %d: %+v", i+1, a.Score, a.Reasons)
		}
	}
}

func TestHarvest(t *testing.T) {
	p := withCrowd()
	thief := phone(windowsEdge, "1920x1080@1")
	for i := range 8 {
		guest := fmt.Sprint("crowd-", i)
		a := p.use(guest, thief, doorward.AccessOpen, strangerIP(1))
		if i >= 5 && a.Score < high {
			t.Errorf("the %dth guest's link scores %d: %+v", i+1, a.Score, a.Reasons)
		}
	}
	p = withCrowd()
	thief.noCookies, thief.cookie = true, ""
	for i := range 8 {
		if a := p.use(fmt.Sprint("crowd-", i), thief, doorward.AccessOpen, strangerIP(1)); i >= 6 && a.Score < high {
			t.Errorf("without cookies, the %dth guest's link scores %d: %+v", i+1, a.Score, a.Reasons)
		}
	}
}

// A helper opens the links of a few of the family.
func TestHelperIsNoHarvester(t *testing.T) {
	p := withCrowd()
	helper := phone(iPhoneSafari, "393x852@3")
	p.use("own", helper, doorward.AccessOpen, homeIP)
	for i := range 2 {
		p.wait(3 * time.Hour)
		if a := p.use(fmt.Sprint("family-", i), helper, doorward.AccessOpen, homeIP); a.Score >= high {
			t.Errorf("the helper scores %d: %+v", a.Score, a.Reasons)
		}
	}
}

func TestAttackers(t *testing.T) {
	for _, c := range []struct {
		name  string
		run   func(p *party, own *client) doorward.Assessment
		least int
	}{
		{"another country, language and device", func(p *party, _ *client) doorward.Assessment {
			c := phone(galaxySamsung, "360x780@3")
			c.language, c.timezone = "en-GB,en;q=0.9", "Pacific/Auckland"
			return p.open(c, antipodeIP)
		}, high},
		{"another device through a data centre", func(p *party, _ *client) doorward.Assessment {
			return p.open(phone(windowsEdge, "1920x1080@1"), serverIP)
		}, 40},
		{"the guest's cookie on another device", func(p *party, own *client) doorward.Assessment {
			c := phone(galaxySamsung, "360x780@3")
			c.cookie = own.cookie
			return p.open(c, officeIP)
		}, 40},
		{"a twin phone next door", func(p *party, own *client) doorward.Assessment {
			return p.open(phone(own.agent, own.screen), besideIP)
		}, 6},
		{"a script", func(p *party, _ *client) doorward.Assessment {
			return p.use("ana", &client{agent: "python-requests/2.32.3", noCookies: true}, doorward.AccessRSVP, serverIP)
		}, high},
		{"a script that poses as a preview", func(p *party, _ *client) doorward.Assessment {
			return p.use("ana", &client{agent: "WhatsApp/2", noCookies: true}, doorward.AccessRSVP, serverIP)
		}, high},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, own := known(withCrowd())
			before := p.open(own, homeIP).Score
			if a := c.run(p, own); a.Score < c.least || a.Score <= before {
				t.Errorf("scores %d, want at least %d and more than the guest's %d: %+v", a.Score, c.least, before, a.Reasons)
			}
		})
	}
}

func TestDoor(t *testing.T) {
	p, _ := known(withCrowd())
	door := phone(pixelChrome, "")
	if a := p.use("ana", door, doorward.AccessScan, officeIP); a.Score > 5 {
		t.Errorf("the first scan scores %d", a.Score)
	}
	if a := p.use("ana", door, doorward.AccessScan, officeIP); a.Score > 5 {
		t.Errorf("held to the camera twice, it scores %d: %+v", a.Score, a.Reasons)
	}
	p.wait(time.Hour)
	if a := p.use("ana", door, doorward.AccessScan, officeIP); a.Score < block {
		t.Errorf("shown again after an hour, it scores %d", a.Score)
	}
	pair, _ := known(func() *party { p := withCrowd(); p.heads = 2; return p }())
	pair.use("ana", door, doorward.AccessScan, officeIP)
	pair.wait(time.Hour)
	if a := pair.use("ana", door, doorward.AccessScan, officeIP); a.Score > 5 {
		t.Errorf("the second of a party of two scores %d", a.Score)
	}
}

// Nobody can tell a thief who comes first; once the guest comes too, neither is sure.
func TestThiefFirst(t *testing.T) {
	p := withCrowd()
	thief := phone(galaxySamsung, "360x780@3")
	if a := p.open(thief, officeIP); a.Score >= medium {
		t.Errorf("the thief scores %d with nothing to compare", a.Score)
	}
	quiet := p.open(thief, officeIP).Score
	p.wait(3 * time.Hour)
	p.open(phone(iPhoneSafari, "390x844@3"), homeIP)
	p.wait(3 * time.Hour)
	if a := p.open(thief, officeIP); a.Score <= quiet {
		t.Errorf("the thief scores %d after the guest came, and %d before", a.Score, quiet)
	}
}

func TestVerdicts(t *testing.T) {
	p, _ := known(withCrowd())
	laptop := phone(windowsFirefox, "1920x1080@1")
	laptop.language = "pl-PL"
	a := p.access("ana", laptop, doorward.AccessOpen, serverIP)
	a.Signals.IssuedToken = "laptop"
	r := p.event.Score(nil, &a)
	p.event.Observe(&a, &r)
	if r.Score < medium {
		t.Fatalf("the laptop scores %d, which nobody would judge", r.Score)
	}
	laptop.cookie = "laptop"
	p.event.Judge(&a, doorward.OpinionLegitimate)
	if got := p.open(laptop, serverIP); got.Score >= medium {
		t.Errorf("called legitimate, the laptop scores %d: %+v", got.Score, got.Reasons)
	}
	p.event.Judge(&a, doorward.OpinionSuspicious)
	if got := p.open(laptop, serverIP); got.Score < high {
		t.Errorf("called suspicious, the laptop scores %d: %+v", got.Score, got.Reasons)
	}
	p.event.Judge(&a, doorward.OpinionLegitimate)
	if got := p.open(laptop, serverIP); got.Score >= medium {
		t.Errorf("called legitimate after all, the laptop scores %d: %+v", got.Score, got.Reasons)
	}
}

func TestBotsAreNotCounted(t *testing.T) {
	quiet, own := known(withCrowd())
	want := quiet.open(own, homeIP)
	loud, own := known(withCrowd())
	for range 20 {
		loud.use("ana", &client{agent: "WhatsApp/2.23.20.0 A"}, doorward.AccessFetch, officeIP)
		loud.use("ana", &client{agent: "CiscoSecureEmail/1.0"}, doorward.AccessOpen, officeIP)
	}
	if got := loud.open(own, homeIP); got.Score != want.Score {
		t.Errorf("%d with bots, %d without", got.Score, want.Score)
	}
}

// Without places the engine knows less, and suspects nobody for it.
func TestNoPlaces(t *testing.T) {
	p, own := known(newParty())
	a := p.access("ana", own, doorward.AccessOpen, abroadIP)
	a.Place = doorward.Place{}
	if r := p.event.Score(nil, &a); r.Score >= medium {
		t.Errorf("a known phone scores %d without a place", r.Score)
	}
	a = p.access("ana", phone(galaxySamsung, "360x780@3"), doorward.AccessOpen, abroadIP)
	a.Place = doorward.Place{}
	if r := p.event.Score(nil, &a); r.Score >= high {
		t.Errorf("a new phone scores %d without a place", r.Score)
	}
}
