package sqlite

import (
	"github.com/doorward/doorward/pkg/doorward"
)

const sqlCopyAllowlist query = "INSERT INTO allowlist (event_id, cidr, note, added_ms) SELECT ?2, cidr, note, ?3 FROM allowlist WHERE event_id = ?1"

// CopyAllowlist gives an event without trusted networks those of another.
func (tx *Tx) CopyAllowlist(from, to doorward.EventID) error {
	n, err := tx.exec(sqlCopyAllowlist, from, to, ms(tx.Now))
	if err == nil && n > 0 {
		_, err = tx.exec(sqlTouchAllowed, to)
	}
	return doingError(err, "copying an allowlist")
}

const sqlGuestsToCopy query = "SELECT name, email, phone, party_size, tags, note FROM guests WHERE event_id = ? ORDER BY name_key, id"

// GuestsToCopy returns who is on the list of an event, by name and without ids: what hosts wrote of them, and nothing of
// what they did.
func (tx *Tx) GuestsToCopy(event doorward.EventID) (list []doorward.Guest, err error) {
	err = tx.rows(sqlGuestsToCopy, func(s scanner) error {
		var g doorward.Guest
		var tags string
		if err := s.Scan(&g.Name, &g.Email, &g.Phone, &g.PartySize, &tags, &g.Note); err != nil {
			return err
		}
		list = append(list, g)
		return fromJSON(tags, &list[len(list)-1].Tags)
	}, event)
	return list, doingError(err, "reading a guest list")
}
