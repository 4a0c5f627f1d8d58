package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/golang-jwt/jwt/v5"
)

// tokens makes and reads the tokens of sessions.
type tokens struct {
	clock      sqlite.Clock
	accessKey  []byte
	refreshKey []byte
	resetKey   []byte
	addressKey []byte
	verifyKey  []byte
	parser     *jwt.Parser
}

// audience keeps an access token from being taken for any other kind of JWT.
const audience = "doorward-access"

func newTokens(keys Keys, clock sqlite.Clock) *tokens {
	return &tokens{
		clock: clock, accessKey: keys.Derive("access-token"), refreshKey: keys.Derive("refresh-token"), resetKey: keys.Derive("set-password"),
		addressKey: keys.Derive("address"),
		verifyKey:  keys.Derive("verify-email"),
		parser: jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithAudience(audience), jwt.WithExpirationRequired(),
			jwt.WithIssuedAt(), jwt.WithTimeFunc(clock), jwt.WithLeeway(time.Minute), jwt.WithStrictDecoding()),
	}
}

type accessClaims struct {
	Session doorward.SessionID `json:"sid"`
	jwt.RegisteredClaims
}

func (t *tokens) access(user doorward.UserID, session doorward.SessionID) (doorward.Secret, error) {
	now := t.clock()
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, accessClaims{
		Session: session,
		RegisteredClaims: jwt.RegisteredClaims{
			Subject: string(user), Audience: jwt.ClaimStrings{audience},
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(accessLife)),
		},
	}).SignedString(t.accessKey)
	return doorward.Secret(text), err
}

func (t *tokens) parseAccess(text doorward.Secret) (doorward.UserID, doorward.SessionID, bool) {
	var claims accessClaims
	_, err := t.parser.ParseWithClaims(text.Reveal(), &claims, func(*jwt.Token) (any, error) { return t.accessKey, nil })
	return doorward.UserID(claims.Subject), claims.Session, err == nil
}

func sign(key []byte, parts ...string) (text, mac string) {
	text = strings.Join(parts, ".")
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return text, base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func (t *tokens) refresh(session doorward.SessionID, number int64) doorward.Secret {
	text, mac := sign(t.refreshKey, string(session), strconv.FormatInt(number, 10))
	return doorward.Secret(text + "." + mac)
}

func (t *tokens) parseRefresh(token doorward.Secret) (doorward.SessionID, int64, bool) {
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		return "", 0, false
	}
	number, err := strconv.ParseInt(parts[1], 10, 64)
	want := t.refresh(doorward.SessionID(parts[0]), number)
	return doorward.SessionID(parts[0]), number, err == nil && hmac.Equal([]byte(token.Reveal()), []byte(want.Reveal()))
}
