package notify

import (
	"context"
	"errors"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// jobKind is the kind of the jobs that send mails; the payload is the message's id.
const jobKind = "mail"

// A fresh link is mailed at most so often to one guest: whoever holds a link can ask for it.
const (
	resendPause = 10 * time.Minute
	resendDaily = 5
)

// invitePause is how long the same invitation is not sent again: a button pressed twice is one mail.
const invitePause = 10 * time.Minute

// inviteChunk is how many guests' invitations share a transaction, so that the door is not held up by a long list.
const inviteChunk = 100

// Gate gives out links; package invitation is one.
type Gate interface {
	Verify(text string) (token.Claims, error)
	Resolve(tx *sqlite.Tx, claims token.Claims) (doorward.Guest, doorward.Event, error)
	// Give makes sure that a guest of the event has a link; with fresh it is a new one.
	Give(tx *sqlite.Tx, user doorward.User, event doorward.EventID, id doorward.GuestID, fresh bool) (doorward.Guest, error)
	// Spare says why a guest gets none where everybody is to have one, "" when the guest gets one.
	Spare(tx *sqlite.Tx, event doorward.EventID, id doorward.GuestID) (doorward.Skipped, error)
	// Renew makes a new link for a guest who asked for it.
	Renew(tx *sqlite.Tx, g doorward.Guest) (doorward.Guest, error)
	URL(g doorward.Guest) (string, error)
}

// Messages is the use case.
type Messages struct {
	db    *sqlite.DB
	box   *outbox.Outbox
	gate  Gate
	post  Post
	clock sqlite.Clock
}

// New makes the use case, and has the outbox do its jobs.
func New(db *sqlite.DB, box *outbox.Outbox, gate Gate, post Post, clock sqlite.Clock) *Messages {
	m := &Messages{db: db, box: box, gate: gate, post: post, clock: clock}
	box.Handle(jobKind, outbox.Work{Do: m.send, GiveUp: giveUp})
	return m
}

// queue adds a message to a guest and the job that sends it.
func (m *Messages) queue(tx *sqlite.Tx, g doorward.Guest, kind doorward.NotificationKind) error {
	n := doorward.Notification{
		ID: doorward.NewNotificationID(), EventID: g.EventID, Guest: doorward.GuestRef{ID: g.ID, Name: g.Name},
		Kind: kind, Generation: g.Invitation.Generation,
	}
	if err := tx.InsertNotification(n); err != nil {
		return err
	}
	_, err := m.box.Enqueue(tx, doorward.Job{Kind: jobKind, Key: string(n.ID), Payload: string(n.ID)})
	return err
}

// Resend replaces the link that a token belongs to and mails the new one to the guest's address. Whoever holds the link
// can ask, so nothing tells whether it was done: it is not for a link that no longer works, for a guest without an
// address, and more often than resendPause and resendDaily allow. The link is replaced only together with the mail.
// A token that is not ours is CodeNotFound.
func (m *Messages) Resend(ctx context.Context, text string) error {
	claims, err := m.gate.Verify(text)
	if err != nil {
		return err
	}
	return m.db.Write(ctx, func(tx *sqlite.Tx) error {
		g, _, err := m.gate.Resolve(tx, claims)
		switch doorward.ErrorCode(err) {
		case "":
		case doorward.CodeNotFound, doorward.CodeReplaced, doorward.CodeRevoked, doorward.CodeGone:
			return nil
		default:
			return err
		}
		sent, err := tx.SentSince(g.ID, doorward.NotificationLink, tx.Now.Add(-24*time.Hour))
		if err != nil || g.Email == "" || sent.Count >= resendDaily || tx.Now.Sub(sent.LastAt) < resendPause {
			return err
		}
		if g, err = m.gate.Renew(tx, g); err != nil {
			return err
		}
		return m.queue(tx, g, doorward.NotificationLink)
	})
}

// Invited is a guest who has a link now, unless it was everybody that was asked for: then who was deleted meanwhile, of
// whom the id alone is here, and whose link was revoked have none.
type Invited struct {
	Guest   doorward.Guest
	Skipped doorward.Skipped // "" when a mail with the link was queued
}

// Invite gives links to the named guests, or to everybody on the list whom the Gate does not spare when none is named,
// and mails them. With fresh a link that a guest has is replaced. A guest that is not of the event fails the whole call. A long list is done in
// parts: after a failure some are invited, and a second call leaves those alone.
func (m *Messages) Invite(ctx context.Context, user doorward.User, event doorward.EventID, ids []doorward.GuestID, fresh bool) (all []Invited, err error) {
	everybody := len(ids) == 0
	if ids, err = m.guestIDs(ctx, event, ids); err != nil {
		return nil, err
	}
	for len(ids) > 0 {
		chunk := ids[:min(inviteChunk, len(ids))]
		ids = ids[len(chunk):]
		var part []Invited
		err = m.db.Write(ctx, func(tx *sqlite.Tx) error {
			for _, id := range chunk {
				i := Invited{Guest: doorward.Guest{ID: id}}
				if everybody {
					if i.Skipped, err = m.gate.Spare(tx, event, id); err != nil {
						return err
					}
				}
				if i.Skipped == "" {
					if i, err = m.invite(tx, user, event, id, fresh); err != nil {
						return err
					}
				}
				part = append(part, i)
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

// guestIDs checks that the named guests are of the event and returns each once, or all of its guests when none is named.
func (m *Messages) guestIDs(ctx context.Context, event doorward.EventID, named []doorward.GuestID) (ids []doorward.GuestID, err error) {
	err = m.db.Read(ctx, func(tx *sqlite.Tx) error {
		if len(named) == 0 {
			ids, err = tx.GuestIDs(event)
			return err
		}
		ids, err = tx.KnownGuests(event, named)
		return err
	})
	return ids, err
}

func (m *Messages) invite(tx *sqlite.Tx, user doorward.User, event doorward.EventID, id doorward.GuestID, fresh bool) (i Invited, err error) {
	if i.Guest, err = m.gate.Give(tx, user, event, id, fresh); err != nil {
		return i, err
	}
	if i.Guest.Email == "" {
		i.Skipped = doorward.SkippedNoEmail
		return i, nil
	}
	sent, err := tx.SentSince(id, doorward.NotificationInvitation, tx.Now.Add(-invitePause))
	if err != nil {
		return i, err
	}
	if sent.Count > 0 && sent.Generation == i.Guest.Invitation.Generation {
		i.Skipped = doorward.SkippedJustSent
		return i, nil
	}
	return i, m.queue(tx, i.Guest, doorward.NotificationInvitation)
}

// List returns the messages of an event, newest first.
func (m *Messages) List(ctx context.Context, event doorward.EventID, cursor string, limit int) (page doorward.Page[doorward.Notification], err error) {
	err = m.db.Read(ctx, func(tx *sqlite.Tx) error {
		page, err = tx.Notifications(event, cursor, limit)
		return err
	})
	return page, err
}

// PlaceFree queues the message that a place became free for a guest who waited. Without an address there is none: the
// host sees it in the event's history.
func (m *Messages) PlaceFree(tx *sqlite.Tx, g doorward.Guest) error {
	if g.Email == "" {
		return nil
	}
	return m.queue(tx, g, doorward.NotificationPlace)
}

// Resume queues again what was not sent because its event was deleted, since a time. With the fresh link that a guest asked
// for would otherwise go the only one that works.
func (m *Messages) Resume(tx *sqlite.Tx, event doorward.EventID, since time.Time) error {
	ids, err := tx.RequeueSuppressed(event, since)
	for _, id := range ids {
		if err := m.box.Again(tx, jobKind, string(id)); err != nil {
			return err
		}
	}
	return err
}

// send does the job of a message: it sends the guest's link as it is now to the address as it is now.
func (m *Messages) send(ctx context.Context, payload string) (func(*sqlite.Tx) error, error) {
	var n doorward.Notification
	var g doorward.Guest
	var e doorward.Event
	deleted := false
	err := m.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if n, err = tx.Notification(doorward.NotificationID(payload)); err != nil {
			return err
		}
		if g, err = tx.Guest(n.Guest.ID); err != nil {
			return err
		}
		e, err = tx.Event(n.EventID)
		if deleted = doorward.ErrorCode(err) == doorward.CodeNotFound; deleted {
			return nil
		}
		return err
	})
	switch {
	case doorward.ErrorCode(err) == doorward.CodeNotFound:
		return nil, nil // the guest was deleted, and the message with it
	case err != nil:
		return nil, err
	case n.State != doorward.NotificationQueued:
		return nil, nil
	case deleted:
		return m.shelve(n), nil
	case g.Email == "":
		return suppress(n, "The guest has no e-mail address any more."), nil
	case g.Invitation.State != doorward.InvitationIssued:
		return suppress(n, "The link was withdrawn before this was sent."), nil
	case n.Kind == doorward.NotificationPlace && g.RSVP.Status != doorward.RSVPAttending:
		return suppress(n, "The guest changed the answer before this was sent."), nil
	}
	url, err := m.gate.URL(g)
	if err != nil {
		return nil, err
	}
	mail, err := m.compose(n, g, e, url)
	if err != nil {
		return nil, outbox.Permanent(err)
	}
	if err := m.hand(ctx, mail); err != nil {
		return nil, err
	}
	n.Address, n.Generation = g.Email, g.Invitation.Generation
	return func(tx *sqlite.Tx) error { return tx.MarkSent(n) }, nil
}

// hand gives a mail to the sender. What is refused for good is not tried again.
func (m *Messages) hand(ctx context.Context, mail Mail) error {
	err := m.post.Sender.Send(ctx, mail)
	if errors.Is(err, errRefused) {
		return outbox.Permanent(err)
	}
	return err
}

// shelve leaves a message of a deleted event for Resume, unless the event came back since it was looked for.
func (m *Messages) shelve(n doorward.Notification) func(*sqlite.Tx) error {
	return func(tx *sqlite.Tx) error {
		if deleted, err := tx.DeletedAt(n.EventID); err != nil || deleted.IsZero() {
			return errors.Join(err, m.box.Again(tx, jobKind, string(n.ID)))
		}
		return tx.MarkUnsent(n.ID, doorward.NotificationSuppressed, "The event was deleted before this was sent.")
	}
}

func suppress(n doorward.Notification, why string) func(*sqlite.Tx) error {
	return func(tx *sqlite.Tx) error { return tx.MarkUnsent(n.ID, doorward.NotificationSuppressed, why) }
}

// giveUp marks a message as failed. The host is told what to do; the cause is in the job's row and in the log.
func giveUp(tx *sqlite.Tx, payload string, err error) error {
	why := "The mail server could not be reached for a day. Hand out the link yourself."
	switch {
	case errors.Is(err, errRefused):
		why = "The mail server refused this address. Check it, or hand out the link yourself."
	case errors.Is(err, errUnwritable):
		why = "No mail can be written to this address. Check it, or hand out the link yourself."
	}
	return tx.MarkUnsent(doorward.NotificationID(payload), doorward.NotificationFailed, why)
}
