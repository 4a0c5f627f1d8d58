package team

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"net/mail"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// jobKind is the kind of the jobs that mail invites; the payload is the invite's id.
const jobKind = "invite"

const (
	// inviteLife is how long an invite can be accepted.
	inviteLife = 7 * 24 * time.Hour
	// remember is how long after its time an invite can still say that it is over; a new one forgets a few that are older.
	remember    = 30 * 24 * time.Hour
	forgetAtOne = 100
	// maxTeam bounds a team with the invites to it, which are listed whole.
	maxTeam = 1000
	// tokenBytes is how much of a MAC a token carries.
	tokenBytes = 20
)

var tokenEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// token makes the token of an invite.
func (t *Teams) token(id doorward.InviteID) doorward.Secret {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(id))
	return doorward.Secret(tokenEncoding.EncodeToString(mac.Sum(nil)[:tokenBytes]))
}

func hash(token doorward.Secret) []byte {
	sum := sha256.Sum256([]byte(token.Reveal()))
	return sum[:]
}

// Invite mails an address an invitation to the team. The invite to it that is pending, if there is one, is replaced. An
// address whose account is on the team already is CodeConflict.
func (t *Teams) Invite(ctx context.Context, by doorward.User, event doorward.EventID, email string, role doorward.Role) (i doorward.Invite, err error) {
	i = doorward.Invite{ID: doorward.NewInviteID(), EventID: event, Email: strings.TrimSpace(email), Role: role, InviterID: by.ID}
	if err := check(i); err != nil {
		return i, err
	}
	key := doorward.EmailKey(i.Email)
	err = t.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := own(tx, event, by.ID); err != nil {
			return err
		}
		if err := refuseMember(tx, event, key); err != nil {
			return err
		}
		if _, err := tx.EndInvite(event, key, doorward.InviteReplaced); err != nil {
			return err
		}
		if _, all, err := tx.TeamSizes(event); err != nil {
			return err
		} else if all >= maxTeam {
			return doorward.Errorf(doorward.CodeConflict, "A team has at most %d people, those who are invited among them.", maxTeam)
		}
		if err := tx.ForgetInvites(tx.Due.Add(-remember), forgetAtOne); err != nil {
			return err
		}
		i.CreatedAt, i.ExpiresAt, i.Mail = tx.Now, tx.Now.Add(inviteLife), doorward.InviteMailQueued
		if err := tx.InsertInvite(i, key, hash(t.token(i.ID))); err != nil {
			return err
		}
		if _, err := t.box.Enqueue(tx, doorward.Job{Kind: jobKind, Key: string(i.ID), Payload: string(i.ID)}); err != nil {
			return err
		}
		return record(tx, event, "member_invited", string(role), by)
	})
	return i, err
}

func check(i doorward.Invite) error {
	var fields []doorward.FieldError
	a, err := mail.ParseAddress(i.Email)
	if err != nil || a.Address != i.Email || len(i.Email) > 254 || !doorward.Printable(i.Email) {
		fields = append(fields, doorward.FieldError{Field: "email", Detail: "Write an e-mail address like ana@example.com."})
	}
	if !isRole(i.Role) {
		fields = append(fields, errRole())
	}
	if fields != nil {
		return doorward.Invalid(fields...)
	}
	return nil
}

func refuseMember(tx *sqlite.Tx, event doorward.EventID, key string) error {
	u, _, err := tx.UserForLogin(key)
	switch {
	case doorward.ErrorCode(err) == doorward.CodeNotFound:
		return nil
	case err != nil:
		return err
	}
	role, err := tx.Role(event, u.ID)
	if err == nil && role != doorward.RoleNone {
		return doorward.Errorf(doorward.CodeConflict, "Whoever has this address is on the team already. Change the role in the list.")
	}
	return err
}

// Cancel withdraws the pending invite to an address.
func (t *Teams) Cancel(ctx context.Context, by doorward.User, event doorward.EventID, email string) error {
	return t.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := own(tx, event, by.ID); err != nil {
			return err
		}
		found, err := tx.EndInvite(event, doorward.EmailKey(email), doorward.InviteCancelled)
		if err != nil {
			return err
		}
		if !found {
			return doorward.Errorf(doorward.CodeNotFound, "Nobody with this address is invited.")
		}
		return record(tx, event, "invite_cancelled", "", by)
	})
}

