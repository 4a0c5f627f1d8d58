package httpapi_test

import (
	"strings"
	"testing"
)

// What an event must not be is said by its field, when it is made and when it is changed, and changes nothing.
func TestEventRules(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	path := p.event(host, object{"ends_at": "2030-06-13T02:00:00Z"})
	before := string(p.must(200, "GET", path, host, nil).body)
	for _, c := range []struct {
		field string
		body  object
	}{
		{"name", object{"name": " "}},
		{"name", object{"name": strings.Repeat("a", 201)}},
		{"ends_at", object{"ends_at": "2030-06-12T19:59:59Z"}},
		{"ends_at", object{"ends_at": "2030-06-12T20:00:00Z"}},
		{"ends_at", object{"starts_at": "2030-06-14T20:00:00Z", "ends_at": "2030-06-13T02:00:00Z"}},
		{"rsvp_deadline", object{"ends_at": "2030-06-13T02:00:00Z", "rsvp_deadline": "2030-06-13T02:00:01Z"}},
		{"timezone", object{"timezone": "Europe/Atlantis"}},
		{"timezone", object{"timezone": "Local"}},
		{"timezone", object{"timezone": "posix/Europe/Lisbon"}},
		{"timezone", object{"timezone": "right/Europe/Lisbon"}},
		{"timezone", object{"timezone": "localtime"}},
		{"timezone", object{"timezone": "../etc/passwd"}},
		{"capacity", object{"capacity": 0}},
		{"capacity", object{"capacity": 1_000_001}},
		{"default_plus_ones", object{"default_plus_ones": -1}},
		{"default_plus_ones", object{"default_plus_ones": 51}},
		{"state", object{"state": "deleted"}},
	} {
		whole := object{"name": "Party", "starts_at": "2030-06-12T20:00:00Z", "timezone": "Europe/Lisbon"}
		for k, v := range c.body {
			whole[k] = v
		}
		for what, got := range map[string]answer{"made": p.send("POST", api+"/events", host, whole), "changed": p.send("PATCH", path, host, c.body)} {
			if got.status != 400 || got.get(t, "errors").([]any)[0].(object)["field"] != c.field {
				t.Errorf("%s with %v: %d %s", what, c.body, got.status, got.body)
			}
		}
	}
	if after := string(p.must(200, "GET", path, host, nil).body); after != before {
		t.Errorf("the event was\n%s\nand is\n%s", before, after)
	}
	if items := p.must(200, "GET", api+"/events", host, nil).get(t, "items").([]any); len(items) != 1 {
		t.Errorf("%d events", len(items))
	}
	p.must(200, "PATCH", path, host, object{"rsvp_deadline": "2030-06-13T02:00:00Z", "timezone": "Etc/GMT+3"})
}

// Whoever answered a question that is then changed or taken away is asked anew, and the page works.
func TestQuestionsChangeAfterAnswers(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	path := p.event(host, nil)
	ids := p.ask(host, path, object{"label": "Menu?", "kind": "text", "per": "guest"}, object{"label": "Song?", "kind": "text", "per": "guest", "required": true})
	guest := p.guest(host, path, "Zoë", 1)
	link := p.link(host, path, guest)
	answer := func(want int, answers object) {
		t.Helper()
		p.must(want, "POST", "/i/"+link+"/rsvp", "", object{"status": "attending", "answers": answers})
	}
	answer(200, object{ids[0]: "Fish", ids[1]: "Ska"})
	p.must(200, "PATCH", path, host, object{"questions": []object{{"id": ids[0], "label": "Menu?", "kind": "choice", "options": []string{"Soup", "Leaf"}, "per": "guest"}}})
	p.must(200, "GET", path+"/guests/"+guest, host, nil)
	if page := string(p.must(200, "GET", "/i/"+link, "", nil).body); strings.Contains(page, "Song?") || !strings.Contains(page, "Leaf") {
		t.Errorf("the page asks\n%s", page)
	}
	answer(400, object{ids[0]: "Fish"})
	answer(400, object{ids[0]: "Soup", ids[1]: "Ska"})
	answer(200, object{ids[0]: "Soup"})
	p.sound()
}
