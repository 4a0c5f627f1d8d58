// Package baseline is the engine that pkg/fraud had before evidence of the whole event: four heuristics
// over one guest's own earlier accesses, combined as a noisy or, with a cap on what one kind of evidence
// can do. It is kept, as it was, to be measured beside its successor, and for nothing else.
//
// It looks at no other guest, knows nothing of where an address is, and learns from nobody. It does not
// get better: a fix here would make the comparison worthless.
//
// # Example
//
//	results := baseline.Replay(records)
//	report, err := sim.Evaluate(labels, sim.Kinds(records), results)
package baseline
