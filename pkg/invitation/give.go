package invitation

import (
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Give makes sure, inside a transaction, that a guest of an event has a link; with fresh it is a new one. Whoever sends
// links does both in one.
func (i *Invitations) Give(tx *sqlite.Tx, user doorward.User, event doorward.EventID, id doorward.GuestID, fresh bool) (doorward.Guest, error) {
	g, err := tx.EventGuest(event, id)
	if err != nil || g.Invitation.State == doorward.InvitationIssued && !fresh {
		return g, err
	}
	change := "issued"
	if g.Invitation.State == doorward.InvitationIssued {
		change = "rotated"
	}
	return renew(tx, g, change, user)
}

// Renew makes a new link for a guest whose page was asked for one.
func (i *Invitations) Renew(tx *sqlite.Tx, g doorward.Guest) (doorward.Guest, error) {
	return renew(tx, g, "resent", doorward.User{})
}

func renew(tx *sqlite.Tx, g doorward.Guest, change string, by doorward.User) (doorward.Guest, error) {
	if err := tx.IssueLink(g.ID); err != nil {
		return g, err
	}
	g, err := tx.Guest(g.ID)
	if err != nil {
		return g, err
	}
	return g, record(tx, change, g, by)
}

// URL returns the address of a guest's link.
func (i *Invitations) URL(g doorward.Guest) (string, error) {
	l, err := i.Link(g)
	return l.URL, err
}
