package sqlite

import (
	"github.com/doorward/doorward/pkg/doorward"
)

const sqlAllowlist query = "SELECT cidr, note, added_ms FROM allowlist WHERE event_id = ? ORDER BY cidr"

// Allowlist returns the trusted networks of an event.
func (tx *Tx) Allowlist(event doorward.EventID) (list []doorward.AllowedNetwork, err error) {
	err = tx.rows(sqlAllowlist, func(s scanner) error {
		var n doorward.AllowedNetwork
		var added int64
		if err := s.Scan(&n.CIDR, &n.Note, &added); err != nil {
			return err
		}
		n.AddedAt = fromMS(added)
		list = append(list, n)
		return nil
	}, event)
	return list, doingError(err, "reading an allowlist")
}

const (
	sqlInsertAllowed query = "INSERT INTO allowlist (event_id, cidr, note, added_ms) VALUES (?, ?, ?, ?)"
	sqlDeleteAllowed query = "DELETE FROM allowlist WHERE event_id = ? AND cidr = ?"
	sqlTouchAllowed  query = "UPDATE events SET allowlist_seq = allowlist_seq + 1 WHERE id = ?"
)

// InsertAllowed adds a network; one that is already there is CodeConflict.
func (tx *Tx) InsertAllowed(event doorward.EventID, n doorward.AllowedNetwork) error {
	_, err := tx.exec(sqlInsertAllowed, event, n.CIDR, n.Note, ms(tx.Now))
	if isDuplicate(err) {
		return doorward.Errorf(doorward.CodeConflict, "%s is already on the list.", n.CIDR)
	}
	if err == nil {
		_, err = tx.exec(sqlTouchAllowed, event)
	}
	return doingError(err, "adding a network to an allowlist")
}

// DeleteAllowed removes a network.
func (tx *Tx) DeleteAllowed(event doorward.EventID, cidr string) error {
	n, err := tx.exec(sqlDeleteAllowed, event, cidr)
	if err == nil && n == 0 {
		return doorward.Errorf(doorward.CodeNotFound, "%s is not on the list.", cidr)
	}
	if err == nil {
		_, err = tx.exec(sqlTouchAllowed, event)
	}
	return doingError(err, "removing a network from an allowlist")
}
