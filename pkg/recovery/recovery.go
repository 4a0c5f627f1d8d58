package recovery

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// Keys looks after the link keys of a box.
type Keys struct {
	db   *sqlite.DB
	ring *token.Ring
	turn sync.Mutex // one new code or recovery at a time: a key must not come back while the others are sealed anew
}

// Open opens the key ring in dir and brings it and the database to the same state: keys that the database does not know yet
// are remembered, and sealed if there is a recovery code. Keys that are lost are a state, not an error; see State.
func Open(ctx context.Context, db *sqlite.DB, dir string) (*Keys, *token.Ring, error) {
	records, code, err := remembered(ctx, db)
	if err != nil {
		return nil, nil, err
	}
	ring, err := token.OpenRing(dir, records)
	if err != nil {
		return nil, nil, err
	}
	k := &Keys{db: db, ring: ring}
	if len(unsealed(ring, records, code)) > 0 {
		err = db.Write(ctx, k.seal)
	}
	return k, ring, err
}

// Offline returns the keys of a database that no program serves. It makes none: see token.ReadRing.
func Offline(db *sqlite.DB, dir string) (*Keys, error) {
	ring, err := token.ReadRing(dir)
	return &Keys{db: db, ring: ring}, err
}

func remembered(ctx context.Context, db *sqlite.DB) (records []doorward.LinkKey, code doorward.Recovery, err error) {
	err = db.Read(ctx, func(tx *sqlite.Tx) error {
		records, code, err = read(tx)
		return err
	})
	return records, code, err
}

func read(tx *sqlite.Tx) ([]doorward.LinkKey, doorward.Recovery, error) {
	records, err := tx.LinkKeys()
	if err != nil {
		return nil, doorward.Recovery{}, err
	}
	code, err := tx.Recovery()
	return records, code, err
}

// unsealed returns the ids of the ring's keys that the database must still be told of.
func unsealed(ring *token.Ring, records []doorward.LinkKey, code doorward.Recovery) map[int]bool {
	known, missing := map[int]bool{}, map[int]bool{}
	for _, record := range ring.Missing(records) {
		missing[record.ID] = true
	}
	for _, record := range records {
		// What is remembered of a key that is lost stays, also when another lies in its place.
		known[record.ID] = missing[record.ID] || len(record.Sealed) > 0 || len(code.PublicKey) == 0
	}
	todo := map[int]bool{}
	for _, id := range ring.IDs() {
		if !known[id] {
			todo[id] = true
		}
	}
	return todo
}

// seal tells the database of the keys that it does not know, or knows without a seal.
func (k *Keys) seal(tx *sqlite.Tx) error {
	records, code, err := read(tx)
	if err != nil {
		return err
	}
	fresh, err := k.ring.Records(code.PublicKey)
	if err != nil {
		return err
	}
	todo := unsealed(k.ring, records, code)
	for _, record := range fresh {
		if !todo[record.ID] {
			continue
		}
		if err := tx.PutLinkKey(record); err != nil {
			return err
		}
	}
	return nil
}

// State is how it stands with the links of a box.
type State struct {
	CodeMadeAt time.Time // zero when there is no recovery code
	// Lost is how many link keys are gone. Links that were signed with one do not open.
	Lost int
	// Recoverable is how many of those the recovery code brings back.
	Recoverable int
}

// State returns how it stands with the links.
func (k *Keys) State(ctx context.Context) (State, error) {
	records, code, err := remembered(ctx, k.db)
	if err != nil {
		return State{}, err
	}
	s := State{CodeMadeAt: code.MadeAt}
	for _, record := range k.ring.Missing(records) {
		s.Lost++
		if len(record.Sealed) > 0 {
			s.Recoverable++
		}
	}
	return s, nil
}

// NewCode makes a recovery code and returns it for the only time. The one before is of no more use: while keys are lost that
// it could bring back this is CodeConflict. With giveUp it is not, and all that are lost are forgotten.
func (k *Keys) NewCode(ctx context.Context, giveUp bool) (doorward.Secret, error) {
	k.turn.Lock()
	defer k.turn.Unlock()
	text := token.NewRecoveryCode()
	code, err := token.ParseRecoveryCode(text)
	if err != nil {
		return "", err
	}
	fresh, err := k.ring.Records(code.PublicKey())
	if err != nil {
		return "", err
	}
	err = k.db.Write(ctx, func(tx *sqlite.Tx) error {
		records, _, err := read(tx)
		if err != nil {
			return err
		}
		for _, lost := range k.ring.Missing(records) {
			if !giveUp && len(lost.Sealed) > 0 {
				return doorward.Errorf(doorward.CodeConflict,
					"The keys of links that were handed out are lost. Enter the old recovery code first: a new one ends it, and nothing else opens them.")
			}
			if !giveUp {
				continue
			}
			if err := tx.ForgetLinkKey(lost.ID); err != nil {
				return err
			}
		}
		for _, record := range fresh {
			if err := tx.PutLinkKey(record); err != nil {
				return err
			}
		}
		return tx.SetRecovery(code.PublicKey())
	})
	if err != nil {
		return "", err
	}
	return text, nil
}

// Recover brings the lost keys back with the recovery code and returns how many there were; links that they signed open
// again at once. Without any lost it only proves the code. A code that is mistyped, another box's or replaced is CodeInvalid,
// for the field recovery_code.
func (k *Keys) Recover(ctx context.Context, typed doorward.Secret) (int, error) {
	code, err := token.ParseRecoveryCode(typed)
	if err != nil {
		return 0, err
	}
	k.turn.Lock()
	defer k.turn.Unlock()
	records, have, err := remembered(ctx, k.db)
	switch {
	case err != nil:
		return 0, err
	case len(have.PublicKey) == 0:
		return 0, doorward.Errorf(doorward.CodeConflict, "No recovery code was made on this box, so none brings links back. Issue them anew.")
	case !bytes.Equal(code.PublicKey(), have.PublicKey):
		return 0, token.ErrOtherCode()
	}
	sealed := make([]doorward.LinkKey, 0, len(records))
	for _, record := range records {
		if len(record.Sealed) > 0 {
			sealed = append(sealed, record)
		}
	}
	n, err := k.ring.Recover(code, sealed)
	if err == nil && n > 0 {
		slog.Info("link keys were recovered", "keys", n)
	}
	return n, err
}
