package httpapi_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/httpapi"
)

// Whoever is on the machine may read the metrics, and whoever has the token; what a proxy on the machine passes on is
// from elsewhere. For others there is nothing.
func TestMetricsAreForTheOperator(t *testing.T) {
	p := startWith(t, app.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, BaseURL: "https://door.example"})
	path := filepath.Join(p.data, "keys", "metrics-token")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	token := strings.TrimSpace(string(b))
	if len(token) < 26 {
		t.Fatalf("the token has %d characters", len(token))
	}
	for name, c := range map[string]struct {
		bearer string
		header http.Header
		want   int
	}{
		"from here":                  {"", http.Header{}, 200},
		"from here, by name":         {"", http.Header{"Host": {"localhost:8080"}}, 200},
		"through a proxy":            {"", http.Header{"X-Forwarded-For": {"203.0.113.9"}}, 404},
		"through one that lies":      {"", http.Header{"X-Forwarded-For": {"127.0.0.1"}}, 404},
		"through another":            {"", http.Header{"Forwarded": {"for=203.0.113.9"}}, 404},
		"through one that is silent": {"", http.Header{"Host": {"door.example"}}, 404},
		"by another address":         {"", http.Header{"Host": {"192.0.2.1"}}, 404},
		"with the token":             {token, http.Header{"X-Forwarded-For": {"203.0.113.9"}}, 200},
		"with a wrong token":         {token[1:], http.Header{"X-Forwarded-For": {"203.0.113.9"}}, 404},
		"with a person's token":      {p.user("hanna"), http.Header{"X-Forwarded-For": {"203.0.113.9"}}, 404},
	} {
		got := p.do("GET", "/metrics", c.bearer, c.header, nil)
		if got.status != c.want || (c.want == 200) != strings.Contains(string(got.body), "doorward_http_requests_total") {
			t.Errorf("%s: %d, want %d", name, got.status, c.want)
		}
	}
	p.restart()
	if got := p.do("GET", "/metrics", token, http.Header{"Via": {"1.1 proxy"}}, nil); got.status != 200 {
		t.Errorf("after a restart: %d", got.status)
	}
}

// logs is what the program logs during a test, at every level.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func record(t *testing.T) *logs {
	l, before := &logs{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	return l
}

// What an evening is about: none of it may be in a log or in the metrics.
var personal = map[string]string{
	"name": "Zebrafina Quagga", "email": "zebrafina@quagga.example", "phone": "+351912345678", "note": "allergic to okapis",
	"event": "Okapi Jubilee", "venue": "Savannah Hall", "ip": "203.0.113.77", "agent": "Quagga/7.0", "wrong password": "forgotten savannah trail",
	"team": "gnu@quagga.example", "entrance": "Giraffe gate",
}

