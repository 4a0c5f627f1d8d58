package rsvp

import (
	"context"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// place decides whether an answer gets its places in an event, waits for them, or is refused. More people than it
// holds may be expected already, when the host lowered the capacity; then nobody is put out, and nobody more comes in.
func place(tx *sqlite.Tx, e doorward.Event, g doorward.Guest, answer *doorward.RSVP) (err error) {
	if answer.Status != doorward.RSVPAttending {
		return nil
	}
	waits := g.RSVP.Status == doorward.RSVPWaitlisted
	more := answer.Heads() - g.RSVP.Heads()
	others := e.Counts.Waitlisted
	if waits {
		others--
	}
	switch {
	case more <= 0 || others == 0 && fits(e, more):
		return nil
	case waits && answer.PlusOnes <= g.RSVP.PlusOnes:
		answer.Status, answer.WaitlistSeq = doorward.RSVPWaitlisted, g.RSVP.WaitlistSeq
		return nil
	case e.Waitlist && g.RSVP.Status != doorward.RSVPAttending:
		answer.Status = doorward.RSVPWaitlisted
		answer.WaitlistSeq, err = tx.NextWaitlistSeq(e.ID)
		return err
	default:
		return full(e, g, others)
	}
}

// fits reports whether an event has room for so many more heads.
func fits(e doorward.Event, more int) bool {
	return e.Capacity == 0 || e.Counts.HeadsExpected+more <= e.Capacity
}

func full(e doorward.Event, g doorward.Guest, others int) error {
	switch left := e.Capacity - e.Counts.HeadsExpected; {
	case g.RSVP.Status == doorward.RSVPWaitlisted:
		return doorward.Errorf(doorward.CodeFull, "You can wait for as many places as before, or for fewer. Ask your host for more.")
	case g.RSVP.Status == doorward.RSVPAttending && others > 0:
		return doorward.Errorf(doorward.CodeFull, "Others wait for a place, so you can't bring more people. Your own places stay yours.")
	case left > 0 && others == 0:
		return doorward.Errorf(doorward.CodeFull, "There is room for only %d more. Bring fewer people, or ask your host.", left)
	default:
		return doorward.Errorf(doorward.CodeFull, "All places are taken. Ask your host.")
	}
}

// promoteAtOnce is how many guests get their places in one write, so that the door waits for no more than these.
const promoteAtOnce = 100

// jobKind is the job that goes on where a write stopped promoting. Its payload is the event.
const jobKind = "waitlist"

// Promote gives the free places of an event to those who wait for them, in their order, up to the first whose party does
// not fit. It is for every write that may leave a place free: call it at its end. Each of them gets a row in the event's
// history and a notice. Of a long queue the first promoteAtOnce get theirs in the caller's write and the others by jobs that
// follow it; nobody comes in ahead of them meanwhile, since somebody waits.
func (r *RSVPs) Promote(tx *sqlite.Tx, event doorward.EventID) error {
	e, err := tx.Event(event)
	if err != nil || e.Counts.Waitlisted == 0 || e.State != doorward.EventOpen || over(tx, e) {
		return err
	}
	for range promoteAtOnce {
		g, found, err := tx.FirstWaiting(event)
		if err != nil || !found || !fits(e, g.RSVP.Wanted()) {
			return err
		}
		if err := tx.Seat(g); err != nil {
			return err
		}
		g.RSVP.Status, g.RSVP.WaitlistSeq = doorward.RSVPAttending, 0
		e.Counts.HeadsExpected += g.RSVP.Heads()
		if err := record(tx, g, true); err != nil {
			return err
		}
		if err := r.notices.PlaceFree(tx, g); err != nil {
			return err
		}
	}
	return r.promoteLater(tx, event)
}

// promoteLater has a job go on with promoting. It is due before the notices of this write, which a slow mail server may
// hold up.
func (r *RSVPs) promoteLater(tx *sqlite.Tx, event doorward.EventID) error {
	_, err := r.box.Enqueue(tx, doorward.Job{
		Kind: jobKind, Key: string(doorward.NewJobID()), Payload: string(event), DueAt: tx.Now.Add(-time.Hour),
	})
	return err
}

// promote does a job. Again, or for an event that is no more, it finds nobody to promote.
func (r *RSVPs) promote(_ context.Context, event string) (func(*sqlite.Tx) error, error) {
	return func(tx *sqlite.Tx) error {
		err := r.Promote(tx, doorward.EventID(event))
		if doorward.ErrorCode(err) == doorward.CodeNotFound {
			return nil
		}
		return err
	}, nil
}
