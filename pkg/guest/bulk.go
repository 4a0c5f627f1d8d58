package guest

import (
	"context"
	"slices"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// mostTags bounds how many tags are counted out: more is no menu.
const mostTags = 200

// Counts returns how many guests each filter finds, of the tags the 200 that most guests have.
func (s *Guests) Counts(ctx context.Context, event doorward.EventID) (c doorward.GuestCounts, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		c, err = tx.GuestCounts(event, mostTags)
		return err
	})
	return c, err
}

// deleteAtOnce is how many guests are deleted in one write, for which the door waits: what they did goes with them.
const deleteAtOnce = 100

// DeleteMany takes guests off the list. One that is not of the event is CodeNotFound, and then all stay. Many guests take
// several writes, between which the door goes on; they are carried through when the caller goes away, and when one of them
// fails those before it are done. Who was deleted by somebody else meanwhile is not among the changed.
func (s *Guests) DeleteMany(ctx context.Context, user doorward.User, event doorward.EventID, ids []doorward.GuestID) (changed int, err error) {
	set := sqlite.NewGuestIDSet(ids)
	if set.Len() == 1 { // so that the history names the guest
		return 1, s.Delete(ctx, user, event, ids[0])
	}
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		ids, err = tx.Leaving(event, set)
		return err
	})
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(ids, deleteAtOnce) {
		n, err := s.deleteSome(context.WithoutCancel(ctx), user, event, sqlite.NewGuestIDSet(some))
		if err != nil {
			return changed, err
		}
		changed += n
	}
	return changed, nil
}

func (s *Guests) deleteSome(ctx context.Context, user doorward.User, event doorward.EventID, set sqlite.GuestIDSet) (changed int, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.DeleteGuests(event, set)
		changed = int(n)
		if err != nil || changed == 0 {
			return err
		}
		s.memory.Forget(tx, event)
		if err := recordMany(tx, event, "deleted", changed, user); err != nil {
			return err
		}
		return s.waitlist.Promote(tx, event)
	})
	return changed, err
}

// Tag gives a tag to guests of an event, all or none, and says how many lacked it.
func (s *Guests) Tag(ctx context.Context, user doorward.User, event doorward.EventID, ids []doorward.GuestID, tag string) (changed int, err error) {
	clean, ok := cleanTags([]string{tag})
	if !ok || len(clean) == 0 {
		return 0, doorward.Invalid(doorward.FieldError{Field: "tag", Detail: "Write a tag of 1 to 40 characters."})
	}
	return s.changeTags(ctx, user, event, ids, func(tx *sqlite.Tx, set sqlite.GuestIDSet) (int64, error) {
		return tx.TagGuests(event, set, clean[0], maxTags)
	})
}

// Untag takes a tag from guests of an event, all or none, and says how many had it.
func (s *Guests) Untag(ctx context.Context, user doorward.User, event doorward.EventID, ids []doorward.GuestID, tag string) (changed int, err error) {
	if tag == "" {
		return 0, doorward.Invalid(doorward.FieldError{Field: "tag", Detail: "Say which tag to take away."})
	}
	return s.changeTags(ctx, user, event, ids, func(tx *sqlite.Tx, set sqlite.GuestIDSet) (int64, error) {
		return tx.UntagGuests(event, set, tag)
	})
}

func (s *Guests) changeTags(
	ctx context.Context, user doorward.User, event doorward.EventID, ids []doorward.GuestID, change func(*sqlite.Tx, sqlite.GuestIDSet) (int64, error),
) (changed int, err error) {
	set := sqlite.NewGuestIDSet(ids)
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := change(tx, set)
		changed = int(n)
		if err != nil || changed == 0 {
			return err
		}
		return recordMany(tx, event, "updated", changed, user)
	})
	return changed, err
}

// recordMany adds to the event's history that the list changed for several guests at once.
func recordMany(tx *sqlite.Tx, event doorward.EventID, change string, count int, by doorward.User) error {
	return tx.InsertActivity(event, doorward.ActivityGuest, "", doorward.GuestActivity{Change: change, Count: count, By: by.Name})
}
