package account

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// OWASP's smallest parameters for Argon2id.
const (
	argonMemoryKiB = 19456
	argonPasses    = 2
	argonLanes     = 1
	saltBytes      = 16
	hashBytes      = 32
)

const (
	minPassword = 12 // code points
	maxPassword = 200
	// freeLetters is how much of a password must be left when the account's own words are taken out of it.
	freeLetters = 8
)

// commonPasswords are long passwords and stems that head every public list of leaked ones. A password is refused when
// it is one of them, or one of them repeated or followed by digits and punctuation alone.
var commonPasswords = []string{
	"password", "passwort", "motdepasse", "contraseña", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "1q2w3e4r5t6y",
	"1qaz2wsx3edc", "zaq12wsxcde3", "qazwsxedcrfv", "letmein", "iloveyou", "welcome", "administrator", "changeme", "trustno1",
	"football", "baseball", "superman", "sunshine", "princess", "dragon", "master", "monkey", "abcdefghijkl", "unbelievable",
	"doorward", "guestlist",
}

// checkPassword returns what is wrong with a password, "" when it may be used. own are the account's own words.
func checkPassword(password string, own ...string) string {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return fmt.Sprintf("Use at least %d characters. A few words in a row are easy to remember.", minPassword)
	case n > maxPassword:
		return fmt.Sprintf("Use at most %d characters.", maxPassword)
	}
	folded := strings.ToLower(password)
	if isCommon(folded) {
		return "This is one of the first passwords that anybody tries. Choose another."
	}
	rest := folded
	for _, word := range own {
		for _, part := range strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return strings.ContainsRune(" @.-_+", r) }) {
			if utf8.RuneCountInString(part) >= 4 {
				rest = strings.ReplaceAll(rest, part, "")
			}
		}
	}
	if rest != folded && utf8.RuneCountInString(rest) < freeLetters {
		return "This is mostly your own name or address. Choose something that nobody can guess from it."
	}
	return ""
}

func isCommon(folded string) bool {
	if strings.Count(folded, folded[:1]) == len(folded) || strings.Contains("01234567890123456789012345678901234567890123456789", folded) {
		return true
	}
	letters := strings.TrimRight(folded, "0123456789!?.,-_#*$")
	for _, common := range commonPasswords {
		if letters != "" && strings.ReplaceAll(letters, common, "") == "" || folded == common {
			return true
		}
	}
	return false
}

// hasher hashes passwords, a few at a time.
type hasher struct {
	slots chan struct{} // one per hash that runs
	queue chan struct{} // one per hash that runs or waits
}

func newHasher() *hasher {
	return &hasher{slots: make(chan struct{}, 2), queue: make(chan struct{}, 18)}
}

// key computes one hash in a slot; a full queue or an ended context is CodeUnavailable.
func (h *hasher) key(ctx context.Context, password string, salt []byte) ([]byte, error) {
	busy := &doorward.Error{
		Code: doorward.CodeUnavailable, Message: "Many people are signing in right now. Try again in a moment.", RetryAfter: 2 * time.Second,
	}
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return nil, busy
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, busy
	}
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, argonPasses, argonMemoryKiB, argonLanes, hashBytes), nil
}

// hash returns the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (doorward.Secret, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt) //nolint:errcheck // documented never to return an error
	key, err := h.key(ctx, password, salt)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return doorward.Secret(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemoryKiB, argonPasses, argonLanes, b64(salt), b64(key))), nil
}

// matches reports whether a password is the one behind a PHC string. An empty hash belongs to an account without a
// password, and to no account at all: it takes as long as a real one and never matches.
func (h *hasher) matches(ctx context.Context, password string, phc doorward.Secret) (bool, error) {
	if phc == "" {
		_, err := h.key(ctx, password, make([]byte, saltBytes))
		return false, err
	}
	salt, want, err := parsePHC(phc.Reveal())
	if err != nil {
		return false, err
	}
	got, err := h.key(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

var errPHC = errors.New("the stored password hash is not one of ours")

// parsePHC reads a hash made with the parameters above; there are no others yet.
func parsePHC(phc string) (salt, key []byte, err error) {
	prefix := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemoryKiB, argonPasses, argonLanes)
	rest, ok := bytes.CutPrefix([]byte(phc), []byte(prefix))
	saltText, keyText, found := bytes.Cut(rest, []byte("$"))
	if !ok || !found {
		return nil, nil, errPHC
	}
	salt, err = base64.RawStdEncoding.DecodeString(string(saltText))
	if err != nil {
		return nil, nil, errPHC
	}
	key, err = base64.RawStdEncoding.DecodeString(string(keyText))
	if err != nil || len(key) != hashBytes {
		return nil, nil, errPHC
	}
	return salt, key, nil
}
