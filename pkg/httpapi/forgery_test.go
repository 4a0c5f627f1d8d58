package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/token"
	"github.com/golang-jwt/jwt/v5"
)

// accessKey is the key that the program signs access tokens with.
func (p *program) accessKey(purpose string) []byte {
	p.t.Helper()
	ring, err := token.OpenRing(p.data+"/keys", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return ring.Derive(purpose)
}

// claimsOf are the claims of a token, as its holder reads them.
func claimsOf(t *testing.T, bearer string) jwt.MapClaims {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(strings.Split(bearer, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	if err := json.Unmarshal(b, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// with is a copy of claims with one changed; nil takes it away.
func with(claims jwt.MapClaims, name string, value any) jwt.MapClaims {
	changed := jwt.MapClaims{}
	for k, v := range claims {
		changed[k] = v
	}
	if changed[name] = value; value == nil {
		delete(changed, name)
	}
	return changed
}

// No access token but the one that was given out opens anything: whatever says it is signed in another way, with another
// key or for another purpose, names another user's session, or is past its time.
//
// ASVS 7.2.1 7.4.1 9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3
func TestForgedAccessTokens(t *testing.T) {
	p := start(t)
	ana, ben := p.user("ana"), p.user("ben")
	key := p.accessKey("access-token")
	claims, other := claimsOf(t, ana), claimsOf(t, ben)
	sign := func(method jwt.SigningMethod, key any, claims jwt.MapClaims, header ...string) string {
		t.Helper()
		made := jwt.NewWithClaims(method, claims)
		for i := 0; i < len(header); i += 2 {
			made.Header[header[i]] = header[i+1]
		}
		text, err := made.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	hs256 := jwt.SigningMethodHS256
	p.must(200, "GET", api+"/me", sign(hs256, key, claims), nil) // the key is the right one: only what is changed below matters
	p.must(200, "GET", api+"/me", sign(hs256, key, claims, "kid", "../../dev/null", "jku", "https://evil.example/keys"), nil)
	now := time.Now()
	parts := strings.Split(ana, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"NONE","typ":"JWT"}`))
	for name, forged := range map[string]string{
		"alg none":                 sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims),
		"alg NONE":                 none + "." + parts[1] + ".",
		"none with our signature":  none + "." + parts[1] + "." + parts[2],
		"HS384":                    sign(jwt.SigningMethodHS384, key, claims),
		"HS512":                    sign(jwt.SigningMethodHS512, key, claims),
		"another key":              sign(hs256, []byte("0123456789abcdef0123456789abcdef"), claims),
		"an empty key":             sign(hs256, []byte{}, claims),
		"the key of refreshing":    sign(hs256, p.accessKey("refresh-token"), claims),
		"the key of resetting":     sign(hs256, p.accessKey("set-password"), claims),
		"another audience":         sign(hs256, key, with(claims, "aud", "doorward-refresh")),
		"no audience":              sign(hs256, key, with(claims, "aud", nil)),
		"expired":                  sign(hs256, key, with(claims, "exp", now.Add(-2*time.Minute).Unix())),
		"no expiry":                sign(hs256, key, with(claims, "exp", nil)),
		"issued in the future":     sign(hs256, key, with(claims, "iat", now.Add(5*time.Minute).Unix())),
		"another user's session":   sign(hs256, key, with(claims, "sid", other["sid"])),
		"another user":             sign(hs256, key, with(claims, "sub", other["sub"])),
		"no session":               sign(hs256, key, with(claims, "sid", nil)),
		"a session that never was": sign(hs256, key, with(claims, "sid", "ses_none")),
		"without its signature":    parts[0] + "." + parts[1] + ".",
		"two parts":                parts[0] + "." + parts[1],
		"many parts":               strings.Repeat(".", 10_000),
		"the payload of another":   parts[0] + "." + strings.Split(ben, ".")[1] + "." + parts[2],
	} {
		if got := p.send("GET", api+"/me", forged, nil); got.status != 401 {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	for i := range ana {
		flipped := []byte(ana)
		if flipped[i] == '.' {
			continue
		}
		if flipped[i]++; flipped[i] == 'z'+1 {
			flipped[i] = 'a'
		}
		if got := p.send("GET", api+"/me", string(flipped), nil); got.status != 401 {
			t.Errorf("with its byte %d changed: %d", i, got.status)
		}
	}
	p.must(204, "POST", api+"/auth/logout-all", ana, nil)
	p.must(401, "GET", api+"/me", ana, nil) // at once, though it has ten minutes to go
	p.must(401, "GET", api+"/me", sign(hs256, key, claims), nil)
	p.must(200, "GET", api+"/me", ben, nil)
}

// A token of one kind is nothing where another is asked for.
//
// ASVS 9.2.2 7.6.2
func TestTokensOfAnotherKind(t *testing.T) {
	p := start(t)
	e := p.estate("ana")
	_, refresh := p.signInFrom("ana@example.com", firefox)
	_, refresh, _ = strings.Cut(refresh, "=")
	u, err := p.app.Accounts.ByEmail(t.Context(), "ana@example.com")
	if err != nil {
		t.Fatal(err)
	}
	reset, err := p.app.Accounts.SetPasswordToken(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{"refresh": refresh, "reset": reset.Reveal(), "link": e.link, "device": e.phone, "access": e.owner} {
		if name != "access" {
			p.must(401, "GET", api+"/me", secret, nil)
		}
		if name != "device" {
			p.must(401, "GET", api+"/door/event", secret, nil)
		}
		if name != "reset" {
			p.must(410, "POST", api+"/auth/reset-password", "", object{"token": secret, "password": newPassword})
		}
		p.must(410, "POST", api+"/auth/verify-email", "", object{"token": secret})
		if name != "refresh" {
			if got := p.do("POST", api+"/auth/refresh", "", http.Header{"Cookie": {"refresh=" + secret}}, nil); got.status != 401 {
				t.Errorf("a %s token refreshes: %d", name, got.status)
			}
		}
		if got := p.send("GET", "/i/"+secret, "", nil); name != "link" && got.status == 200 {
			t.Errorf("a %s token is a link", name)
		}
	}
}

// The links of every mail lead to the one origin of the settings, whatever host the request names and claims to come by.
func TestMailsDoNotFollowTheHost(t *testing.T) {
	p := startWith(t, app.Config{SignUp: app.SignUpOpen, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	hanna := p.user("hanna")
	event := p.event(hanna, nil)
	post := func(host, path, bearer, body string) answer {
		return p.do("POST", path, bearer, http.Header{
			"Host": {host}, "X-Forwarded-Host": {"evil.example"}, "X-Forwarded-Proto": {"https"}, "X-Original-Host": {"evil.example"},
			"Forwarded": {"host=evil.example;proto=https"}, "Content-Type": {"application/json"},
		}, strings.NewReader(body))
	}
	asked := []struct{ to, path, bearer, body string }{
		{"hanna@example.com", api + "/auth/forgot-password", "", `{"email":"hanna@example.com"}`},
		{"zoe@example.com", api + "/auth/signup", "", `{"email":"zoe@example.com","password":"` + password + `","name":"Zoë","accept_terms":true}`},
		{"ed@example.com", event + "/collaborators", hanna, `{"email":"ed@example.com","role":"editor"}`},
	}
	for _, ask := range asked {
		if got := post("evil.example", ask.path, ask.bearer, ask.body); got.status != 421 {
			t.Errorf("%s as evil.example: %d", ask.path, got.status)
		}
		mail := p.mailed(ask.to, func() {
			if got := post("localhost", ask.path, ask.bearer, ask.body); got.status >= 300 {
				t.Fatalf("%s: %d %s", ask.path, got.status, got.body)
			}
		})
		if text := mail.Text + mail.HTML; strings.Contains(text, "evil") || strings.Contains(text, "localhost") || !strings.Contains(text, p.app.Origin) {
			t.Errorf("%s mails\n%s", ask.path, mail.Text)
		}
	}
	if n := len(p.mails()); n != len(asked) {
		t.Errorf("%d mails, want %d", n, len(asked))
	}
}

// A write that another site's page starts is refused, with whatever of ours the browser sends along.
//
// ASVS 3.5.1 3.5.2 3.4.2
func TestCrossSiteWrites(t *testing.T) {
	p := start(t)
	e := p.estate("ana")
	_, cookie := p.signInFrom("ana@example.com", firefox)
	for _, path := range []string{
		"POST " + api + "/auth/refresh", "POST " + api + "/auth/logout", "POST " + api + "/auth/logout-all", "POST " + api + "/auth/login", "PATCH " + api + "/me",
		"DELETE " + e.event, "POST " + e.event + "/collaborators", "POST /i/" + e.link + "/rsvp", "POST /i/" + e.link + "/resend", "POST " + api + "/setup",
	} {
		method, path, _ := strings.Cut(path, " ")
		for _, header := range []http.Header{
			{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example"}}, {"Origin": {"null"}},
			{"Origin": {"http://127.0.0.1:1"}}, // another port is another origin
		} {
			header.Set("Cookie", cookie)
			header.Set("Content-Type", "application/json")
			got := p.do(method, path, e.owner, header, strings.NewReader("{}"))
			if got.status != 403 || got.header.Get("Set-Cookie") != "" || got.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s with %v: %d %v", method, path, header, got.status, got.header)
			}
		}
	}
	for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
		if got := p.raw("POST", api+"/auth/login", "", contentType, `{"email":"ana@example.com","password":"`+password+`"}`); got.status != 415 {
			t.Errorf("a form of the type %s signs in: %d", contentType, got.status)
		}
	}
	p.must(200, "GET", api+"/me", e.owner, nil)
	if got := p.do("POST", api+"/auth/refresh", "", http.Header{"Cookie": {cookie}, "Sec-Fetch-Site": {"same-origin"}, "Origin": {p.app.Origin}}, nil); got.status != 200 {
		t.Errorf("from our own page: %d %s", got.status, got.body)
	}
}

// An allowlist believes the address of the connection. Who only claims another one is scored like anybody, and what is
// logged is where it came from.
//
// ASVS 4.1.3 15.3.4
func TestForwardedForIsNoWayOntoTheAllowlist(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	p.must(201, "POST", event+"/security/allowlist", host, object{"cidr": "203.0.113.0/24"})
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	header := http.Header{"Content-Type": {"application/json"}}
	for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "X-Client-Ip"} {
		header.Set(name, "203.0.113.7")
	}
	header.Set("Forwarded", "for=203.0.113.7")
	if got := p.do("POST", "/i/"+link+"/open", "", header, strings.NewReader(`{"screen":"390x844@3","timezone":"Europe/Lisbon","languages":["pt"]}`)); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	row := p.must(200, "GET", event+"/access-logs", host, nil).get(t, "items").([]any)[0].(object)
	if row["ip"] != "127.0.0.1" || strings.Contains(string(p.must(200, "GET", event+"/access-logs", host, nil).body), "allowlist") {
		t.Errorf("the access is logged as %v", row)
	}
}

// No page sends anybody elsewhere: what a request asks to go on to is for the page to judge, and its rule is tested with it.
//
// ASVS 3.7.2
func TestNoOpenRedirect(t *testing.T) {
	p := start(t)
	for _, path := range []string{"/login", "/signup", "/setup", "/invite", "/", "/app", "/door", "/forgot", "/verify", "/reset"} {
		for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)", "https://localhost@evil.example"} {
			got := p.do("GET", path+"?next="+next, "", http.Header{"Accept": {"text/html"}}, nil)
			if l := got.header.Get("Location"); strings.Contains(l, "evil") || strings.Contains(l, "javascript") || strings.Contains(string(got.body), "evil.example") {
				t.Errorf("%s with %s: %d to %q", path, next, got.status, l)
			}
		}
	}
	for _, path := range []string{"//evil.example", "//evil.example/..", "/%2f/evil.example", "/%5cevil.example", "/i//evil.example", "/app//evil.example/"} {
		if got := p.do("GET", path, "", http.Header{}, nil); got.header.Get("Location") != "" {
			t.Errorf("%s leads to %q", path, got.header.Get("Location"))
		}
	}
}

// What is too long is refused, whether its length is said or not, and by nothing that is kept.
//
// ASVS 5.2.1 15.2.2
func TestBodiesAreCapped(t *testing.T) {
	p := start(t)
	e := p.estate("ana")
	long := `{"name":"` + strings.Repeat("x", 70<<10) + `"}`
	for _, path := range []string{"PATCH " + e.event, "POST " + e.event + "/guests", "POST " + api + "/auth/login", "POST " + api + "/auth/signup", "POST /i/" + e.link + "/open"} {
		method, path, _ := strings.Cut(path, " ")
		for _, sized := range []bool{true, false} {
			var body interface {
				Read([]byte) (int, error)
			} = strings.NewReader(long)
			if !sized {
				body = struct{ *strings.Reader }{strings.NewReader(long)}
			}
			if got := p.do(method, path, e.owner, http.Header{"Content-Type": {"application/json"}}, body); got.status != 413 {
				t.Errorf("%s %s, length said: %v: %d %s", method, path, sized, got.status, got.body)
			}
		}
	}
	if got := p.do("POST", api+"/auth/login", "", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}, strings.NewReader("\x1f\x8b")); got.status != 415 && got.status != 400 {
		t.Errorf("a packed body: %d", got.status)
	}
}
