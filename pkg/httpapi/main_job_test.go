package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
)

// Set-up works once, also when fifty try at the same time.
//
// ASVS 6.3.2 15.4.2
func TestSetupWorksOnce(t *testing.T) {
	p := start(t)
	var won, lost int
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			got := p.send("POST", api+"/setup", "", object{"code": p.code, "email": fmt.Sprintf("host%d@example.com", i), "name": "Host", "password": password})
			mu.Lock()
			defer mu.Unlock()
			switch got.status {
			case http.StatusCreated:
				won++
			case http.StatusGone, http.StatusConflict:
				lost++
			default:
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	if won != 1 || lost != 49 {
		t.Errorf("%d won and %d lost, want 1 and 49", won, lost)
	}
}

func cookie(a answer, name string) string {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// A refresh token is good once; the one before gets the same successor for a while; an older one ends the session.
//
// ASVS 10.4.5
func TestRefreshRotation(t *testing.T) {
	p := start(t)
	p.user("ana")
	in := p.must(200, "POST", api+"/auth/login", "", object{"email": "ANA@example.com", "password": password})
	access, first := in.text(t, "access_token"), cookie(in, "refresh")
	refresh := func(value string) answer {
		r, err := http.NewRequestWithContext(t.Context(), "POST", p.app.Origin+api+"/auth/refresh", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: "refresh", Value: value})
		resp, err := p.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return answer{status: resp.StatusCode, header: resp.Header}
	}
	second := cookie(refresh(first), "refresh")
	if again := cookie(refresh(first), "refresh"); second == "" || again != second {
		t.Fatal("the predecessor did not get the same successor")
	}
	third := cookie(refresh(second), "refresh")
	if got := refresh(first); got.status != 401 {
		t.Errorf("a replayed token was answered %d", got.status)
	}
	if got := refresh(third); got.status != 401 {
		t.Errorf("after a replay the family still lives: %d", got.status)
	}
	p.must(401, "GET", api+"/me", access, nil)
}

// A browser as the engine sees one.
func beacon(i int) object {
	return object{"screen": fmt.Sprintf("%dx844@3", 380+i), "timezone": "Europe/Lisbon", "languages": []string{"pt"}, "touch": true, "trusted_input": true}
}

// One evening, small: a link is looked at, opened, answered and scanned; the counts agree everywhere.
func TestMainJob(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, object{"capacity": 4})
	ana := p.guest(host, event, "Ána Costa", 3)
	link := p.link(host, event, ana)
	door := p.phone(host, event, "Main door")

	for range 3 { // looking is no access
		if got := p.send("GET", "/I/"+strings.ToLower(link), "", nil); got.status != 200 || got.header.Get("Set-Cookie") != "" {
			t.Fatalf("the page: %d %v", got.status, got.header)
		}
	}
	if n := p.must(200, "GET", event+"/access-logs", host, nil).get(t, "items").([]any); len(n) != 0 {
		t.Errorf("looking was logged as %v", n)
	}
	p.must(200, "POST", "/i/"+link+"/open", "", beacon(1))
	p.must(400, "POST", "/i/"+link+"/rsvp", "", object{"status": "attending", "plus_ones": 3})
	p.must(200, "POST", "/i/"+link+"/rsvp", "", object{"status": "attending", "plus_ones": 2})
	ben := p.guest(host, event, "Ben Idris", 2)
	full := p.must(409, "POST", "/i/"+p.link(host, event, ben)+"/rsvp", "", object{"status": "attending", "plus_ones": 1})
	if full.text(t, "code") != "full" {
		t.Errorf("a full event: %s", full.body)
	}

	scan := func(nonce, token string, heads any) map[string]any {
		got := p.must(200, "POST", api+"/door/checkins", door, object{"items": []object{{"nonce": nonce, "token": token, "direction": "in", "heads": heads, "at": time.Now().UTC()}}})
		return got.get(t, "items").([]any)[0].(map[string]any)
	}
	for _, step := range []struct {
		nonce, token string
		heads        any
		outcome      string
		reason       string
	}{
		{"a", strings.ToUpper(p.app.Origin + "/i/" + link), 2, "admitted", ""},
		{"a", link, 2, "admitted", ""}, // the same nonce is the same row
		{"b", link, 2, "refused", "party_full"},
		{"c", link, nil, "admitted", ""},
		{"d", link, nil, "refused", "already_inside"},
		{"e", "not a code of ours", nil, "refused", "invalid"},
	} {
		got := scan(step.nonce, step.token, step.heads)
		if got["outcome"] != step.outcome || got["reason"] != step.reason {
			t.Errorf("scan %s: %v, want %s %s", step.nonce, got, step.outcome, step.reason)
		}
	}
	inside := p.must(200, "GET", event, host, nil).get(t, "counts", "heads_inside")
	atDoor := p.must(200, "GET", api+"/door/event", door, nil).get(t, "counts", "heads_inside")
	ofGuest := p.must(200, "GET", event+"/guests/"+ana, host, nil).get(t, "checkin", "heads_inside")
	if inside != 3.0 || atDoor != inside || ofGuest != inside {
		t.Errorf("inside: event %v, door %v, guest %v; want 3", inside, atDoor, ofGuest)
	}
	p.must(200, "POST", api+"/door/checkins/undo", door, object{"nonce": "c"})
	p.must(200, "POST", api+"/door/checkins/undo", door, object{"nonce": "c"})
	p.must(404, "POST", api+"/door/checkins/undo", door, object{"nonce": "never"})
	if left := p.must(200, "GET", event, host, nil).get(t, "counts", "heads_inside"); left != 2.0 {
		t.Errorf("after the undo %v are inside, want 2", left)
	}
	p.must(200, "POST", event+"/guests/"+ana+"/tokens/rotate", host, object{})
	if got := p.send("GET", "/i/"+link, "", nil); got.status != 410 {
		t.Errorf("a replaced link was answered %d", got.status)
	}
	if got := scan("f", link, nil); got["reason"] != "replaced" {
		t.Errorf("a replaced link at the door: %v", got)
	}
}

