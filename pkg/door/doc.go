// Package door is the entrance: pairing phones, checking heads in and out, undoing that, and finding a guest by name.
//
// # The ledger
//
// Every attempt is one row, admitted or refused, under a nonce that its source chose. The same nonce again is the same
// row and the same answer, so a phone on bad Wi-Fi may ask as often as it likes; for another guest it is invalid. Rows
// are ordered by the time of the scan, not of its arrival. When a scan arrives late (its phone had no network) and other
// doors admitted the same heads meanwhile, both stay and the later scan is marked as a conflict: the people are inside,
// and the host is told. What the phone should have refused by its own scans is refused.
//
// How long a scan waited is the difference of two readings of the phone's clock, Item.SentAt and Item.At, so that a
// clock which is off does no harm. A phone that does not say SentAt is taken to have the box's time. A time that cannot
// be, ahead of the sending or from long before the pairing, counts as now: the guest is at the door all the same. A phone
// whose time is over hands in for a day what it scanned between its pairing and its end.
//
// It does not judge links itself (Gate does) and knows nothing of HTTP. Deciding without the box is not here yet.
//
//	answers, err := doors.CheckIn(ctx, device, []door.Item{{Nonce: "k3f…", Token: scanned, Direction: doorward.DirectionIn}})
package door
