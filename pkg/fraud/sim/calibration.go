package sim

import (
	"math"
	"slices"
	"sort"
)

// Calibration says how far a score can be read as a probability.
//
// A score is none: it is pinned to shares of honest traffic, and 60 does not mean that six of ten are
// attacks. So each score is first given the share of attacks at or near it, made monotone, as found in one
// half of the events, and is then tested on the other half, and the other way round. Attacks are weighted
// to be 1 % of all visits in both. The figures say whether a score means the same at events that it was
// not read off; the meaning of the fixed cuts themselves is in Report.Honest and Report.Guests.
type Calibration struct {
	// ECE is the expected calibration error, the mean distance of the probability given from the share
	// found, over 10 bins of equal width. Nearly all visits are in the lowest bin, which makes it small
	// whatever the engine.
	ECE float64

	// Of the visits given more than 5 %, the mean probability given and the share found; NaN if there are
	// none. This is the informative one.
	Given, Found float64
}

const (
	prevalence     = .01
	calibratedFrom = .05
	bins           = 10
)

// weighted is a score or probability with the weight of the visits there and of the attacks among them.
type weighted struct{ at, all, attacks float64 }

func calibrate(visits []stated) Calibration {
	var binned [bins]weighted
	var upper weighted
	total := 0.0
	for fold := range 2 {
		fit := newFit(visits, 1-fold)
		for _, point := range weigh(visits, fold) {
			p := fit.probability(point.at)
			total += point.all
			b := &binned[min(int(p*bins), bins-1)]
			b.at, b.all, b.attacks = b.at+p*point.all, b.all+point.all, b.attacks+point.attacks
			if p > calibratedFrom {
				upper.at, upper.all, upper.attacks = upper.at+p*point.all, upper.all+point.all, upper.attacks+point.attacks
			}
		}
	}
	c := Calibration{Given: upper.at / upper.all, Found: upper.attacks / upper.all}
	for _, b := range binned {
		c.ECE += math.Abs(b.at-b.attacks) / total
	}
	return c
}

// weigh groups the visits of one fold by score, with attacks weighing 1 % of all.
func weigh(visits []stated, fold int) []weighted {
	counts := map[float64]*[2]float64{}
	var n [2]float64
	for _, v := range visits {
		if v.fold != fold {
			continue
		}
		c := counts[v.score]
		if c == nil {
			c = &[2]float64{}
			counts[v.score] = c
		}
		of := 0
		if v.attack {
			of = 1
		}
		c[of]++
		n[of]++
	}
	points := make([]weighted, 0, len(counts))
	for score, c := range counts {
		honest := c[0] / max(n[0], 1) * (1 - prevalence)
		attacks := c[1] / max(n[1], 1) * prevalence
		points = append(points, weighted{score, honest + attacks, attacks})
	}
	slices.SortFunc(points, func(a, b weighted) int {
		if a.at < b.at {
			return -1
		}
		return 1
	})
	return points
}

// fit maps scores to probabilities, never falling: blocks of scores by where they begin.
type fit []weighted

// newFit pools adjacent scores until the shares of attacks rise (isotonic regression).
func newFit(visits []stated, fold int) fit {
	var f fit
	for _, p := range weigh(visits, fold) {
		f = append(f, p)
		for n := len(f); n > 1 && f[n-2].share() >= f[n-1].share(); n-- {
			f[n-2].all += f[n-1].all
			f[n-2].attacks += f[n-1].attacks
			f = f[:n-1]
		}
	}
	return f
}

func (w weighted) share() float64 { return w.attacks / w.all }

func (f fit) probability(score float64) float64 {
	i := sort.Search(len(f), func(i int) bool { return f[i].at > score })
	if len(f) == 0 {
		return prevalence
	}
	return f[max(i-1, 0)].share()
}
