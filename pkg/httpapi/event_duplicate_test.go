package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/event"
	"github.com/doorward/doorward/pkg/sqlite"
)

// full is an event with everything that a copy takes along, and everything that it does not.
func (p *program) full(host string) (event string) {
	p.t.Helper()
	event = p.event(host, object{
		"name": "Summer party", "description": "Bring shoes", "venue": "The Attic", "starts_at": "2030-06-12T20:00:00Z", "ends_at": "2030-06-13T02:00:00Z",
		"rsvp_deadline": "2030-06-01T12:00:00Z", "timezone": "Europe/Berlin", "capacity": 90, "default_plus_ones": 2, "waitlist": true,
		"questions": []object{{"label": "Menu?", "kind": "choice", "options": []string{"Fish", "Leaf"}, "per": "head"}},
	})
	p.must(200, "PUT", event+"/security/thresholds", host, object{"medium": 20, "high": 40, "block": 70})
	p.must(201, "POST", event+"/security/allowlist", host, object{"cidr": "10.0.0.0/8", "note": "Office"})
	for i := range 230 { // of more than two writes
		p.must(201, "POST", event+"/guests", host, object{
			"name": fmt.Sprintf("Ána Costa %d", i), "email": fmt.Sprintf("ana%d@example.com", i), "phone": fmt.Sprintf("+49301234%04d", i), "party_size": 1 + i%4, "tags": []string{"family"}, "note": "left",
		})
	}
	guest := p.must(200, "GET", event+"/guests?limit=1", host, nil).get(p.t, "items").([]any)[0].(object)["id"].(string)
	link := p.link(host, event, guest)
	p.must(200, "POST", "/i/"+link+"/open", "", beacon(1))
	p.must(200, "POST", "/i/"+link+"/rsvp", "", object{"status": "attending"})
	p.must(200, "POST", event+"/guests/"+guest+"/checkins", host, object{"heads": 1})
	p.phone(host, event, "Main door")
	return event
}

// whoIsOn is the list of an event without what a copy must not share with it.
func (p *program) whoIsOn(bearer, event string) (list []string, ids []string) {
	p.t.Helper()
	for _, item := range p.must(200, "GET", event+"/guests?limit=500", bearer, nil).get(p.t, "items").([]any) {
		g := item.(object)
		ids = append(ids, g["id"].(string))
		b, err := json.Marshal([]any{g["name"], g["email"], g["phone"], g["party_size"], g["tags"], g["note"]})
		if err != nil {
			p.t.Fatal(err)
		}
		list = append(list, string(b))
	}
	return list, ids
}

func TestDuplicate(t *testing.T) {
	p := start(t)
	host, editor := p.user("hanna"), p.user("ed")
	event := p.full(host)
	p.join(host, event, editor, doorward.RoleEditor)
	before := p.must(200, "GET", event, host, nil)
	got := p.must(201, "POST", event+"/duplicate", editor, object{"name": " Winter party ", "starts_at": "2030-12-24T19:00:00Z", "guests": true})
	twin := api + "/events/" + got.text(t, "id")
	for field, want := range map[string]any{
		"name": "Winter party", "description": "Bring shoes", "venue": "The Attic", "starts_at": "2030-12-24T19:00:00.000Z", "ends_at": "2030-12-25T01:00:00.000Z",
		"rsvp_deadline": "2030-12-13T11:00:00.000Z", "timezone": "Europe/Berlin", "capacity": 90.0, "default_plus_ones": 2.0, "waitlist": true, "state": "open", "your_role": "owner",
	} {
		if is := got.get(t, field); is != want {
			t.Errorf("%s is %v, want %v", field, is, want)
		}
	}
	for name, n := range got.get(t, "counts").(object) {
		if want := map[string]float64{"guests": 230}[name]; n != want {
			t.Errorf("%s is %v, want %v", name, n, want)
		}
	}
	question := got.get(t, "questions").([]any)[0].(object)
	if question["label"] != "Menu?" || question["per"] != "head" || question["id"] == before.get(t, "questions").([]any)[0].(object)["id"] {
		t.Errorf("it asks %v", question)
	}
	list, ids := p.whoIsOn(host, event)
	twins, twinIDs := p.whoIsOn(editor, twin)
	if !slices.Equal(list, twins) {
		t.Errorf("on the list are\n%v\nwant\n%v", twins, list)
	}
	for _, id := range twinIDs {
		if slices.Contains(ids, id) {
			t.Fatalf("%s is on both lists", id)
		}
	}
	if found := p.must(200, "GET", twin+"/guests?q=ana7@", editor, nil).get(t, "items").([]any); len(found) != 1 {
		t.Errorf("a search finds %v", found)
	}
	if got := p.must(200, "GET", twin+"/security/thresholds", editor, nil); got.get(t, "medium") != 20.0 || got.get(t, "block") != 70.0 {
		t.Errorf("its thresholds are %s", got.body)
	}
	if items := p.must(200, "GET", twin+"/security/allowlist", editor, nil).get(t, "items").([]any); len(items) != 1 || items[0].(object)["note"] != "Office" {
		t.Errorf("it trusts %v", items)
	}
	for _, empty := range []string{"/devices", "/access-logs", "/checkins", "/notifications", "/security/feedback"} {
		if items := p.must(200, "GET", twin+empty, editor, nil).get(t, "items").([]any); len(items) != 0 {
			t.Errorf("%s came along: %v", empty, items)
		}
	}
	if team := p.must(200, "GET", twin+"/collaborators", editor, nil).get(t, "items").([]any); len(team) != 1 || team[0].(object)["name"] != "ed" {
		t.Errorf("its team is %v", team)
	}
	p.must(404, "GET", twin, host, nil)
	if changes := p.changes(editor, twin); changes != "created" {
		t.Errorf("its history has %s", changes)
	}
	if changes := p.changes(host, event); !strings.HasSuffix(changes, "duplicated") {
		t.Errorf("the history of the event has %s", changes)
	}
	if after := p.must(200, "GET", event, host, nil); string(after.body) != string(before.body) {
		t.Errorf("the event was\n%s\nand is\n%s", before.body, after.body)
	}
	p.sound()
}

