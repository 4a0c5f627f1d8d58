package httpapi_test

import (
	"encoding/csv"
	"strings"
	"testing"
)

// exported returns the cells of an event's export by heading, of one guest.
func (p *program) exported(bearer, event, name string) map[string]string {
	p.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(string(p.must(200, "GET", event+"/guests/export.csv", bearer, nil).body))).ReadAll()
	if err != nil {
		p.t.Fatal(err)
	}
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, heading := range rows[0] {
			cells[strings.TrimPrefix(heading, "\ufeff")] = row[i]
		}
		if cells["name"] == name {
			return cells
		}
	}
	p.t.Fatalf("%s is not in %v", name, rows)
	return nil
}

// The export tells of a guest what a host looks for in a spreadsheet, answers under their questions; no link and no score.
func TestExportTellsAnswers(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, object{"default_plus_ones": 2})
	menu := question("Menu?", "text", object{"per": "head"})
	ids := p.ask(host, event, menu, question("-Song?", "text", nil), question("Gone?", "text", nil))
	guest := p.guest(host, event, "Ana Costa", 4)
	p.guest(host, event, "Ben Idris", 1)
	link := p.link(host, event, guest)
	p.must(200, "POST", "/i/"+link+"/rsvp", "", object{
		"status": "attending", "plus_ones": 3, "companions": []string{"Cleo", "", "Dan"}, "message": "See you",
		"answers": object{ids[0]: "Fish", ids[0] + ".1": "=Soup", ids[0] + ".3": "Leaf", ids[1]: "Volare", ids[2]: "Yes"},
	})
	p.must(200, "PATCH", event, host, object{"questions": []object{question("Menu?", "text", object{"id": ids[0], "per": "head"}), question("-Song?", "text", object{"id": ids[1]})}})

	got := p.exported(host, event, "Ana Costa")
	code := p.must(200, "GET", event+"/guests/"+guest, host, nil).text(t, "code")
	for heading, want := range map[string]string{
		"status": "attending", "plus_ones": "3", "companions": "Cleo;;Dan", "message": "See you", "invitation": "issued", "heads_inside": "0",
		"sent_at": "", "first_in_at": "", "code": code, "id": guest,
		"answer: Menu?": "Fish", "answer of companions: Menu?": "'=Soup;;Leaf", "answer: -Song?": "Volare", "other answers": ids[2] + ": Yes",
	} {
		if cell, found := got[heading]; !found || cell != want {
			t.Errorf("%s is %q, %v; want %q", heading, cell, found, want)
		}
	}
	if len(code) != 6 || got["answered_at"] == "" {
		t.Errorf("code %q, answered at %q", code, got["answered_at"])
	}
	if quiet := p.exported(host, event, "Ben Idris"); quiet["answer: Menu?"] != "" || quiet["answered_at"] != "" || quiet["invitation"] != "none" {
		t.Errorf("who did not answer: %v", quiet)
	}
	file := string(p.must(200, "GET", event+"/guests/export.csv", host, nil).body)
	if strings.Contains(strings.ToUpper(file), link) {
		t.Error("the file holds a link")
	}
	again := p.raw("POST", event+"/guests/import/preview", host, "multipart/form-data; boundary=x",
		"--x\r\nContent-Disposition: form-data; name=file; filename=guests.csv\r\n\r\n"+file+"\r\n--x--\r\n")
	if again.status != 200 {
		t.Fatalf("the import of the export: %d %s", again.status, again.body)
	}
	if totals := again.get(t, "totals").(object); totals["duplicates"] != 2.0 || totals["invalid"] != 0.0 {
		t.Errorf("the import of the export finds %v", totals)
	}
}

// A second guest with an address is told whose it is, at the field.
func TestDuplicateAddressSaysWhose(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	p.withEmail(host, event, "Ana Costa", "ana@example.com")
	ben := p.guest(host, event, "Ben Idris", 1)
	for method, path := range map[string]string{"POST": event + "/guests", "PATCH": event + "/guests/" + ben} {
		got := p.must(409, method, path, host, object{"name": "Ben", "email": "ANA@example.com"})
		problems := got.get(t, "errors").([]any)
		if len(problems) != 1 || problems[0].(object)["field"] != "email" || !strings.Contains(problems[0].(object)["detail"].(string), "Ana Costa") {
			t.Errorf("%s: %s", method, got.body)
		}
	}
}
