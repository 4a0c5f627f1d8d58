package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
)

// proxied is a program that believes its tests about where clients are.
func proxied(t *testing.T) *program {
	return startWith(t, app.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
}

// opens lets one of strangers open a link with a cookie, and returns the cookie that the answer sets, or the same.
func (p *program) opens(link string, who int, cookie string) (action, next string) {
	p.t.Helper()
	w := strangers[who]
	header := http.Header{
		"Content-Type": {"application/json"}, "X-Forwarded-For": {w.ip}, "User-Agent": {w.agent}, "Accept-Language": {w.language},
	}
	if cookie != "" {
		header.Set("Cookie", cookie)
	}
	body, err := json.Marshal(object{"screen": w.screen, "timezone": w.zone, "languages": []string{w.language[:2]}, "trusted_input": true})
	if err != nil {
		p.t.Fatal(err)
	}
	got := p.do("POST", "/i/"+link+"/open", "", header, bytes.NewReader(body))
	if got.status != 200 {
		p.t.Fatalf("%d %s", got.status, got.body)
	}
	if set := got.header.Get("Set-Cookie"); set != "" {
		cookie, _, _ = strings.Cut(set, ";")
	}
	return got.text(p.t, "action"), cookie
}

// newest returns the newest access of an event.
func (p *program) newest(bearer, event string) map[string]any {
	p.t.Helper()
	items := p.must(200, "GET", event+"/access-logs?limit=1", bearer, nil).get(p.t, "items").([]any)
	return items[0].(map[string]any)
}

// A host's one tap lets a guest in whom the engine blocked, and turns a device away that it let in.
func TestVerdictCountsAtOnce(t *testing.T) {
	p := proxied(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	p.opens(link, 0, "")
	for who := 1; who < len(strangers); who++ {
		p.opens(link, who, "")
	}
	blocked := p.newest(host, event)
	if blocked["band"] != "block" || blocked["verdict"] != nil {
		t.Fatalf("the fourth stranger is %v: %v", blocked["band"], blocked["reasons"])
	}
	id := blocked["id"].(string)
	inbox := p.must(200, "GET", event+"/security/inbox", host, nil).get(t, "items").([]any)
	if first := inbox[0].(map[string]any); first["id"] != id {
		t.Errorf("the inbox begins with %v", first)
	}
	got := p.must(200, "POST", event+"/access-logs/"+id+"/feedback", host, object{"verdict": "legitimate", "note": "her sister"})
	if got.get(t, "verdict") != "legitimate" {
		t.Errorf("the answer is %s", got.body)
	}
	if action, _ := p.opens(link, 4, ""); action != "allowed" {
		t.Errorf("called legitimate, the device is %s: %v", action, p.newest(host, event)["reasons"])
	}
	p.must(200, "POST", event+"/access-logs/"+id+"/feedback", host, object{"verdict": "suspicious"})
	if action, _ := p.opens(link, 4, ""); action == "allowed" {
		t.Errorf("called suspicious, the device is %s: %v", action, p.newest(host, event)["reasons"])
	}
	page := p.must(200, "GET", event+"/security/feedback", host, nil)
	if items := page.get(t, "items").([]any); len(items) != 1 {
		t.Errorf("a verdict that was changed is there %d times: %s", len(items), page.body)
	} else if row := items[0].(map[string]any); row["verdict"] != "suspicious" || row["by"] != "hanna" || row["guest"].(map[string]any)["name"] != "Ana" {
		t.Errorf("the history says %v", row)
	}
}

// Another event's access is not there, whoever asks.
func TestVerdictOnForeignAccess(t *testing.T) {
	p := proxied(t)
	host := p.user("hanna")
	mine, other := p.event(host, nil), p.event(host, nil)
	p.opens(p.link(host, mine, p.guest(host, mine, "Ana", 1)), 0, "")
	id := p.newest(host, mine)["id"].(string)
	p.must(404, "POST", other+"/access-logs/"+id+"/feedback", host, object{"verdict": "legitimate"})
	p.must(400, "POST", mine+"/access-logs/"+id+"/feedback", host, object{"verdict": "maybe"})
	p.must(400, "POST", mine+"/access-logs/"+id+"/feedback", host, object{"verdict": "legitimate", "note": strings.Repeat("x", 501)})
	if got := p.newest(host, mine)["verdict"]; got != nil {
		t.Errorf("a refused verdict left %v", got)
	}
}

func TestPreviewOfBands(t *testing.T) {
	p := proxied(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	for who := range strangers {
		p.opens(link, who, "")
	}
	p.must(200, "PUT", event+"/security/thresholds", host, object{"medium": 98, "high": 99, "block": 100})
	got := p.must(200, "GET", event+"/security/preview?medium=1&high=2&block=3", host, nil)
	if got.get(t, "total") != 5.0 || got.get(t, "bands", "block").(float64) < 4 {
		t.Errorf("strict bands: %s", got.body)
	}
	if own := p.must(200, "GET", event+"/security/preview", host, nil); own.get(t, "thresholds", "medium") != 98.0 {
		t.Errorf("the event's own bands: %s", own.body)
	}
	// The bands of an access as it would be are the event's, too.
	p.must(200, "PUT", event+"/security/thresholds", host, object{"medium": 1, "high": 2, "block": 3})
	if known := p.newest(host, event)["if_known"].(object); known["score"].(float64) >= 3 && known["band"] != "block" {
		t.Errorf("if it were known it would be %v", known)
	}
	for _, bad := range []string{"medium=x", "medium=50&high=40", "block=101", "medium=0"} {
		p.must(400, "GET", event+"/security/preview?"+bad, host, nil)
	}
}

// What was learned is the whole box's, so to own an event is not enough.
func TestModelsBelongToTheBox(t *testing.T) {
	p := start(t)
	p.user("hanna") // the first account
	other := p.user("otto")
	event := p.event(other, nil)
	p.must(403, "GET", event+"/security/models", other, nil)
	p.must(403, "POST", event+"/security/models/learn", other, nil)
	p.must(403, "POST", event+"/security/models/revert", other, object{"id": 0})
}

func TestModels(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	models := p.must(200, "GET", event+"/security/models", host, nil).get(t, "items").([]any)
	if len(models) != 1 || models[0].(map[string]any)["origin"] != "default" || models[0].(map[string]any)["current"] != true {
		t.Fatalf("a new box judges by %v", models)
	}
	if got := p.must(200, "POST", event+"/security/models/learn", host, nil); got.get(t, "active") != false || got.get(t, "reason") == "" {
		t.Errorf("without verdicts it learned %s", got.body)
	}
	p.must(404, "POST", event+"/security/models/revert", host, object{"id": 7})
	p.must(204, "POST", event+"/security/models/revert", host, object{"id": 0})
	models = p.must(200, "GET", event+"/security/models", host, nil).get(t, "items").([]any)
	if len(models) != 2 || models[0].(map[string]any)["origin"] != "reverted" {
		t.Errorf("after going back it judges by %v", models)
	}
}

// What the engine remembers is made again from the log: a program that was started anew judges as one that was not.
func TestEngineRemembersOverRestarts(t *testing.T) {
	judge := func(restart bool) []any {
		p := proxied(t)
		host := p.user("hanna")
		event := p.event(host, nil)
		link := p.link(host, event, p.guest(host, event, "Ana", 1))
		_, cookie := p.opens(link, 0, "")
		p.opens(link, 0, cookie)
		p.opens(link, 1, "")
		p.opens(link, 2, "")
		if restart {
			p.restart()
		}
		p.opens(link, 3, "")
		p.opens(link, 0, cookie)
		var scores []any
		for _, item := range p.must(200, "GET", event+"/access-logs", host, nil).get(t, "items").([]any) {
			scores = append(scores, item.(map[string]any)["score"])
		}
		return scores
	}
	want, got := judge(false), judge(true)
	for i := range want {
		if want[i] != got[i] {
			t.Fatalf("%v after a restart, %v without", got, want)
		}
	}
}

// A panic of the engine turns nobody away: the access goes through, is marked, and is counted.
func TestEnginePanicLetsThrough(t *testing.T) {
	broken := func(*fraud.Event, *fraud.Model, *fraud.Access) fraud.Result { panic("a bug of ours") }
	p := startWith(t, app.Config{Score: broken, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	if action, _ := p.opens(link, 0, ""); action != string(doorward.ActionAllowed) {
		t.Errorf("the guest is %s", action)
	}
	if got := p.newest(host, event); got["evaluated"] != false || got["score"] != 0.0 {
		t.Errorf("it is logged as %v", got)
	}
	if n := p.must(200, "GET", "/readyz", "", nil).get(t, "unevaluated"); n != 1.0 {
		t.Errorf("%v accesses are counted as let through", n)
	}
}

// A beacon that no browser sends is refused, and leaves nothing.
func TestHostileBeacons(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	for name, body := range map[string]string{
		"wrong types":      `{"screen":5,"webdriver":"yes"}`,
		"not a number":     `{"touch":NaN}`,
		"a list":           `[]`,
		"10,000 languages": `{"languages":["` + strings.Repeat(`de","`, 10000) + `en"]}`,
		"a megabyte":       `{"screen":"` + strings.Repeat("x", 1<<20) + `"}`,
		"a long time zone": `{"timezone":"` + strings.Repeat("x", 65) + `"}`,
		"unknown":          `{"canvas":"0815"}`,
	} {
		got := p.raw("POST", "/i/"+link+"/open", "", "application/json", body)
		if got.status != 400 && (got.status != 413 || len(body) < 1<<16) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if set := got.header.Get("Set-Cookie"); set != "" {
			t.Errorf("%s: sets %s", name, set)
		}
	}
	if items := p.must(200, "GET", event+"/access-logs", host, nil).get(t, "items").([]any); len(items) != 0 {
		t.Errorf("%d accesses were logged", len(items))
	}
}

// After a panic the engine goes on with everybody else, also once it has to read the log again.
func TestEnginePanicIsNotCatching(t *testing.T) {
	broken := func(e *fraud.Event, m *fraud.Model, a *fraud.Access) fraud.Result {
		if strings.Contains(a.Signals.UserAgent, "Firefox") {
			panic("a bug of ours")
		}
		return e.Score(m, a)
	}
	p := startWith(t, app.Config{Score: broken, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	host := p.user("hanna")
	event := p.event(host, nil)
	link, other := p.link(host, event, p.guest(host, event, "Ana", 1)), p.link(host, event, p.guest(host, event, "Bea", 1))
	for range 2 {
		if action, _ := p.opens(link, 4, ""); action != string(doorward.ActionAllowed) {
			t.Errorf("whom the engine fails on is %s", action)
		}
		if action, _ := p.opens(other, 0, ""); action != string(doorward.ActionAllowed) {
			t.Errorf("another guest is %s", action)
		}
		if got := p.newest(host, event); got["evaluated"] != true {
			t.Errorf("another guest is not evaluated: %v", got)
		}
		p.restart()
	}
}

// What the engine remembers is what the rows say, whatever happened in between: verdicts changed, an access from a trusted
// network judged, a link replaced.
func TestEngineRemembersWhatTheRowsSay(t *testing.T) {
	play := func(restart bool) []any {
		p := proxied(t)
		host := p.user("hanna")
		event := p.event(host, nil)
		guest := p.guest(host, event, "Ana", 1)
		link := p.link(host, event, guest)
		verdict := func(opinion string) {
			p.must(200, "POST", event+"/access-logs/"+p.newest(host, event)["id"].(string)+"/feedback", host, object{"verdict": opinion})
		}
		_, own := p.opens(link, 0, "")
		p.opens(link, 1, "")
		verdict("suspicious")
		p.must(201, "POST", event+"/security/allowlist", host, object{"cidr": strangers[2].ip})
		p.opens(link, 2, "")
		verdict("suspicious")
		p.must(204, "DELETE", event+"/security/allowlist?cidr="+strangers[2].ip+"/32", host, nil)
		p.opens(link, 1, "")
		verdict("legitimate")
		var scores []any
		probe := func(link string, who int, cookie string) {
			p.opens(link, who, cookie)
			scores = append(scores, p.newest(host, event)["score"])
		}
		if restart {
			p.restart()
		}
		probe(link, 1, "")
		probe(link, 2, "")
		probe(link, 3, "")
		probe(link, 0, own)
		rotated := p.must(200, "POST", event+"/guests/"+guest+"/tokens/rotate", host, object{}).text(t, "token")
		if restart {
			p.restart()
		}
		probe(rotated, 0, own)
		// Beside a device that the host vouched for, the guest's own is a second one: looked at, never turned away.
		if got := p.newest(host, event); got["action"] != "allowed" {
			t.Errorf("with a new link the guest is %v: %v", got["band"], got["reasons"])
		}
		if restart {
			p.restart()
		}
		probe(rotated, 3, "")
		return scores
	}
	if running, restarted := play(false), play(true); fmt.Sprint(running) != fmt.Sprint(restarted) {
		t.Errorf("%v while it runs, %v from the rows", running, restarted)
	}
}

// A script can't be let in by a verdict.
func TestVerdictOnScript(t *testing.T) {
	p := proxied(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.guest(host, event, "Ana", 1))
	p.do("POST", "/i/"+link+"/open", "", http.Header{"Content-Type": {"application/json"}, "User-Agent": {"curl/8.5.0"}}, strings.NewReader(`{}`))
	got := p.newest(host, event)
	if got["class"] != "automation" || got["band"] == "low" {
		t.Fatalf("a script that comes first is %v", got)
	}
	p.must(400, "POST", event+"/access-logs/"+got["id"].(string)+"/feedback", host, object{"verdict": "legitimate"})
	p.must(200, "POST", event+"/access-logs/"+got["id"].(string)+"/feedback", host, object{"verdict": "suspicious"})
}
