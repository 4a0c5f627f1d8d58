package invitation

import (
	"context"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// MarkSent remembers that a host handed a link to its guest by a way that is not ours, as over WhatsApp. It names the
// link: one that was replaced or revoked since is CodeReplaced or CodeRevoked, and the guest is not marked as having
// the newer one.
func (i *Invitations) MarkSent(ctx context.Context, user doorward.User, event doorward.EventID, id doorward.GuestID, text string) (g doorward.Guest, err error) {
	err = i.db.Write(ctx, func(tx *sqlite.Tx) error {
		if g, err = tx.EventGuest(event, id); err != nil {
			return err
		}
		claims, err := i.ring.Verify(text)
		if err != nil || claims.GuestID != id {
			return doorward.Invalid(doorward.FieldError{Field: "token", Detail: "This is not a link of this guest."})
		}
		if _, _, err := i.Resolve(tx, claims); err != nil {
			return err
		}
		if err := tx.MarkLinkSent(id, claims.Generation); err != nil {
			return err
		}
		if err := record(tx, "sent", g, user); err != nil {
			return err
		}
		g, err = tx.Guest(id)
		return err
	})
	return g, err
}

// UnmarkSent takes MarkSent back. Of a link that was mailed as well, that stays.
func (i *Invitations) UnmarkSent(ctx context.Context, user doorward.User, event doorward.EventID, id doorward.GuestID) (g doorward.Guest, err error) {
	err = i.db.Write(ctx, func(tx *sqlite.Tx) error {
		before, err := tx.EventGuest(event, id)
		if err != nil {
			return err
		}
		if err := tx.UnmarkLinkSent(id); err != nil {
			return err
		}
		if g, err = tx.Guest(id); err != nil || g.Invitation.SentAt.Equal(before.Invitation.SentAt) {
			return err
		}
		return record(tx, "unsent", g, user)
	})
	return g, err
}
