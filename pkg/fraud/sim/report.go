package sim

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/doorward/doorward/pkg/doorward"
)

// Cuts are the scores that the fixed figures are taken at, the default bands of an event.
var cuts = [3]float64{30, highFrom, 85}

const highFrom = 60

// Scored is a labelled world with an engine's results; all three are of one length.
type Scored struct {
	Labels  []Label
	Kinds   []doorward.AccessKind
	Results []Result
}

// Rates are shares of 0 to 1 at or above the scores 30, 60 and 85, of N.
type Rates struct {
	N                   int
	Medium, High, Block float64
}

// Detection says how well attacks stand out from honest visits of the same bucket. Figures that cannot
// be had are NaN.
type Detection struct {
	N   int
	AUC float64 // P(attack scores above an honest visit) + ½ P(equal)

	// Share of the attacks strictly above the lowest threshold that at most 1 % or 0.1 % of the honest
	// visits exceed. With fewer than 1,000 of those, the latter is the highest honest score.
	TPR1, TPR01 float64

	// The same with each world's own threshold instead of one from all worlds.
	WorldTPR1, WorldTPR01 float64

	// The same with one threshold from all honest visits of all buckets, as a product's fixed cut.
	FixedTPR1, FixedTPR01 float64
}

// Attack is one attack, with its ordinals where they matter, in each bucket that it was seen in.
type Attack struct {
	Kind    string
	Buckets map[Bucket]Detection
}

// Scans compares scans at the door of the guest's own code with those of a code that was shown before by
// somebody else.
type Scans struct {
	Honest, Replays int
	AUC, TPR1, TPR5 float64
}

// Cases says how many attackers of a kind had any visit at or above the cuts.
type Cases struct {
	Kind string
	Rates
	ToHigh int // median ordinal of the first visit in the high band; 0: more than half never
}

// ClassRecall says how many of N lines of a class were given exactly it, or any but human.
type ClassRecall struct {
	Class       string
	N           int
	Recall, Bot float64
}

// Report are the figures of one engine on one or several worlds.
type Report struct {
	Visits     map[Bucket]int // honest ones
	Honest     Rates          // of honest visits
	Attacks    []Attack       // sorted by kind
	Scans      Scans
	Guests     Rates // guests never attacked with any honest line at or above the cuts
	Collateral Rates // the same of attacked guests, their own lines
	Cases      []Cases
	Classes    []ClassRecall // preview, scanner, prefetch, automation
	HumanToBot []ClassRecall // honest lines by kind; Bot is the share taken for anything but people
	Calibration
}

// Evaluate measures an engine's results on one world. It is an error if the three differ in length.
func Evaluate(labels []Label, kinds []doorward.AccessKind, results []Result) (Report, error) {
	return EvaluateAll([]Scored{{labels, kinds, results}})
}

// EvaluateAll measures an engine's results on several worlds together.
func EvaluateAll(worlds []Scored) (Report, error) {
	tallies := make([]*tally, len(worlds))
	pool := newTally()
	for i, w := range worlds {
		if len(w.Labels) != len(w.Kinds) || len(w.Labels) != len(w.Results) {
			return Report{}, fmt.Errorf("world %d: %d labels, %d kinds, %d results", i+1, len(w.Labels), len(w.Kinds), len(w.Results))
		}
		tallies[i] = collect(i, w)
		pool.merge(tallies[i])
	}
	r := Report{Visits: map[Bucket]int{}, Honest: ratesOf(pool.honest[bucketAll]), Calibration: calibrate(pool.stated)}
	for _, b := range Buckets() {
		r.Visits[b] = len(pool.honest[b])
	}
	r.Attacks = attacksOf(pool, tallies)
	r.Scans = Scans{
		Honest: len(pool.scans), Replays: len(pool.replays), AUC: auc(pool.scans, pool.replays),
		TPR1: tpr(pool.replays, threshold(pool.scans, .01)), TPR5: tpr(pool.replays, threshold(pool.scans, .05)),
	}
	r.Guests = ratesOf(slices.Collect(maps.Values(pool.guests)))
	r.Collateral = ratesOf(slices.Collect(maps.Values(pool.attacked)))
	r.Cases = casesOf(pool)
	r.Classes = classesOf(pool, "", "preview", "scanner", "prefetch", "automation")
	r.HumanToBot = classesOf(pool, "human-", "fetch", "open", "rsvp")
	return r, nil
}

