package httpapi_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
)

// setUp makes the first account and returns its access token and the recovery code.
func (p *program) setUp() (bearer, code string) {
	p.t.Helper()
	a := p.must(201, "POST", api+"/setup", "", object{"code": p.code, "email": "ida@example.com", "name": "Ida", "password": password})
	return a.text(p.t, "access_token"), a.text(p.t, "recovery_code")
}

func (p *program) signIn(email string) string {
	p.t.Helper()
	return p.must(200, "POST", api+"/auth/login", "", object{"email": email, "password": password}).text(p.t, "access_token")
}

// loseKeys ends the program, empties the keys folder, and starts it again.
func (p *program) loseKeys() {
	p.t.Helper()
	p.client.CloseIdleConnections()
	if err := p.stop(); err != nil {
		p.t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(p.data, "keys")); err != nil {
		p.t.Fatal(err)
	}
	p.serve()
}

// wantLost compares how many keys are lost, and how many of them can be recovered.
func (p *program) wantLost(bearer string, lost, recoverable float64) {
	p.t.Helper()
	state := p.must(200, "GET", api+"/system/recovery", bearer, nil)
	if state.get(p.t, "lost") != lost || state.get(p.t, "recoverable") != recoverable {
		p.t.Errorf("got %s, want %v lost and %v recoverable", state.body, lost, recoverable)
	}
}

// A link opens again on a box that lost its keys, with the code that set-up showed.
func TestLinksSurviveTheBox(t *testing.T) {
	p := start(t)
	ida, code := p.setUp()
	event := p.event(ida, nil)
	ana, ben := p.guest(ida, event, "Ana", 2), p.guest(ida, event, "Ben", 1)
	link := p.link(ida, event, ana)
	p.must(200, "GET", "/i/"+link, "", nil)
	p.wantLost(ida, 0, 0)
	phone := p.phone(ida, event, "Main door")

	p.loseKeys()
	p.must(200, "GET", api+"/door/event", phone, nil)
	p.must(401, "GET", api+"/me", ida, nil) // session keys are made anew
	ida = p.signIn("ida@example.com")
	p.wantLost(ida, 1, 1)
	refused := p.must(404, "GET", "/i/"+link, "", nil)
	for _, word := range []string{"key", "recover", "backup", "Ana"} {
		if strings.Contains(strings.ToLower(string(refused.body)), word) {
			t.Errorf("the guest reads %q", word)
		}
	}
	p.must(404, "POST", "/i/"+link+"/open", "", object{})
	between := p.link(ida, event, ben)
	p.must(200, "GET", "/i/"+between, "", nil)

	p.must(409, "POST", api+"/system/recovery-code", ida, object{"password": password})
	if n := p.must(200, "POST", api+"/system/recover", ida, object{"recovery_code": strings.ToLower(code)}).get(t, "keys"); n != 1.0 {
		t.Errorf("%v keys came back", n)
	}
	for range 2 {
		p.must(200, "GET", "/i/"+link, "", nil)
		p.must(200, "POST", "/i/"+link+"/open", "", object{})
		p.must(200, "GET", "/i/"+between, "", nil)
		p.wantLost(ida, 0, 0)
		p.restart()
	}

	// The key that was made meanwhile is sealed too, although the code was not there.
	p.loseKeys()
	ida = p.signIn("ida@example.com")
	p.wantLost(ida, 2, 2)
	p.must(200, "POST", api+"/system/recover", ida, object{"recovery_code": code})
	p.must(200, "GET", "/i/"+link, "", nil)
	p.must(200, "GET", "/i/"+between, "", nil)
}

