package sqlite

import (
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const deviceColumns = "id, event_id, name, entrance, scopes, created_ms, expires_ms, paired_ms, seen_ms, revoked_ms"

func scanDevice(s scanner, d *doorward.Device) error {
	var scopes string
	var created, expires, paired, seen, revoked int64
	if err := s.Scan(&d.ID, &d.EventID, &d.Name, &d.Entrance, &scopes, &created, &expires, &paired, &seen, &revoked); err != nil {
		return err
	}
	d.CreatedAt, d.ExpiresAt, d.PairedAt = fromMS(created), fromMS(expires), fromMS(paired)
	d.LastSeen, d.RevokedAt = fromMS(seen), fromMS(revoked)
	return fromJSON(scopes, &d.Scopes)
}

const sqlInsertDevice query = `INSERT INTO devices
	(id, event_id, name, entrance, scopes, code_hash, code_expires_ms, token_hash, created_ms, expires_ms, paired_ms, seen_ms, revoked_ms)
	VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, 0, 0, 0)`

// InsertDevice adds a device that waits to be paired with the code whose hash is given, until codeExpires.
func (tx *Tx) InsertDevice(d doorward.Device, codeHash []byte, codeExpires time.Time) error {
	_, err := tx.exec(sqlInsertDevice, d.ID, d.EventID, d.Name, d.Entrance, toJSON(d.Scopes), codeHash, ms(codeExpires),
		ms(tx.Now), ms(d.ExpiresAt))
	return doingError(err, "adding a device")
}

const sqlDevices query = "SELECT " + deviceColumns + " FROM devices WHERE event_id = ? ORDER BY created_ms, id"

// Devices lists the devices of an event, oldest first.
func (tx *Tx) Devices(event doorward.EventID) (list []doorward.Device, err error) {
	err = tx.rows(sqlDevices, func(s scanner) error {
		var d doorward.Device
		err := scanDevice(s, &d)
		list = append(list, d)
		return err
	}, event)
	return list, doingError(err, "listing devices")
}

const (
	sqlDevice        query = "SELECT " + deviceColumns + " FROM devices WHERE id = ?"
	sqlDeviceByToken query = "SELECT " + deviceColumns + " FROM devices WHERE token_hash = ?"
	sqlDeviceByCode  query = "SELECT " + deviceColumns + " FROM devices WHERE code_hash = ? AND code_expires_ms > ? AND revoked_ms = 0"
)

// Device returns a device by id.
func (tx *Tx) Device(id doorward.DeviceID) (d doorward.Device, err error) {
	err = tx.row(sqlDevice, func(s scanner) error { return scanDevice(s, &d) }, id)
	return d, notFound(err, "There is no such device.", "reading a device")
}

// DeviceByToken returns a paired device by the hash of its token, also a revoked or expired one.
func (tx *Tx) DeviceByToken(tokenHash []byte) (d doorward.Device, err error) {
	err = tx.row(sqlDeviceByToken, func(s scanner) error { return scanDevice(s, &d) }, tokenHash)
	return d, notFound(err, "This phone is not paired.", "reading a device")
}

// DeviceByCode returns the device that waits for a pairing code which is still good.
func (tx *Tx) DeviceByCode(codeHash []byte) (d doorward.Device, err error) {
	err = tx.row(sqlDeviceByCode, func(s scanner) error { return scanDevice(s, &d) }, codeHash, ms(tx.Now))
	return d, notFound(err, "This pairing code is wrong, used or expired. Ask for a new one.", "reading a device")
}

const sqlPairDevice query = `UPDATE devices SET name = ?2, code_hash = NULL, token_hash = ?3, paired_ms = ?4, seen_ms = ?4 WHERE id = ?1`

// PairDevice spends the pairing code and gives the device its token.
func (tx *Tx) PairDevice(id doorward.DeviceID, name string, tokenHash []byte) error {
	_, err := tx.exec(sqlPairDevice, id, name, tokenHash, ms(tx.Now))
	return doingError(err, "pairing a device")
}

const sqlTouchDevice query = "UPDATE devices SET seen_ms = ?2 WHERE id = ?1"

// TouchDevice remembers that the device was heard of.
func (tx *Tx) TouchDevice(id doorward.DeviceID) error {
	_, err := tx.exec(sqlTouchDevice, id, ms(tx.Now))
	return doingError(err, "marking a device as seen")
}

const sqlRevokeDevice query = "UPDATE devices SET revoked_ms = ?3, code_hash = NULL WHERE event_id = ?1 AND id = ?2 AND revoked_ms = 0"

// RevokeDevice takes a device's access away; one that is unknown or already revoked is not found.
func (tx *Tx) RevokeDevice(event doorward.EventID, id doorward.DeviceID) error {
	n, err := tx.exec(sqlRevokeDevice, event, id, ms(tx.Now))
	if err == nil && n == 0 {
		return doorward.Errorf(doorward.CodeNotFound, "There is no such device.")
	}
	return doingError(err, "revoking a device")
}
