package sim_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud/sim"
)

func noPlaces() (sim.Locator, error) { return emptyMap{}, nil }

// emptyMap knows no place.
type emptyMap struct{}

func (emptyMap) Locate(netip.Addr) doorward.Place { return doorward.Place{} }

const opened = `{"at":"2026-11-20T18:03:11.250Z","event":"ev1","guest":"g12","party":2,"kind":"open","ip":"203.0.113.7",` +
	`"user_agent":"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1","accept_language":"de-DE,de;q=0.9","headers":{"sec-fetch-mode":"cors"},` +
	`"device_token":"","issued_token":"t-81f3","screen":"390x844@3","timezone":"Europe/Berlin","webdriver":false,"trusted_input":true}`

// A result for every line, in order, of what is more than a batch.
func TestReplay_answersLineByLine(t *testing.T) {
	const lines = 1300
	var out bytes.Buffer
	if err := sim.Replay(noPlaces, strings.NewReader(strings.Repeat(opened+"\n", lines)), &out); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(got) != lines {
		t.Fatalf("%d results for %d lines", len(got), lines)
	}
	for i, line := range got {
		var r sim.Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("line %d: %v in %q", i+1, err, line)
		}
		if r.I != i || r.Class != doorward.ClassHuman || r.Band != doorward.BandLow || !r.Evaluated || r.Reasons == nil {
			t.Fatalf("line %d: %+v", i+1, r)
		}
	}
}

func TestReplay_namesTheLineItCannotRead(t *testing.T) {
	for _, bad := range []string{"{", `{"at":"yesterday"}`, `{"party":"two"}`, "[]", "", "{}", "null",
		strings.Replace(opened, `"open"`, `"dance"`, 1), strings.Replace(opened, `"g12"`, `""`, 1), strings.Replace(opened, `"party":2`, `"party":-5`, 1)} {
		var out bytes.Buffer
		err := sim.Replay(noPlaces, strings.NewReader(opened+"\n"+opened+"\n"+bad+"\n"+opened+"\n"), &out)
		if err == nil || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%q: %v", bad, err)
		}
		if n := strings.Count(out.String(), "\n"); n != 2 {
			t.Errorf("%q: %d results came before it", bad, n)
		}
	}
}

// The same lines in the same order end in the same scores, however they are cut into events.
func TestReplay_keepsEventsApart(t *testing.T) {
	other := strings.ReplaceAll(opened, `"ev1"`, `"ev2"`)
	var apart, mixed bytes.Buffer
	if err := sim.Replay(noPlaces, strings.NewReader(opened+"\n"+opened+"\n"+other+"\n"), &apart); err != nil {
		t.Fatal(err)
	}
	if err := sim.Replay(noPlaces, strings.NewReader(opened+"\n"+other+"\n"+opened+"\n"), &mixed); err != nil {
		t.Fatal(err)
	}
	a, m := strings.Split(apart.String(), "\n"), strings.Split(mixed.String(), "\n")
	score := func(line string) string { _, rest, _ := strings.Cut(line, ","); return rest }
	if score(a[1]) != score(m[2]) || score(a[2]) != score(m[1]) {
		t.Errorf("events meet:\n%s\n%s", apart.String(), mixed.String())
	}
}
