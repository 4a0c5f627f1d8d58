package fraud_test

import (
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
)

const (
	homeIP    = "203.0.113.7"
	officeIP  = "192.0.2.44"
	carrierIP = "100.70.3.9"
	low       = 30 // scores below are in the low band
	high      = 60
	block     = 85
)

// wantBelow fails unless the score is below a limit.
func wantBelow(t *testing.T, a doorward.Assessment, limit int, what string) {
	t.Helper()
	if a.Score >= limit {
		t.Errorf("%s: %d, want below %d: %+v", what, a.Score, limit, a.Reasons)
	}
}

// guestWhoAnswered is a link whose guest has opened and answered it at home.
func guestWhoAnswered(t *testing.T, guest *client) *link {
	t.Helper()
	l := newLink()
	wantBelow(t, l.open(guest, homeIP), 1, "first open")
	wantBelow(t, l.rsvp(guest, homeIP), 1, "answer")
	return l
}

func TestScore_samePhone(t *testing.T) {
	guest := phone(iPhoneSafari, "390x844@3")
	l := guestWhoAnswered(t, guest)
	for range 5 {
		l.wait(20 * time.Hour)
		wantBelow(t, l.open(guest, homeIP), 1, "again")
	}
}

func TestScore_phoneWithoutCookies(t *testing.T) {
	guest := phone(iPhoneSafari, "390x844@3")
	guest.noCookies = true
	l := guestWhoAnswered(t, guest)
	l.wait(time.Hour)
	guest.screen = "844x390@3"
	wantBelow(t, l.open(guest, homeIP), 1, "turned on its side")
	guest.agent = iPhoneNext
	wantBelow(t, l.open(guest, homeIP), 1, "updated")
	guest.agent = iPhoneInstagram
	wantBelow(t, l.open(guest, homeIP), 10, "in a chat's browser")
	wantBelow(t, l.open(guest, carrierIP), 15, "on the carrier's network")
	guest.timezone = "America/New_York"
	wantBelow(t, l.open(guest, officeIP), low, "on a journey")
}

func TestScore_phoneAndLaptop(t *testing.T) {
	guest := phone(iPhoneSafari, "390x844@3")
	l := guestWhoAnswered(t, guest)
	laptop := phone(macChrome, "1512x982@2")
	l.wait(time.Hour)
	wantBelow(t, l.open(laptop, homeIP), low, "laptop at home")
	l.wait(12 * time.Hour)
	wantBelow(t, l.open(laptop, officeIP), low, "laptop at work")
	wantBelow(t, l.open(guest, carrierIP), low, "phone on its way")
}

func TestScore_laptopElsewhere(t *testing.T) {
	l := guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3"))
	wantBelow(t, l.open(phone(macChrome, "1512x982@2"), officeIP), low, "laptop at work")
}

// A relay gives every visit another address, and here another family too.
func TestScore_privateRelay(t *testing.T) {
	guest := phone(iPhoneSafari, "390x844@3")
	guest.noCookies = true
	l := newLink()
	for _, ip := range []string{"172.225.10.4", "2a02:26f7:1::5", "104.28.33.9", "2a02:26f7:9::77", "146.75.1.2", "172.224.9.1"} {
		wantBelow(t, l.open(guest, ip), 10, ip)
		l.wait(3 * time.Hour)
	}
}

func TestScore_carrierChurn(t *testing.T) {
	guest := phone(pixelChrome, "412x915@2.625")
	guest.noCookies = true
	l := newLink()
	for _, ip := range []string{homeIP, "100.70.3.9", "100.71.8.1", "100.99.200.4", "100.70.44.1", homeIP} {
		wantBelow(t, l.open(guest, ip), 10, ip)
	}
}

// Four people of one home, each with a phone, and one of them without cookies.
func TestScore_household(t *testing.T) {
	l := guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3"))
	others := []*client{phone(pixelChrome, "412x915@2.625"), phone(galaxySamsung, "360x780@3"), phone(iPhoneSafari, "428x926@3")}
	others[2].noCookies = true
	for _, c := range others {
		wantBelow(t, l.open(c, homeIP), 45, "one of the household")
	}
	for _, c := range others {
		l.wait(25 * time.Hour)
		wantBelow(t, l.open(c, homeIP), low, "one of the household, next day")
	}
}