// Without a word it is a copy of the event alone, at the same time; and what is wrong is said, and makes nothing.
func TestDuplicateAlone(t *testing.T) {
	p := start(t)
	host, viewer, stranger := p.user("hanna"), p.user("vera"), p.user("ben")
	event := p.event(host, object{"name": strings.Repeat("ä", 200), "state": "archived"})
	p.guest(host, event, "Zoë", 1)
	p.join(host, event, viewer, doorward.RoleViewer)
	got := p.must(201, "POST", event+"/duplicate", host, object{})
	if name := got.text(t, "name"); !strings.HasPrefix(name, "Copy of ä") || got.text(t, "starts_at") != "2030-06-12T20:00:00.000Z" || got.get(t, "ends_at") != nil || got.get(t, "counts", "guests") != 0.0 || got.text(t, "state") != "open" {
		t.Errorf("%s", got.body)
	}
	p.must(403, "POST", event+"/duplicate", viewer, object{})
	p.must(404, "POST", event+"/duplicate", stranger, object{})
	for _, body := range []object{{"name": strings.Repeat("a", 201)}, {"name": "a\x00b"}, {"starts_at": "2330-01-01T00:00:00Z"}, {"starts_at": "soon"}, {"guests": "yes"}, {"event_id": "evt_x"}, {"deleted_ms": 1}} {
		p.must(400, "POST", event+"/duplicate", host, body)
	}
	if items := p.must(200, "GET", api+"/events", host, nil).get(t, "items").([]any); len(items) != 2 {
		t.Errorf("%d events", len(items))
	}
	p.sound()
}

// A program that is killed in the middle of a copy has all of it or shows nothing of it; what is left is purged.
func TestDuplicateKilled(t *testing.T) {
	withoutRace(t)
	seed := start(t)
	host := seed.user("hanna")
	path := seed.event(host, nil)
	body, contentType := importForm(listOf(killedRows))
	if got := seed.raw("POST", path+"/guests/import", host, contentType, body); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	user := doorward.UserID(seed.me(host, "id"))
	if err := seed.stop(); err != nil {
		t.Fatal(err)
	}
	seed.stop = func() error { return nil }
	copied, whole := killDuplicate(t, seed.data, host, path, user, -1)
	if copied != 1 || whole == 0 {
		t.Fatalf("left alone it made %d copies, in %d bytes", copied, whole)
	}
	const kills = 6
	none := 0
	for i := range int64(kills) {
		if copied, written := killDuplicate(t, seed.data, host, path, user, i*whole/kills); copied == 0 && written > 0 {
			none++
		}
	}
	if none == 0 {
		t.Error("no kill came in the middle of the copy")
	}
	t.Logf("%d of %d kills came in the middle", none, kills)
}

// killDuplicate copies an event in a copy of the data folder, kills the program in between, and returns how many copies there
// are then.
func killDuplicate(t *testing.T, seed, bearer, path string, user doorward.UserID, after int64) (copies int, written int64) {
	t.Helper()
	data := copyOf(t, seed)
	answered, written := killWhile(t, data, after, func(origin string) bool {
		r, err := http.NewRequestWithContext(t.Context(), "POST", origin+path+"/duplicate", strings.NewReader(`{"guests":true}`))
		if err != nil {
			t.Error(err)
			return false
		}
		r.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + bearer}}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == 201
	})
	db, err := sqlite.Open(t.Context(), sqlite.Path(data), time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a test
	events := event.New(db, nil, nil, nil)
	for _, when := range []string{"after the kill", "after the purge"} {
		page, err := events.List(t.Context(), user, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Items {
			if e.Counts.Guests != killedRows {
				t.Errorf("%s an event has %d guests", when, e.Counts.Guests)
			}
		}
		copies = len(page.Items) - 1
		deleted, err := events.Deleted(t.Context(), user, "", 10)
		if err != nil || len(deleted.Items) != 0 || answered && copies == 0 {
			t.Errorf("%s: answered %v, %d copies, deleted are %v: %v", when, answered, copies, deleted.Items, err)
		}
		if err := events.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	report, err := sqlite.Verify(t.Context(), sqlite.Path(data))
	if err != nil || len(report.Failed()) > 0 || report.Rows["events"] != int64(1+copies) || report.Rows["guests"] != int64(killedRows*(1+copies)) {
		t.Errorf("%v %v, %d events and %d guests", report.Failed(), err, report.Rows["events"], report.Rows["guests"])
	}
	return copies, written
}
