// Package fraud judges one use of a guest's link: what kind of client it was, how suspicious it looks
// from 0 to 100, and why, in words for the host.
//
// It is pure: no I/O, no clock, no randomness, no map order. What it remembers of an event is an Event,
// which belongs to its caller; Score only reads it, Observe and Judge change it. A log of accesses handed
// to Observe in order gives the same Event again, and the same access the same score, to the bit, on every
// machine. It does not decide: an event's thresholds make a band of the score, and the caller acts on it.
// It does not look at allowlists, which come before it, nor verify tokens, nor look addresses up: a Place
// comes with each Access, and an unknown one is never suspicious in itself.
//
// # How it judges
//
// Classify separates previews, mail scanners and prefetches, which meet a link before its guest does and
// are never scored nor counted, from people and scripts (class.go, agents.go).
//
// Then the engine asks who made the access: a device that the guest was seen with, another of the
// guest's, somebody whom the guest brings, or a stranger. For each it knows how likely the device
// (resemble.go), the cookie and the network (likelihood.go) are, and takes the logarithm of how much
// better a stranger explains them. That splits, step by step, into families of evidence (evidence.go):
// device, country, network or data centre. Four more are counted beside them (crowd.go, missing.go, score.go): fan-out, many
// devices on one link; harvest, one device on many links; scripts; and codes shown again at the door.
//
// The families add up; a table makes 0–100 of the sum (Score), and the reasons' points are each family's
// share (Assessment). So every point can be traced to something that was seen.
//
// # What it remembers
//
// Of each guest at most eight devices and eight networks, below 1 KiB (guest.go); of an event how common
// devices, languages and providers are, and which device used whose link (event.go). A device has odds of being a
// stranger's, from how it came first: one that was doubtful is doubted again when it returns with its
// cookie, so that nobody becomes known by coming often. A later device that does not fit makes those before it
// doubtful too, since of two that claim a link the first need not be the guest's.
//
// # What it promises
//
// Unknown is never suspicious in itself. The first access of a person stays below 60. The cookie of the
// guest's own device keeps its score below 30 for as long as the link does not go round. And nothing
// reaches 60 on one kind of evidence: unless two groups of families speak strongly the score is capped at 59
// and the assessment says so. A wrong "capped" is a look by the host; a wrong "blocked" is a guest
// outside the door.
//
// Two things that a page tells are no evidence, and are not kept. Most people have touched nothing yet when the page's
// beacon runs, so that no trusted input says nothing, and a script makes one by driving a real browser; what drives one
// shows in navigator.webdriver, which is evidence. Whether there is touch follows from the system that the agent names, for
// those who do not lie; and who does, knows which to send with it.
//
// What it cannot see: a thief who opens before the guest does, and a stranger with the guest's own phone
// model on the guest's own line. Nobody can, without a face at the door.
//
// # Learning
//
// A host's verdict counts at once for the device that it is about (Judge). Learn moves the families' weights by all
// verdicts, within half and one and a half of the default, and only past gates that a wrong or
// one-sided set of verdicts does not pass.
//
// # When it fails
//
// The engine is not meant to panic on any input. Callers recover all the same, let the access through
// with Evaluated false, and count it: a party must not stop because the engine did.
//
// # Example
//
//	state := fraud.NewEvent()
//	access := fraud.Access{Guest: id, Party: 2, Signals: signals, Place: places.Locate(signals.IP)}
//	result := state.Score(model, &access)
//	state.Observe(&access, &result)
//	a := result.Assessment()
//	if event.Thresholds.Band(a.Score).Action() == doorward.ActionBlocked {
//		// refuse, and log why: a.Reasons
//	}
package fraud
