package token

import (
	"crypto/hmac"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

// The layout of a token; doc.go explains it.
const (
	version = 1

	guestAt      = 1
	generationAt = 11
	macAt        = 14
	tokenBytes   = 30
	tokenChars   = tokenBytes * 8 / 5

	maxGeneration = 1<<24 - 1
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Claims are what a verified token says.
type Claims struct {
	GuestID    doorward.GuestID
	Generation int // from 1; the caller compares it with the guest's current one
}

// Sign makes the token of a guest's link, with the current key. The same arguments give the same token
// for as long as that key is current. It fails for an id that NewGuestID did not make, and for a
// generation outside 1–16777215: before the first issue there is nothing to sign.
func (r *Ring) Sign(id doorward.GuestID, generation int) (string, error) {
	guest, ok := id.Bytes()
	if !ok {
		return "", fmt.Errorf("signing a link: %q is not a guest id", string(id))
	}
	if generation < 1 || generation > maxGeneration {
		return "", fmt.Errorf("signing a link: generation %d is outside 1–%d", generation, maxGeneration)
	}
	set := r.set.Load()
	if set.current < 0 {
		return "", errors.New("signing a link: there is no link key")
	}
	var raw [tokenBytes]byte
	raw[0] = version<<4 | byte(set.current)
	copy(raw[guestAt:], guest[:])
	raw[generationAt] = byte(generation >> 16)
	raw[generationAt+1] = byte(generation >> 8)
	raw[generationAt+2] = byte(generation)
	set.keys[set.current].mac(raw[macAt:], raw[:macAt])
	return encoding.EncodeToString(raw[:]), nil
}

// Verify checks a token by its form and signature and returns what it says. Case does not matter;
// anything around the token does, see Find. Whatever is wrong, the error is the same *doorward.Error
// with CodeNotFound. Verify does no I/O and may be called by any number of goroutines.
func (r *Ring) Verify(text string) (Claims, error) {
	var raw [tokenBytes]byte
	if !decode(&raw, text) || raw[0]>>4 != version {
		return Claims{}, refused()
	}
	key := r.set.Load().keys[raw[0]&0x0f]
	if key == nil {
		return Claims{}, refused()
	}
	var want [tokenBytes - macAt]byte
	key.mac(want[:], raw[:macAt])
	if !hmac.Equal(want[:], raw[macAt:]) {
		return Claims{}, refused()
	}
	return Claims{
		GuestID:    doorward.GuestIDFromBytes([generationAt - guestAt]byte(raw[guestAt:generationAt])),
		Generation: int(raw[generationAt])<<16 | int(raw[generationAt+1])<<8 | int(raw[generationAt+2]),
	}, nil
}

func refused() error {
	return doorward.Errorf(doorward.CodeNotFound, "This link does not work. Please ask your host for a new one.")
}

// decode reads exactly tokenChars characters of the alphabet, in either case.
func decode(raw *[tokenBytes]byte, text string) bool {
	if len(text) != tokenChars {
		return false
	}
	var upper [tokenChars]byte
	for i := range upper {
		c := upperASCII(text[i])
		if !inAlphabet(c) { // the decoder itself would skip line breaks
			return false
		}
		upper[i] = c
	}
	_, err := encoding.Decode(raw[:], upper[:])
	return err == nil
}

func upperASCII(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func inAlphabet(upper byte) bool {
	return 'A' <= upper && upper <= 'Z' || '2' <= upper && upper <= '7'
}

// Find takes the token out of what a scanner or a clipboard delivered: the token alone, or a link
// http(s)://host/i/TOKEN with or without a slash, query or fragment behind it, either in any case and
// with space or line breaks around. The token comes back in upper case. Find looks at the form only:
// it neither verifies the token nor asks whose host the link names.
func Find(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if link, ok := cutScheme(text); ok {
		_, path, _ := strings.Cut(link, "/")
		if len(path) < 2 || upperASCII(path[0]) != 'I' || path[1] != '/' {
			return "", false
		}
		text = path[2:]
		if end := strings.IndexAny(text, "/?#"); end >= 0 {
			text = text[:end]
		}
	}
	var raw [tokenBytes]byte
	if !decode(&raw, text) {
		return "", false
	}
	return encoding.EncodeToString(raw[:]), true
}

// cutScheme removes http:// or https:// in any case.
func cutScheme(text string) (string, bool) {
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			return text[len(scheme):], true
		}
	}
	return "", false
}
