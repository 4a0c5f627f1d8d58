package sqlite

import (
	"database/sql"
	"errors"

	"github.com/doorward/doorward/pkg/doorward"
)

const sqlRole query = "SELECT role FROM collaborators WHERE event_id = ? AND user_id = ?"

// Role returns what a user may do on an event; RoleNone when there is no such event or no role on it.
func (tx *Tx) Role(event doorward.EventID, user doorward.UserID) (role doorward.Role, err error) {
	err = tx.row(sqlRole, func(s scanner) error { return s.Scan(&role) }, event, user)
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
