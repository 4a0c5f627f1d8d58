package baseline

import "github.com/doorward/doorward/pkg/doorward"

// The most that one heuristic can make of a score by itself, in percent.
//
// A new device or network is mostly the guest's own second one, so both together stay in the low band
// until the baseline is well known, and can never leave the medium one. A script alone reaches the top
// of the medium band. Only a link that goes round reaches further.
const (
	weightFingerprint = 30
	weightNetwork     = 20
	weightMissing     = 60
	weightRepeated    = 88
)

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

// score judges one access of a guest's link by the guest's earlier ones, at most historyLimit of them.
//
// Only people and scripts are scored; a preview, scanner or prefetch gets 0 without a reason. Each of
// four heuristics finds 0–100, which is weighted, and the first two also by how much is known of
// the guest, n/(n+1) after n accesses. They combine as independent causes do,
//
//	score = 100 · (1 − Π (1 − weight · finding)),
//
// in integers, so that every machine gets the same. The points of the reasons are shares of the score,
// and add up to it exactly.
//
// A score of 60 or more takes two heuristics that find at least 70; else it is capped at 59. The cookie
// of the guest's own device holds a score below 30 while there is no repeated access.
func score(history []doorward.Access, s doorward.Signals) doorward.Assessment {
	a := doorward.Assessment{Class: classify(s), Evaluated: true, Reasons: []doorward.Reason{}}
	if a.Class != doorward.ClassHuman && a.Class != doorward.ClassAutomation {
		return a
	}
	var p past
	p.read(history, s)
	findings := [...]finding{p.fingerprint(), p.network(), p.missing(a.Class), p.repeated()}
	shares := [len(findings)]int{
		weightFingerprint * findings[0].score * p.known / (p.known + 1),
		weightNetwork * findings[1].score * p.known / (p.known + 1),
		weightMissing * findings[2].score,
		weightRepeated * findings[3].score,
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
		hold(&a, knownCap, reasonKnownDevice, textKnownDevice)
	}
	if voices < 2 {
		a.Capped = hold(&a, voiceCap, reasonCapped, textCapped)
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