func TestRecoverRefuses(t *testing.T) {
	p := start(t)
	ida, old := p.setUp()
	renew := func(give bool) string {
		return p.must(200, "POST", api+"/system/recovery-code", ida, object{"password": password, "give_up_links": give}).text(t, "recovery_code")
	}
	code := renew(false)
	p.must(200, "POST", api+"/system/recover", ida, object{"recovery_code": code}) // nothing is lost: it only proves the code
	event := p.event(ida, nil)
	link := p.link(ida, event, p.guest(ida, event, "Ana", 2))
	p.loseKeys()
	ida = p.signIn("ida@example.com")
	typo := "0" + code[1:]
	if code[0] == '0' {
		typo = "1" + code[1:]
	}
	for name, wrong := range map[string]string{"replaced": old, "mistyped": typo, "empty": ""} {
		got := p.must(400, "POST", api+"/system/recover", ida, object{"recovery_code": wrong})
		if got.text(t, "code") != "invalid" || !strings.Contains(string(got.body), `"field":"recovery_code"`) || wrong != "" && strings.Contains(string(got.body), wrong) {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	p.must(404, "GET", "/i/"+link, "", nil)
	p.wantLost(ida, 1, 1)

	// Whoever lost the code too gives the links up, and is left in peace.
	newest := renew(true)
	p.wantLost(ida, 0, 0)
	p.must(400, "POST", api+"/system/recover", ida, object{"recovery_code": code})
	p.must(200, "POST", api+"/system/recover", ida, object{"recovery_code": newest})
	p.must(404, "GET", "/i/"+link, "", nil)
}

// A box whose accounts were made on the command line gets its code on the System page; without one, lost is lost.
func TestRecoveryWithoutSetUp(t *testing.T) {
	p := start(t)
	ida, zoe := p.user("ida"), p.user("zoe")
	if made := p.must(200, "GET", api+"/system/recovery", ida, nil).get(t, "code_made_at"); made != nil {
		t.Errorf("a code was made at %v", made)
	}
	p.must(403, "POST", api+"/system/recovery-code", zoe, object{"password": password})
	event := p.event(ida, nil)
	guest := p.guest(ida, event, "Ana", 2)
	first := p.link(ida, event, guest)
	p.loseKeys()
	ida = p.signIn("ida@example.com")
	p.wantLost(ida, 1, 0)
	p.must(409, "POST", api+"/system/recover", ida, object{"recovery_code": "7KQ2-M9XT-0HVB-4RWE-ZD3P-CN8A-Y6K5"})
	if again := p.link(ida, event, guest); again == first {
		t.Error("the lost key signs")
	}

	got := p.must(400, "POST", api+"/system/recovery-code", ida, object{"password": "not the right one"})
	if !strings.Contains(string(got.body), `"field":"password"`) {
		t.Errorf("a wrong password: %s", got.body)
	}
	code := p.must(200, "POST", api+"/system/recovery-code", ida, object{"password": password}).text(t, "recovery_code")
	link := p.link(ida, event, guest)
	p.loseKeys()
	ida = p.signIn("ida@example.com")
	p.wantLost(ida, 2, 1)
	p.must(200, "POST", api+"/system/recover", ida, object{"recovery_code": code})
	p.must(200, "GET", "/i/"+link, "", nil)
	p.wantLost(ida, 1, 0)
}

// Asking for the password of a borrowed browser is no way to guess it.
func TestConfirmingAPasswordLocks(t *testing.T) {
	p := start(t)
	ida, _ := p.setUp()
	for range 5 {
		p.must(400, "POST", api+"/system/recovery-code", ida, object{"password": "not the right one"})
	}
	p.must(423, "POST", api+"/system/recovery-code", ida, object{"password": password})
	for range 4 {
		p.send("POST", api+"/system/recover", ida, object{"recovery_code": "x"})
	}
	if got := p.send("POST", api+"/system/recover", ida, object{"recovery_code": "x"}); got.status != 429 || got.header.Get("Retry-After") == "" {
		t.Errorf("without a limit: %d", got.status)
	}
}

// The restore command unwraps into a folder beside the restored database before anything serves it.
func TestRecoverKeysOffline(t *testing.T) {
	p := start(t)
	ida, code := p.setUp()
	event := p.event(ida, nil)
	link := p.link(ida, event, p.guest(ida, event, "Ana", 2))
	p.client.CloseIdleConnections()
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	db, keys := filepath.Join(p.data, "doorward.db"), filepath.Join(p.data, "keys")
	copied := filepath.Join(t.TempDir(), "keys")
	if err := os.Rename(keys, copied); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for _, c := range []struct {
		keys              string
		code              doorward.Secret
		lost, recoverable int
	}{{keys, "", 1, 1}, {copied, "", 0, 0}, {keys, doorward.Secret(code), 0, 0}, {keys, "", 0, 0}} {
		state, err := app.RecoverKeys(ctx, db, c.keys, c.code)
		if err != nil || state.Lost != c.lost || state.Recoverable != c.recoverable {
			t.Errorf("%+v: %+v, %v", c, state, err)
		}
	}
	if _, err := app.RecoverKeys(ctx, db, keys, "7KQ2-M9XT-0HVB-4RWE-ZD3P-CN8A-Y6K5"); doorward.ErrorCode(err) != doorward.CodeInvalid {
		t.Errorf("a wrong code: %v", err)
	}
	p.serve()
	p.must(200, "GET", "/i/"+link, "", nil)
}

func TestReadRecoveryCode(t *testing.T) {
	const code = "7KQ2-M9XT-0HVB-4RWE-ZD3P-CN8A-Y6K5"
	for name, c := range map[string]struct{ text, want string }{
		"the code alone": {code, code},
		"as it is saved": {"Doorward recovery code\r\nhttp://door.example\r\n\r\n  " + code + "\r\n\r\nKeep it away from the box.\r\n", code},
		"another file":   {"name,email\nAna,ana@example.com\n", ""},
		"a typing error": {"8" + code[1:], ""},
	} {
		path := filepath.Join(t.TempDir(), "code.txt")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := app.ReadRecoveryCode(path)
		if got.Reveal() != c.want || (c.want == "") != (doorward.ErrorCode(err) == doorward.CodeInvalid) {
			t.Errorf("%s: %q, %v", name, got.Reveal(), err)
		}
	}
}
