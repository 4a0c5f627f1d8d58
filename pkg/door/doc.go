// Package door is the entrance: pairing phones, checking heads in and out, undoing that, and finding a guest by name.
//
// # The ledger
//
// Every attempt is one row, admitted or refused, under a nonce that its source chose. The same nonce again is the same
// row and the same answer, so a phone on bad Wi-Fi may ask as often as it likes. Rows are ordered by the time of the
// scan, not of its arrival. When a scan arrives late (its phone had no network) and another door admitted the same
// heads meanwhile, both stay and the later scan is marked as a conflict: the people are inside, and the host is told.
//
// It does not judge links itself (Gate does) and knows nothing of HTTP. Deciding without the box is not here yet.
//
//	answers, err := doors.CheckIn(ctx, device, []door.Item{{Nonce: "k3f…", Token: scanned, Direction: doorward.DirectionIn}})
package door
