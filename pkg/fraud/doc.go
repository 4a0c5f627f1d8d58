// Package fraud judges one use of a guest's link: what kind of client it was, how suspicious it looks
// from 0 to 100, and why, in words for the host.
//
// It is pure: no I/O, no clock, no randomness, no map order, and nothing kept between calls, so that a
// logged access can be judged again and gives the same. Any number of goroutines may call it. It does
// not decide: an event's thresholds make a band of the score, and the caller acts on it. It does not
// look at allowlists, which come before it, nor across guests. It does not verify tokens.
//
// # What it looks at
//
// Classify separates previews, mail scanners and prefetches, which meet a link before its guest does and
// are never scored nor counted, from people and scripts. Then four heuristics find 0–100 each:
//
//   - Fingerprint mismatch: how little the device resembles any of the baseline. Screens that turn,
//     browsers that update, and a chat's browser in place of the phone's own cost nothing or little.
//   - IP change: how far the address is from the baseline's. A known device that moves costs little.
//   - Missing signals: scripts, and clients that name two devices at once. What a browser merely leaves
//     out, for privacy or without JavaScript, costs little.
//   - Repeated access: more than two devices within a day, or many uses within minutes.
//
// The baseline is what earlier accesses tell of the guest: those of people, not blocked, that scored
// below 30, and the first. Until an answer or a returning cookie confirms it, it counts for one access
// only. At the door the address and the agent are the door's, so only repeated access speaks there.
//
// # What it promises
//
// Unknown is never suspicious in itself. The first access of a person stays below 60. The cookie of the
// guest's own device holds a score below 30 for as long as the link does not go round. And nothing
// reaches 60 on one kind of evidence: unless two heuristics find at least 70, the score is capped at 59
// and the assessment says so. A wrong "capped" is a look by the host; a wrong "blocked" is a guest
// outside the door.
//
// What it cannot see: a stranger with the guest's own phone model on the guest's own network, and the
// first stranger, who looks like the guest's second device. Nobody can, without a face at the door.
//
// # When it fails
//
// The engine is not meant to panic on any input. Callers recover all the same, let the access through
// with Evaluated false, and count it: a party must not stop because the engine did.
//
// # Example
//
//	a := fraud.Score(model, &fraud.History{Past: earlier}, signals)
//	band := event.Thresholds.Band(a.Score)
//	if band.Action() == doorward.ActionBlocked {
//		// refuse, and log why: a.Reasons
//	}
package fraud