func attacksOf(pool *tally, worlds []*tally) []Attack {
	byKind := map[string]map[Bucket]Detection{}
	all := pool.honest[bucketAll]
	fixed1, fixed01 := threshold(all, .01), threshold(all, .001)
	for c, scores := range pool.attacks {
		honest := pool.honest[c.bucket]
		d := Detection{
			N: len(scores), AUC: auc(honest, scores),
			TPR1: tpr(scores, threshold(honest, .01)), TPR01: tpr(scores, threshold(honest, .001)),
			FixedTPR1: tpr(scores, fixed1), FixedTPR01: tpr(scores, fixed01),
		}
		for _, w := range worlds {
			own := w.attacks[c]
			d.WorldTPR1 += float64(above(own, threshold(w.honest[c.bucket], .01)))
			d.WorldTPR01 += float64(above(own, threshold(w.honest[c.bucket], .001)))
		}
		d.WorldTPR1 /= float64(len(scores))
		d.WorldTPR01 /= float64(len(scores))
		if byKind[c.kind] == nil {
			byKind[c.kind] = map[Bucket]Detection{}
		}
		byKind[c.kind][c.bucket] = d
	}
	attacks := make([]Attack, 0, len(byKind))
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		attacks = append(attacks, Attack{kind, byKind[kind]})
	}
	return attacks
}

func casesOf(pool *tally) []Cases {
	tops, toHigh := map[string][]float64{}, map[string][]int{}
	for _, c := range pool.cases {
		tops[c.kind] = append(tops[c.kind], c.top)
		toHigh[c.kind] = append(toHigh[c.kind], c.toHigh)
	}
	cases := make([]Cases, 0, len(tops))
	for _, kind := range slices.Sorted(maps.Keys(tops)) {
		c := Cases{Kind: kind, Rates: ratesOf(tops[kind])}
		slices.Sort(toHigh[kind])
		if median := toHigh[kind][len(toHigh[kind])/2]; median != math.MaxInt {
			c.ToHigh = median
		}
		cases = append(cases, c)
	}
	return cases
}

func classesOf(pool *tally, prefix string, names ...string) (list []ClassRecall) {
	for _, name := range names {
		if c := pool.classes[prefix+name]; c != nil {
			n := float64(c.n)
			list = append(list, ClassRecall{name, c.n, float64(c.hit) / n, float64(c.bot) / n})
		}
	}
	return list
}

// ratesOf takes the shares of scores at or above the cuts; of none they are NaN.
func ratesOf(scores []float64) Rates {
	var at [len(cuts)]float64
	for i, cut := range cuts {
		n := 0
		for _, s := range scores {
			if s >= cut {
				n++
			}
		}
		at[i] = float64(n) / float64(len(scores))
	}
	return Rates{len(scores), at[0], at[1], at[2]}
}

// auc is the area under the ROC curve. Honest must be sorted.
func auc(honest, attacks []float64) float64 {
	if len(honest) == 0 || len(attacks) == 0 {
		return math.NaN()
	}
	sum := 0
	for _, a := range attacks {
		below, _ := slices.BinarySearch(honest, a)
		notAbove, _ := slices.BinarySearchFunc(honest, a, func(h, a float64) int {
			if h <= a {
				return -1
			}
			return 1
		})
		sum += below + notAbove
	}
	return float64(sum) / 2 / float64(len(honest)) / float64(len(attacks))
}

// threshold is the smallest score that at most a share of the sorted honest scores exceed.
func threshold(honest []float64, share float64) float64 {
	if len(honest) == 0 {
		return math.Inf(1)
	}
	const rounding = 1e-9 // 1 % of 700 is seven
	return honest[len(honest)-1-int(share*float64(len(honest))+rounding)]
}

func above(scores []float64, limit float64) int {
	n := 0
	for _, s := range scores {
		if s > limit {
			n++
		}
	}
	return n
}

func tpr(scores []float64, limit float64) float64 {
	return float64(above(scores, limit)) / float64(len(scores))
}