// Two doors without network that let the same heads in are both kept, and the later scan is the conflict.
func TestLateScansConflict(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	north, south := p.phone(host, event, "North"), p.phone(host, event, "South")
	at := func(ago time.Duration) string { return time.Now().UTC().Add(-ago).Format(time.RFC3339Nano) }
	hand := func(phone, nonce, when string) map[string]any {
		return p.must(200, "POST", api+"/door/checkins", phone, object{"items": []object{{"nonce": nonce, "token": link, "direction": "in", "at": when}}}).
			get(t, "items").([]any)[0].(map[string]any)
	}
	if got := hand(north, "1", at(5*time.Minute)); got["outcome"] != "admitted" {
		t.Fatalf("%v", got)
	}
	if got := hand(south, "2", at(2*time.Minute)); got["outcome"] != "admitted" || got["conflict"] != true {
		t.Errorf("the later of two offline scans: %v", got)
	}
	if got := hand(south, "3", at(0)); got["reason"] != "already_inside" {
		t.Errorf("a scan of now: %v", got)
	}
}

// Five people who have nothing in common: the guest, and four whom the link was passed on to.
var strangers = []struct{ ip, agent, language, zone, screen string }{
	{"85.240.10.4", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "pt-PT,pt;q=0.9", "Europe/Lisbon", "390x844@3"},
	{"91.10.22.8", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "de-DE,de;q=0.9", "Europe/Berlin", "1920x1080@1"},
	{"203.0.113.9", "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36", "en-US,en;q=0.9", "America/New_York", "412x915@2.6"},
	{"151.30.4.77", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15", "it-IT", "Europe/Rome", "1512x982@2"},
	{"133.6.1.50", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "ja,en;q=0.5", "Asia/Tokyo", "2560x1440@1"},
}

// A forwarded link that strangers open on other devices and networks is noticed, and the guest's own use is not.
func TestForwardedLinkIsNoticed(t *testing.T) {
	p := startWith(t, app.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	host := p.user("hanna")
	event := p.event(host, nil)
	guest := p.guest(host, event, "Ana", 1)
	link := p.link(host, event, guest)
	for _, who := range strangers {
		header := http.Header{
			"Content-Type": {"application/json"}, "X-Forwarded-For": {who.ip}, "User-Agent": {who.agent}, "Accept-Language": {who.language},
		}
		body, err := json.Marshal(object{"screen": who.screen, "timezone": who.zone, "languages": []string{who.language[:2]}, "trusted_input": true})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.do("POST", "/i/"+link+"/open", "", header, bytes.NewReader(body)); got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	items := p.must(200, "GET", event+"/access-logs?guest_id="+guest, host, nil).get(t, "items").([]any) // newest first
	if len(items) != len(strangers) {
		t.Fatalf("%d accesses were logged, want %d", len(items), len(strangers))
	}
	for i, item := range items {
		row := item.(map[string]any)
		if row["class"] != "human" || row["ip"] != strangers[len(items)-1-i].ip {
			t.Errorf("access %d is taken for %v from %v", len(items)-i, row["class"], row["ip"])
		}
	}
	if own := items[len(items)-1].(map[string]any); own["band"] != "low" {
		t.Errorf("the guest's own use is %v: %v", own["band"], own["reasons"])
	}
	if fifth := items[0].(map[string]any); fifth["band"] == "low" {
		t.Errorf("the fifth person is unnoticed: %v", fifth)
	}
}

// The allowlist takes a network once, however its host bits are written.
func TestAllowlistHasNoDuplicates(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	p.must(201, "POST", event+"/security/allowlist", host, object{"cidr": "198.51.100.7/24"})
	p.must(409, "POST", event+"/security/allowlist", host, object{"cidr": "198.51.100.0/24"})
}

// ASVS 2.3.3 5.2.2
func TestImport(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	upload := func(path, csv string) answer {
		body := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"g.csv\"\r\n\r\n" + csv + "\r\n--x--\r\n"
		return p.raw("POST", event+"/guests/import"+path, host, "multipart/form-data; boundary=x", body)
	}
	good := "\ufeffName;E-Mail;Phone;Party size;Tags\nZoë Özil;zoe@example.com;'+351912000001;2;family\n\"Costa, Ana\";ana@example.com;;;\n"
	bad := good + "Nobody;not an address;;0;\n"
	if got := upload("/preview", bad); got.status != 200 || got.get(t, "totals", "valid") != 2.0 || got.get(t, "totals", "invalid") != 1.0 {
		t.Errorf("preview: %d %s", got.status, got.body)
	}
	if got := upload("", bad); got.status != 400 {
		t.Errorf("a bad row: %d %s", got.status, got.body)
	}
	if n := p.must(200, "GET", event, host, nil).get(t, "counts", "guests"); n != 0.0 {
		t.Fatalf("a refused import left %v guests", n)
	}
	if got := upload("", good); got.get(t, "created") != 2.0 {
		t.Errorf("import: %s", got.body)
	}
	exported := p.must(200, "GET", event+"/guests/export.csv", host, nil).body
	if got := upload("", string(exported)); got.get(t, "created") != 0.0 || got.get(t, "skipped") != 2.0 {
		t.Errorf("our own export again: %s", got.body)
	}
	if got := upload("", "\x00\x01"); got.status != 400 {
		t.Errorf("no text: %d", got.status)
	}
	p.must(200, "GET", event+"/guests?q=ozi", host, nil)
	if hits := p.must(200, "GET", event+"/guests?q=ozi", host, nil).get(t, "items").([]any); len(hits) != 1 {
		t.Errorf("ozi finds %d", len(hits))
	}
}

// A set-password link works once, ends the sessions, and takes no weak password.
//
// ASVS 7.4.3
func TestResetPassword(t *testing.T) {
	p := start(t)
	access := p.user("ana")
	u, err := p.app.Accounts.ByEmail(t.Context(), "Ana@example.com")
	if err != nil {
		t.Fatal(err)
	}
	token, err := p.app.Accounts.SetPasswordToken(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	reset := func(want int, password string) {
		p.must(want, "POST", api+"/auth/reset-password", "", object{"token": token.Reveal(), "password": password})
	}
	reset(400, "password1234")
	reset(204, "another garden party")
	reset(410, "a third garden party")
	p.must(401, "GET", api+"/me", access, nil)
	p.must(401, "POST", api+"/auth/login", "", object{"email": "ana@example.com", "password": password})
	p.must(200, "POST", api+"/auth/login", "", object{"email": "ana@example.com", "password": "another garden party"})
}

// Bulk issuing takes several commits, so that the door is not held up, and still gives every guest the one link that
// the guest has, in the order asked for. A guest of another event stops it before anything is issued.
func TestIssueMany(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event, other := p.event(host, nil), p.event(host, nil)
	var csv strings.Builder
	csv.WriteString("name\n")
	for i := range 250 {
		fmt.Fprintf(&csv, "Guest %03d\n", i)
	}
	body := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"g.csv\"\r\n\r\n" + csv.String() + "\r\n--x--\r\n"
	if got := p.raw("POST", event+"/guests/import", host, "multipart/form-data; boundary=x", body); got.status != 200 || got.get(t, "created") != 250.0 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	var ids []string
	for _, item := range p.must(200, "GET", event+"/guests?limit=500", host, nil).get(t, "items").([]any) {
		ids = append(ids, item.(map[string]any)["id"].(string))
	}
	foreign := p.guest(host, other, "Zoë", 1)
	p.must(404, "POST", event+"/guests/invitations/bulk", host, object{"guest_ids": append(slices.Clone(ids), foreign)})
	if n := p.must(200, "GET", event, host, nil).get(t, "counts", "invited"); n != 0.0 {
		t.Errorf("a refused call issued %v links", n)
	}
	for range 2 {
		got := p.must(200, "POST", event+"/guests/invitations/bulk", host, object{"guest_ids": ids})
		for i, item := range got.get(t, "items").([]any) {
			row := item.(map[string]any)
			if row["guest_id"] != ids[i] || i%100 == 0 && row["token"] != p.link(host, event, ids[i]) {
				t.Fatalf("item %d: %v, want %s", i, row, ids[i])
			}
		}
	}
	if n := p.must(200, "GET", event, host, nil).get(t, "counts", "invited"); n != 250.0 {
		t.Errorf("%v guests are invited, want 250", n)
	}
	if hits := p.must(200, "GET", event+"/guests?q=249", host, nil).get(t, "items").([]any); len(hits) != 1 {
		t.Errorf("an imported guest is found %d times by a word of the name", len(hits))
	}
}

// A phone that names no heads lets in those who were announced, and is told what the guest answered.
func TestHeadsAreThoseAnnounced(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	phone := p.phone(host, event, "Main door")
	ana, silent := p.guest(host, event, "Ana", 3), p.guest(host, event, "Silent", 3)
	p.must(200, "POST", "/i/"+p.link(host, event, ana)+"/rsvp", "", object{"status": "attending", "plus_ones": 1})
	for guest, want := range map[string]object{ana: {"heads": 2.0, "status": "attending"}, silent: {"heads": 3.0, "status": "none"}} {
		item := object{"nonce": guest, "guest_id": guest, "direction": "in", "at": time.Now().UTC().Format(time.RFC3339Nano)}
		got := p.must(200, "POST", api+"/door/checkins", phone, object{"items": []object{item}}).get(t, "items").([]any)[0].(map[string]any)
		if got["heads"] != want["heads"] || got["guest"].(map[string]any)["status"] != want["status"] {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
