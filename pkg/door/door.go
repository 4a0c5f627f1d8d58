package door

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Undo takes back a check-in of the same source, of whichever guest when guest is "". It is CodeNotFound for a nonce
// that the source never used on this event, or for another guest than the one named; CodeGone after 15 minutes; and CodeConflict
// when there is nothing to take back. Undoing again gives the same answer.
func (d *Doors) Undo(ctx context.Context, from Source, guest doorward.GuestID, nonce string) (g doorward.Guest, counts Counts, err error) {
	err = d.db.WriteUrgent(ctx, func(tx *sqlite.Tx) error {
		row, found, err := tx.CheckinByNonce(from.Event, from.id(), nonce)
		if err != nil {
			return err
		}
		if !found || guest != "" && row.GuestID != guest {
			return doorward.Errorf(doorward.CodeNotFound, "There is no such check-in of yours.")
		}
		if err := undo(tx, row, from.Name); err != nil {
			return err
		}
		if g, err = tx.Guest(row.GuestID); err != nil {
			return err
		}
		counts, err = countHeads(tx, from.Event)
		return err
	})
	return g, counts, err
}

func undo(tx *sqlite.Tx, row doorward.Checkin, by string) error {
	switch {
	case row.Outcome != doorward.OutcomeAdmitted:
		return doorward.Errorf(doorward.CodeConflict, "Nobody was let in by that scan, so there is nothing to undo.")
	case !row.UndoneAt.IsZero():
		return nil
	case tx.Now.Sub(row.ReceivedAt) > undoWithin:
		return doorward.Errorf(doorward.CodeGone, "That was more than 15 minutes ago. Check them out instead.")
	}
	g, err := tx.Guest(row.GuestID)
	if err != nil {
		return err
	}
	if row.Direction == doorward.DirectionIn && g.Presence.HeadsInside < row.Heads {
		return doorward.Errorf(doorward.CodeConflict, "Some of them have left since. Check them in or out instead.")
	}
	if err := tx.UndoCheckin(row.ID); err != nil {
		return err
	}
	if err := tx.UpdatePresence(row.GuestID); err != nil {
		return err
	}
	if g, err = tx.Guest(row.GuestID); err != nil {
		return err
	}
	row.UndoneAt = tx.Now
	return record(tx, row, g, by)
}

// Overview is what the door page shows on top.
type Overview struct {
	Event  doorward.Event
	Counts Counts
}

// Look returns the event of a door and its counts.
func (d *Doors) Look(ctx context.Context, event doorward.EventID) (o Overview, err error) {
	err = d.db.Read(ctx, func(tx *sqlite.Tx) error {
		if o.Event, err = tx.Event(event); err != nil {
			return err
		}
		o.Counts, err = countHeads(tx, event)
		return err
	})
	return o, err
}

const (
	minSearch    = 3 // letters: fewer would show half the list to whoever holds the phone
	searchLength = 20
)

// Search finds guests by the beginnings of words of their name, in any order, or by the code that they can say (doorward.GuestID.Code).
func (d *Doors) Search(ctx context.Context, event doorward.EventID, q string) (list []doorward.Guest, err error) {
	if utf8.RuneCountInString(strings.ReplaceAll(sqlite.Fold(q), " ", "")) < minSearch {
		return nil, doorward.Invalid(doorward.FieldError{Field: "q", Detail: "Type at least three letters of the name."})
	}
	err = d.db.Read(ctx, func(tx *sqlite.Tx) error {
		if prefix, is := doorward.CodePrefix(q); is {
			if list, err = tx.GuestsByID(event, prefix, searchLength); err != nil {
				return err
			}
		}
		named, err := tx.GuestsByName(event, q, searchLength-len(list))
		list = append(list, named...)
		return err
	})
	return list, err
}

// Ledger lists the check-ins of an event.
func (d *Doors) Ledger(ctx context.Context, event doorward.EventID, cursor string, limit int) (page doorward.Page[doorward.LedgerRow], err error) {
	err = d.db.Read(ctx, func(tx *sqlite.Tx) error {
		page, err = tx.Ledger(event, cursor, limit)
		return err
	})
	return page, err
}
