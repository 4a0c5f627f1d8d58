package sim_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud/sim"
)

func open(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return unpacked
}

// scored reads a checked-in world with the results of a made-up scorer.
func scored(t *testing.T, name string) sim.Scored {
	t.Helper()
	records, err := sim.ReadRecords(open(t, name+".ndjson.gz"))
	if err != nil {
		t.Fatal(err)
	}
	labels, err := sim.ReadLabels(open(t, name+".labels.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	results := make([]sim.Result, 0, len(records))
	for lines := bufio.NewScanner(open(t, name+".results.ndjson.gz")); lines.Scan(); {
		var r sim.Result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	return sim.Scored{Labels: labels, Kinds: sim.Kinds(records), Results: results}
}

type cell struct {
	N           int
	AUC         float64
	T1, WT1, G1 float64
	T01         float64 `json:"T.1"`
	WT01        float64 `json:"wT.1"`
	G01         float64 `json:"G.1"`
}

type class struct {
	N      int
	Recall float64
	Bot    float64 `json:"any_bot"`
}

type misses struct {
	N    int
	Rate float64
}

// figures are those that the reference evaluator gives, by the names that it gives them.
type figures struct {
	Visits  map[string]int
	Attacks map[string]map[string]cell
	Scan    struct {
		N, Legit    int
		AUC, T1, T5 float64
	}
	Guests     map[string]float64            `json:"guest_alarms_pct"`
	Collateral map[string]float64            `json:"collateral_pct"`
	Cases      map[string]map[string]float64 `json:"case_recall_pct"`
	ToHigh     map[string]*int               `json:"k_to_high_median"`
	Class      map[string]class
	HumanToBot map[string]misses `json:"human_to_bot"`
}

// figuresOf puts a report into the reference evaluator's form.
func figuresOf(r sim.Report) (f figures) {
	f.Visits = map[string]int{"all": r.Honest.N}
	for b, n := range r.Visits {
		f.Visits[string(b)] = n
	}
	f.Attacks, f.Class, f.HumanToBot = map[string]map[string]cell{}, map[string]class{}, map[string]misses{}
	f.Cases, f.ToHigh = map[string]map[string]float64{}, map[string]*int{}
	for _, a := range r.Attacks {
		f.Attacks[a.Kind] = map[string]cell{}
		for b, d := range a.Buckets {
			f.Attacks[a.Kind][string(b)] = cell{
				N: d.N, AUC: d.AUC, T1: d.TPR1, T01: d.TPR01, WT1: d.WorldTPR1, WT01: d.WorldTPR01, G1: d.FixedTPR1, G01: d.FixedTPR01,
			}
		}
	}
	f.Scan.N, f.Scan.Legit, f.Scan.AUC, f.Scan.T1, f.Scan.T5 = r.Scans.Replays, r.Scans.Honest, r.Scans.AUC, r.Scans.TPR1, r.Scans.TPR5
	rates := func(n string, x sim.Rates) map[string]float64 {
		return map[string]float64{n: float64(x.N), ">=30": 100 * x.Medium, ">=60": 100 * x.High, ">=85": 100 * x.Block}
	}
	f.Guests, f.Collateral = rates("guests", r.Guests), rates("guests", r.Collateral)
	for _, c := range r.Cases {
		f.Cases[c.Kind] = rates("n", c.Rates)
		if c.Kind == "leak" || c.Kind == "harvest" || c.Kind == "slow_drip" {
			f.ToHigh[c.Kind] = &c.ToHigh
			if c.ToHigh == 0 {
				f.ToHigh[c.Kind] = nil
			}
		}
	}
	for _, c := range r.Classes {
		f.Class[c.Class] = class{c.N, c.Recall, c.Bot}
	}
	for _, c := range r.HumanToBot {
		f.HumanToBot[c.Class] = misses{c.N, c.Bot}
	}
	return f
}

// testdata holds two small worlds made by Generate with a made-up map of the world, and results drawn at
// random, higher for attacks, with wrong classes and lines not evaluated among them. figures.json is what
// the reference evaluator, the Python program that defines these figures, printed for the three files of
// both worlds together (its JSON, "POOLED", without the confidence intervals).
func TestEvaluate_agreesWithTheReference(t *testing.T) {
	data, err := os.ReadFile("testdata/figures.json")
	if err != nil {
		t.Fatal(err)
	}
	var want figures
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	r, err := sim.EvaluateAll([]sim.Scored{scored(t, "eu"), scored(t, "world")})
	if err != nil {
		t.Fatal(err)
	}
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
	if diff := cmp.Diff(want, figuresOf(r), near); diff != "" {
		t.Error(diff)
	}
}

func TestEvaluate_differentLengths(t *testing.T) {
	s := scored(t, "eu")
	if _, err := sim.Evaluate(s.Labels, s.Kinds, s.Results[1:]); err == nil {
		t.Error("a result is missing, and no error")
	}
}

// visits makes one open per score at an event each of two takes turns in, all honest or all attacks.
func visits(label string, scores []float64) (s sim.Scored) {
	for i, score := range scores {
		event := []string{"even", "odd"}[i%2]
		s.Labels = append(s.Labels, sim.Label{Label: label, Hist: 1, Guest: "g", Event: event, Visit: i + 1})
		s.Kinds = append(s.Kinds, doorward.AccessOpen)
		s.Results = append(s.Results, sim.Result{Class: doorward.ClassHuman, Score: score, Evaluated: true})
	}
	return s
}

func TestEvaluate_calibration(t *testing.T) {
	honest, attacks := make([]float64, 400), make([]float64, 40)
	for i := range attacks {
		attacks[i] = 90
	}
	r, err := sim.EvaluateAll([]sim.Scored{visits(sim.LabelLegit, honest), visits("attack:naive", attacks)})
	if err != nil {
		t.Fatal(err)
	}
	if r.ECE > 1e-9 || math.Abs(r.Given-1) > 1e-9 || math.Abs(r.Found-1) > 1e-9 {
		t.Errorf("a score that tells them apart at every event: %+v", r.Calibration)
	}
	for i := range attacks {
		attacks[i] = 0
	}
	r, err = sim.EvaluateAll([]sim.Scored{visits(sim.LabelLegit, honest), visits("attack:naive", attacks)})
	if err != nil {
		t.Fatal(err)
	}
	if r.ECE > 1e-9 || !math.IsNaN(r.Given) {
		t.Errorf("a score that says nothing gives everyone the prevalence, 1 %%: %+v", r.Calibration)
	}
	for i := range honest {
		honest[i] = float64(50 * (i % 2)) // alarms at the one event, and at the other the attacks have that score
	}
	for i := range attacks {
		attacks[i] = float64(50 * (1 - i%2))
	}
	r, err = sim.EvaluateAll([]sim.Scored{visits(sim.LabelLegit, honest), visits("attack:naive", attacks)})
	if err != nil {
		t.Fatal(err)
	}
	if r.ECE < .3 || r.Found > r.Given/2 {
		t.Errorf("a score that means the contrary at the other event: %+v", r.Calibration)
	}
}

func TestReport_Print(t *testing.T) {
	r, err := sim.EvaluateAll([]sim.Scored{scored(t, "eu")})
	if err != nil {
		t.Fatal(err)
	}
	beside, err := sim.EvaluateAll([]sim.Scored{scored(t, "world")})
	if err != nil {
		t.Fatal(err)
	}
	var all, table strings.Builder
	if err := r.Print(&all, &beside); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteTable(&table, &beside); err != nil {
		t.Fatal(err)
	}
	for _, a := range r.Attacks {
		if !strings.Contains(all.String(), "\n"+a.Kind+" ") {
			t.Errorf("nothing of %s in\n%s", a.Kind, &all)
		}
	}
	if lines := strings.Split(table.String(), "\n"); !strings.HasPrefix(lines[0], "| figure | earlier heuristics | engine |") {
		t.Errorf("table begins %q", lines[0])
	}
	if strings.Contains(all.String()+table.String(), "NaN") {
		t.Error("NaN is printed for what cannot be had")
	}
}

func TestReadRecords_namesTheLine(t *testing.T) {
	_, err := sim.ReadRecords(strings.NewReader(opened + "\n{\"at\":7}\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v", err)
	}
}
