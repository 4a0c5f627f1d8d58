package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// program is the whole appliance on a free port and a folder of its own.
type program struct {
	t      testing.TB
	app    *app.App
	db     *sqlite.DB // a second door to the same file, for what no route does yet
	data   string     // the folder
	code   string     // of set-up
	client *http.Client
	config app.Config
	stop   func() error // ends the program and waits for it
	nonces int          // how many scans were made, see scan
}

func start(t testing.TB) *program {
	t.Helper()
	return startWith(t, app.Config{})
}

// startWith is start with settings of one's own; those that make a test a test are filled in.
func startWith(t testing.TB, c app.Config) *program {
	t.Helper()
	p := &program{t: t, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if c.Data == "" {
		c.Data = t.TempDir()
	}
	p.data = c.Data
	ctx, cancel := context.WithCancel(context.Background())
	c.Listen, c.Version, c.Announce = "127.0.0.1:0", "test", func(_, code string) { p.code = code }
	p.config = c
	p.serve()
	var err error
	p.db, err = sqlite.Open(ctx, sqlite.Path(c.Data), time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		if err := p.db.Close(); err != nil {
			t.Error(err)
		}
		cancel()
		if err := p.stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// serve starts the program on its folder.
func (p *program) serve() {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	a, err := app.Open(ctx, p.config)
	if err != nil {
		cancel()
		p.t.Fatal(err)
	}
	p.app = a
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx) }()
	p.stop = func() error {
		cancel()
		return <-done
	}
}

// restart ends the program and starts it anew.
func (p *program) restart() {
	p.t.Helper()
	p.client.CloseIdleConnections()
	if err := p.stop(); err != nil {
		p.t.Fatal(err)
	}
	p.serve()
}

// origin is where the program is, whatever it calls itself.
func (p *program) origin() string { return "http://" + p.app.Address().String() }

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// get returns a value inside a JSON answer by its keys.
func (a answer) get(t testing.TB, keys ...string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v in %q", err, a.body)
	}
	for _, k := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("no %q in %s", k, a.body)
		}
		v = m[k]
	}
	return v
}

func (a answer) text(t testing.TB, keys ...string) string {
	t.Helper()
	s, ok := a.get(t, keys...).(string)
	if !ok {
		t.Fatalf("%v is no text in %s", keys, a.body)
	}
	return s
}

// raw sends a request as it is.
func (p *program) raw(method, path, bearer, contentType, body string) answer {
	p.t.Helper()
	header := http.Header{}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	return p.do(method, path, bearer, header, strings.NewReader(body))
}

// do sends a request with headers of one's own; Host is one of them.
func (p *program) do(method, path, bearer string, header http.Header, body io.Reader) answer {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.origin()+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header, r.Host = header, header.Get("Host")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{status: resp.StatusCode, header: resp.Header, body: b}
}

// send sends JSON, or nothing when body is nil.
func (p *program) send(method, path, bearer string, body any) answer {
	p.t.Helper()
	if body == nil {
		return p.raw(method, path, bearer, "", "")
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(body); err != nil {
		p.t.Fatal(err)
	}
	return p.raw(method, path, bearer, "application/json", b.String())
}

// must is send that fails the test unless the status is want.
func (p *program) must(want int, method, path, bearer string, body any) answer {
	p.t.Helper()
	a := p.send(method, path, bearer, body)
	if a.status != want {
		p.t.Fatalf("%s %s: %d, want %d: %s", method, path, a.status, want, a.body)
	}
	return a
}

const (
	api      = "/api/v1"
	password = "a long garden party"
)

type object = map[string]any

// user makes an account and returns its access token.
func (p *program) user(name string) string {
	p.t.Helper()
	email := name + "@example.com"
	if _, err := p.app.Accounts.Add(p.t.Context(), account.Registration{Email: email, Name: name, Password: password}); err != nil {
		p.t.Fatal(err)
	}
	return p.must(200, "POST", api+"/auth/login", "", object{"email": email, "password": password}).text(p.t, "access_token")
}

// event makes an event and returns its path.
func (p *program) event(bearer string, more object) string {
	p.t.Helper()
	body := object{"name": "Rooftop Friday", "starts_at": "2030-06-12T20:00:00Z", "timezone": "Europe/Lisbon"}
	for k, v := range more {
		body[k] = v
	}
	return api + "/events/" + p.must(201, "POST", api+"/events", bearer, body).text(p.t, "id")
}

func (p *program) guest(bearer, event, name string, party int) string {
	p.t.Helper()
	return p.must(201, "POST", event+"/guests", bearer, object{"name": name, "party_size": party}).text(p.t, "id")
}

func (p *program) link(bearer, event, guest string) string {
	p.t.Helper()
	return p.must(200, "POST", event+"/guests/"+guest+"/tokens", bearer, object{}).text(p.t, "token")
}

// phone pairs a device and returns its token.
func (p *program) phone(bearer, event, entrance string) string {
	p.t.Helper()
	code := p.must(201, "POST", event+"/devices", bearer, object{"name": "Phone at " + entrance, "entrance": entrance}).text(p.t, "pairing_code")
	return p.must(200, "POST", api+"/door/pair", "", object{"code": code}).text(p.t, "device_token")
}
