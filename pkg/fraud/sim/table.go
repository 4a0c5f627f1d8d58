package sim

import (
	"bytes"
	"fmt"
	"io"
)

// tableRows are the figures that the engine is judged by, in the order of the README's table.
var tableRows = []struct {
	name string
	of   func(*Report) string
}{
	{"leaked link, 4th stranger and later · 3rd", func(r *Report) string { return r.tpr("leak.k4+") + " · " + r.tpr("leak.k3") }},
	{"harvest, 6th guest and later · 4th–5th", func(r *Report) string { return r.tpr("harvest.k6+") + " · " + r.tpr("harvest.k4-5") }},
	{"other country and device (with one earlier visit)", func(r *Report) string {
		return r.tpr("naive") + " (" + figure(r.detection("naive", Bucket1).TPR1, 2) + ")"
	}},
	{"data centre or VPN", func(r *Report) string { return r.tpr("vpn") }},
	{"friend in the same city (AUC)", func(r *Report) string { return r.tpr("friend") + " (" + r.auc("friend") + ")" }},
	{"targeted: same network, city, model (AUC)", func(r *Report) string { return r.auc("targeted") }},
	{"twin phone in the same home (AUC)", func(r *Report) string { return r.auc("verytargeted") }},
	{"one new device a day, from the 3rd", func(r *Report) string { return r.tpr("slow_drip.k3+") }},
	{"thief first · baseline poisoned, from the 2nd visit (AUC)", func(r *Report) string {
		return r.auc("stolen_first.k2+") + " · " + r.auc("poison.k2+")
	}},
	{"the guest's cookie on a stranger's device", func(r *Report) string { return r.tpr("cookie_theft") }},
	{"same QR shown again at the door by someone else", func(r *Report) string { return figure(r.Scans.TPR1, 2) }},
	{"scripts, and scripts posing as previews: taken for scripts", func(r *Report) string { return figure(r.classOf("automation").Recall, 2) }},
	{"honest guests ever ≥ 30 / ≥ 60 / ≥ 85", func(r *Report) string {
		return figure(100*r.Guests.Medium, 1) + " / " + figure(100*r.Guests.High, 2) + " / " + figure(100*r.Guests.Block, 2) + " %"
	}},
	{"leak / harvest / foreign cases that reach high", func(r *Report) string {
		high := func(kind string) string { return figure(100*r.caseOf(kind).High, 0) }
		return high("leak") + " / " + high("harvest") + " / " + high("naive") + " %"
	}},
	{"preview / scanner / prefetch recall", func(r *Report) string {
		recall := func(class string) string { return figure(r.classOf(class).Recall, 3) }
		return recall("preview") + " / " + recall("scanner") + " / " + recall("prefetch")
	}},
	{"people taken for bots: fetch / open / rsvp", func(r *Report) string {
		share := func(kind string) string { return figure(100*r.humanOf(kind).Bot, 3) }
		return share("fetch") + " / " + share("open") + " / " + share("rsvp") + " %"
	}},
	{"calibration: ECE · given / found above 5 %", func(r *Report) string {
		return figure(r.ECE, 4) + " · " + figure(r.Given, 2) + " / " + figure(r.Found, 2)
	}},
}

// WriteTable writes the figures that the engine is judged by as a Markdown table: TPR at 1 % false
// alarms over all visits with history, unless a row says otherwise. The figures of another engine on the
// same worlds stand beside; beside may be nil.
func (r *Report) WriteTable(w io.Writer, beside *Report) error {
	var out bytes.Buffer
	if beside == nil {
		out.WriteString("| figure | engine |\n| --- | --- |\n")
	} else {
		out.WriteString("| figure | earlier heuristics | engine |\n| --- | --- | --- |\n")
	}
	for _, row := range tableRows {
		if beside == nil {
			fmt.Fprintf(&out, "| %s | %s |\n", row.name, row.of(r))
		} else {
			fmt.Fprintf(&out, "| %s | %s | %s |\n", row.name, row.of(beside), row.of(r))
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

func (r *Report) tpr(kind string) string { return figure(r.detection(kind, BucketPast).TPR1, 2) }

func (r *Report) auc(kind string) string { return figure(r.detection(kind, BucketPast).AUC, 3) }
