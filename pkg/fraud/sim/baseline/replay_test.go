package baseline_test

import (
	"compress/gzip"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud/sim"
	"github.com/doorward/doorward/pkg/fraud/sim/baseline"
)

var update = flag.Bool("update", false, "write the golden file anew")

func open(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open("../testdata/" + name)
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

// The figures of the earlier engine must not move: its successor is compared with them.
func TestReplay_golden(t *testing.T) {
	var worlds []sim.Scored
	for _, name := range []string{"eu", "world"} {
		records, err := sim.ReadRecords(open(t, name+".ndjson.gz"))
		if err != nil {
			t.Fatal(err)
		}
		labels, err := sim.ReadLabels(open(t, name+".labels.json.gz"))
		if err != nil {
			t.Fatal(err)
		}
		worlds = append(worlds, sim.Scored{Labels: labels, Kinds: sim.Kinds(records), Results: baseline.Replay(records)})
	}
	report, err := sim.EvaluateAll(worlds)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := report.Print(&got, nil); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/report.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s differs\n%s", file, diff)
	}
}

func TestReplay_keepsTheFirstAccesses(t *testing.T) {
	const iPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.6 Mobile/15E148 Safari/604.1"
	at := time.Date(2026, time.October, 1, 9, 0, 0, 0, time.UTC)
	own := sim.Record{
		At: at, Event: "ev1", Guest: "g1", Kind: doorward.AccessRSVP, UserAgent: iPhone, AcceptLanguage: "de-DE,de;q=0.9", IssuedToken: "t-own",
	}
	records := []sim.Record{own}
	for i := range 100 {
		stranger := own
		stranger.At, stranger.IssuedToken, stranger.UserAgent = at.Add(time.Duration(i+1)*26*time.Hour), "", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
		stranger.Kind = doorward.AccessOpen
		records = append(records, stranger)
	}
	own.At, own.IssuedToken, own.DeviceToken, own.Kind = at.Add(101*26*time.Hour), "", "t-own", doorward.AccessOpen
	records = append(records, own)
	results := baseline.Replay(records)
	if last := results[len(results)-1]; last.Score != 0 {
		t.Errorf("the guest's own cookie is forgotten after 100 strangers: %+v", last)
	}
	if first := results[1]; first.Score == 0 {
		t.Errorf("the first stranger is not noticed: %+v", first)
	}
}
