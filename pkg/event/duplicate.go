package event

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// copyAtOnce is how many guests are copied in one write, for which the door waits.
const copyAtOnce = 100

// Copy is what a duplicate of an event is to differ in.
type Copy struct {
	Name     string    // "": that of the event, after "Copy of"
	StartsAt time.Time // zero: as the event; its end and deadline move along
	Guests   bool      // the list comes along: who is on it, and nothing of what they did
}

// Duplicate makes a new event like another one, with the user as its owner: without team, doors, links and history, and with
// questions that nobody answered. Nobody sees the copy before all of it is there, so that it can be made in many small
// writes, between which the door goes on; what a crash leaves of it is purged.
func (s *Events) Duplicate(ctx context.Context, user doorward.User, id doorward.EventID, c Copy) (out doorward.UserEvent, err error) {
	s.copying.RLock()
	defer s.copying.RUnlock()
	e, guests, err := s.source(ctx, id, c.Guests)
	if err != nil {
		return out, err
	}
	from := e.Name
	if e, err = c.of(e); err != nil {
		return out, err
	}
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.InsertEvent(e); err != nil {
			return err
		}
		if err := tx.DiscardEvent(e.ID); err != nil {
			return err
		}
		if err := tx.InsertCollaborator(e.ID, user.ID, doorward.RoleOwner); err != nil {
			return err
		}
		return tx.CopyAllowlist(id, e.ID)
	})
	if err != nil {
		return out, err
	}
	for some := range slices.Chunk(guests, copyAtOnce) {
		fresh := sqlite.PrepareGuests(e.ID, some)
		if err := s.db.Write(ctx, func(tx *sqlite.Tx) error { return tx.InsertGuests(fresh) }); err != nil {
			return out, err
		}
	}
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := record(tx, id, "duplicated", e.Name, user); err != nil {
			return err
		}
		if err := tx.ShowEvent(e.ID); err != nil {
			return err
		}
		if err := recordCopy(tx, e.ID, from, len(guests), user); err != nil {
			return err
		}
		out, err = tx.UserEvent(user.ID, e.ID)
		return err
	})
	return out, err
}

// source returns an event and, where they are asked for, its guests as new ones.
func (s *Events) source(ctx context.Context, id doorward.EventID, list bool) (e doorward.Event, guests []doorward.Guest, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		if e, err = tx.Event(id); err != nil || !list {
			return err
		}
		guests, err = tx.GuestsToCopy(id)
		return err
	})
	for i := range guests {
		guests[i].ID = doorward.NewGuestID()
	}
	return e, guests, err
}

// of is the copy of an event.
func (c Copy) of(e doorward.Event) (doorward.Event, error) {
	e.ID, e.State = doorward.NewEventID(), doorward.EventOpen
	e.Name = cmp.Or(strings.TrimSpace(c.Name), doorward.Truncate("Copy of "+e.Name, maxName))
	if by := c.StartsAt.Sub(e.StartsAt); !c.StartsAt.IsZero() {
		e.StartsAt = c.StartsAt
		for _, at := range []*time.Time{&e.EndsAt, &e.RSVPDeadline} {
			if !at.IsZero() {
				*at = at.Add(by)
			}
		}
	}
	for i := range e.Questions {
		e.Questions[i].ID = ""
	}
	if err := check(&e); err != nil {
		return e, err
	}
	return e, nameQuestions(e.Questions, nil)
}

func recordCopy(tx *sqlite.Tx, id doorward.EventID, from string, guests int, by doorward.User) error {
	if err := record(tx, id, "created", "a copy of "+from, by); err != nil || guests == 0 {
		return err
	}
	return tx.InsertActivity(id, doorward.ActivityGuest, "", doorward.GuestActivity{Change: "imported", Count: guests, By: by.Name})
}
