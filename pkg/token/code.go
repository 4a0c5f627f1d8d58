package token

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

// The form of a recovery code; doc.go explains it.
const (
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	secretSize = 26 // characters of five random bits
	checkSize  = 2
	groupSize  = 4
)

var codeEncoding = base32.NewEncoding(crockford).WithPadding(base32.NoPadding)

// The suite of RFC 9180 that link keys are sealed with: X25519, HKDF-SHA256, ChaCha20-Poly1305.
var (
	codeKEM  = hpke.DHKEM(ecdh.X25519())
	codeKDF  = hpke.HKDFSHA256()
	codeAEAD = hpke.ChaCha20Poly1305()
)

// NewRecoveryCode makes a random recovery code, in groups as it is shown.
func NewRecoveryCode() doorward.Secret {
	var random [secretSize]byte
	_, _ = rand.Read(random[:]) // never fails: it ends the program rather
	secret := make([]byte, secretSize)
	for i, b := range random {
		secret[i] = crockford[b%byte(len(crockford))] // 32 divides 256: no character is likelier
	}
	text := string(secret) + check(string(secret))
	var groups []string
	for ; len(text) > 0; text = text[groupSize:] {
		groups = append(groups, text[:groupSize])
	}
	return doorward.Secret(strings.Join(groups, "-"))
}

// check returns the check characters of a secret: with them all but one in a thousand typing mistakes are told from a
// code of another box.
func check(secret string) string {
	sum := sha256.Sum256([]byte("doorward recovery code " + secret))
	return codeEncoding.EncodeToString(sum[:])[:checkSize]
}

// RecoveryKey opens what was sealed to its public half. It is made from the recovery code each time.
type RecoveryKey struct{ private hpke.PrivateKey }

// ParseRecoveryCode reads a code as people type it: in either case, with or without spaces and dashes, O for 0, I or L
// for 1. One that is incomplete or mistyped is CodeInvalid; whose code it is cannot be seen here.
func ParseRecoveryCode(typed doorward.Secret) (RecoveryKey, error) {
	text := strings.ToUpper(typed.Reveal())
	text = strings.NewReplacer("-", "", "–", "", " ", "", "\t", "", "\r", "", "\n", "", "O", "0", "I", "1", "L", "1").Replace(text)
	if len(text) != secretSize+checkSize {
		return RecoveryKey{}, mistyped(fmt.Sprintf("A recovery code has %d letters and digits, in %d groups.", secretSize+checkSize, (secretSize+checkSize)/groupSize))
	}
	secret := text[:secretSize]
	stranger := func(r rune) bool { return !strings.ContainsRune(crockford, r) }
	if strings.ContainsFunc(text, stranger) || check(secret) != text[secretSize:] {
		return RecoveryKey{}, mistyped("There is a typing mistake in this code. Compare it with your copy, group by group.")
	}
	private, err := codeKEM.DeriveKeyPair([]byte(secret))
	if err != nil {
		return RecoveryKey{}, fmt.Errorf("making the recovery key: %w", err)
	}
	return RecoveryKey{private}, nil
}

func mistyped(detail string) error {
	return doorward.Invalid(doorward.FieldError{Field: "recovery_code", Detail: detail})
}

// PublicKey returns what link keys are sealed to. It opens nothing.
func (k RecoveryKey) PublicKey() []byte { return k.private.PublicKey().Bytes() }
