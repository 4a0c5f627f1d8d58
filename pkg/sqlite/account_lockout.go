package sqlite

import (
	"database/sql"
	"errors"
)

const sqlFailedSignIns query = "SELECT failures FROM failed_sign_ins WHERE address_hash = ?"

// FailedSignIns returns how often signing in with an address has failed since it last did not.
func (tx *Tx) FailedSignIns(addressHash []byte) (failures int, err error) {
	err = tx.row(sqlFailedSignIns, func(s scanner) error { return s.Scan(&failures) }, addressHash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return failures, doingError(err, "reading failed sign-ins")
}

const (
	sqlAddFailedSignIn query = `INSERT INTO failed_sign_ins (id, address_hash, failures)
		VALUES ((SELECT coalesce(max(id), 0) + 1 FROM failed_sign_ins), ?, 1)
		ON CONFLICT (address_hash) DO UPDATE SET id = excluded.id, failures = failures + 1 RETURNING failures`
	sqlDeleteOldFailedSignIns query = "DELETE FROM failed_sign_ins WHERE id <= (SELECT max(id) FROM failed_sign_ins) - ?"
)

// AddFailedSignIn counts one more failure of an address, and returns how many there are. What is older than the last
// keep failures of all is forgotten.
func (tx *Tx) AddFailedSignIn(addressHash []byte, keep int) (failures int, err error) {
	err = tx.row(sqlAddFailedSignIn, func(s scanner) error { return s.Scan(&failures) }, addressHash)
	if err == nil {
		_, err = tx.exec(sqlDeleteOldFailedSignIns, keep)
	}
	return failures, doingError(err, "counting a failed sign-in")
}

const sqlDeleteFailedSignIns query = "DELETE FROM failed_sign_ins WHERE address_hash = ?"

// DeleteFailedSignIns forgets the failures of an address, and reports whether there were any.
func (tx *Tx) DeleteFailedSignIns(addressHash []byte) (bool, error) {
	n, err := tx.exec(sqlDeleteFailedSignIns, addressHash)
	return n > 0, doingError(err, "forgetting failed sign-ins")
}

const sqlPasswordCost query = "SELECT memory_kib, passes FROM password_cost WHERE id = 1"

// PasswordCost returns what hashing a password costs, zeroes when that was not measured yet.
func (tx *Tx) PasswordCost() (memoryKiB, passes uint32, err error) {
	err = tx.row(sqlPasswordCost, func(s scanner) error { return s.Scan(&memoryKiB, &passes) })
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	return memoryKiB, passes, doingError(err, "reading what a password costs")
}

const sqlInsertPasswordCost query = "INSERT INTO password_cost (id, memory_kib, passes) VALUES (1, ?, ?) ON CONFLICT DO NOTHING"

// InsertPasswordCost sets what hashing a password costs, unless that was set before.
func (tx *Tx) InsertPasswordCost(memoryKiB, passes uint32) error {
	_, err := tx.exec(sqlInsertPasswordCost, memoryKiB, passes)
	return doingError(err, "storing what a password costs")
}
