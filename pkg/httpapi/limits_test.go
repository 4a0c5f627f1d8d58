package httpapi_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/httpapi"
)

// Whatever is written without signing in is limited by where it comes from, and with a link by the link too.
//
// ASVS 2.4.1
func TestEveryPublicWriteIsLimited(t *testing.T) {
	for key, limits := range httpapi.RouteLimits() {
		method, path, _ := strings.Cut(key, " ")
		if method == "GET" || method == "HEAD" {
			continue
		}
		if who[key] == "public" && !slices.Contains(limits, "ip") {
			t.Errorf("%s is limited by %v: add a rate by ip", key, limits)
		}
		if strings.Contains(path, ":token") && !slices.Contains(limits, "token") {
			t.Errorf("%s is limited by %v: add a rate by token", key, limits)
		}
		if len(limits) == 0 {
			t.Errorf("%s has no limits", key)
		}
	}
}

// from sends JSON as if it came through proxies.
func (p *program) from(forwarded, path, body string) answer {
	p.t.Helper()
	return p.do("POST", path, "", http.Header{"X-Forwarded-For": {forwarded}, "Content-Type": {"application/json"}}, strings.NewReader(body))
}

// Without a trusted proxy X-Forwarded-For frees nobody; with one, only what that proxy added counts, and a /64 is one.
//
// ASVS 2.4.1 4.1.3 15.3.4
func TestForwardedForIsNoWayAround(t *testing.T) {
	const tries = 70
	proxy := app.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for name, c := range map[string]struct {
		config    app.Config
		forwarded func(i int) string
		limited   bool
	}{
		"no proxy, another address each time": {app.Config{}, func(i int) string { return fmt.Sprintf("203.0.113.%d", i) }, true},
		"a client that names others before":   {proxy, func(i int) string { return fmt.Sprintf("203.0.113.%d, 198.51.100.7", i) }, true},
		"one IPv6 network":                    {proxy, func(i int) string { return fmt.Sprintf("2001:db8:0:1::%x", i) }, true},
		"as many clients":                     {proxy, func(i int) string { return fmt.Sprintf("203.0.113.%d", i) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := startWith(t, c.config)
			var refused *answer
			for i := range tries {
				got := p.from(c.forwarded(i), api+"/door/pair", `{"code":"NONE-SUCH"}`)
				if got.status == http.StatusTooManyRequests && refused == nil {
					refused = &got
				}
			}
			if (refused != nil) != c.limited {
				t.Fatalf("limited: %v, want %v", refused != nil, c.limited)
			}
			if refused == nil {
				return
			}
			wait, err := strconv.Atoi(refused.header.Get("Retry-After"))
			if err != nil || wait < 1 || wait > 70 || refused.text(t, "code") != "too_many" || refused.header.Get("Content-Type") != "application/problem+json; charset=utf-8" {
				t.Errorf("%v %s", refused.header, refused.body)
			}
		})
	}
}

// Sign-in is limited for an address as well, from wherever it is tried, known or not.
//
// ASVS 6.3.1
func TestSignInIsLimitedByAddress(t *testing.T) {
	p := startWith(t, app.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	last := map[string]int{}
	for i := range 25 {
		for _, email := range []string{"Nobody@Example.com", fmt.Sprintf("other%d@example.com", i)} {
			last[email] = p.from(fmt.Sprintf("203.0.113.%d", i), api+"/auth/login", `{"email":"`+email+`","password":"wrong horse battery"}`).status
		}
	}
	if last["Nobody@Example.com"] != 429 || last["other24@example.com"] != 401 {
		t.Error(last)
	}
}

// Three hundred guests behind one Wi-Fi open and answer within a minute; one link that is hammered is slowed down, and
// whoever posts the page's form reads it as a page.
func TestVenueWiFi(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	var link string
	for i := range 300 {
		link = p.link(host, event, p.guest(host, event, fmt.Sprint("Guest ", i), 1))
		p.must(200, "POST", "/i/"+link+"/open", "", beacon(i))
		p.must(200, "POST", "/i/"+link+"/rsvp", "", object{"status": "attending"})
	}
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"text/html,*/*"}}
	for range 100 {
		got := p.do("POST", "/i/"+strings.ToLower(link)+"/rsvp", "", form.Clone(), strings.NewReader("status=declined"))
		if got.status == http.StatusTooManyRequests {
			body := string(got.body)
			if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || !strings.Contains(body, "Try again in") || got.header.Get("Retry-After") == "" {
				t.Errorf("%v %s", got.header, body)
			}
			return
		}
	}
	t.Error("a hammered link is never slowed down")
}

// Five wrong passwords lock an address, known or not, over a restart; whoever is signed in goes on, and so does the door.
// Whoever has the account is told by mail, once, with a link that unlocks.
//
// ASVS 6.3.1 6.3.5 6.3.8
func TestLockedAddress(t *testing.T) {
	p := startWith(t, app.Config{BaseURL: "http://localhost"}) // the port changes on the way
	host := p.user("hanna")
	event := p.event(host, nil)
	ana := p.guest(host, event, "Ana", 1)
	door := p.phone(host, event, "Main door")
	login := func(email, password string) answer {
		return p.send("POST", api+"/auth/login", "", object{"email": email, "password": password})
	}
	emails := []string{"hanna@example.com", "nobody@example.com"}
	for range 5 {
		for _, email := range emails {
			if got := login(email, "not a garden party"); got.status != 401 {
				t.Fatalf("%s: %d %s", email, got.status, got.body)
			}
		}
	}
	p.restart()
	var words []string
	for _, email := range emails {
		got := login(email, password)
		if got.status != 423 || got.text(t, "code") != "account_locked" {
			t.Fatalf("%s: %d %s", email, got.status, got.body)
		}
		words = append(words, string(got.body))
	}
	if words[0] != words[1] {
		t.Errorf("known and unknown differ: %v", words)
	}
	p.must(200, "GET", api+"/me", host, nil)
	p.must(200, "POST", api+"/door/checkins", door, object{"items": []object{{"nonce": "1", "guest_id": ana, "direction": "in"}}})
	unlock := object{"token": p.linkToken(p.letter(1, "hanna@example.com", "Your account is locked"), "/reset"), "password": newPassword}
	p.must(204, "POST", api+"/auth/reset-password", "", unlock)
	if got := login("hanna@example.com", newPassword); got.status != 200 {
		t.Errorf("unlocked: %d %s", got.status, got.body)
	}
	if n := len(p.mails()); n != 1 {
		t.Errorf("%d mails, want the one to the address that has an account", n)
	}
}
