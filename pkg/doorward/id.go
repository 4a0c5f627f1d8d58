package doorward

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// Typed ids. Each is an opaque string with the prefix of its noun; the zero value means "none".
type (
	UserID    string // usr_…
	SessionID string // ses_…
	EventID   string // evt_…
	GuestID   string // gst_…, see GuestID.Bytes
	AccessID  string // acc_…
	DeviceID  string // dev_…
	CheckinID string // chk_…
)

const (
	prefixUser    = "usr_"
	prefixSession = "ses_"
	prefixEvent   = "evt_"
	prefixGuest   = "gst_"
	prefixAccess  = "acc_"
	prefixDevice  = "dev_"
	prefixCheckin = "chk_"
)

// idBytes is the random part of an id: 80 bits. Ids are not secrets; they only have to be unique.
const idBytes = 10

var idEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

func newID(prefix string) string {
	var b [idBytes]byte
	// crypto/rand.Read never fails: it ends the program when the system has no entropy.
	rand.Read(b[:]) //nolint:errcheck // documented never to return an error
	return prefix + strings.ToLower(idEncoding.EncodeToString(b[:]))
}

// NewUserID and its siblings make a fresh random id.
func NewUserID() UserID       { return UserID(newID(prefixUser)) }
func NewSessionID() SessionID { return SessionID(newID(prefixSession)) }
func NewEventID() EventID     { return EventID(newID(prefixEvent)) }
func NewGuestID() GuestID     { return GuestID(newID(prefixGuest)) }
func NewAccessID() AccessID   { return AccessID(newID(prefixAccess)) }
func NewDeviceID() DeviceID   { return DeviceID(newID(prefixDevice)) }
func NewCheckinID() CheckinID { return CheckinID(newID(prefixCheckin)) }

// Bytes returns the ten random bytes behind the id, which a token carries in place of the text.
// ok is false when the id was not made by NewGuestID.
func (id GuestID) Bytes() (b [idBytes]byte, ok bool) {
	text, found := strings.CutPrefix(string(id), prefixGuest)
	if !found || len(text) != idEncoding.EncodedLen(idBytes) || strings.ToLower(text) != text {
		return b, false
	}
	n, err := idEncoding.Decode(b[:], []byte(strings.ToUpper(text)))
	return b, err == nil && n == idBytes
}

// GuestIDFromBytes is the inverse of GuestID.Bytes.
func GuestIDFromBytes(b [idBytes]byte) GuestID {
	return GuestID(prefixGuest + strings.ToLower(idEncoding.EncodeToString(b[:])))
}