// Every route is asked, by those who may and those who may not, with good and bad bodies, on a sound database and on a
// broken one; nothing personal and nothing secret is in the logs or in the metrics, and no label is what a client sent.
func TestLogsAndMetricsHoldNothingPersonal(t *testing.T) {
	log := record(t)
	p := startWith(t, app.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	secrets := map[string]string{"set-up code": p.code, "password": password}
	for k, v := range personal {
		secrets[k] = v
	}
	host := p.user("zebrafina")
	event := p.event(host, object{"name": personal["event"], "venue": personal["venue"]})
	body := object{"name": personal["name"], "email": personal["email"], "phone": personal["phone"], "note": personal["note"]}
	guest := p.must(201, "POST", event+"/guests", host, body).text(t, "id")
	link := p.must(200, "POST", event+"/guests/"+guest+"/tokens", host, object{"send": true}).text(t, "token")
	door := p.phone(host, event, personal["entrance"])
	pairing := p.must(201, "POST", event+"/devices", host, object{"name": personal["name"], "entrance": personal["entrance"]}).text(t, "pairing_code")
	ticket := p.must(200, "POST", api+"/auth/ws-ticket", host, object{"event_id": event[len(api+"/events/"):]}).text(t, "ticket")
	p.must(201, "POST", event+"/collaborators", host, object{"email": personal["team"], "role": "viewer"})
	metricsToken, err := os.ReadFile(filepath.Join(p.data, "keys", "metrics-token"))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range map[string]string{"access token": host, "link": link, "device token": door, "pairing code": pairing, "ticket": ticket, "metrics token": strings.TrimSpace(string(metricsToken))} {
		secrets[k] = v
	}
	header := func() http.Header {
		return http.Header{
			"X-Forwarded-For": {secrets["ip"]}, "User-Agent": {secrets["agent"]}, "Content-Type": {"application/json"}, "X-Request-Id": {link},
			"Cookie": {"refresh=" + link}, "Referer": {"http://localhost/i/" + link},
		}
	}
	fill := strings.NewReplacer(":event", event[len(api+"/events/"):], ":guest", guest, ":token", link, ":device", "dev_none", ":access", "acc_none", ":user", personal["email"], "*", link)
	waitIdle(t, p, host)
	p.must(202, "POST", api+"/system/backup", host, nil) // without one a drill would rightly be an error
	waitIdle(t, p, host)
	drive := func() {
		for key := range httpapi.RouteKeys() {
			method, path, _ := strings.Cut(key, " ")
			path = fill.Replace(path)
			if method == "DELETE" && !strings.HasSuffix(path, "none") || strings.HasPrefix(path, api+"/auth/logout") || path == "/metrics" {
				continue // what is there is needed for the next
			}
			for _, bearer := range []string{"", host, door} {
				for _, body := range []string{
					`{"email":"` + personal["email"] + `","password":"` + personal["wrong password"] + `","name":"` + personal["name"] + `","token":"` + link + `","code":"` + pairing + `"}`,
					`{"email":"` + personal["email"] + `","password":"` + personal["wrong password"] + `"}`,
					`{"items":[{"nonce":"1","token":"` + link + `","direction":"in","heads":1}]}`,
					`{"status":"attending","message":"` + personal["note"] + `"}`,
					`{"` + personal["name"],
				} {
					p.do(method, path+"?q="+personal["phone"][1:]+"&ticket="+ticket, bearer, header(), strings.NewReader(body))
				}
			}
		}
	}
	if got := p.do("POST", "/i/"+link+"/open", "", header(), strings.NewReader(`{"screen":"390x844@3","timezone":"Europe/Lisbon"}`)); got.status != 200 {
		t.Errorf("a visit: %d %s", got.status, got.body)
	}
	drive()
	for range 70 { // over a limit
		p.do("POST", api+"/auth/login", "", header(), strings.NewReader(`{}`))
	}
	p.do("BREW", "/i/"+link+"/"+personal["name"][:9], "", header(), nil)
	p.do("GET", "/no/such/"+link, "", header(), nil)
	sound := log.String()

	// On a database without its tables everything fails.
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.data, "doorward.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"guests", "events"} {
		if _, err := db.Exec("ALTER TABLE " + table + " RENAME TO lost_" + table); err != nil {
			t.Fatal(err)
		}
	}
	drive()
	broken := p.do("GET", event+"/guests/"+guest, host, header(), nil)
	if id := broken.text(t, "request_id"); broken.status != 500 || id == "" || !strings.Contains(log.String(), "request_id="+id) {
		t.Errorf("a failure and its line in the log: %d %s", broken.status, broken.body)
	}
	for _, table := range []string{"guests", "events"} {
		if _, err := db.Exec("ALTER TABLE lost_" + table + " RENAME TO " + table); err != nil {
			t.Fatal(err)
		}
	}
	shown := string(p.do("GET", "/metrics", "", http.Header{}, nil).body)
	for what, secret := range secrets {
		for where, text := range map[string]string{"log": log.String(), "metrics": shown} {
			if at := strings.Index(strings.ToLower(text), strings.ToLower(secret)); at >= 0 {
				t.Errorf("the %s is in the %s: …%s…", what, where, text[max(0, at-120):min(len(text), at+120)])
			}
		}
	}
	checkMetrics(t, shown)
	if n := strings.Count(sound, "level=ERROR"); n > 0 {
		t.Errorf("%d errors were logged while nothing was broken", n)
	}
	// A flood of bad tokens must not fill the card: a few lines of each kind say enough, and the metrics count the rest.
	if n, counted := strings.Count(sound, "request refused"), strings.Count(sound, "code=unauthenticated"); n > 100 || counted == 0 {
		t.Errorf("%d refusals were logged, %d of them of nobody", n, counted)
	}
}

// checkMetrics checks that the figures are there, and that routes, methods and statuses are the program's own.
func checkMetrics(t *testing.T, shown string) {
	t.Helper()
	for _, want := range []string{
		"doorward_http_requests_total", "doorward_http_request_seconds_bucket", `doorward_limited_requests_total{by="ip"}`, "doorward_writes_queued",
		"doorward_commit_writes_bucket", "doorward_commit_seconds_total", "doorward_commits_failed_total", "doorward_wal_bytes", "doorward_database_bytes",
		"doorward_outbox_jobs", "doorward_outbox_oldest_seconds", "doorward_live_streams", "doorward_http_connections",
		"doorward_accesses_evaluated_total", "doorward_accesses_unevaluated_total", "doorward_disk_free_bytes", "doorward_build_info", "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(shown, "\n"+want) {
			t.Errorf("%s is not among the metrics", want)
		}
	}
	keys := httpapi.RouteKeys()
	keys["none none"] = false
	for _, m := range regexp.MustCompile(`doorward_http_\w+\{(?:le="[^"]*",)?method="([^"]*)",route="([^"]*)"(?:,status="(\d+)")?`).FindAllStringSubmatch(shown, -1) {
		if _, known := keys[m[1]+" "+m[2]]; !known {
			t.Errorf("a label is from a client: %s", m[0])
		}
	}
	for _, positive := range []string{"doorward_accesses_evaluated_total", `doorward_limited_requests_total{by="ip"}`, "doorward_commit_writes_count", `doorward_http_requests_total{method="none",route="none",status="404"}`} {
		var v float64
		i := strings.Index(shown, "\n"+positive+" ")
		if i < 0 {
			t.Errorf("no %s", positive)
			continue
		}
		if _, err := fmt.Sscan(shown[i+len(positive)+2:], &v); err != nil || v <= 0 {
			t.Errorf("%s is %v %v", positive, v, err)
		}
	}
}
