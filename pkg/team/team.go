package team

import (
	"context"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Mailer mails invites; package notify is one.
type Mailer interface {
	SendInvite(ctx context.Context, i doorward.Invite, link string) error
}

// Keys derives a key for a purpose from the key ring; see token.Ring.
type Keys interface{ Derive(purpose string) []byte }

// Teams is the use case.
type Teams struct {
	db     *sqlite.DB
	box    *outbox.Outbox
	mailer Mailer
	key    []byte // of the invites' tokens
	origin string // BASE_URL, without a slash at the end
}

// New makes the use case, and has the outbox do its jobs. Links begin with origin.
func New(db *sqlite.DB, box *outbox.Outbox, mailer Mailer, keys Keys, origin string) *Teams {
	t := &Teams{db: db, box: box, mailer: mailer, key: keys.Derive("team invite"), origin: strings.TrimRight(origin, "/")}
	box.Handle(jobKind, outbox.Work{Do: t.send, GiveUp: giveUp})
	return t
}

// Team is who works on an event.
type Team struct {
	Members []doorward.Collaborator
	Pending []doorward.Invite // also expired ones
}

// List returns the team of an event.
func (t *Teams) List(ctx context.Context, event doorward.EventID) (team Team, err error) {
	err = t.db.Read(ctx, func(tx *sqlite.Tx) error {
		if team.Members, err = tx.Collaborators(event); err != nil {
			return err
		}
		team.Pending, err = tx.PendingInvites(event)
		return err
	})
	return team, err
}

// own refuses whoever is not an owner of the event.
func own(tx *sqlite.Tx, event doorward.EventID, user doorward.UserID) error {
	role, err := tx.Role(event, user)
	switch {
	case err != nil:
		return err
	case role == doorward.RoleNone:
		return doorward.Errorf(doorward.CodeNotFound, "There is no such event.")
	case role != doorward.RoleOwner:
		return doorward.Errorf(doorward.CodeForbidden, "Only an owner of the event can change its team.")
	default:
		return nil
	}
}

func isRole(r doorward.Role) bool {
	return r == doorward.RoleOwner || r == doorward.RoleEditor || r == doorward.RoleViewer
}

func errRole() doorward.FieldError {
	return doorward.FieldError{Field: "role", Detail: "Use owner, editor or viewer."}
}

// SetRole changes what a member may do.
func (t *Teams) SetRole(ctx context.Context, by doorward.User, event doorward.EventID, member doorward.UserID, role doorward.Role) (c doorward.Collaborator, err error) {
	if !isRole(role) {
		return c, doorward.Invalid(errRole())
	}
	err = t.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := own(tx, event, by.ID); err != nil {
			return err
		}
		if c, err = tx.Collaborator(event, member); err != nil || c.Role == role {
			return err
		}
		if err := giveUpOwnership(tx, event, c); err != nil {
			return err
		}
		c.Role = role
		if err := tx.SetRole(event, member, role); err != nil {
			return err
		}
		return record(tx, event, "member_role", c.Name+": "+string(role), by)
	})
	return c, err
}

// Remove takes a member off the team; everybody may take themselves off.
func (t *Teams) Remove(ctx context.Context, by doorward.User, event doorward.EventID, member doorward.UserID) error {
	return t.db.Write(ctx, func(tx *sqlite.Tx) error {
		change := "member_left"
		if by.ID != member {
			change = "member_removed"
			if err := own(tx, event, by.ID); err != nil {
				return err
			}
		}
		c, err := tx.Collaborator(event, member)
		if err != nil {
			return err
		}
		if err := giveUpOwnership(tx, event, c); err != nil {
			return err
		}
		if err := tx.DeleteCollaborator(event, member); err != nil {
			return err
		}
		return record(tx, event, change, c.Name, by)
	})
}

// giveUpOwnership readies an owner, and nobody else, for being one no longer: it must not be the last, and the invites
// that it sent are withdrawn.
func giveUpOwnership(tx *sqlite.Tx, event doorward.EventID, c doorward.Collaborator) error {
	if c.Role != doorward.RoleOwner {
		return nil
	}
	owners, _, err := tx.TeamSizes(event)
	if err != nil {
		return err
	}
	if owners <= 1 {
		return doorward.Errorf(doorward.CodeLastOwner, "An event needs an owner, and this is its last one. Make somebody else an owner first.")
	}
	return tx.CancelInvitesOf(event, c.UserID)
}

func record(tx *sqlite.Tx, event doorward.EventID, change, detail string, by doorward.User) error {
	return tx.InsertActivity(event, doorward.ActivityEvent, "", doorward.EventActivity{Change: change, Detail: detail, By: by.Name})
}
