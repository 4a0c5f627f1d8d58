package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// resetLife is how long a set-password token is good.
const resetLife = 24 * time.Hour

// setPassword makes the token that lets its holder set the password of an account. It is signed over the password hash
// of now, so using it once, or changing the password in any other way, ends it. Nothing is stored.
func (t *tokens) setPassword(id doorward.UserID, expires time.Time, hash doorward.Secret) doorward.Secret {
	seconds := strconv.FormatInt(expires.Unix(), 10)
	sum := sha256.Sum256([]byte(hash.Reveal()))
	_, mac := sign(t.resetKey, string(id), seconds, hex.EncodeToString(sum[:]))
	return doorward.Secret(string(id) + "." + seconds + "." + mac)
}

// SetPasswordToken returns a token for ResetPassword, good once and for a day.
func (a *Accounts) SetPasswordToken(ctx context.Context, id doorward.UserID) (token doorward.Secret, err error) {
	err = a.db.Read(ctx, func(tx *sqlite.Tx) error {
		hash, err := tx.PasswordHash(id)
		token = a.tokens.setPassword(id, tx.Now.Add(resetLife), hash)
		return err
	})
	return token, err
}

// ResetPassword sets the password of the account that a token is for, unlocks it, and ends all its sessions. A token that is
// expired, used or not ours is CodeGone.
func (a *Accounts) ResetPassword(ctx context.Context, token, password doorward.Secret) error {
	gone := doorward.Errorf(doorward.CodeGone, "This link was used or has expired. Ask for a new one.")
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		return gone
	}
	id := doorward.UserID(parts[0])
	seconds, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return gone
	}
	expires := time.Unix(seconds, 0)
	valid := func(tx *sqlite.Tx) error {
		hash, err := tx.PasswordHash(id)
		if doorward.ErrorCode(err) == doorward.CodeNotFound {
			return gone
		}
		if err != nil {
			return err
		}
		want := a.tokens.setPassword(id, expires, hash)
		if !hmac.Equal([]byte(token.Reveal()), []byte(want.Reveal())) || !tx.Now.Before(expires) {
			return gone
		}
		return nil
	}
	var u doorward.User
	err = a.db.Read(ctx, func(tx *sqlite.Tx) error {
		if err := valid(tx); err != nil {
			return err
		}
		u, err = tx.User(id)
		return err
	})
	if err != nil {
		return err
	}
	if detail := checkPassword(password.Reveal(), u.Email, u.Name); detail != "" {
		return doorward.Invalid(doorward.FieldError{Field: "password", Detail: detail})
	}
	hash, err := a.hash(ctx, password)
	if err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *sqlite.Tx) error {
		// Again inside the transaction: of two at the same time one wins.
		if err := valid(tx); err != nil {
			return err
		}
		if _, err := tx.DeleteFailedSignIns(a.tokens.addressHash(u.Email)); err != nil {
			return err
		}
		for _, kind := range []doorward.RequestKind{doorward.RequestReset, doorward.RequestLocked} {
			if err := tx.DeleteRequestsOf(doorward.EmailKey(u.Email), kind); err != nil {
				return err
			}
		}
		return tx.SetPassword(id, hash)
	})
}

// SignOutEverywhere ends every session of an account.
func (a *Accounts) SignOutEverywhere(ctx context.Context, id doorward.UserID) error {
	return a.db.Write(ctx, func(tx *sqlite.Tx) error { return tx.DeleteSessions(id) })
}
