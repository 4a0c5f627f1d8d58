package httpapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
)

func question(label, kind string, more object) object {
	q := object{"label": label, "kind": kind, "required": false, "per": "guest"}
	maps.Copy(q, more)
	return q
}

// ask gives an event questions and returns their ids.
func (p *program) ask(host, event string, list ...object) (ids []string) {
	p.t.Helper()
	for _, q := range p.must(200, "PATCH", event, host, object{"questions": list}).get(p.t, "questions").([]any) {
		ids = append(ids, q.(object)["id"].(string))
	}
	return ids
}

func TestQuestionsOfAnEvent(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, object{"questions": []object{question("Song?", "text", nil)}})
	song := p.must(200, "GET", event, host, nil).get(t, "questions").([]any)[0].(object)["id"].(string)
	menu := question("Menu?", "choice", object{"options": []string{"Fish", "Leaf"}, "per": "head", "required": true})
	renamed := question("Which song?", "text", object{"id": song})
	if ids := p.ask(host, event, menu, renamed); ids[1] != song || !strings.HasPrefix(ids[0], "qst_") || ids[0] == song {
		t.Errorf("ids %v, want %s to be kept", ids, song)
	}
	before := string(p.must(200, "GET", event, host, nil).body)
	other := p.event(host, object{"questions": []object{question("Other?", "text", nil)}})
	foreign := p.must(200, "GET", other, host, nil).get(t, "questions").([]any)[0].(object)["id"]
	many := make([]object, 21)
	for i := range many {
		many[i] = question("Q", "text", nil)
	}
	for name, bad := range map[string]any{
		"too many":              many,
		"of another event":      []object{question("x", "text", object{"id": foreign})},
		"an id of its own":      []object{question("x", "text", object{"id": "qst_mine"})},
		"the same one twice":    []object{renamed, renamed},
		"no words":              []object{question(" ", "text", nil)},
		"an unknown kind":       []object{question("x", "number", nil)},
		"an unknown per":        []object{question("x", "text", object{"per": "table"})},
		"a choice of one":       []object{question("x", "choice", object{"options": []string{"a"}})},
		"the same choice twice": []object{question("x", "choice", object{"options": []string{"a", "a "}})},
		"choices of a text":     []object{question("x", "text", object{"options": []string{"a", "b"}})},
		"an unknown field":      []object{question("x", "text", object{"answers": 1})},
		"a field in capitals":   []object{question("x", "text", object{"Label": "y"})},
		"no list":               "Menu?",
		"no objects":            []any{"Menu?"},
	} {
		if got := p.send("PATCH", event, host, object{"name": "Renamed", "questions": bad}); got.status != 400 || got.text(t, "code") != "invalid" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if after := string(p.must(200, "GET", event, host, nil).body); after != before {
		t.Errorf("refused, and changed:\n%s\n%s", before, after)
	}
	// A question that is sent without its fields does not keep those of the one that stood there.
	if ids := p.ask(host, event, object{"label": "Allergies?", "kind": "text"}); len(ids) != 1 {
		t.Error(ids)
	}
	if q := p.must(200, "GET", event, host, nil).get(t, "questions").([]any)[0].(object); q["required"] != false || q["per"] != "guest" || len(q["options"].([]any)) != 0 {
		t.Errorf("%v", q)
	}
	if name := p.must(200, "PATCH", event, host, object{"name": "Other name"}); len(name.get(t, "questions").([]any)) != 1 {
		t.Errorf("a change of the name took the questions: %s", name.body)
	}
}

