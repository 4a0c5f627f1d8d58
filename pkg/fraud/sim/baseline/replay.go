package baseline

import (
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud/sim"
)

// Replay judges the accesses of a world in their order, as the program did that this engine was part of:
// each with the first 8 and the newest 24 of its guest's earlier opens, answers and scans, at the default
// thresholds, with no network trusted.
func Replay(records []sim.Record) []sim.Result {
	past := map[string][]doorward.Access{}
	results := make([]sim.Result, len(records))
	for i := range records {
		s := records[i].Signals()
		guest := records[i].Event + "\n" + records[i].Guest
		a := score(past[guest], s)
		band := doorward.DefaultThresholds().Band(a.Score)
		if s.Kind != doorward.AccessFetch {
			past[guest] = remember(past[guest], doorward.Access{Signals: s, Assessment: a, Band: band, Action: band.Action()})
		}
		results[i] = sim.Result{
			I: i, Class: a.Class, Score: float64(a.Score), Band: band, Capped: a.Capped, Evaluated: a.Evaluated, Reasons: a.Reasons,
		}
	}
	return results
}

// remember appends an access, and drops the oldest of the newest beyond historyLimit.
func remember(past []doorward.Access, a doorward.Access) []doorward.Access {
	if len(past) == historyLimit {
		past = append(past[:oldestKept], past[oldestKept+1:]...)
	}
	return append(past, a)
}
