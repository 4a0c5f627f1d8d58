package sim_test

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud/sim"
	"github.com/doorward/doorward/pkg/geo"
)

var update = flag.Bool("update", false, "write ../reference.csv anew")

// Every so many honest visits and strangers go into the reference: enough for its 99th percentile, in a small file.
const (
	honestEvery   = 5
	strangerEvery = 1
)

// reference judges a world, and returns what learning is held against: the evidence of honest and of strangers' visits
// to links with a history.
func reference(t *testing.T) string {
	t.Helper()
	places, err := geo.OpenMemory()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := sim.ProfileNamed("world")
	if err != nil {
		t.Fatal(err)
	}
	c := sim.DefaultConfig(2026, profile)
	c.Events = 16
	records, labels, err := sim.Generate(c, places)
	if err != nil {
		t.Fatal(err)
	}
	engine := sim.NewEngine(places)
	var out strings.Builder
	honest, strangers := 0, 0
	for i := range records {
		r, _ := engine.Judge(&records[i])
		if records[i].Kind != doorward.AccessOpen || labels[i].Hist == 0 {
			continue
		}
		who := "0"
		switch {
		case labels[i].Label == sim.LabelLegit:
			if honest++; honest%honestEvery != 0 {
				continue
			}
		case strings.HasPrefix(labels[i].Label, "attack:"):
			who = "1"
			if strangers++; strangers%strangerEvery != 0 {
				continue
			}
		default:
			continue
		}
		out.WriteString(who)
		for _, found := range r.Assessment().Evidence {
			out.WriteString("," + strconv.FormatFloat(found, 'f', 2, 64))
		}
		out.WriteString("\n")
	}
	return out.String()
}

// The reference that comes with the program is of this engine: a change of the engine makes it anew.
func TestReference_isCurrent(t *testing.T) {
	const file = "../reference.csv"
	got := reference(t)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs in %s; run go test ./pkg/fraud/sim -run Reference -update", file, firstDifference(got, string(want)))
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: %q, %q", i+1, x[i], y[i])
		}
	}
	return "length"
}
