package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
)

const (
	iPhone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
	firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
)

// signInFrom signs in with a browser, and returns its access token and its cookie.
func (p *program) signInFrom(email, userAgent string) (bearer, cookie string) {
	p.t.Helper()
	header := http.Header{"User-Agent": {userAgent}, "Content-Type": {"application/json"}}
	got := p.do("POST", api+"/auth/login", "", header, strings.NewReader(`{"email":"`+email+`","password":"`+password+`"}`))
	if got.status != 200 {
		p.t.Fatalf("%d %s", got.status, got.body)
	}
	cookie, _, _ = strings.Cut(got.header.Get("Set-Cookie"), ";")
	return got.text(p.t, "access_token"), cookie
}

// sessions lists the sessions of an account: device → id, and which is the current one.
func (p *program) sessions(bearer string) (ids map[string]string, current string) {
	p.t.Helper()
	ids = map[string]string{}
	for _, item := range p.must(200, "GET", api+"/me/sessions", bearer, nil).get(p.t, "items").([]any) {
		row := item.(map[string]any)
		device := row["device"].(string)
		ids[device] = row["id"].(string)
		if row["current"] == true {
			current += device
		}
	}
	return ids, current
}

// ASVS 7.4.1 10.4.9
func TestSessions(t *testing.T) {
	p := start(t)
	p.user("ana")
	stranger := p.user("ben")
	phone, cookie := p.signInFrom("ana@example.com", iPhone)
	desk, _ := p.signInFrom("ana@example.com", firefox)
	ids, current := p.sessions(phone)
	if len(ids) != 3 || current != "Safari · iPhone" || ids["Firefox · Linux"] == "" {
		t.Fatalf("signed in are %v, from %q", ids, current)
	}
	path := api + "/me/sessions/" + ids["Firefox · Linux"]
	p.must(404, "DELETE", path, stranger, nil)
	p.must(200, "GET", api+"/me", desk, nil)
	p.must(204, "DELETE", path, phone, nil)
	p.must(404, "DELETE", path, phone, nil)
	p.must(401, "GET", api+"/me", desk, nil)

	p.must(204, "POST", api+"/auth/logout-all", phone, nil)
	p.must(401, "GET", api+"/me", phone, nil)
	if got := p.do("POST", api+"/auth/refresh", "", http.Header{"Cookie": {cookie}}, nil); got.status != 401 {
		t.Errorf("the cookie still refreshes: %d", got.status)
	}
	p.must(200, "GET", api+"/me", stranger, nil)
}

func TestSignOutOfThisSession(t *testing.T) {
	p := start(t)
	bearer := p.user("ana")
	ids, current := p.sessions(bearer)
	got := p.must(204, "DELETE", api+"/me/sessions/"+ids[current], bearer, nil)
	if !strings.Contains(got.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("the cookie stays: %q", got.header.Get("Set-Cookie"))
	}
	p.must(401, "GET", api+"/me", bearer, nil)
}

// A refresh token that comes back after its successor was used can only be a copy: the sign-in ends, its owner is told,
// and the other devices stay.
//
// ASVS 6.3.5 10.4.5
func TestReplayIsTold(t *testing.T) {
	p := start(t)
	other := p.user("ana")
	_, cookie := p.signInFrom("ana@example.com", iPhone)
	refresh := func(cookie string) answer {
		return p.do("POST", api+"/auth/refresh", "", http.Header{"Cookie": {cookie}}, nil)
	}
	newest := cookie
	for range 2 {
		got := refresh(newest)
		if got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		newest, _, _ = strings.Cut(got.header.Get("Set-Cookie"), ";")
	}
	if got := refresh(cookie); got.status != 401 {
		t.Errorf("the copy: %d", got.status)
	}
	if got := refresh(newest); got.status != 401 {
		t.Errorf("the sign-in goes on: %d", got.status)
	}
	p.must(200, "GET", api+"/me", other, nil)
	mail := p.letter(1, "ana@example.com", "A sign-in of yours was ended")
	if !strings.Contains(mail.Text, p.app.Origin+"/forgot") {
		t.Errorf("the mail has no way out: %s", mail.Text)
	}
	refresh(cookie)
	if n := len(p.mails()); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}

func TestTerms(t *testing.T) {
	p := start(t)
	bearer := p.user("ana") // on the command line nobody was asked
	if got := p.must(200, "GET", api+"/me", bearer, nil); got.get(t, "terms_accepted_version") != nil || got.text(t, "terms_version") != doorward.TermsVersion {
		t.Fatalf("the account is %s", got.body)
	}
	for range 2 {
		p.must(204, "POST", api+"/me/accept-terms", bearer, object{"version": doorward.TermsVersion})
		if got := p.must(200, "GET", api+"/me", bearer, nil).text(t, "terms_accepted_version"); got != doorward.TermsVersion {
			t.Errorf("accepted is %q", got)
		}
	}
	for _, bad := range []object{{}, {"version": ""}, {"version": strings.Repeat("1", 41)}, {"version": 1}} {
		p.must(400, "POST", api+"/me/accept-terms", bearer, bad)
	}
	p.must(401, "POST", api+"/me/accept-terms", "", object{"version": doorward.TermsVersion})
}
