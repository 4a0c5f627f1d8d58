package token

import (
	"bytes"
	"crypto/hpke"
	"fmt"
	"os"

	"github.com/doorward/doorward/pkg/doorward"
)

// fingerprintBytes is enough that two keys never look alike, also to somebody who tries.
const fingerprintBytes = 16

func (k *key) fingerprint() []byte { return k.derive(fingerprintPurpose)[:fingerprintBytes] }

// sealInfo binds a sealed key to its id.
func sealInfo(id int) []byte { return fmt.Appendf(nil, "doorward link key %02d", id) }

// Records returns what the database is to remember of the ring's keys. With a public key they are sealed to it.
func (r *Ring) Records(publicKey []byte) ([]doorward.LinkKey, error) {
	var all []doorward.LinkKey
	for id, k := range r.set.Load().keys {
		if k == nil {
			continue
		}
		record := doorward.LinkKey{ID: id, Fingerprint: k.fingerprint()}
		if len(publicKey) > 0 {
			recipient, err := codeKEM.NewPublicKey(publicKey)
			if err != nil {
				return nil, fmt.Errorf("reading the recovery key: %w", err)
			}
			if record.Sealed, err = hpke.Seal(recipient, codeKDF, codeAEAD, sealInfo(id), k.master); err != nil {
				return nil, fmt.Errorf("sealing link key %02d: %w", id, err)
			}
		}
		all = append(all, record)
	}
	return all, nil
}

// IDs lists the keys of the ring.
func (r *Ring) IDs() (ids []int) {
	for id, k := range r.set.Load().keys {
		if k != nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// Missing returns which of the remembered keys the ring does not have, or has another in the place of.
func (r *Ring) Missing(records []doorward.LinkKey) []doorward.LinkKey {
	return r.set.Load().missing(records)
}

func (s *keySet) missing(records []doorward.LinkKey) (missing []doorward.LinkKey) {
	for _, record := range records {
		if k := s.keys[record.ID]; k == nil || !bytes.Equal(k.fingerprint(), record.Fingerprint) {
			missing = append(missing, record)
		}
	}
	return missing
}

// Recover opens the keys that are missing, writes them to the ring's folder, and uses them from then on. It returns how
// many there were. Records that were sealed to another recovery key are CodeInvalid, and then nothing has changed.
//
// A key that is there under the id of a missing one is replaced: it never signed a link of this database, because OpenRing
// went on with a higher id.
func (r *Ring) Recover(k RecoveryKey, records []doorward.LinkKey) (int, error) {
	missing := r.Missing(records)
	masters := make([][]byte, len(missing))
	for i, record := range missing {
		master, err := hpke.Open(k.private, codeKDF, codeAEAD, sealInfo(record.ID), record.Sealed)
		if err != nil || len(master) != masterBytes || !bytes.Equal(newKey(master).fingerprint(), record.Fingerprint) {
			return 0, ErrOtherCode()
		}
		masters[i] = master
	}
	if len(missing) == 0 {
		return 0, nil
	}
	for i, record := range missing {
		if err := writeKey(r.dir, fileName(record.ID), masters[i], os.Rename); err != nil {
			return 0, fmt.Errorf("writing link key %02d: %w", record.ID, err)
		}
	}
	set, err := load(r.dir)
	if err != nil {
		return 0, err
	}
	r.set.Store(set)
	return len(missing), nil
}

// ErrOtherCode says that a recovery code is well formed and not the one that is asked for. It is the same error whatever
// does not fit.
func ErrOtherCode() error {
	return mistyped("This is not the recovery code of these links: it is another box's, or a newer one has taken its place.")
}
