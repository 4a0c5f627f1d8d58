package sqlite

import (
	"database/sql"
	"errors"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const (
	sqlRole            query = "SELECT c.role FROM collaborators c JOIN events e ON e.id = c.event_id WHERE c.event_id = ? AND c.user_id = ? AND " + thereStill
	sqlRoleEvenDeleted query = "SELECT role FROM collaborators WHERE event_id = ? AND user_id = ?"
)

// Role returns what a user may do on an event; RoleNone when there is no such event or no role on it.
func (tx *Tx) Role(event doorward.EventID, user doorward.UserID) (doorward.Role, error) {
	return tx.role(sqlRole, event, user)
}

// RoleEvenDeleted is Role for an event that may have been deleted.
func (tx *Tx) RoleEvenDeleted(event doorward.EventID, user doorward.UserID) (doorward.Role, error) {
	return tx.role(sqlRoleEvenDeleted, event, user)
}

func (tx *Tx) role(q query, event doorward.EventID, user doorward.UserID) (role doorward.Role, err error) {
	err = tx.row(q, func(s scanner) error { return s.Scan(&role) }, event, user)
	if errors.Is(err, sql.ErrNoRows) {
		return doorward.RoleNone, nil
	}
	return role, doingError(err, "reading a role")
}

const sqlInsertCollaborator query = "INSERT INTO collaborators (event_id, user_id, role, since_ms) VALUES (?, ?, ?, ?)"

// InsertCollaborator gives a user a role on an event.
func (tx *Tx) InsertCollaborator(event doorward.EventID, user doorward.UserID, role doorward.Role) error {
	_, err := tx.exec(sqlInsertCollaborator, event, user, role, ms(tx.Now))
	return doingError(err, "adding a collaborator")
}

const sqlCollaborators query = `SELECT c.user_id, u.email, u.name, c.role, c.since_ms FROM collaborators c JOIN users u ON u.id = c.user_id
	WHERE c.event_id = ? ORDER BY c.since_ms, c.user_id`

// Collaborators lists the team of an event, the longest a member first.
func (tx *Tx) Collaborators(event doorward.EventID) (team []doorward.Collaborator, err error) {
	err = tx.rows(sqlCollaborators, func(s scanner) error {
		var c doorward.Collaborator
		var since int64
		err := s.Scan(&c.UserID, &c.Email, &c.Name, &c.Role, &since)
		c.Since = fromMS(since)
		team = append(team, c)
		return err
	}, event)
	return team, doingError(err, "listing a team")
}

const sqlCollaborator query = `SELECT c.user_id, u.email, u.name, c.role, c.since_ms FROM collaborators c JOIN users u ON u.id = c.user_id
	WHERE c.event_id = ? AND c.user_id = ?`

// Collaborator returns a member of an event's team.
func (tx *Tx) Collaborator(event doorward.EventID, user doorward.UserID) (c doorward.Collaborator, err error) {
	err = tx.row(sqlCollaborator, func(s scanner) error {
		var since int64
		err := s.Scan(&c.UserID, &c.Email, &c.Name, &c.Role, &since)
		c.Since = fromMS(since)
		return err
	}, event, user)
	return c, notFound(err, "There is no such person on this team.", "reading a collaborator")
}

const sqlTeamSizes query = `SELECT
	(SELECT count(*) FROM collaborators WHERE event_id = ?1 AND role = 'owner'),
	(SELECT count(*) FROM collaborators WHERE event_id = ?1) + (SELECT count(*) FROM invites WHERE event_id = ?1 AND ended = '')`

// TeamSizes counts the owners of an event, and everybody who is on its team or invited to it.
func (tx *Tx) TeamSizes(event doorward.EventID) (owners, all int, err error) {
	err = tx.row(sqlTeamSizes, func(s scanner) error { return s.Scan(&owners, &all) }, event)
	return owners, all, doingError(err, "counting a team")
}

const (
	sqlSetRole            query = "UPDATE collaborators SET role = ?3 WHERE event_id = ?1 AND user_id = ?2"
	sqlDeleteCollaborator query = "DELETE FROM collaborators WHERE event_id = ? AND user_id = ?"
)

// SetRole changes what a member may do.
func (tx *Tx) SetRole(event doorward.EventID, user doorward.UserID, role doorward.Role) error {
	_, err := tx.exec(sqlSetRole, event, user, role)
	return doingError(err, "changing a role")
}

// DeleteCollaborator takes a member off the team.
func (tx *Tx) DeleteCollaborator(event doorward.EventID, user doorward.UserID) error {
	_, err := tx.exec(sqlDeleteCollaborator, event, user)
	return doingError(err, "removing a collaborator")
}

const sqlInsertInvite query = `INSERT INTO invites
	(id, event_id, email, email_key, role, inviter_id, token_hash, ended, mail, created_ms, expires_ms)
	VALUES (?, ?, ?, ?, ?, ?, ?, '', 'queued', ?, ?)`

// InsertInvite adds an invite that is pending; key is the address as it is compared, hash the SHA-256 of the token.
func (tx *Tx) InsertInvite(i doorward.Invite, key string, hash []byte) error {
	_, err := tx.exec(sqlInsertInvite, i.ID, i.EventID, i.Email, key, i.Role, i.InviterID, hash, ms(tx.Now), ms(i.ExpiresAt))
	return doingError(err, "adding an invite")
}

const inviteColumns = `i.id, i.event_id, e.name, e.deleted_ms > 0, i.email, i.role, i.inviter_id, u.name, i.ended, i.mail, i.created_ms, i.expires_ms
	FROM invites i JOIN events e ON e.id = i.event_id JOIN users u ON u.id = i.inviter_id`

func scanInvite(s scanner, i *doorward.Invite) error {
	var created, expires int64
	err := s.Scan(&i.ID, &i.EventID, &i.EventName, &i.EventDeleted, &i.Email, &i.Role, &i.InviterID, &i.InviterName, &i.Ended, &i.Mail, &created, &expires)
	i.CreatedAt, i.ExpiresAt = fromMS(created), fromMS(expires)
	return err
}

const (
	sqlInvite        query = "SELECT " + inviteColumns + " WHERE i.id = ?"
	sqlInviteByToken query = "SELECT " + inviteColumns + " WHERE i.token_hash = ?"
	noInvite               = "There is no such invitation."
)

// Invite returns an invite by id, also one that ended.
func (tx *Tx) Invite(id doorward.InviteID) (i doorward.Invite, err error) {
	err = tx.row(sqlInvite, func(s scanner) error { return scanInvite(s, &i) }, id)
	return i, notFound(err, noInvite, "reading an invite")
}

// InviteByToken returns an invite by the SHA-256 of its token, also one that ended.
func (tx *Tx) InviteByToken(hash []byte) (i doorward.Invite, err error) {
	err = tx.row(sqlInviteByToken, func(s scanner) error { return scanInvite(s, &i) }, hash)
	return i, notFound(err, noInvite, "reading an invite")
}

const sqlPendingInvites query = "SELECT " + inviteColumns + " WHERE i.event_id = ? AND i.ended = '' ORDER BY i.email_key"

// PendingInvites lists the invites of an event that nobody accepted yet, by address; expired ones are among them.
func (tx *Tx) PendingInvites(event doorward.EventID) (invites []doorward.Invite, err error) {
	err = tx.rows(sqlPendingInvites, func(s scanner) error {
		var i doorward.Invite
		if err := scanInvite(s, &i); err != nil {
			return err
		}
		invites = append(invites, i)
		return nil
	}, event)
	return invites, doingError(err, "listing invites")
}

const (
	sqlEndInvite   query = "UPDATE invites SET ended = ?3 WHERE event_id = ?1 AND email_key = ?2 AND ended = ''"
	sqlEndInvites  query = "UPDATE invites SET ended = 'cancelled' WHERE inviter_id = ?2 AND event_id = ?1 AND ended = ''"
	sqlInviteMail  query = "UPDATE invites SET mail = ?2 WHERE id = ?1"
	sqlForgetEnded query = "DELETE FROM invites WHERE id IN (SELECT id FROM invites WHERE expires_ms < ?1 LIMIT ?2)"
)

// EndInvite ends the pending invite to an address as it is compared; ended is whether there was one.
func (tx *Tx) EndInvite(event doorward.EventID, key string, end doorward.InviteEnd) (ended bool, err error) {
	n, err := tx.exec(sqlEndInvite, event, key, end)
	return n == 1, doingError(err, "ending an invite")
}

// CancelInvitesOf withdraws the pending invites that a member sent.
func (tx *Tx) CancelInvitesOf(event doorward.EventID, inviter doorward.UserID) error {
	_, err := tx.exec(sqlEndInvites, event, inviter)
	return doingError(err, "withdrawing invites")
}

// SetInviteMail stores how far the mail with an invite came.
func (tx *Tx) SetInviteMail(id doorward.InviteID, mail doorward.InviteMail) error {
	_, err := tx.exec(sqlInviteMail, id, mail)
	return doingError(err, "marking an invite's mail")
}

// ForgetInvites removes up to n invites that expired before a time.
func (tx *Tx) ForgetInvites(before time.Time, n int) error {
	_, err := tx.exec(sqlForgetEnded, ms(before), n)
	return doingError(err, "forgetting old invites")
}

const sqlInvited query = `SELECT EXISTS (SELECT 1 FROM invites i JOIN events e ON e.id = i.event_id
	WHERE i.email_key = ? AND i.ended = '' AND i.expires_ms > ? AND ` + thereStill + ")"

// Invited reports whether an address, as it is compared, was invited to any team and may still accept.
func (tx *Tx) Invited(key string) (invited bool, err error) {
	err = tx.row(sqlInvited, func(s scanner) error { return s.Scan(&invited) }, key, ms(tx.Now))
	return invited, doingError(err, "looking for an invite")
}
