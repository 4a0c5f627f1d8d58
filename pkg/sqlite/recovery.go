package sqlite

import "github.com/doorward/doorward/pkg/doorward"

const sqlRecovery query = "SELECT public_key, made_ms FROM recovery WHERE id = 1"

// Recovery returns what the database knows of the recovery code: nothing when none was made.
func (tx *Tx) Recovery() (r doorward.Recovery, err error) {
	err = tx.rows(sqlRecovery, func(s scanner) error {
		var made int64
		err := s.Scan(&r.PublicKey, &made)
		r.MadeAt = fromMS(made)
		return err
	})
	return r, doingError(err, "reading the recovery key")
}

const sqlSetRecovery query = `INSERT INTO recovery (id, public_key, made_ms) VALUES (1, ?, ?)
	ON CONFLICT DO UPDATE SET public_key = excluded.public_key, made_ms = excluded.made_ms`

// SetRecovery puts another recovery code in the place of the one before.
func (tx *Tx) SetRecovery(publicKey []byte) error {
	_, err := tx.exec(sqlSetRecovery, publicKey, ms(tx.Now))
	return doingError(err, "storing the recovery key")
}

const sqlLinkKeys query = "SELECT id, fingerprint, sealed FROM link_keys WHERE id >= 0 ORDER BY id"

// LinkKeys lists the link keys by id; there are at most sixteen.
func (tx *Tx) LinkKeys() (keys []doorward.LinkKey, err error) {
	err = tx.rows(sqlLinkKeys, func(s scanner) error {
		var k doorward.LinkKey
		if err := s.Scan(&k.ID, &k.Fingerprint, &k.Sealed); err != nil {
			return err
		}
		keys = append(keys, k)
		return nil
	})
	return keys, doingError(err, "reading the link keys")
}

const sqlPutLinkKey query = `INSERT INTO link_keys (id, fingerprint, sealed) VALUES (?, ?, ?)
	ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, sealed = excluded.sealed`

// PutLinkKey remembers a link key, or changes what is remembered under its id.
func (tx *Tx) PutLinkKey(k doorward.LinkKey) error {
	if k.Sealed == nil {
		k.Sealed = []byte{}
	}
	_, err := tx.exec(sqlPutLinkKey, k.ID, k.Fingerprint, k.Sealed)
	return doingError(err, "storing a link key")
}

const sqlForgetLinkKey query = "DELETE FROM link_keys WHERE id = ?"

// ForgetLinkKey forgets a link key.
func (tx *Tx) ForgetLinkKey(id int) error {
	_, err := tx.exec(sqlForgetLinkKey, id)
	return doingError(err, "forgetting a link key")
}
