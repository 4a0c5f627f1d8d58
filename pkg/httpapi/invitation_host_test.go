package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// browser signs a user in and returns the cookies that the browser holds then.
func (p *program) browser(name string) (bearer, cookies string) {
	p.t.Helper()
	in := p.must(200, "POST", api+"/auth/login", "", object{"email": name + "@example.com", "password": password})
	cookies, _, _ = strings.Cut(in.header.Get("Set-Cookie"), ";")
	return in.text(p.t, "access_token"), cookies
}

// A host who tries a guest's link leaves no trace in what the engine knows of the guest, whatever the role; whoever has no
// role on the event is judged like anybody, and so is a host who signed out.
func TestHostDevicesAreExempt(t *testing.T) {
	p := proxied(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	id := p.guest(host, event, "Ana", 1)
	link := p.link(host, event, id)
	hanna, atHanna := p.browser("hanna")
	p.user("stella")
	_, atStella := p.browser("stella")

	for who := range strangers {
		if action, cookies := p.opens(link, who, atHanna); action != "allowed" || cookies != atHanna {
			t.Fatalf("the host's device %d is %s, with %q", who, action, cookies)
		}
	}
	got := p.newest(host, event)
	if reasons := got["reasons"].([]any); got["score"] != 0.0 || got["evaluated"] != true || len(reasons) != 1 || reasons[0].(object)["code"] != "host" {
		t.Errorf("it is logged as %v", got)
	}
	guest := p.must(200, "GET", event+"/guests/"+id, host, nil)
	if guest.get(t, "invitation", "opened_at") != nil || guest.get(t, "risk", "score") != nil {
		t.Errorf("the guest is now %s", guest.body)
	}
	if inbox := p.must(200, "GET", event+"/security/inbox", host, nil).get(t, "items").([]any); len(inbox) != 0 {
		t.Errorf("the host is asked to judge the own device: %v", inbox)
	}

	// The guest comes first as far as the engine knows, and stays so over a restart.
	first := func() any {
		p.opens(link, 0, "")
		return p.newest(host, event)["reasons"].([]any)[0].(object)["code"]
	}
	p.restart()
	if code := first(); code == "known_device" {
		t.Errorf("the host's device taught the engine: %v", p.newest(host, event)["reasons"])
	}
	if guest := p.must(200, "GET", event+"/guests/"+id, host, nil); guest.get(t, "invitation", "opened_at") == nil {
		t.Error("the guest's own opening does not count")
	}

	p.opens(link, 1, atStella)
	if code := p.newest(host, event)["reasons"].([]any)[0].(object)["code"]; code == "host" {
		t.Error("somebody without a role on the event passes for a host")
	}
	p.do("POST", api+"/auth/logout", hanna, http.Header{"Cookie": {atHanna}}, strings.NewReader(""))
	p.opens(link, 2, atHanna)
	if code := p.newest(host, event)["reasons"].([]any)[0].(object)["code"]; code == "host" {
		t.Error("a host who signed out still passes for one")
	}
}

// A host's answer on a guest's page is taken, and is the host's.
func TestHostAnswersForAGuest(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	_, at := p.browser("hanna")
	form := url.Values{"status": {"attending"}}.Encode()
	got := p.do("POST", "/i/"+link+"/rsvp", "", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Cookie": {at}}, strings.NewReader(form))
	if got.status != 303 || got.header.Get("Set-Cookie") != "" {
		t.Fatalf("%d %s, sets %q", got.status, got.body, got.header.Get("Set-Cookie"))
	}
	if code := p.newest(host, event)["reasons"].([]any)[0].(object)["code"]; code != "host" {
		t.Errorf("the answer is %v", code)
	}
}
