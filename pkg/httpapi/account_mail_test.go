package httpapi_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/jhillyerd/enmime/v2"
)

const newPassword = "walnut harbour and fern"

// letter waits for the nth mail, counted from one, and checks whose it is and what it is about.
func (p *program) letter(n int, to, subject string) *enmime.Envelope {
	p.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		if mails := p.mails(); len(mails) >= n {
			m := mails[n-1]
			if !strings.Contains(m.GetHeader("To"), "<"+to+">") || m.GetHeader("Subject") != subject {
				p.t.Fatalf("mail %d is %q to %s, want %q to %s", n, m.GetHeader("Subject"), m.GetHeader("To"), subject, to)
			}
			return m
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("there is no mail %d", n)
		}
	}
}

// linkToken takes the token out of a letter's link, which must lead to a page of the box and nowhere else.
func (p *program) linkToken(m *enmime.Envelope, page string) string {
	p.t.Helper()
	_, rest, found := strings.Cut(m.Text, p.app.Origin+page+"#token=")
	if !found || strings.Count(m.Text, "http") != strings.Count(m.Text, p.app.Origin) {
		p.t.Fatalf("no link to %s, or one to elsewhere, in %q", page, m.Text)
	}
	token, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(token)
}

func signUpBody(email string) object {
	return object{"email": email, "password": password, "name": "Zoë http://evil.example", "accept_terms": true}
}

const (
	confirm = "Confirm your address"
	already = "You already have an account"
	setNew  = "Set a new password"
)

// Signing up, from the form to the first event, with whatever Host the form was sent to.
func TestSignUp(t *testing.T) {
	p := startWith(t, app.Config{SignUp: app.SignUpOpen})
	const email = "zoe@example.com"
	login := object{"email": email, "password": password}
	p.must(400, "POST", api+"/auth/signup", "", object{"email": email, "password": password, "name": "Zoë", "accept_terms": false})
	p.must(400, "POST", api+"/auth/signup", "", object{"email": email, "password": password, "name": "Zoë"})
	header := http.Header{"Host": {"localhost"}, "X-Forwarded-Host": {"evil.example"}, "Content-Type": {"application/json"}}
	form := `{"email":"zoe@example.com","password":"` + password + `","name":"Zoë http://evil.example","accept_terms":true}`
	if got := p.do("POST", api+"/auth/signup", "", header, strings.NewReader(form)); got.status != 202 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	p.must(401, "POST", api+"/auth/login", "", login)
	mail := p.letter(1, email, confirm)
	if strings.Contains(mail.Text+mail.HTML, "evil") {
		t.Errorf("the mail carries what a stranger may have typed: %s", mail.Text)
	}
	token := object{"token": p.linkToken(mail, "/verify")}
	p.must(204, "POST", api+"/auth/verify-email", "", token)
	p.must(410, "POST", api+"/auth/verify-email", "", token)
	bearer := p.must(200, "POST", api+"/auth/login", "", login).text(t, "access_token")
	me := p.must(200, "GET", api+"/me", bearer, nil)
	if me.get(t, "email_verified") != true || me.text(t, "terms_accepted_version") != doorward.TermsVersion {
		t.Errorf("the account is %s", me.body)
	}
	p.event(bearer, nil)
}

// Known and unknown, invited and not: one answer. What differs is in the mail alone.
//
// ASVS 6.3.8
func TestAnswersTellNothing(t *testing.T) {
	p := startWith(t, app.Config{SignUp: app.SignUpOpen})
	known := p.user("ana")
	unknown := p.must(202, "POST", api+"/auth/signup", "", signUpBody("ben@example.com"))
	p.letter(1, "ben@example.com", confirm)
	if got := p.must(202, "POST", api+"/auth/signup", "", signUpBody("ANA@example.com")); !bytes.Equal(got.body, unknown.body) {
		t.Errorf("a known address: %s, an unknown one: %s", got.body, unknown.body)
	}
	p.letter(2, "ana@example.com", already)
	for _, email := range []string{"nobody@example.com", "ben@example.com", "ana@example.com"} {
		if got := p.must(202, "POST", api+"/auth/forgot-password", "", object{"email": email}); !bytes.Equal(got.body, unknown.body) {
			t.Errorf("forgotten by %s: %s", email, got.body)
		}
	}
	p.letter(3, "ana@example.com", setNew)
	if n := len(p.mails()); n != 3 {
		t.Errorf("%d mails, want 3", n)
	}
	if name := p.must(200, "GET", api+"/me", known, nil).text(t, "name"); name != "ana" {
		t.Errorf("the account's name is %q now", name)
	}
	for _, bad := range []string{"", "ana", "ana@example.com\r\nBcc: x@example.com"} {
		p.must(400, "POST", api+"/auth/forgot-password", "", object{"email": bad})
	}
}

func TestSignUpIsForTheInvited(t *testing.T) {
	p := start(t)
	if mode := p.must(200, "GET", api+"/setup", "", nil).text(t, "sign_up"); mode != "invited" {
		t.Errorf("the mode is %q", mode)
	}
	ana := p.user("ana")
	p.must(202, "POST", api+"/auth/signup", "", signUpBody("ben@example.com"))
	p.must(202, "POST", api+"/auth/forgot-password", "", object{"email": "ana@example.com"})
	p.letter(1, "ana@example.com", setNew)
	p.must(401, "POST", api+"/auth/login", "", object{"email": "ben@example.com", "password": password})

	// An invite that is waiting lets its own address in, from the form to the team.
	event := p.event(ana, nil)
	token := p.invited(ana, event, "Cleo@example.com", doorward.RoleEditor)
	mail := p.mailed("cleo@example.com", func() { p.must(202, "POST", api+"/auth/signup", "", signUpBody("cleo@example.com")) })
	p.must(204, "POST", api+"/auth/verify-email", "", object{"token": p.linkToken(mail, "/verify"), "password": newPassword})
	cleo := p.must(200, "POST", api+"/auth/login", "", object{"email": "cleo@example.com", "password": newPassword}).text(t, "access_token")
	p.must(200, "POST", api+"/invites/"+token+"/accept", cleo, nil)
	p.must(200, "GET", event, cleo, nil)

	// One that was taken back lets in nobody.
	p.invited(ana, event, "dora@example.com", doorward.RoleEditor)
	p.must(204, "DELETE", event+"/collaborators/pending?email=dora@example.com", ana, nil)
	mails := len(p.mails())
	p.must(202, "POST", api+"/auth/signup", "", signUpBody("dora@example.com"))
	p.mailed("ana@example.com", func() { p.must(202, "POST", api+"/auth/forgot-password", "", object{"email": "ana@example.com"}) })
	if n := len(p.mails()); n != mails+1 {
		t.Errorf("%d mails more, want the one to ana", n-mails)
	}
}

// A new password by mail ends every session and works once.
//
// ASVS 6.4.1 7.4.3
func TestForgottenPassword(t *testing.T) {
	p := start(t)
	bearer := p.user("ana")
	p.must(202, "POST", api+"/auth/forgot-password", "", object{"email": "ana@example.com"})
	body := object{"token": p.linkToken(p.letter(1, "ana@example.com", setNew), "/reset"), "password": newPassword}
	p.must(204, "POST", api+"/auth/reset-password", "", body)
	p.must(410, "POST", api+"/auth/reset-password", "", body)
	p.must(401, "GET", api+"/me", bearer, nil)
	p.must(401, "POST", api+"/auth/login", "", object{"email": "ana@example.com", "password": password})
	p.must(200, "POST", api+"/auth/login", "", object{"email": "ana@example.com", "password": newPassword})
}
