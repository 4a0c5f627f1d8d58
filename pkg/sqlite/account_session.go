package sqlite

import "github.com/doorward/doorward/pkg/doorward"

const sqlSessions query = `SELECT id, user_id, counter, rotated_ms, user_agent, created_ms, expires_ms FROM sessions
	WHERE user_id = ?1 AND expires_ms > ?2 ORDER BY rotated_ms DESC, id LIMIT ?3`

// Sessions returns the browsers that are signed in to an account, the last used first.
func (tx *Tx) Sessions(user doorward.UserID, limit int) (all []doorward.Session, err error) {
	err = tx.rows(sqlSessions, func(s scanner) error {
		var one doorward.Session
		err := scanSession(&one)(s)
		all = append(all, one)
		return err
	}, user, ms(tx.Due), limit)
	return all, doingError(err, "listing sessions")
}

func scanSession(out *doorward.Session) func(scanner) error {
	return func(s scanner) error {
		var rotated, created, expires int64
		err := s.Scan(&out.ID, &out.UserID, &out.Counter, &rotated, &out.UserAgent, &created, &expires)
		out.RotatedAt, out.CreatedAt, out.ExpiresAt = fromMS(rotated), fromMS(created), fromMS(expires)
		return err
	}
}

const sqlAcceptTerms query = "UPDATE users SET terms_version = ?2, updated_ms = ?3 WHERE id = ?1 AND terms_version <> ?2"

// AcceptTerms stores which version of the terms an account has accepted.
func (tx *Tx) AcceptTerms(id doorward.UserID, version string) error {
	_, err := tx.exec(sqlAcceptTerms, id, version, ms(tx.Now))
	return doingError(err, "accepting the terms")
}
