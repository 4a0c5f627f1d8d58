package sqlite

import (
	"database/sql"
	"errors"

	"github.com/doorward/doorward/pkg/doorward"
)

const (
	sqlSetAnswer query = `INSERT INTO rsvps (guest_id, companions, answers, message, answered_ms) VALUES (?1, ?2, ?3, ?4, ?5)
		ON CONFLICT DO UPDATE SET companions = excluded.companions, answers = excluded.answers, message = excluded.message,
		answered_ms = excluded.answered_ms`
	sqlSetStatus query = "UPDATE guests SET rsvp_status = ?2, plus_ones = ?3, waitlist_seq = ?4, updated_ms = ?5 WHERE id = ?1"
)

// SetRSVP stores a guest's answer in place of the one before. Who waits has a WaitlistSeq, see NextWaitlistSeq.
func (tx *Tx) SetRSVP(guest doorward.GuestID, r doorward.RSVP) error {
	_, err := tx.exec(sqlSetAnswer, guest, toJSON(emptyList(r.Companions)), toJSON(emptyMap(r.Answers)), r.Message, ms(r.AnsweredAt))
	if err == nil {
		_, err = tx.exec(sqlSetStatus, guest, r.Status, r.PlusOnes, r.WaitlistSeq, ms(tx.Now))
	}
	return doingError(err, "storing an answer")
}

// Seat gives a place to a guest who waited: the answer stays as it is, and counts as attending.
func (tx *Tx) Seat(g doorward.Guest) error {
	_, err := tx.exec(sqlSetStatus, g.ID, doorward.RSVPAttending, g.RSVP.PlusOnes, 0, ms(tx.Now))
	return doingError(err, "giving a place")
}

const sqlLastWaiting query = "SELECT coalesce(max(waitlist_seq), 0) FROM guests WHERE event_id = ? AND waitlist_seq > 0"

// NextWaitlistSeq is the place at the end of an event's queue.
func (tx *Tx) NextWaitlistSeq(event doorward.EventID) (seq int64, err error) {
	err = tx.row(sqlLastWaiting, func(s scanner) error { return s.Scan(&seq) }, event)
	return seq + 1, doingError(err, "looking for the end of the waiting list")
}

const sqlFirstWaiting query = "SELECT " + guestColumns + guestTables + "WHERE g.event_id = ? AND g.waitlist_seq > 0 ORDER BY g.waitlist_seq LIMIT 1"

// FirstWaiting returns who is next in an event's queue; found is false when nobody waits.
func (tx *Tx) FirstWaiting(event doorward.EventID) (g doorward.Guest, found bool, err error) {
	var key string
	err = tx.row(sqlFirstWaiting, func(s scanner) error { return scanGuest(s, &g, &key) }, event)
	if errors.Is(err, sql.ErrNoRows) {
		return g, false, nil
	}
	return g, err == nil, doingError(err, "looking for the next on the waiting list")
}

func emptyList(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func emptyMap(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}
