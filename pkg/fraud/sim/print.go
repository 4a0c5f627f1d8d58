package sim

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Print writes the whole report as aligned text, each figure of r followed by that of another engine on
// the same worlds in brackets; beside may be nil.
func (r *Report) Print(w io.Writer, beside *Report) error {
	p := printer{beside: beside}
	p.line("honest visits  0: %d  1: %d  2-3: %d  4+: %d", r.Visits[Bucket0], r.Visits[Bucket1], r.Visits[Bucket2], r.Visits[Bucket4])
	p.line("AUC/TPR at 1 %%/TPR at 0.1 %% false alarms (attacks); fixed: one threshold for all buckets")
	p.line("%-16s %-40s %-40s %-40s %-40s %s", "attack", "1 earlier visit", "2-3", "4+", "all with history", "fixed")
	for _, a := range r.Attacks {
		p.attack(&a)
	}
	p.line("door: AUC %s, TPR at 1 %% %s, at 5 %% %s (%d of %d scans)",
		p.pair(r.Scans.AUC, func(b *Report) float64 { return b.Scans.AUC }, 3),
		p.pair(r.Scans.TPR1, func(b *Report) float64 { return b.Scans.TPR1 }, 2),
		p.pair(r.Scans.TPR5, func(b *Report) float64 { return b.Scans.TPR5 }, 2), r.Scans.Replays, r.Scans.Honest)
	p.rates("honest visits", r.Honest, func(b *Report) Rates { return b.Honest })
	p.rates("guests never attacked, ever", r.Guests, func(b *Report) Rates { return b.Guests })
	p.rates("attacked guests, own visits", r.Collateral, func(b *Report) Rates { return b.Collateral })
	for _, c := range r.Cases {
		p.rates("cases "+c.Kind, c.Rates, func(b *Report) Rates { return b.caseOf(c.Kind).Rates })
		if c.Kind == "leak" || c.Kind == "harvest" || c.Kind == "slow_drip" {
			p.line("%-28s %s", "  first in the high band", p.word(ordinal(c.ToHigh), func(b *Report) string { return ordinal(b.caseOf(c.Kind).ToHigh) }))
		}
	}
	for _, c := range r.Classes {
		p.line("class %-12s recall %s, any bot %s (%d)", c.Class,
			p.pair(c.Recall, func(b *Report) float64 { return b.classOf(c.Class).Recall }, 3),
			p.pair(c.Bot, func(b *Report) float64 { return b.classOf(c.Class).Bot }, 3), c.N)
	}
	for _, c := range r.HumanToBot {
		p.line("people as bots, %-12s %s %% (%d)", c.Class, p.pair(100*c.Bot, func(b *Report) float64 { return 100 * b.humanOf(c.Class).Bot }, 3), c.N)
	}
	p.line("calibration: ECE %s; above 5 %%: given %s, found %s",
		p.pair(r.ECE, func(b *Report) float64 { return b.ECE }, 4),
		p.pair(r.Given, func(b *Report) float64 { return b.Given }, 3),
		p.pair(r.Found, func(b *Report) float64 { return b.Found }, 3))
	_, err := w.Write(p.out.Bytes())
	return err
}

// printer collects text with another report's figures beside.
type printer struct {
	out    bytes.Buffer
	beside *Report
}

func (p *printer) line(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	p.out.WriteString(strings.TrimRight(line, " ") + "\n")
}

// pair formats a figure and, in brackets, what of finds in the other report.
func (p *printer) pair(x float64, of func(*Report) float64, digits int) string {
	return p.word(figure(x, digits), func(b *Report) string { return figure(of(b), digits) })
}

func (p *printer) word(s string, of func(*Report) string) string {
	if p.beside == nil {
		return s
	}
	return s + " [" + of(p.beside) + "]"
}

func (p *printer) attack(a *Attack) {
	columns := make([]string, 0, len(Buckets()))
	for _, b := range []Bucket{Bucket1, Bucket2, Bucket4, BucketPast} {
		columns = append(columns, p.cell(a, b))
	}
	last := BucketPast
	if _, ok := a.Buckets[BucketPast]; !ok {
		last = Bucket0
	}
	fixed := p.pair(a.Buckets[last].FixedTPR1, func(o *Report) float64 { return o.detection(a.Kind, last).FixedTPR1 }, 2)
	tail := ""
	if _, ok := a.Buckets[Bucket0]; ok {
		tail = "  first visits: " + p.cell(a, Bucket0)
	}
	p.line("%-16s %-40s %-40s %-40s %-40s %s%s", a.Kind, columns[0], columns[1], columns[2], columns[3], fixed, tail)
}

func (p *printer) cell(a *Attack, b Bucket) string {
	d, ok := a.Buckets[b]
	if !ok {
		return "-"
	}
	text := func(d Detection) string {
		return figure(d.AUC, 3) + "/" + figure(d.TPR1, 2) + "/" + figure(d.TPR01, 2)
	}
	return p.word(text(d), func(o *Report) string { return text(o.detection(a.Kind, b)) }) + " (" + strconv.Itoa(d.N) + ")"
}

func (p *printer) rates(name string, x Rates, of func(*Report) Rates) {
	p.line("%-28s >=30 %s  >=60 %s  >=85 %s %% (%d)", name,
		p.pair(100*x.Medium, func(b *Report) float64 { return 100 * of(b).Medium }, 2),
		p.pair(100*x.High, func(b *Report) float64 { return 100 * of(b).High }, 2),
		p.pair(100*x.Block, func(b *Report) float64 { return 100 * of(b).Block }, 2), x.N)
}

// figure formats a number as tables of such figures do, ".98" for 0.98, and "-" for what cannot be had.
func figure(x float64, digits int) string {
	if math.IsNaN(x) {
		return "-"
	}
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if x != 0 && strings.HasPrefix(s, "0.") {
		return s[1:]
	}
	return s
}

func ordinal(k int) string {
	if k == 0 {
		return "never"
	}
	return "k=" + strconv.Itoa(k)
}

var none = Detection{AUC: math.NaN(), TPR1: math.NaN(), TPR01: math.NaN(), FixedTPR1: math.NaN()}

// detection finds a cell of the report; its figures are NaN when the report has none.
func (r *Report) detection(kind string, b Bucket) Detection {
	for _, a := range r.Attacks {
		if d, ok := a.Buckets[b]; ok && a.Kind == kind {
			return d
		}
	}
	return none
}

func (r *Report) caseOf(kind string) Cases {
	for _, c := range r.Cases {
		if c.Kind == kind {
			return c
		}
	}
	return Cases{Kind: kind, Rates: ratesOf(nil)}
}

func (r *Report) classOf(name string) ClassRecall { return find(r.Classes, name) }

func (r *Report) humanOf(kind string) ClassRecall { return find(r.HumanToBot, kind) }

func find(list []ClassRecall, name string) ClassRecall {
	for _, c := range list {
		if c.Class == name {
			return c
		}
	}
	return ClassRecall{name, 0, math.NaN(), math.NaN()}
}
