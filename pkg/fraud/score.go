package fraud

import "github.com/doorward/doorward/pkg/doorward"

// Model is what the engine judges by. The zero Model finds nothing suspicious.
type Model struct {
	// The most that one heuristic can make of a score by itself, in percent.
	fingerprint int
	network     int
	missing     int
	repeated    int
}

// DefaultModel returns the weights of an appliance that has learned nothing yet.
//
// A new device or network is mostly the guest's own second one, so both together stay in the low band
// until the baseline is well known, and can never leave the medium one. A script alone reaches the top
// of the medium band. Only a link that goes round reaches further.
func DefaultModel() *Model {
	return &Model{fingerprint: 30, network: 20, missing: 60, repeated: 88}
}

const (
	// voiceCap is the highest score of an access that fewer than two heuristics speak strongly against. It
	// is the top of the medium band by default.
	voiceCap = 59

	// knownCap is the highest score of the guest's own device while the link does not go round. It is
	// the top of the low band by default.
	knownCap = 29
)

// whole is 100 % in the unit of the sums: weight in percent × sub-score of 100.
const whole = 100 * 100

// Score judges one access of a guest's link by the guest's earlier ones. Both m and h may be nil, which
// means the default model and no history.
//
// Only people and scripts are scored; a preview, scanner or prefetch gets 0 without a reason. Each of
// four heuristics finds 0–100, weighted by the model, and the first two also by how much is known of
// the guest, n/(n+1) after n accesses. They combine as independent causes do,
//
//	score = 100 · (1 − Π (1 − weight · finding)),
//
// in integers, so that every machine gets the same. The points of the reasons are shares of the score,
// and add up to it exactly.
//
// A score of 60 or more takes two heuristics that find at least 70; else it is capped at 59. The cookie
// of the guest's own device holds a score below 30 while there is no repeated access.
func Score(m *Model, h *History, s doorward.Signals) doorward.Assessment {
	a := doorward.Assessment{Class: Classify(s), Evaluated: true, Reasons: []doorward.Reason{}}
	if a.Class != doorward.ClassHuman && a.Class != doorward.ClassAutomation {
		return a
	}
	if m == nil {
		m = DefaultModel()
	}
	var p past
	p.read(h, s)
	findings := [...]finding{p.fingerprint(), p.network(), p.missing(a.Class), p.repeated()}
	shares := [len(findings)]int{
		m.fingerprint * findings[0].score * p.known / (p.known + 1),
		m.network * findings[1].score * p.known / (p.known + 1),
		m.missing * findings[2].score,
		m.repeated * findings[3].score,
	}
	left, voices, sum := whole, 0, 0
	for i, share := range shares {
		left = left * (whole - share) / whole
		sum += share
		if findings[i].score >= strong {
			voices++
		}
	}
	a.Score = (whole - left + 50) / 100
	if a.Score == 0 {
		return a
	}
	a.Reasons = explain(findings[:], shares[:], sum, a.Score)
	if p.matched && findings[3].score == 0 {
		hold(&a, knownCap, ReasonKnownDevice, textKnownDevice)
	}
	if voices < 2 {
		a.Capped = hold(&a, voiceCap, ReasonCapped, textCapped)
	}
	return a
}

// hold lowers the score to a limit and says so in a reason. It reports whether it had to.
func hold(a *doorward.Assessment, limit int, code, text string) bool {
	if a.Score <= limit {
		return false
	}
	a.Reasons = append(a.Reasons, doorward.Reason{Code: code, Points: limit - a.Score, Text: text})
	a.Score = limit
	return true
}

// maxReasons is one of each finding, one for the known device and one for the cap.
const maxReasons = 6

// explain shares a score among the findings in proportion, by largest remainder, so that the whole
// points add up. What rounds to nothing is left out.
func explain(findings []finding, shares []int, sum, score int) []doorward.Reason {
	var points, rest [4]int
	given := 0
	for i, share := range shares {
		points[i], rest[i] = score*share/sum, score*share%sum
		given += points[i]
	}
	for ; given < score; given++ {
		most := 0
		for i := range rest {
			if rest[i] > rest[most] {
				most = i
			}
		}
		points[most]++
		rest[most] = -1
	}
	reasons := make([]doorward.Reason, 0, maxReasons)
	for i, f := range findings {
		if points[i] > 0 {
			reasons = append(reasons, doorward.Reason{Code: f.code, Points: points[i], Text: f.text})
		}
	}
	return reasons
}