// Without JavaScript an answer is all there is, and it carries little.
func TestScore_withoutJavaScript(t *testing.T) {
	guest := phone(linuxFirefox, "")
	l := newLink()
	wantBelow(t, l.rsvp(guest, homeIP), 1, "first answer")
	wantBelow(t, l.rsvp(guest, homeIP), 1, "second thoughts")
	guest.cookie = ""
	wantBelow(t, l.rsvp(guest, carrierIP), low, "without the cookie")
}

func TestScore_forwardedToStrangers(t *testing.T) {
	guest := phone(iPhoneSafari, "390x844@3")
	l := guestWhoAnswered(t, guest)
	want := []struct{ least, most int }{{10, 29}, {30, 59}, {55, 84}, {60, 84}, {70, 100}, {85, 100}}
	for i, c := range strangers() {
		l.wait(10 * time.Minute)
		a := l.open(c, strangerIP(i))
		if a.Score < want[i].least || a.Score > want[i].most {
			t.Errorf("stranger %d: %d, want %d–%d: %+v", i+1, a.Score, want[i].least, want[i].most, a.Reasons)
		}
		if a.Score >= high && a.Capped {
			t.Errorf("stranger %d: capped at %d", i+1, a.Score)
		}
	}
	wantBelow(t, l.open(guest, homeIP), low, "the guest, meanwhile")
	guest.cookie = ""
	a := l.open(guest, homeIP)
	if a.Score != 59 || !a.Capped {
		t.Errorf("the guest without the cookie: %d, capped %v; want the cap", a.Score, a.Capped)
	}
}

// A link can go round before its guest has seen it.
func TestScore_strangersAlone(t *testing.T) {
	l := newLink()
	var last doorward.Assessment
	for i, c := range strangers() {
		last = l.open(c, strangerIP(i))
	}
	if last.Score < high {
		t.Errorf("the sixth stranger: %d, want at least %d: %+v", last.Score, high, last.Reasons)
	}
}

func TestScore_strangersOverDaysStayBelowBlock(t *testing.T) {
	l := guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3"))
	for i, c := range strangers() {
		l.wait(36 * time.Hour)
		wantBelow(t, l.open(c, strangerIP(i)), high, "one a day")
	}
}

// More accesses than the engine looks at do not push the guest out of sight.
func TestScore_floodKeepsTheOldest(t *testing.T) {
	guest := phone(iPhoneSafari, "390x844@3")
	l := guestWhoAnswered(t, guest)
	var last doorward.Assessment
	for i := range 60 {
		last = l.open(strangers()[i%6], strangerIP(i))
	}
	if last.Score < block {
		t.Errorf("the 60th stranger: %d, want at least %d", last.Score, block)
	}
	wantBelow(t, l.open(guest, homeIP), low, "the guest")
}

func TestScore_script(t *testing.T) {
	script := &client{agent: "curl/8.5.0", noCookies: true}
	l := newLink()
	a := l.rsvp(script, officeIP)
	if a.Class != doorward.ClassAutomation || a.Score < low || a.Score >= high || a.Capped {
		t.Errorf("a script at first: %s %d", a.Class, a.Score)
	}
	for range 20 {
		l.wait(-50 * time.Second) // every ten seconds
		a = l.rsvp(script, officeIP)
	}
	if a.Score < block {
		t.Errorf("a script that goes on: %d, want at least %d: %+v", a.Score, block, a.Reasons)
	}
	l = guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3"))
	if a := l.rsvp(script, officeIP); a.Score < high {
		t.Errorf("a script after the guest: %d, want at least %d: %+v", a.Score, high, a.Reasons)
	}
}

func TestScore_botsAreNeitherScoredNorCounted(t *testing.T) {
	l := newLink()
	for _, agent := range previews {
		a := l.use(&client{agent: agent}, doorward.AccessFetch, officeIP)
		if a.Class != doorward.ClassPreview || a.Score != 0 || len(a.Reasons) != 0 || a.Capped || !a.Evaluated {
			t.Errorf("%q: %+v", agent, a)
		}
	}
	guest := phone(iPhoneSafari, "390x844@3")
	want := guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3"))
	want.wait(time.Hour)
	for range 10 { // even if a caller did log them
		s := (&client{agent: scanners[0]}).signals(doorward.AccessOpen, officeIP)
		l.judge(s)
	}
	if a := l.open(guest, homeIP); a.Score != 0 {
		t.Errorf("the guest after ten scanners: %+v", a)
	}
}

