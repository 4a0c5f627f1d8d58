package event

import (
	"context"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// RestoreWithin is how long after its deletion an event can be brought back.
const RestoreWithin = 7 * 24 * time.Hour

// purgeAtOnce is how many rows a purge removes in one write, for which the door waits.
const purgeAtOnce = 100

// Delete takes an event away from everybody: its team, its guests and its doors. For RestoreWithin nothing of it is lost.
func (s *Events) Delete(ctx context.Context, user doorward.User, id doorward.EventID) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		// First, as a deleted event has no history; this also wakes those who watch it, who then find it gone.
		if err := record(tx, id, "deleted", "", user); err != nil {
			return err
		}
		s.memory.Forget(tx, id)
		return tx.HideEvent(id)
	})
}

// Deleted lists the events that a user owns and can bring back.
func (s *Events) Deleted(ctx context.Context, user doorward.UserID, cursor string, limit int) (page doorward.Page[doorward.DeletedEvent], err error) {
	after, err := doorward.ParseCursor(cursor, 1)
	if err != nil {
		return page, err
	}
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		page.Items, err = tx.DeletedEvents(user, tx.Due.Add(-RestoreWithin), doorward.EventID(after[0]), limit+1)
		return err
	})
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = doorward.Cursor(string(page.Items[limit-1].ID))
	}
	return page, err
}

// RoleEvenDeleted is Role for an event that may have been deleted.
func (s *Events) RoleEvenDeleted(ctx context.Context, user doorward.UserID, id doorward.EventID) (role doorward.Role, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		role, err = tx.RoleEvenDeleted(id, user)
		return err
	})
	return role, err
}

// Restore brings a deleted event back as it was, with its team, links and phones, and sends what waited to be. One that is there stays as it is. After
// RestoreWithin it is CodeGone.
func (s *Events) Restore(ctx context.Context, user doorward.User, id doorward.EventID) (out doorward.UserEvent, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		deleted, err := tx.DeletedAt(id)
		if err != nil {
			return err
		}
		if !deleted.IsZero() {
			if err := s.restore(tx, user, id, deleted); err != nil {
				return err
			}
		}
		out, err = tx.UserEvent(user.ID, id)
		return err
	})
	return out, err
}

func (s *Events) restore(tx *sqlite.Tx, user doorward.User, id doorward.EventID, deleted time.Time) error {
	if !deleted.After(tx.Due.Add(-RestoreWithin)) {
		return doorward.Errorf(doorward.CodeGone, "This event was deleted more than 7 days ago and can't be brought back.")
	}
	if err := tx.ShowEvent(id); err != nil {
		return err
	}
	s.memory.Forget(tx, id)
	if err := record(tx, id, "restored", "", user); err != nil {
		return err
	}
	if err := s.messages.Resume(tx, id, deleted); err != nil {
		return err
	}
	return s.waitlist.Promote(tx, id)
}

// Purge removes the events for good that nobody can bring back any more, and what is left of copies that were never
// finished. It does so in many small writes, between which the door goes on.
func (s *Events) Purge(ctx context.Context) error {
	ids, err := s.discard(ctx)
	for _, id := range ids {
		for left := true; left && err == nil; {
			err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
				left, err = tx.PurgeEvent(id, purgeAtOnce)
				return err
			})
		}
	}
	return err
}

// discard returns the events to purge, none while a copy is being put together: the next time will do.
func (s *Events) discard(ctx context.Context) (ids []doorward.EventID, err error) {
	if !s.copying.TryLock() {
		return nil, nil
	}
	defer s.copying.Unlock()
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		ids, err = tx.DiscardOld(tx.Due.Add(-RestoreWithin))
		return err
	})
	return ids, err
}
