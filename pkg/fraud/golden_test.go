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
)

var update = flag.Bool("update", false, "write the golden files anew")

// row is one line of the golden evening.
type row struct {
	Who     string            `json:"who"`
	Kind    string            `json:"kind"`
	Class   doorward.Class    `json:"class"`
	Score   int               `json:"score"`
	IfKnown int               `json:"if_known"`
	Band    doorward.Band     `json:"band"`
	Capped  bool              `json:"capped,omitempty"`
	Reasons []doorward.Reason `json:"reasons"`
}

// evening plays one link from its sending to the door.
func evening() (rows []row) {
	p := withCrowd()
	step := func(who string, c *client, kind doorward.AccessKind, ip string) {
		a := p.use("ana", c, kind, ip)
		rows = append(rows, row{who, string(kind), a.Class, a.Score, a.IfKnown, doorward.DefaultThresholds().Band(a.Score), a.Capped, a.Reasons})
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
	p.wait(3 * time.Hour)
	step("the guest, at home", guest, doorward.AccessOpen, homeIP)
	step("the guest's laptop, at home", laptop, doorward.AccessOpen, homeIP)
	step("the guest's laptop, through a VPN", laptop, doorward.AccessOpen, serverIP)
	p.wait(40 * time.Hour)
	step("the guest, on holiday", guest, doorward.AccessOpen, abroadIP)
	p.wait(90 * time.Hour)
	for i, c := range strangers() {
		step(fmt.Sprintf("stranger %d", i+1), c, doorward.AccessOpen, strangerIP(i))
	}
	step("stranger 6 answers", strangers()[5], doorward.AccessRSVP, strangerIP(5))
	step("a script answers", script, doorward.AccessRSVP, officeIP)
	step("a preview's agent answers", preview, doorward.AccessRSVP, officeIP)
	step("the guest, at home", guest, doorward.AccessOpen, homeIP)
	step("the guest, at the door", door, doorward.AccessScan, officeIP)
	p.wait(time.Hour)
	step("a screenshot of the code, at the door", door, doorward.AccessScan, officeIP)
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
