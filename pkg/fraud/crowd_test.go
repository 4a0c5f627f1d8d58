package fraud_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// evening is an event whose guests have all been at home, and then meet on the venue's one line, a minute apart, with
// phones of a few looks. It returns how many of them score at least medium and high.
func venue(looks int, keepsCookie func(i int) bool) (mediums, highs int) {
	p := newParty()
	guests := make([]*client, 60)
	for i := range guests {
		guests[i] = phone(iPhoneSafari, fmt.Sprintf("%dx%d@3", 370+10*(i%looks), 800+10*(i%looks)))
		p.use(fmt.Sprint("guest-", i), guests[i], doorward.AccessOpen, fmt.Sprintf("100.66.%d.1", i))
	}
	p.wait(20 * 24 * time.Hour)
	for i, c := range guests {
		if !keepsCookie(i) {
			c.cookie = ""
		}
		switch a := p.use(fmt.Sprint("guest-", i), c, doorward.AccessOpen, officeIP); {
		case a.Score >= high:
			highs++
		case a.Score >= medium:
			mediums++
		}
	}
	return mediums, highs
}

// The venue's Wi-Fi makes strangers of nobody.
func TestVenueWiFi(t *testing.T) {
	for name, keeps := range map[string]func(int) bool{
		"all keep their cookies":  func(int) bool { return true },
		"three of four keep them": func(i int) bool { return i%4 != 0 },
		"nobody keeps them":       func(int) bool { return false },
	} {
		for _, looks := range []int{6, 12} {
			if mediums, highs := venue(looks, keeps); highs > 0 || mediums > 6 {
				t.Errorf("%d looks, %s: %d of 60 guests are high, %d medium", looks, name, highs, mediums)
			}
		}
	}
}

// Twelve colleagues open their links at the office, on machines made from one image that forget cookies every night.
func TestOfficeImage(t *testing.T) {
	p := withCrowd()
	for day := range 3 {
		for i := range 12 {
			c := phone(windowsEdge, "1920x1080@1")
			a := p.use(fmt.Sprint("colleague-", i), c, doorward.AccessOpen, officeIP)
			if a.Score >= high || day > 0 && a.Score >= medium {
				t.Errorf("day %d, colleague %d scores %d: %+v", day, i, a.Score, a.Reasons)
			}
		}
		p.wait(24 * time.Hour)
	}
}

// An answer comes without the page's script: no screen, no time zone. On a busy evening many look the same.
func TestAnswersAreNotHarvest(t *testing.T) {
	p := newParty()
	for i := range 96 {
		c := phone(iPhoneSafari, fmt.Sprintf("%dx%d@3", 370+10*(i%8), 800+10*(i%8)))
		guest := fmt.Sprint("guest-", i)
		p.use(guest, c, doorward.AccessOpen, fmt.Sprintf("100.66.%d.1", i))
		c.cookie = ""
		if a := p.use(guest, c, doorward.AccessRSVP, fmt.Sprintf("100.66.%d.1", i)); a.Score >= medium {
			t.Fatalf("answer %d scores %d: %+v", i, a.Score, a.Reasons)
		}
	}
}

// A new link starts anew: who used the old one says nothing of its holder, but for whom the host vouched.
func TestReplacedLink(t *testing.T) {
	p := withCrowd()
	for i, c := range strangers()[:5] {
		p.open(c, strangerIP(i))
	}
	p.link = 2
	own := phone(iPhoneSafari, "390x844@3")
	if a := p.open(own, homeIP); a.Score >= medium {
		t.Errorf("the guest's first use of the new link scores %d: %+v", a.Score, a.Reasons)
	}
	if a := p.open(own, homeIP); a.Score >= medium {
		t.Errorf("the guest's second use scores %d: %+v", a.Score, a.Reasons)
	}
}

// A suspicious verdict on a twin of the guest's phone leaves the guest's own alone; and one at the door, on the door's
// phone, touches nobody.
func TestVerdictOnATwin(t *testing.T) {
	p, own := known(withCrowd())
	twin := phone(own.agent, own.screen)
	a := p.access("ana", twin, doorward.AccessOpen, officeIP)
	a.Signals.IssuedToken = "twin"
	r := p.event.Score(nil, &a)
	p.event.Observe(&a, &r)
	p.event.Judge(&a, doorward.OpinionSuspicious)
	if got := p.open(own, homeIP); got.Score >= medium {
		t.Errorf("the guest scores %d: %+v", got.Score, got.Reasons)
	}
	twin.cookie = "twin"
	if got := p.open(twin, officeIP); got.Score < high {
		t.Errorf("the twin comes back with %d: %+v", got.Score, got.Reasons)
	}
	scan := p.access("ana", phone(own.agent, ""), doorward.AccessScan, officeIP)
	r = p.event.Score(nil, &scan)
	p.event.Observe(&scan, &r)
	p.event.Judge(&scan, doorward.OpinionSuspicious)
	if got := p.open(own, homeIP); got.Score >= medium {
		t.Errorf("after a verdict at the door the guest scores %d", got.Score)
	}
}

// Who leaves may come back.
func TestReentry(t *testing.T) {
	p, _ := known(withCrowd())
	door := phone(pixelChrome, "")
	p.use("ana", door, doorward.AccessScan, officeIP)
	p.wait(time.Hour)
	a := p.access("ana", door, doorward.AccessScan, officeIP)
	a.Free = 1
	if r := p.event.Score(nil, &a); r.Score >= medium {
		t.Errorf("coming back scores %d", r.Score)
	}
}

// A stranger does not become known by coming often.
func TestStrangerComesOften(t *testing.T) {
	p, _ := known(withCrowd())
	c := phone(galaxySamsung, "360x780@3")
	c.language = "en-GB"
	if a := p.open(c, officeIP); a.Score < medium {
		t.Fatalf("the stranger scores %d at first", a.Score)
	}
	for i := range 20 {
		p.wait(40 * time.Minute)
		if a := p.open(c, officeIP); a.Score < medium {
			t.Fatalf("visit %d scores %d: %+v", i+2, a.Score, a.Reasons)
		}
	}
}

// A script that comes first is not taken for the guest.
func TestScriptFirst(t *testing.T) {
	p := withCrowd()
	c := &client{agent: macChrome, language: "de", webdriver: true, noCookies: true}
	if a := p.open(c, serverIP); a.Score < medium {
		t.Errorf("a script scores %d: %+v", a.Score, a.Reasons)
	}
}
