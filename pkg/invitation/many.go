package invitation

import (
	"context"
	"slices"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// atOnce is how many guests' links change in one write, so that the door waits for no more than these.
const atOnce = 100

// Changed is what a change of many links came to for one guest.
type Changed struct {
	Link                     // the new one; of a link that was revoked or skipped only GuestID is set
	Skipped doorward.Skipped // "" when it was changed
}

// IssueMany returns the links of the named guests, or of everybody on the list when none is named, and issues those
// that are missing; who is named twice is in it once. A link that was revoked is issued anew for who is named, and
// skipped where everybody is asked for, as is who is deleted meanwhile. A guest that is not of the event fails the whole
// call and nothing is issued. Many guests take several writes: when one of them fails the links before it stay issued,
// and the same call again goes on from there.
func (i *Invitations) IssueMany(ctx context.Context, user doorward.User, event doorward.EventID, ids []doorward.GuestID) (all []Changed, err error) {
	everybody := len(ids) == 0
	if everybody {
		err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
			ids, err = tx.GuestIDs(event)
			return err
		})
	} else {
		ids, err = i.known(ctx, event, ids)
	}
	if err != nil {
		return nil, err
	}
	return inParts(ctx, i.db, ids, func(tx *sqlite.Tx, id doorward.GuestID) (c Changed, err error) {
		c.GuestID = id
		if everybody {
			if c.Skipped, err = i.Spare(tx, event, id); err != nil || c.Skipped != "" {
				return c, err
			}
		}
		c.Link, err = i.issue(tx, user, event, id, false)
		return c, err
	})
}

// Spare says why a guest gets no link when everybody is to have one, "" when the guest gets one: nobody who was
// deleted, and nobody whose link a host took back, does by the way.
func (i *Invitations) Spare(tx *sqlite.Tx, event doorward.EventID, id doorward.GuestID) (doorward.Skipped, error) {
	g, err := tx.EventGuest(event, id)
	switch {
	case doorward.ErrorCode(err) == doorward.CodeNotFound:
		return doorward.SkippedDeleted, nil
	case err == nil && g.Invitation.State == doorward.InvitationRevoked:
		return doorward.SkippedRevoked, nil
	default:
		return "", err
	}
}

// RotateMany makes new links in place of those that the named guests have; who has none that works is skipped, because
// a host who took a link back does not give a new one by the way. Otherwise it is like IssueMany, but that after a
// failure the same call again replaces the links once more.
func (i *Invitations) RotateMany(ctx context.Context, user doorward.User, event doorward.EventID, ids []doorward.GuestID) ([]Changed, error) {
	return i.changeMany(ctx, event, ids, func(tx *sqlite.Tx, g doorward.Guest) (Link, error) {
		g, err := renew(tx, g, "rotated", user)
		if err != nil {
			return Link{}, err
		}
		return i.Link(g)
	})
}

// RevokeMany takes the links of the named guests back, and is otherwise like RotateMany.
func (i *Invitations) RevokeMany(ctx context.Context, user doorward.User, event doorward.EventID, ids []doorward.GuestID) ([]Changed, error) {
	return i.changeMany(ctx, event, ids, func(tx *sqlite.Tx, g doorward.Guest) (Link, error) {
		return Link{GuestID: g.ID}, revoke(tx, g, user)
	})
}

// changeMany does something to the links of the named guests that work.
func (i *Invitations) changeMany(ctx context.Context, event doorward.EventID, ids []doorward.GuestID, change func(*sqlite.Tx, doorward.Guest) (Link, error)) ([]Changed, error) {
	ids, err := i.known(ctx, event, ids)
	if err != nil {
		return nil, err
	}
	return inParts(ctx, i.db, ids, func(tx *sqlite.Tx, id doorward.GuestID) (c Changed, err error) {
		c.GuestID = id
		g, err := tx.EventGuest(event, id)
		switch {
		case doorward.ErrorCode(err) == doorward.CodeNotFound:
			c.Skipped = doorward.SkippedDeleted
			return c, nil
		case err != nil:
			return c, err
		case g.Invitation.State == doorward.InvitationNone:
			c.Skipped = doorward.SkippedNoLink
			return c, nil
		case g.Invitation.State == doorward.InvitationRevoked:
			c.Skipped = doorward.SkippedRevoked
			return c, nil
		}
		c.Link, err = change(tx, g)
		return c, err
	})
}

// known returns the ids once each, in their order. One that is not of the event is CodeNotFound.
func (i *Invitations) known(ctx context.Context, event doorward.EventID, ids []doorward.GuestID) (once []doorward.GuestID, err error) {
	err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
		once, err = tx.KnownGuests(event, ids)
		return err
	})
	return once, err
}

// inParts does something for each guest, atOnce of them in a write.
func inParts[T any](ctx context.Context, db *sqlite.DB, ids []doorward.GuestID, do func(*sqlite.Tx, doorward.GuestID) (T, error)) (all []T, err error) {
	for some := range slices.Chunk(ids, atOnce) {
		var part []T
		err := db.Write(ctx, func(tx *sqlite.Tx) error {
			for _, id := range some {
				one, err := do(tx, id)
				if err != nil {
					return err
				}
				part = append(part, one)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}
