package door

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// Gate judges uses of links; package invitation is one.
type Gate interface {
	Verify(text string) (token.Claims, error)
	Resolve(tx *sqlite.Tx, claims token.Claims) (doorward.Guest, doorward.Event, error)
	Assess(tx *sqlite.Tx, e doorward.Event, g doorward.Guest, s doorward.Signals) (doorward.Access, error)
}

// Doors is the use case.
type Doors struct {
	db     *sqlite.DB
	gate   Gate
	origin string // BASE_URL, without a slash at the end
}

// New makes the use case. Pairing links begin with origin.
func New(db *sqlite.DB, gate Gate, origin string) *Doors {
	return &Doors{db: db, gate: gate, origin: strings.TrimRight(origin, "/")}
}

// PairingLife is how long a pairing code is good.
const PairingLife = 10 * time.Minute

// seenEvery is how often, at most, a quiet device is written down as seen.
const seenEvery = time.Minute

const maxLabel = 80

// Pairing is a device that waits for its phone.
type Pairing struct {
	Device doorward.Device
	Code   string // eight letters and digits in two groups
	URL    string // opens the door page with the code
}

// AddDevice prepares a device and returns the code that pairs a phone with it. ExpiresAt zero lasts as long as the
// event; no scopes at all means scan, search and undo.
func (d *Doors) AddDevice(ctx context.Context, user doorward.User, event doorward.EventID, dev doorward.Device, now time.Time) (p Pairing, err error) {
	dev.Name, dev.Entrance = strings.TrimSpace(dev.Name), strings.TrimSpace(dev.Entrance)
	if len(dev.Scopes) == 0 {
		dev.Scopes = []doorward.Scope{doorward.ScopeScan, doorward.ScopeSearch, doorward.ScopeUndo}
	}
	var fields []doorward.FieldError
	rule := func(ok bool, field, detail string) {
		if !ok {
			fields = append(fields, doorward.FieldError{Field: field, Detail: detail})
		}
	}
	rule(isLabel(dev.Name), "name", "Name the phone in at most 80 characters, for example Rui's phone.")
	rule(isLabel(dev.Entrance), "entrance", "Name the entrance in at most 80 characters, for example Main door.")
	rule(!slices.ContainsFunc(dev.Scopes, func(s doorward.Scope) bool { return !slices.Contains(doorward.Scopes(), s) }),
		"scopes", "Use scan, search, undo and walk_in.")
	rule(dev.ExpiresAt.IsZero() || dev.ExpiresAt.After(now), "expires_at", "Use a time that is still to come.")
	if fields != nil {
		return p, doorward.Invalid(fields...)
	}
	dev.ID, dev.EventID = doorward.NewDeviceID(), event
	text := rand.Text()
	code := text[:4] + "-" + text[4:8]
	err = d.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.InsertDevice(dev, hashCode(code), tx.Now.Add(PairingLife)); err != nil {
			return err
		}
		if dev, err = tx.Device(dev.ID); err != nil {
			return err
		}
		return recordDevice(tx, "device_added", dev, user.Name)
	})
	return Pairing{Device: dev, Code: code, URL: d.origin + "/door#pair=" + code}, err
}

func isLabel(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= maxLabel && doorward.Printable(s)
}

func hashCode(code string) []byte {
	plain := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	sum := sha256.Sum256([]byte(plain))
	return sum[:]
}

func hashToken(t doorward.Secret) []byte {
	sum := sha256.Sum256([]byte(t.Reveal()))
	return sum[:]
}

func recordDevice(tx *sqlite.Tx, change string, dev doorward.Device, by string) error {
	return tx.InsertActivity(dev.EventID, doorward.ActivityEvent, "", doorward.EventActivity{
		Change: change, Detail: dev.Name + ", " + dev.Entrance, By: by,
	})
}

// Devices lists the devices of an event.
func (d *Doors) Devices(ctx context.Context, event doorward.EventID) (list []doorward.Device, err error) {
	err = d.db.Read(ctx, func(tx *sqlite.Tx) error {
		list, err = tx.Devices(event)
		return err
	})
	return list, err
}

