package account

import (
	"context"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// mailedResetLife is how long the link of a mail that was asked for sets a password. It is shorter than resetLife,
// because nobody waits for the person who gets it.
const mailedResetLife = time.Hour

// lettersEach is how many letters of a kind an address is sent while the link of the first is good, whoever asks: who asks
// in somebody's name must not leave them without one that works.
const lettersEach = 5

// good is how long the link in a letter that a request comes to can be used.
func good(kind doorward.RequestKind) time.Duration {
	if kind == doorward.RequestReset || kind == doorward.RequestLocked {
		return mailedResetLife
	}
	return requestLife
}

// RequestLetter returns the letter that a request comes to, nil when it comes to none: nobody has an account with the
// address, it may not join, too much was asked for, or the request is over. What is not kept is then deleted, which
// drop does. A letter to somebody without an account names nobody: the name was typed by whoever asked, and the
// letter must not carry a stranger's words.
func (a *Accounts) RequestLetter(ctx context.Context, payload string) (letter *doorward.Letter, drop func(*sqlite.Tx) error, err error) {
	id := doorward.RequestID(payload)
	err = a.db.Read(ctx, func(tx *sqlite.Tx) error {
		r, err := tx.Request(id)
		if doorward.ErrorCode(err) == doorward.CodeNotFound || err == nil && !tx.Now.Before(r.ExpiresAt) {
			return nil
		}
		if err != nil {
			return err
		}
		before, err := tx.RequestsBefore(r, r.CreatedAt.Add(-good(r.Kind)))
		if err != nil || before >= lettersEach {
			return err
		}
		letter, err = a.letter(tx, r)
		return err
	})
	if letter == nil {
		drop = func(tx *sqlite.Tx) error { return tx.DeleteRequest(id) }
	}
	return letter, drop, err
}

func (a *Accounts) letter(tx *sqlite.Tx, r doorward.AccountRequest) (*doorward.Letter, error) {
	key := doorward.EmailKey(r.Email)
	u, hash, err := tx.UserForLogin(key)
	known := err == nil
	if err != nil && doorward.ErrorCode(err) != doorward.CodeNotFound {
		return nil, err
	}
	letter := &doorward.Letter{ID: r.ID, At: r.CreatedAt, Email: u.Email, Name: u.Name}
	switch {
	case known && r.Kind == doorward.RequestReset:
		letter.Kind, letter.Token = doorward.LetterReset, a.tokens.setPassword(u.ID, tx.Now.Add(mailedResetLife), hash)
	case known && r.Kind == doorward.RequestLocked:
		letter.Kind, letter.Token = doorward.LetterLocked, a.tokens.setPassword(u.ID, tx.Now.Add(mailedResetLife), hash)
	case known && r.Kind == doorward.RequestReplay:
		letter.Kind = doorward.LetterSessionReplay
	case known:
		letter.Kind = doorward.LetterAlreadyRegistered
	case r.Kind != doorward.RequestSignUp:
		return nil, nil
	default:
		if may, err := a.mail.mayJoin(tx, key); err != nil || !may {
			return nil, err
		}
		letter.Kind, letter.Email, letter.Token = doorward.LetterVerify, r.Email, a.tokens.verify(r.ID)
	}
	return letter, nil
}

// endReplayed ends a session whose refresh token was used again, and has its owner told.
func (a *Accounts) endReplayed(tx *sqlite.Tx, s doorward.Session) error {
	if err := tx.DeleteSession(s.ID); err != nil {
		return err
	}
	u, err := tx.User(s.UserID)
	if err != nil || a.mail == nil {
		return err
	}
	return a.ask(tx, doorward.AccountRequest{Kind: doorward.RequestReplay, Email: u.Email})
}
