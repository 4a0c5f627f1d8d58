package sqlite

import (
	"github.com/doorward/doorward/pkg/doorward"
)

const (
	sqlSetAnswer query = `INSERT INTO rsvps (guest_id, companions, answers, message, answered_ms) VALUES (?1, ?2, ?3, ?4, ?5)
		ON CONFLICT DO UPDATE SET companions = excluded.companions, answers = excluded.answers, message = excluded.message,
		answered_ms = excluded.answered_ms`
	sqlSetStatus query = "UPDATE guests SET rsvp_status = ?2, plus_ones = ?3, updated_ms = ?4 WHERE id = ?1"
)

// SetRSVP stores a guest's answer in place of the one before.
func (tx *Tx) SetRSVP(guest doorward.GuestID, r doorward.RSVP) error {
	_, err := tx.exec(sqlSetAnswer, guest, toJSON(emptyList(r.Companions)), toJSON(emptyMap(r.Answers)), r.Message, ms(r.AnsweredAt))
	if err == nil {
		_, err = tx.exec(sqlSetStatus, guest, r.Status, r.PlusOnes, ms(tx.Now))
	}
	return doingError(err, "storing an answer")
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
