package sqlite

import (
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const userColumns = "id, email, name, email_verified, terms_version, created_ms, administrator"

func scanUser(u *doorward.User) func(scanner) error {
	return func(s scanner) error {
		var created int64
		err := s.Scan(&u.ID, &u.Email, &u.Name, &u.EmailVerified, &u.TermsAcceptedVersion, &created, &u.Administrator)
		u.CreatedAt = fromMS(created)
		return err
	}
}

const sqlAnyUser query = "SELECT EXISTS (SELECT 1 FROM users)"

// AnyUser reports whether there is an account at all; before the first one, set-up is open.
func (tx *Tx) AnyUser() (exists bool, err error) {
	err = tx.row(sqlAnyUser, func(s scanner) error { return s.Scan(&exists) })
	return exists, doingError(err, "looking for an account")
}

const sqlInsertUser query = `INSERT INTO users
	(id, email, email_key, name, password_hash, email_verified, terms_version, created_ms, updated_ms, administrator)
	VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)`

// InsertUser adds an account; key is the address as it is compared. A second one with that address is CodeConflict. The
// first account of all becomes the administrator, whatever u says: which was first is not for a clock to tell, that may
// step back.
func (tx *Tx) InsertUser(u doorward.User, key string, passwordHash doorward.Secret) error {
	any, err := tx.AnyUser()
	if err != nil {
		return err
	}
	_, err = tx.exec(sqlInsertUser, u.ID, u.Email, key, u.Name, passwordHash.Reveal(), u.EmailVerified,
		u.TermsAcceptedVersion, ms(u.CreatedAt), !any)
	if isDuplicate(err) {
		return doorward.Errorf(doorward.CodeConflict, "There is already an account with this e-mail address.")
	}
	return doingError(err, "adding an account")
}

const sqlUser query = "SELECT " + userColumns + " FROM users WHERE id = ?"

// User returns an account by id.
func (tx *Tx) User(id doorward.UserID) (u doorward.User, err error) {
	err = tx.row(sqlUser, scanUser(&u), id)
	return u, notFound(err, "There is no such account.", "reading an account")
}

const sqlUserForLogin query = "SELECT " + userColumns + ", password_hash FROM users WHERE email_key = ?"

// UserForLogin returns an account and its password hash by the address as it is compared.
func (tx *Tx) UserForLogin(key string) (u doorward.User, hash doorward.Secret, err error) {
	err = tx.row(sqlUserForLogin, func(s scanner) error {
		var created int64
		err := s.Scan(&u.ID, &u.Email, &u.Name, &u.EmailVerified, &u.TermsAcceptedVersion, &created, &u.Administrator, &hash)
		u.CreatedAt = fromMS(created)
		return err
	}, key)
	return u, hash, notFound(err, "There is no such account.", "reading an account")
}

const sqlUsers query = "SELECT " + userColumns + " FROM users WHERE email_key > ? ORDER BY email_key LIMIT ?"

// Users lists accounts by address, after the given one.
func (tx *Tx) Users(afterKey string, limit int) (users []doorward.User, err error) {
	err = tx.rows(sqlUsers, func(s scanner) error {
		var u doorward.User
		if err := scanUser(&u)(s); err != nil {
			return err
		}
		users = append(users, u)
		return nil
	}, afterKey, limit)
	return users, doingError(err, "listing accounts")
}

const sqlRenameUser query = "UPDATE users SET name = ?2, updated_ms = ?3 WHERE id = ?1"

// RenameUser changes the name of an account.
func (tx *Tx) RenameUser(id doorward.UserID, name string) error {
	_, err := tx.exec(sqlRenameUser, id, name, ms(tx.Now))
	return doingError(err, "renaming an account")
}

const sqlInsertSession query = `INSERT INTO sessions (id, user_id, counter, rotated_ms, user_agent, created_ms, expires_ms)
	VALUES (?, ?, ?, ?, ?, ?, ?)`

// InsertSession adds a signed-in browser.
func (tx *Tx) InsertSession(s doorward.Session) error {
	_, err := tx.exec(sqlInsertSession, s.ID, s.UserID, s.Counter, ms(s.RotatedAt), s.UserAgent, ms(s.CreatedAt), ms(s.ExpiresAt))
	return doingError(err, "adding a session")
}

const sqlSession query = `SELECT id, user_id, counter, rotated_ms, user_agent, created_ms, expires_ms FROM sessions WHERE id = ?`

// Session returns a signed-in browser, also an expired one.
func (tx *Tx) Session(id doorward.SessionID) (out doorward.Session, err error) {
	err = tx.row(sqlSession, scanSession(&out), id)
	return out, notFound(err, "You are signed out.", "reading a session")
}

const sqlRotateSession query = "UPDATE sessions SET counter = counter + 1, rotated_ms = ?2, expires_ms = ?3 WHERE id = ?1"

// RotateSession moves a session on to its next refresh token, and its end to expires.
func (tx *Tx) RotateSession(id doorward.SessionID, expires time.Time) error {
	_, err := tx.exec(sqlRotateSession, id, ms(tx.Now), ms(expires))
	return doingError(err, "rotating a session")
}

const sqlDeleteExpiredSessions query = "DELETE FROM sessions WHERE expires_ms <= ?"

// DeleteExpiredSessions forgets the sessions whose time is over.
func (tx *Tx) DeleteExpiredSessions() error {
	_, err := tx.exec(sqlDeleteExpiredSessions, ms(tx.Due))
	return doingError(err, "deleting expired sessions")
}

const sqlDeleteSession query = "DELETE FROM sessions WHERE id = ?"

// DeleteSession signs a browser out. It is no error when it already is.
func (tx *Tx) DeleteSession(id doorward.SessionID) error {
	_, err := tx.exec(sqlDeleteSession, id)
	return doingError(err, "deleting a session")
}

const sqlPasswordHash query = "SELECT password_hash FROM users WHERE id = ?"

// PasswordHash returns the password hash of an account, "" when it has no password yet.
func (tx *Tx) PasswordHash(id doorward.UserID) (hash doorward.Secret, err error) {
	err = tx.row(sqlPasswordHash, func(s scanner) error { return s.Scan(&hash) }, id)
	return hash, notFound(err, "There is no such account.", "reading an account")
}

const (
	sqlSetPassword    query = "UPDATE users SET password_hash = ?2, updated_ms = ?3 WHERE id = ?1"
	sqlDeleteSessions query = "DELETE FROM sessions WHERE user_id = ?"
)

// SetPassword changes the password of an account and ends all its sessions.
func (tx *Tx) SetPassword(id doorward.UserID, hash doorward.Secret) error {
	_, err := tx.exec(sqlSetPassword, id, hash.Reveal(), ms(tx.Now))
	if err == nil {
		_, err = tx.exec(sqlDeleteSessions, id)
	}
	return doingError(err, "setting a password")
}

// DeleteSessions signs an account out everywhere.
func (tx *Tx) DeleteSessions(id doorward.UserID) error {
	_, err := tx.exec(sqlDeleteSessions, id)
	return doingError(err, "ending sessions")
}