// What a guest answers must belong to the questions; what does not is refused as a whole and changes nothing.
func TestAnswersToQuestions(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	ids := p.ask(host, event,
		question("Menu?", "choice", object{"options": []string{"Fish", "Leaf"}, "per": "head", "required": true}),
		question("Bus home?", "yes_no", nil), question("Song?", "text", nil))
	menu, bus, song := ids[0], ids[1], ids[2]
	guest := p.guest(host, event, "Ana", 3)
	path := "/i/" + p.link(host, event, guest) + "/rsvp"
	stored := func() object {
		return p.must(200, "GET", event+"/guests/"+guest, host, nil).get(t, "rsvp").(object)
	}
	fine := object{"status": "attending", "plus_ones": 2, "companions": []string{"", "Ben"}, "message": "Hi",
		"answers": object{menu: "Fish", menu + ".1": "Leaf", menu + ".2": "Leaf", bus: "yes", song: ""}}
	p.must(200, "POST", path, "", fine)
	before := stored()
	if a := before["answers"].(object); len(a) != 4 || a[menu+".2"] != "Leaf" || before["companions"].([]any)[1] != "Ben" {
		t.Errorf("%v", before)
	}
	with := func(change object) object {
		body := maps.Clone(fine)
		maps.Copy(body, change)
		return body
	}
	answer := func(key string, value any) object {
		answers := maps.Clone(fine["answers"].(object))
		answers[key] = value
		return with(object{"answers": answers})
	}
	for name, bad := range map[string]object{
		"an unknown field":           with(object{"rsvp_status": "attending"}),
		"a column":                   with(object{"waitlist_seq": 1}),
		"an unknown question":        answer("qst_none", "x"),
		"free text":                  answer("diet", "none"),
		"a head that is not brought": answer(menu+".3", "Fish"),
		"a companion's own bus":      answer(bus+".1", "yes"),
		"no such menu":               answer(menu, "Cake"),
		"a required one left out":    answer(menu+".1", ""),
		"perhaps a bus":              answer(bus, "perhaps"),
		"a song too long":            answer(song, strings.Repeat("x", 1001)),
		"a control character":        answer(song, "a\x00b"),
		"an answer of another type":  answer(song, 1),
		"too many companions":        with(object{"companions": []string{"a", "b", "c"}}),
		"more than allowed":          with(object{"plus_ones": 3}),
		"a billion":                  with(object{"plus_ones": 1_000_000_000}),
		"fewer than none":            with(object{"plus_ones": -1}),
		"half a person":              with(object{"plus_ones": 1.5}),
		"waitlisted":                 with(object{"status": "waitlisted"}),
		"a name of two lines":        with(object{"companions": []string{"a\nb"}}),
	} {
		if got := p.send("POST", path, "", bad); got.status != 400 || got.text(t, "code") != "invalid" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	huge, err := json.Marshal(answer(song, strings.Repeat("x", 70<<10)))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.do("POST", path, "", http.Header{"Content-Type": {"application/json"}}, strings.NewReader(string(huge))); got.status != 413 {
		t.Errorf("a huge body: %d", got.status)
	}
	if after := stored(); after["answered_at"] != before["answered_at"] || after["message"] != "Hi" {
		t.Errorf("refused, and changed: %v", after)
	}

	// Who does not come owes no answer, and those of companions go with them.
	p.must(200, "POST", path, "", object{"status": "maybe", "plus_ones": 1, "answers": object{bus: "no"}})
	p.must(200, "POST", path, "", object{"status": "declined", "plus_ones": 2, "answers": object{menu + ".2": "Fish", song: "Blue"}})
	if a := stored()["answers"].(object); len(a) != 1 || a[song] != "Blue" {
		t.Errorf("declined with %v", a)
	}
	// The answer to a question that is gone stays, and without questions anything may be sent but what looks like one.
	p.ask(host, event)
	p.must(200, "POST", path, "", object{"status": "attending", "answers": object{"diet": "vegan"}})
	if a := stored()["answers"].(object); len(a) != 2 || a[song] != "Blue" || a["diet"] != "vegan" {
		t.Errorf("after the questions went: %v", a)
	}
	if got := p.send("POST", path, "", object{"status": "attending", "answers": object{song: "Red"}}); got.status != 400 {
		t.Errorf("an answer to a question that is gone: %d", got.status)
	}
}

// A guest is found at the door by the code that the page shows, typed as people do; it opens nothing.
func TestSpokenCode(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	guest := p.guest(host, event, "Ana Costa", 1)
	link := p.link(host, event, guest)
	phone := p.phone(host, event, "Main door")
	p.must(200, "POST", "/i/"+link+"/rsvp", "", object{"status": "attending"})
	page := string(p.must(200, "GET", "/i/"+link, "", nil).body)
	_, rest, found := strings.Cut(page, "data-code>")
	code, _, _ := strings.Cut(rest, "<")
	if !found || len(code) != 7 || code[3] != ' ' {
		t.Fatalf("the page shows %q", code)
	}
	for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, " ", "-"), strings.NewReplacer(" ", "", "0", "o", "1", "l").Replace(code)} {
		hits := p.must(200, "GET", api+"/door/search?q="+strings.ReplaceAll(typed, " ", "%20"), phone, nil).get(t, "items").([]any)
		if len(hits) != 1 || hits[0].(object)["id"] != guest {
			t.Errorf("%q finds %v", typed, hits)
		}
	}
	if got := p.send("GET", "/i/"+strings.ReplaceAll(code, " ", ""), "", nil); got.status != 404 {
		t.Errorf("the code opens a page: %d", got.status)
	}
	elsewhere := p.phone(host, p.event(host, nil), "Main door")
	if hits := p.must(200, "GET", api+"/door/search?q="+strings.ReplaceAll(code, " ", ""), elsewhere, nil).get(t, "items").([]any); len(hits) != 0 {
		t.Errorf("another event's door finds %v", hits)
	}
}
