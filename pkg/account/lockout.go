package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"sync"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

const (
	// allowedFailures is how many sign-ins may fail in a row before an address is locked.
	allowedFailures = 5
	// rememberedFailures bounds the table of failures. Pushing a lock out of it takes as many wrong passwords, each of
	// which has to be hashed first.
	rememberedFailures = 100_000
)

func errLocked() error {
	return doorward.Errorf(doorward.CodeAccountLocked,
		"Too many wrong passwords: this address is locked. Setting a new password unlocks it. Where you are signed in already you stay so.")
}

// addressHash is what the failures of an address are found by.
func (t *tokens) addressHash(email string) []byte {
	h := hmac.New(sha256.New, t.addressKey)
	h.Write([]byte(doorward.EmailKey(email)))
	return h.Sum(nil)
}

// turns lets one sign-in per address be under way: of many at the same time, no more are tried than before the lock.
type turns [64]sync.Mutex

// take waits for the turn of an address, until give.
func (t *turns) take(addressHash []byte) (give func()) {
	m := &t[int(addressHash[0])%len(t)]
	m.Lock()
	return m.Unlock
}

// checkLock returns CodeAccountLocked for an address with too many failures.
func checkLock(tx *sqlite.Tx, addressHash []byte) error {
	failures, err := tx.FailedSignIns(addressHash)
	if err == nil && failures >= allowedFailures {
		err = errLocked()
	}
	return err
}

// verify returns the account that an address and a password belong to, CodeUnauthenticated when there is none, and
// CodeAccountLocked after too many of those. A failure is on disk before it is answered, and in the same way whether the
// address has an account or not.
func (a *Accounts) verify(ctx context.Context, email string, password doorward.Secret) (u doorward.User, hash doorward.Secret, err error) {
	address := a.tokens.addressHash(email)
	// A locked address does not get as far as the queue.
	if err := a.db.Read(ctx, func(tx *sqlite.Tx) error { return checkLock(tx, address) }); err != nil {
		return u, "", err
	}
	leave, err := a.hasher.enter(ctx)
	if err != nil {
		return u, "", err
	}
	defer leave()
	defer a.turns.take(address)()
	var c cost
	err = a.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if err := checkLock(tx, address); err != nil {
			return err
		}
		if c, err = storedCost(tx); err != nil {
			return err
		}
		u, hash, err = tx.UserForLogin(doorward.EmailKey(email))
		return err
	})
	if err != nil && doorward.ErrorCode(err) != doorward.CodeNotFound {
		return u, "", err
	}
	ok, err := c.matches(password.Reveal(), hash)
	if err != nil || ok {
		return u, hash, err
	}
	// Also for a client that hangs up before it hears: a guess is a guess.
	if err := a.db.Write(context.WithoutCancel(ctx), func(tx *sqlite.Tx) error { return a.fail(tx, email) }); err != nil {
		return doorward.User{}, "", err
	}
	return u, "", doorward.Errorf(doorward.CodeUnauthenticated, "This address and password don't belong together.")
}

// fail counts a failure. The one that locks also asks for the letter that says so, whoever's address it is: whether
// there is somebody to write to is looked up later, by RequestLetter.
func (a *Accounts) fail(tx *sqlite.Tx, email string) error {
	failures, err := tx.AddFailedSignIn(a.tokens.addressHash(email), rememberedFailures)
	if err != nil || failures != allowedFailures || a.mail == nil || checkEmail(email) != "" {
		return err
	}
	return a.ask(tx, doorward.AccountRequest{Kind: doorward.RequestLocked, Email: email})
}

// Unlock lets an address sign in again, and reports whether it was locked or had failures.
func (a *Accounts) Unlock(ctx context.Context, email string) (had bool, err error) {
	err = a.db.Write(ctx, func(tx *sqlite.Tx) error {
		had, err = tx.DeleteFailedSignIns(a.tokens.addressHash(email))
		return err
	})
	return had, err
}

// ConfirmPassword checks the password of somebody who is signed in, before what a borrowed browser must not do. A wrong one
// is CodeInvalid for the field password, and counts as a failed sign-in.
func (a *Accounts) ConfirmPassword(ctx context.Context, u doorward.User, password doorward.Secret) error {
	_, _, err := a.verify(ctx, u.Email, password)
	if doorward.ErrorCode(err) == doorward.CodeUnauthenticated {
		return doorward.Invalid(doorward.FieldError{Field: "password", Detail: "This is not your password."})
	}
	if err != nil {
		return err
	}
	_, err = a.Unlock(ctx, u.Email)
	return err
}
