package sqlite

import (
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const sqlInsertRequest query = `INSERT INTO account_requests
	(id, kind, email, email_key, name, password_hash, terms_version, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

// InsertRequest adds what somebody asked for by an address.
func (tx *Tx) InsertRequest(r doorward.AccountRequest) error {
	_, err := tx.exec(sqlInsertRequest, r.ID, r.Kind, r.Email, doorward.EmailKey(r.Email), r.Name, r.PasswordHash.Reveal(),
		r.TermsVersion, ms(r.CreatedAt), ms(r.ExpiresAt))
	return doingError(err, "adding a request")
}

const sqlRequest query = `SELECT id, kind, email, name, password_hash, terms_version, created_ms, expires_ms
	FROM account_requests WHERE id = ?`

// Request returns what was asked for, also when its time is over.
func (tx *Tx) Request(id doorward.RequestID) (r doorward.AccountRequest, err error) {
	err = tx.row(sqlRequest, func(s scanner) error {
		var created, expires int64
		err := s.Scan(&r.ID, &r.Kind, &r.Email, &r.Name, &r.PasswordHash, &r.TermsVersion, &created, &expires)
		r.CreatedAt, r.ExpiresAt = fromMS(created), fromMS(expires)
		return err
	}, id)
	return r, notFound(err, "There is no such request.", "reading a request")
}

const sqlRequestsBefore query = `SELECT count(*) FROM account_requests
	WHERE email_key = ?1 AND kind = ?2 AND (created_ms, id) < (?3, ?4) AND created_ms > ?5`

// RequestsBefore counts what was asked for with the same address and kind between after and r.
func (tx *Tx) RequestsBefore(r doorward.AccountRequest, after time.Time) (n int, err error) {
	err = tx.row(sqlRequestsBefore, func(s scanner) error { return s.Scan(&n) },
		doorward.EmailKey(r.Email), r.Kind, ms(r.CreatedAt), r.ID, ms(after))
	return n, doingError(err, "counting requests")
}

const sqlDeleteRequest query = "DELETE FROM account_requests WHERE id = ?"

// DeleteRequest forgets what was asked for. It is no error when it is gone already.
func (tx *Tx) DeleteRequest(id doorward.RequestID) error {
	_, err := tx.exec(sqlDeleteRequest, id)
	return doingError(err, "deleting a request")
}

const sqlDeleteRequestsOf query = "DELETE FROM account_requests WHERE email_key = ? AND kind = ?"

// DeleteRequestsOf forgets everything of a kind that was asked for with an address, given as it is compared.
func (tx *Tx) DeleteRequestsOf(key string, kind doorward.RequestKind) error {
	_, err := tx.exec(sqlDeleteRequestsOf, key, kind)
	return doingError(err, "deleting requests")
}

const sqlDeleteExpiredRequests query = "DELETE FROM account_requests WHERE expires_ms <= ?"

// DeleteExpiredRequests forgets the requests whose time is over.
func (tx *Tx) DeleteExpiredRequests() error {
	_, err := tx.exec(sqlDeleteExpiredRequests, ms(tx.Due))
	return doingError(err, "deleting expired requests")
}