// Look returns the invite of a token. One that was accepted, withdrawn, replaced or is too old is CodeGone, CodeRevoked,
// CodeReplaced or CodeGone; a token that is not ours is CodeNotFound.
func (t *Teams) Look(ctx context.Context, token doorward.Secret) (i doorward.Invite, err error) {
	err = t.db.Read(ctx, func(tx *sqlite.Tx) error {
		i, err = pending(tx, token)
		return err
	})
	return i, err
}

func pending(tx *sqlite.Tx, token doorward.Secret) (doorward.Invite, error) {
	i, err := tx.InviteByToken(hash(token))
	switch {
	case err != nil:
		return i, err
	case i.EventDeleted:
		return i, doorward.Errorf(doorward.CodeGone, "The event of this invitation was deleted.")
	case i.Ended == doorward.InviteReplaced:
		return i, doorward.Errorf(doorward.CodeReplaced, "A newer invitation was sent to you. Use the link in the newest mail.")
	case i.Ended == doorward.InviteCancelled:
		return i, doorward.Errorf(doorward.CodeRevoked, "This invitation was withdrawn.")
	case i.Ended != doorward.InvitePending:
		return i, doorward.Errorf(doorward.CodeGone, "This invitation was accepted already. You find the event among yours.")
	case !tx.Now.Before(i.ExpiresAt):
		return i, doorward.Errorf(doorward.CodeGone, "This invitation has expired. Ask for a new one.")
	default:
		return i, nil
	}
}

// Accept makes a user a member by the invite of a token; of several at the same time one succeeds. Besides the errors of
// Look it is CodeForbidden for an account with another address, or with one that was never confirmed, and CodeConflict
// for a member.
func (t *Teams) Accept(ctx context.Context, user doorward.User, token doorward.Secret) (i doorward.Invite, err error) {
	err = t.db.Write(ctx, func(tx *sqlite.Tx) error {
		if i, err = pending(tx, token); err != nil {
			return err
		}
		key := doorward.EmailKey(i.Email)
		switch {
		case doorward.EmailKey(user.Email) != key:
			return doorward.Errorf(doorward.CodeForbidden, "This invitation is for %s. Sign in with the account that has this address.", i.Email)
		case !user.EmailVerified:
			return doorward.Errorf(doorward.CodeForbidden, "Confirm your e-mail address first, with the link that we mailed you.")
		}
		if err := refuseMember(tx, i.EventID, key); err != nil {
			return err
		}
		if _, err := tx.EndInvite(i.EventID, key, doorward.InviteAccepted); err != nil {
			return err
		}
		if err := tx.InsertCollaborator(i.EventID, user.ID, i.Role); err != nil {
			return err
		}
		return record(tx, i.EventID, "member_joined", string(i.Role), user)
	})
	return i, err
}

// send does the job of an invite.
func (t *Teams) send(ctx context.Context, payload string) (func(*sqlite.Tx) error, error) {
	var i doorward.Invite
	err := t.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		i, err = tx.Invite(doorward.InviteID(payload))
		return err
	})
	switch {
	case doorward.ErrorCode(err) == doorward.CodeNotFound:
		return nil, nil // the event was purged, and the invite with it
	case err != nil:
		return nil, err
	case i.Ended != doorward.InvitePending:
		return nil, nil
	case i.EventDeleted: // should it be brought back, the owners see that this one never left
		return func(tx *sqlite.Tx) error { return tx.SetInviteMail(i.ID, doorward.InviteMailFailed) }, nil
	}
	// In the fragment, which browsers keep to themselves: it is in no log of a proxy and in no Referer.
	if err := t.mailer.SendInvite(ctx, i, t.origin+"/invite#token="+t.token(i.ID).Reveal()); err != nil {
		return nil, err
	}
	return func(tx *sqlite.Tx) error { return tx.SetInviteMail(i.ID, doorward.InviteMailSent) }, nil
}

// giveUp shows the owners that an invite's mail never left.
func giveUp(tx *sqlite.Tx, payload string, _ error) error {
	return tx.SetInviteMail(doorward.InviteID(payload), doorward.InviteMailFailed)
}