// A stranger who was noticed does not become known by coming again.
func TestScore_learningGate(t *testing.T) {
	l := guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3"))
	all := strangers()
	l.open(all[0], strangerIP(0))
	first := l.open(all[1], strangerIP(1))
	if first.Score < low {
		t.Fatalf("the second stranger went unnoticed: %d", first.Score)
	}
	again := l.open(all[1], strangerIP(1))
	if again.Score < first.Score-5 {
		t.Errorf("coming again, with the cookie: %d after %d", again.Score, first.Score)
	}
}

// Whoever comes second must not pay for a thief who came first: both are strangers to each other.
func TestScore_openedByAnotherFirst(t *testing.T) {
	l := newLink()
	l.open(phone(pixelChrome, "412x915@2.625"), officeIP)
	guest := phone(iPhoneSafari, "390x844@3")
	wantBelow(t, l.open(guest, homeIP), low, "the guest, second")
	wantBelow(t, l.rsvp(guest, homeIP), low, "the guest's answer")
}

func TestScore_scanIsSilentOnDeviceAndNetwork(t *testing.T) {
	l := guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3"))
	door := &client{agent: "curl/8.5.0", noCookies: true}
	for range 12 { // a party that comes one by one
		wantBelow(t, l.use(door, doorward.AccessScan, officeIP), 1, "scan")
	}
	wantBelow(t, l.open(phone(iPhoneSafari, "390x844@3"), homeIP), 1, "the guest, after the door's phone")
	for i, c := range strangers() {
		l.open(c, strangerIP(i))
	}
	if a := l.use(door, doorward.AccessScan, officeIP); a.Score != 59 || !a.Capped {
		t.Errorf("a scan of a link that went round: %d, capped %v; want the cap", a.Score, a.Capped)
	}
}

// A clock that steps back must not hide who was there a minute ago.
func TestScore_clockStepsBack(t *testing.T) {
	straight, stepped := guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3")), guestWhoAnswered(t, phone(iPhoneSafari, "390x844@3"))
	a, b := strangers(), strangers()
	for i := range a {
		stepped.wait(-5 * time.Minute)
		want, got := straight.open(a[i], strangerIP(i)), stepped.open(b[i], strangerIP(i))
		if want.Score != got.Score {
			t.Errorf("stranger %d: %d on a clock that steps back, else %d", i+1, got.Score, want.Score)
		}
	}
}

func TestScore_nilModelAndHistory(t *testing.T) {
	s := phone(iPhoneSafari, "390x844@3").signals(doorward.AccessOpen, homeIP)
	if a := fraud.Score(nil, nil, s); a.Score != 0 || !a.Evaluated || a.Class != doorward.ClassHuman {
		t.Errorf("got %+v", a)
	}
	s.WebDriver = true
	if got, want := fraud.Score(nil, nil, s).Score, fraud.Score(fraud.DefaultModel(), &fraud.History{}, s).Score; got != want || got == 0 {
		t.Errorf("nil scores %d, the default %d", got, want)
	}
}

// Of a fail-open access nobody knows whose it was, and a blocked one was not the guest's.
func TestScore_learnsFromJudgedAccessesOnly(t *testing.T) {
	for name, spoil := range map[string]func(*doorward.Access){
		"not evaluated": func(a *doorward.Access) { a.Assessment.Evaluated = false },
		"blocked":       func(a *doorward.Access) { a.Action = doorward.ActionBlocked },
		"a script":      func(a *doorward.Access) { a.Assessment.Class = doorward.ClassAutomation },
	} {
		l := newLink()
		l.open(phone(pixelChrome, "412x915@2.625"), officeIP)
		spoil(&l.past[0])
		a := l.open(phone(iPhoneSafari, "390x844@3"), homeIP)
		if _, ok := points(a, fraud.ReasonNewDevice); ok {
			t.Errorf("%s: still part of the baseline: %+v", name, a.Reasons)
		}
	}
}
