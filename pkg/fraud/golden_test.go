package fraud_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
)

var update = flag.Bool("update", false, "write the golden files anew")

// row is one line of the golden evening.
type row struct {
	Who     string            `json:"who"`
	Kind    string            `json:"kind"`
	Class   doorward.Class    `json:"class"`
	Score   int               `json:"score"`
	Band    doorward.Band     `json:"band"`
	Capped  bool              `json:"capped,omitempty"`
	Reasons []doorward.Reason `json:"reasons"`
}

// evening plays one link from its sending to the door.
func evening() (rows []row) {
	l := newLink()
	step := func(who string, c *client, kind doorward.AccessKind, ip string) {
		a := l.use(c, kind, ip)
		rows = append(rows, row{who, string(kind), a.Class, a.Score, doorward.DefaultThresholds().Band(a.Score), a.Capped, a.Reasons})
	}
	guest, laptop := phone(iPhoneInstagram, "390x844@3"), phone(macSafari, "1440x900@2")
	preview, scanner := &client{agent: "WhatsApp/2.23.20.0 A"}, &client{agent: "CiscoSecureEmail/1.0"}
	script, door := &client{agent: "python-requests/2.32.3", noCookies: true}, phone(pixelChrome, "")

	step("the host's chat draws a preview", preview, doorward.AccessFetch, officeIP)
	step("a mail scanner follows the link", scanner, doorward.AccessFetch, officeIP)
	step("the guest, in the chat's browser", guest, doorward.AccessOpen, carrierIP)
	guest.agent, guest.cookie = iPhoneSafari, ""
	step("the guest, in Safari, without the cookie", guest, doorward.AccessOpen, carrierIP)
	step("the guest answers", guest, doorward.AccessRSVP, carrierIP)
	l.wait(3 * time.Hour)
	step("the guest, at home", guest, doorward.AccessOpen, homeIP)
	step("the guest's laptop, at home", laptop, doorward.AccessOpen, homeIP)
	l.wait(40 * time.Hour)
	for i, c := range strangers() {
		step(fmt.Sprintf("stranger %d", i+1), c, doorward.AccessOpen, strangerIP(i))
	}
	step("stranger 6 answers", strangers()[5], doorward.AccessRSVP, strangerIP(5))
	step("a script answers", script, doorward.AccessRSVP, officeIP)
	step("a preview's agent answers", preview, doorward.AccessRSVP, officeIP)
	step("the guest, at home", guest, doorward.AccessOpen, homeIP)
	step("the guest, at the door", door, doorward.AccessScan, officeIP)
	return rows
}

func TestScore_golden(t *testing.T) {
	const file = "testdata/evening.json"
	got, err := json.MarshalIndent(evening(), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; if that is meant, run go test ./pkg/fraud -update\n%s", file, diff)
	}
}

// longLink is a link with a full history of n devices in turns.
func longLink(n int) (*link, doorward.Signals) {
	l := newLink()
	clients := make([]*client, n)
	for i := range clients {
		agent := fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", i)
		clients[i] = phone(agent, fmt.Sprintf("%dx%d@3", 300+i, 800+i))
	}
	for i := range fraud.HistoryLimit {
		l.open(clients[i%n], strangerIP(i%n))
	}
	s := phone(galaxySamsung, "360x780@3").signals(doorward.AccessOpen, officeIP)
	s.At = l.now.Add(time.Minute)
	return l, s
}

func TestScore_allocatesOnlyItsReasons(t *testing.T) {
	l, s := longLink(4)
	m, h := fraud.DefaultModel(), l.history()
	if n := testing.AllocsPerRun(100, func() { fraud.Score(m, h, s) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkScore(b *testing.B) {
	for _, devices := range []int{1, 4, fraud.HistoryLimit} {
		b.Run(fmt.Sprintf("devices=%d", devices), func(b *testing.B) {
			l, s := longLink(devices)
			m, h := fraud.DefaultModel(), l.history()
			b.ReportAllocs()
			for b.Loop() {
				fraud.Score(m, h, s)
			}
		})
	}
}
