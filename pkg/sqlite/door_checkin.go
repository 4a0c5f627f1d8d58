package sqlite

import (
	"cmp"
	"database/sql"
	"errors"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

const checkinColumns = `c.id, c.event_id, coalesce(c.guest_id, ''), c.source, c.nonce, c.entrance, c.direction, c.heads, c.at_ms,
	c.received_ms, c.outcome, c.reason, c.override, c.conflict, c.inside_after, c.undone_ms`

// scanCheckin reads checkinColumns, and more columns into more.
func scanCheckin(s scanner, c *doorward.Checkin, more ...any) error {
	var source string
	var at, received, undone int64
	dest := []any{
		&c.ID, &c.EventID, &c.GuestID, &source, &c.Nonce, &c.Entrance, &c.Direction, &c.Heads, &at,
		&received, &c.Outcome, &c.Reason, &c.Override, &c.Conflict, &c.InsideAfter, &undone,
	}
	err := s.Scan(append(dest, more...)...)
	c.At, c.ReceivedAt, c.UndoneAt = fromMS(at), fromMS(received), fromMS(undone)
	if strings.HasPrefix(source, "dev_") {
		c.DeviceID = doorward.DeviceID(source)
	} else {
		c.UserID = doorward.UserID(source)
	}
	return err
}

// source is who made a check-in, the device or the person.
func source(c doorward.Checkin) string { return cmp.Or(string(c.DeviceID), string(c.UserID)) }

const sqlInsertCheckin query = `INSERT INTO checkins
	(id, event_id, guest_id, source, nonce, entrance, direction, heads, at_ms, received_ms, outcome, reason, override, conflict,
	 inside_after, undone_ms)
	VALUES (?, ?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`

// InsertCheckin adds a row to the ledger. It does not touch the guest: see UpdatePresence.
func (tx *Tx) InsertCheckin(c doorward.Checkin) error {
	_, err := tx.exec(sqlInsertCheckin, c.ID, c.EventID, c.GuestID, source(c), c.Nonce, c.Entrance, c.Direction, c.Heads, ms(c.At),
		ms(c.ReceivedAt), c.Outcome, c.Reason, c.Override, c.Conflict, c.InsideAfter)
	return doingError(err, "adding to the ledger")
}

const sqlUpdatePresence query = `UPDATE guests SET (heads_inside, first_in_ms, last_in_ms) = (
		SELECT coalesce(sum(CASE direction WHEN 'in' THEN heads ELSE -heads END), 0),
			coalesce(min(CASE direction WHEN 'in' THEN at_ms END), 0),
			coalesce(max(CASE direction WHEN 'in' THEN at_ms END), 0)
		FROM checkins WHERE guest_id = ?1 AND outcome = 'admitted' AND undone_ms = 0)
	WHERE id = ?1`

// UpdatePresence sums the ledger up into the guest after it changed.
func (tx *Tx) UpdatePresence(guest doorward.GuestID) error {
	_, err := tx.exec(sqlUpdatePresence, guest)
	return doingError(err, "summing up a guest's check-ins")
}

const sqlCheckinByNonce query = "SELECT " + checkinColumns + " FROM checkins c WHERE c.event_id = ? AND c.source = ? AND c.nonce = ?"

// CheckinByNonce returns the row that a source made on an event with a nonce; found is false when there is none.
func (tx *Tx) CheckinByNonce(event doorward.EventID, source, nonce string) (c doorward.Checkin, found bool, err error) {
	err = tx.row(sqlCheckinByNonce, func(s scanner) error { return scanCheckin(s, &c) }, event, source, nonce)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, doingError(err, "reading the ledger")
}

const ledgerColumns = checkinColumns + `, coalesce(g.name, ''), coalesce(d.name, u.name, '')
	FROM checkins c LEFT JOIN guests g ON g.id = c.guest_id LEFT JOIN devices d ON d.id = c.source LEFT JOIN users u ON u.id = c.source`

const (
	sqlAdmissions query = "SELECT " + ledgerColumns + ` WHERE c.guest_id = ? AND c.outcome = 'admitted' AND c.undone_ms = 0
		ORDER BY c.at_ms, c.id`
	sqlLedger query = "SELECT " + ledgerColumns + ` WHERE c.event_id = ?1 AND (c.at_ms, c.id) < (?2, ?3)
		ORDER BY c.at_ms DESC, c.id DESC LIMIT ?4`
)

// Admissions returns what the ledger holds of a guest that counts: admitted and not undone, in the order of the scans.
func (tx *Tx) Admissions(guest doorward.GuestID) (list []doorward.LedgerRow, err error) {
	err = tx.rows(sqlAdmissions, func(s scanner) error {
		var r doorward.LedgerRow
		err := scanCheckin(s, &r.Checkin, &r.GuestName, &r.By)
		list = append(list, r)
		return err
	}, guest)
	return list, doingError(err, "reading the ledger")
}

// Ledger lists the check-ins of an event, newest scan first, after a cursor.
func (tx *Tx) Ledger(event doorward.EventID, cursor string, limit int) (page doorward.Page[doorward.LedgerRow], err error) {
	at, id, err := parseTimeCursor(cursor)
	if err != nil {
		return page, err
	}
	err = tx.rows(sqlLedger, func(s scanner) error {
		var r doorward.LedgerRow
		if err := scanCheckin(s, &r.Checkin, &r.GuestName, &r.By); err != nil {
			return err
		}
		if len(page.Items) == limit {
			last := page.Items[limit-1]
			page.Next = timeCursor(ms(last.At), string(last.ID))
			return nil
		}
		page.Items = append(page.Items, r)
		return nil
	}, event, at, id, limit+1)
	return page, doingError(err, "reading the ledger")
}

const (
	sqlMarkConflict query = "UPDATE checkins SET conflict = 1 WHERE id = ?"
	sqlUndoCheckin  query = "UPDATE checkins SET undone_ms = ?2 WHERE id = ?1 AND undone_ms = 0"
)

// MarkConflict marks a row whose heads another door had admitted before it.
func (tx *Tx) MarkConflict(id doorward.CheckinID) error {
	_, err := tx.exec(sqlMarkConflict, id)
	return doingError(err, "marking a conflict")
}

// UndoCheckin takes a row out of the count. Undoing it again changes nothing.
func (tx *Tx) UndoCheckin(id doorward.CheckinID) error {
	_, err := tx.exec(sqlUndoCheckin, id, ms(tx.Now))
	return doingError(err, "undoing a check-in")
}

const sqlEntrances query = "SELECT entrance, heads_in, heads_out FROM entrances WHERE event_id = ? ORDER BY entrance"

// Entrances returns the heads through each door of an event.
func (tx *Tx) Entrances(event doorward.EventID) (list []doorward.Entrance, err error) {
	err = tx.rows(sqlEntrances, func(s scanner) error {
		var e doorward.Entrance
		err := s.Scan(&e.Name, &e.In, &e.Out)
		list = append(list, e)
		return err
	}, event)
	return list, doingError(err, "counting heads at the entrances")
}
