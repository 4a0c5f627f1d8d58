package door

import (
	"cmp"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const (
	// oldest is how long before it was paired a phone may have scanned, by a clock that is off. A scan that claims to be
	// older has no clock to go by, and counts as made now.
	oldest = 24 * time.Hour
	// handInWithin is how long after its end a phone may still hand in what it scanned in time.
	handInWithin = 24 * time.Hour
	// lateAfter tells a scan that waited on a phone without network from one that was made just now.
	lateAfter = 15 * time.Second
)

// when finds the time of the scan by the box's clock. How long a scan waited is told by the phone's own clock alone,
// which may be minutes off: a clock that is behind must not make a scan of now look like one from before the network
// went, and let a second holder of the same code in.
func (t *attempt) when() {
	sent := t.item.SentAt
	if sent.IsZero() {
		sent = t.tx.Now
	}
	t.at = t.tx.Now
	if age := sent.Sub(t.item.At); !t.item.At.IsZero() && age > 0 {
		t.at = t.tx.Now.Add(-age)
	}
	if t.at.Before(t.from.Paired.Add(-oldest)) {
		t.at = t.tx.Now
	}
	t.at = t.at.UTC().Truncate(time.Millisecond)
	t.late = t.tx.Now.Sub(t.at) > lateAfter
}

// expired reports whether the phone's time was over when it scanned, or too long ago to hand anything in.
func (t *attempt) expired() bool {
	end := t.from.Expires
	if end.IsZero() || t.tx.Due.Before(end) {
		return false
	}
	made := t.at.Add(t.tx.Due.Sub(t.tx.Now)) // as Due has it
	return !made.Before(end) || t.at.Before(t.from.Paired) || t.tx.Due.After(end.Add(handInWithin))
}

// reconcile admits a scan that arrives late although other doors let the same heads in meanwhile: its phone could not
// know of them, and the people are inside. A phone knows its own scans, so for those it must have had room.
func (t *attempt) reconcile() error {
	if !t.late {
		return nil
	}
	list, err := t.tx.Admissions(t.guest.ID)
	if err != nil {
		return err
	}
	own, others, later := 0, false, doorward.CheckinID("")
	for _, r := range list {
		mine := cmp.Or(string(r.DeviceID), string(r.UserID)) == t.from.id()
		switch in := r.Direction == doorward.DirectionIn; {
		case mine && in:
			own += r.Heads
		case mine:
			own -= r.Heads
		case in:
			others = true
			if r.At.After(t.at) {
				later = r.ID
			}
		}
	}
	heads := t.item.Heads
	if heads == 0 {
		heads = t.guest.PartySize - own
	}
	if !others || heads < 1 || own+heads > t.guest.PartySize {
		return nil
	}
	// The later scan is the conflict: theirs when there is one, else this.
	t.reason, t.heads, t.later, t.conflict = "", heads, later, later == ""
	return nil
}

// markLater marks the other door's row as the conflict and tells everybody who watches.
func (t *attempt) markLater() error {
	if t.later == "" {
		return nil
	}
	if err := t.tx.MarkConflict(t.later); err != nil {
		return err
	}
	list, err := t.tx.Admissions(t.guest.ID)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.ID == t.later {
			return record(t.tx, r.Checkin, t.guest, r.By)
		}
	}
	return nil
}