// RevokeDevice takes a device's access away at once.
func (d *Doors) RevokeDevice(ctx context.Context, user doorward.User, event doorward.EventID, id doorward.DeviceID) error {
	return d.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.RevokeDevice(event, id); err != nil {
			return err
		}
		dev, err := tx.Device(id)
		if err != nil {
			return err
		}
		return recordDevice(tx, "device_revoked", dev, user.Name)
	})
}

// Paired is what a phone gets for its code.
type Paired struct {
	Token  doorward.Secret
	Device doorward.Device
	Event  doorward.Event
}

// Pair spends a pairing code; name, if there is one, replaces the device's. A code that is wrong, used or expired is
// CodeGone.
func (d *Doors) Pair(ctx context.Context, code, name string) (p Paired, err error) {
	name = strings.TrimSpace(name)
	if name != "" && !isLabel(name) {
		return p, doorward.Invalid(doorward.FieldError{Field: "name", Detail: "Name this phone in at most 80 characters."})
	}
	p.Token = doorward.Secret(rand.Text())
	err = d.db.Write(ctx, func(tx *sqlite.Tx) error {
		dev, err := tx.DeviceByCode(hashCode(code))
		if err != nil {
			return err
		}
		if name == "" {
			name = dev.Name
		}
		if err := tx.PairDevice(dev.ID, name, hashToken(p.Token)); err != nil {
			return err
		}
		if p.Device, err = tx.Device(dev.ID); err != nil {
			return err
		}
		if p.Event, err = tx.Event(dev.EventID); err != nil {
			return err
		}
		return recordDevice(tx, "device_paired", p.Device, name)
	})
	if doorward.ErrorCode(err) == doorward.CodeNotFound {
		err = doorward.Errorf(doorward.CodeGone, "This pairing code is wrong, used or expired. Ask for a new one.")
	}
	return p, err
}

// Authenticate returns the device that holds a token. A revoked one is CodeUnauthenticated; an expired one too, unless
// evenExpired, with which it may still hand in what it scanned in time. While the event is deleted it is CodeForbidden.
func (d *Doors) Authenticate(ctx context.Context, t doorward.Secret, evenExpired bool) (dev doorward.Device, err error) {
	seen := false
	err = d.db.Read(ctx, func(tx *sqlite.Tx) error {
		dev, err = tx.DeviceByToken(hashToken(t))
		switch {
		case doorward.ErrorCode(err) == doorward.CodeNotFound:
			return doorward.Errorf(doorward.CodeUnauthenticated, "This phone is not paired. Ask the host for a pairing code.")
		case err != nil:
			return err
		case !dev.RevokedAt.IsZero():
			return doorward.Errorf(doorward.CodeUnauthenticated, "This phone's access was taken back. Ask the host for a new pairing code.")
		case !evenExpired && expired(dev, tx.Due):
			return doorward.Errorf(doorward.CodeUnauthenticated, "This phone's access has ended. Ask the host for a new pairing code.")
		}
		if deleted, err := tx.DeletedAt(dev.EventID); err != nil || !deleted.IsZero() {
			return errDeleted(err)
		}
		seen = tx.Now.Sub(dev.LastSeen) >= seenEvery
		return nil
	})
	if err == nil && seen {
		// What a phone only looks at must show while nothing can be written; a call that writes will say so itself.
		_ = d.db.WriteUrgent(ctx, func(tx *sqlite.Tx) error { return tx.TouchDevice(dev.ID) })
	}
	return dev, err
}

// errDeleted refuses a phone whose event was deleted, and not as one that is not paired: that would throw its pairing away,
// which is good again when the event is brought back.
func errDeleted(err error) error {
	if err != nil {
		return err
	}
	return doorward.Errorf(doorward.CodeForbidden, "This event was deleted. Should its host bring it back, this phone goes on.")
}

func expired(dev doorward.Device, at time.Time) bool {
	return !dev.ExpiresAt.IsZero() && !at.Before(dev.ExpiresAt)
}
