package sim_test

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud/sim"
)

// made is a world with its labels.
type made struct {
	records []sim.Record
	labels  []sim.Label
}

// generate makes a world of a profile with the map made up for tests.
func generate(name string, change func(*sim.Config)) (made, error) {
	profile, err := sim.ProfileNamed(name)
	if err != nil {
		return made{}, err
	}
	cfg := sim.DefaultConfig(1, profile)
	change(&cfg)
	records, labels, err := sim.Generate(cfg, atlas{})
	return made{records, labels}, err
}

func world(t *testing.T, name string, change func(*sim.Config)) made {
	t.Helper()
	w, err := generate(name, change)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.records) != len(w.labels) {
		t.Fatalf("%d records, %d labels", len(w.records), len(w.labels))
	}
	return w
}

// crowded is a world of half the usual size with so many attacks that even the rarest come. It is made
// once for all tests that only read it.
func crowded(t *testing.T) made {
	t.Helper()
	w, err := crowdedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var crowdedOnce = sync.OnceValues(func() (made, error) { return generate("eu", crowd) })

func crowd(cfg *sim.Config) { cfg.Events, cfg.Guests, cfg.Attacks = 24, 40, 4 }

func small(cfg *sim.Config) { cfg.Events, cfg.Guests = 3, 20 }

func TestGenerate_isDeterministic(t *testing.T) {
	text := func(change func(*sim.Config)) string {
		w := world(t, "eu", change)
		var b bytes.Buffer
		if err := sim.WriteRecords(&b, w.records); err != nil {
			t.Fatal(err)
		}
		if err := sim.WriteLabels(&b, w.labels); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	one := text(small)
	if one != text(small) {
		t.Error("the same seed gives another world")
	}
	if one == text(func(cfg *sim.Config) { small(cfg); cfg.Seed = 2 }) {
		t.Error("another seed gives the same world")
	}
}

func TestGenerate_writesWhatItReads(t *testing.T) {
	w := world(t, "us", small)
	var r, l bytes.Buffer
	if err := sim.WriteRecords(&r, w.records); err != nil {
		t.Fatal(err)
	}
	if err := sim.WriteLabels(&l, w.labels); err != nil {
		t.Fatal(err)
	}
	gotRecords, err := sim.ReadRecords(&r)
	if err != nil {
		t.Fatal(err)
	}
	gotLabels, err := sim.ReadLabels(&l)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.labels, gotLabels); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(w.records, gotRecords, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestGenerate_hasEverything(t *testing.T) {
	attacks := []string{
		"naive", "vpn", "friend", "targeted", "verytargeted", "stolen_first", "leak", "harvest", "qr_replay", "slow_drip", "poison",
		"automation", "preview_spoof", "cookie_theft",
	}
	for _, profile := range sim.Profiles() {
		t.Run(profile.Name, func(t *testing.T) {
			w := world(t, profile.Name, crowd)
			seen := map[string]int{}
			for i, l := range w.labels {
				seen[l.Label]++
				seen[l.Note]++
				seen[string(w.records[i].Kind)]++
			}
			want := []string{"legit", "preview", "scanner", "prefetch", "plus-one", "helper", "fetch", "open", "rsvp", "scan"}
			for _, a := range attacks {
				want = append(want, "attack:"+a)
			}
			for _, w := range want {
				if seen[w] == 0 {
					t.Errorf("no %s", w)
				}
			}
		})
	}
}

func TestGenerate_labelsAreTrue(t *testing.T) {
	labels := crowded(t).labels
	hist, visits := map[string]int{}, map[int]sim.Label{}
	for i, l := range labels {
		isAttack := strings.HasPrefix(l.Label, "attack:")
		if isAttack != (l.Case > 0) || isAttack && l.K == 0 {
			t.Fatalf("line %d: %+v", i, l)
		}
		if l.Visit == 0 {
			if l.Hist != hist[l.Guest] {
				t.Fatalf("line %d: %+v, after %d visits", i, l, hist[l.Guest])
			}
			continue
		}
		first, begun := visits[l.Visit]
		if begun {
			if diff := cmp.Diff(first, l); diff != "" {
				t.Fatalf("line %d differs from its visit: %s", i, diff)
			}
			continue
		}
		if l.Hist != hist[l.Guest] {
			t.Fatalf("line %d: %+v, after %d visits", i, l, hist[l.Guest])
		}
		visits[l.Visit] = l
		if l.Label == "legit" {
			hist[l.Guest]++
		}
	}
}

func TestGenerate_cookiesAreGivenBeforeTheyAreShown(t *testing.T) {
	w := crowded(t)
	given := map[string]string{} // cookie to event
	returns, shown := map[string]int{}, 0
	for i, r := range w.records {
		if r.IssuedToken != "" {
			if r.Kind == doorward.AccessFetch || given[r.IssuedToken] != "" || r.DeviceToken != "" {
				t.Fatalf("line %d gives a cookie: %+v", i, r)
			}
			given[r.IssuedToken] = r.Event
		}
		if r.DeviceToken != "" {
			shown++
			if given[r.DeviceToken] != r.Event {
				t.Fatalf("line %d shows a cookie that was not given at its event: %+v", i, r)
			}
			if w.labels[i].Label == "attack:cookie_theft" {
				returns[r.Guest]++
			}
		}
	}
	if share := float64(shown) / float64(len(w.records)); share < .3 || share > .7 {
		t.Errorf("%.2f of all lines show a cookie", share)
	}
	if len(returns) == 0 {
		t.Error("no cookie was stolen")
	}
}

func TestGenerate_theClockStepsBackOnce(t *testing.T) {
	records := crowded(t).records
	steps := 0
	for i := range records[1:] {
		if records[i+1].At.Before(records[i].At) {
			steps++
		}
	}
	if steps != 1 {
		t.Errorf("%d steps back", steps)
	}
}

func TestGenerate_withoutAttacks(t *testing.T) {
	labels := world(t, "wedding", func(cfg *sim.Config) { small(cfg); cfg.Attacks = 0 }).labels
	if i := slices.IndexFunc(labels, func(l sim.Label) bool { return l.Case != 0 }); i >= 0 {
		t.Errorf("line %d: %+v", i, labels[i])
	}
}

// nowhere is a locator without data.
type nowhere struct{}

func (nowhere) Locate(netip.Addr) doorward.Place { return doorward.Place{} }

func TestGenerate_needsALocatorThatKnows(t *testing.T) {
	profile, err := sim.ProfileNamed("us")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := sim.Generate(sim.DefaultConfig(1, profile), nowhere{}); err == nil {
		t.Error("a world without places")
	}
	if _, err := sim.ProfileNamed("moon"); err == nil || !strings.Contains(err.Error(), "wedding") {
		t.Errorf("an unknown profile: %v", err)
	}
}

func BenchmarkGenerate(b *testing.B) {
	profile, err := sim.ProfileNamed("eu")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := sim.Generate(sim.DefaultConfig(1, profile), atlas{}); err != nil {
			b.Fatal(err)
		}
	}
}
