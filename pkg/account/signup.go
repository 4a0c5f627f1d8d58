package account

import (
	"context"
	"crypto/hmac"
	"errors"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
)

// requestLife is how long a mailed link to confirm an address is good, and how long a request is remembered.
const requestLife = 24 * time.Hour

// mail is what asking for things by mail needs.
type mail struct {
	box     *outbox.Outbox
	mayJoin JoinRule
}

// JoinRule says whether an address, as it is compared, may get an account.
type JoinRule func(tx *sqlite.Tx, emailKey string) (bool, error)

// Anybody is the JoinRule of a box that is open to all.
func Anybody(*sqlite.Tx, string) (bool, error) { return true, nil }

// UseMail makes SignUp and ForgotPassword work, and a replayed sign-in told to its owner. It is called once, before the
// first of them, by a program that runs the outbox.
func (a *Accounts) UseMail(box *outbox.Outbox, mayJoin JoinRule) {
	a.mail = &mail{box: box, mayJoin: mayJoin}
}

// SignUp asks for an account. What it answers, and what it does before it answers, depends on the form alone and never
// on whose address it is: the password is hashed and the request written down in any case, and RequestLetter looks later.
func (a *Accounts) SignUp(ctx context.Context, r Registration) error {
	if err := r.check(); err != nil {
		return err
	}
	hash, err := a.hash(ctx, r.Password)
	if err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *sqlite.Tx) error {
		return a.ask(tx, doorward.AccountRequest{
			Kind: doorward.RequestSignUp, Email: r.Email, Name: r.Name, PasswordHash: hash, TermsVersion: r.TermsVersion,
		})
	})
}

// ForgotPassword asks for a link that sets a new password. Like SignUp it does the same for every address.
func (a *Accounts) ForgotPassword(ctx context.Context, email string) error {
	email = strings.TrimSpace(email)
	if detail := checkEmail(email); detail != "" {
		return doorward.Invalid(doorward.FieldError{Field: "email", Detail: detail})
	}
	return a.db.Write(ctx, func(tx *sqlite.Tx) error {
		return a.ask(tx, doorward.AccountRequest{Kind: doorward.RequestReset, Email: email})
	})
}

// ask writes a request down, with the job that looks at it.
func (a *Accounts) ask(tx *sqlite.Tx, r doorward.AccountRequest) error {
	if err := tx.DeleteExpiredRequests(); err != nil {
		return err
	}
	r.ID, r.CreatedAt, r.ExpiresAt = doorward.NewRequestID(), tx.Now, tx.Now.Add(requestLife)
	if err := tx.InsertRequest(r); err != nil {
		return err
	}
	_, err := a.mail.box.Enqueue(tx, doorward.Job{Kind: doorward.JobAccountRequest, Key: string(r.ID), Payload: string(r.ID)})
	return err
}

// verify makes the token that turns a request into an account. It is good as long as the request's row is there.
func (t *tokens) verify(id doorward.RequestID) doorward.Secret {
	text, mac := sign(t.verifyKey, string(id))
	return doorward.Secret(text + "." + mac)
}

func (t *tokens) parseVerify(token doorward.Secret) (doorward.RequestID, bool) {
	text, _, _ := strings.Cut(token.Reveal(), ".")
	id := doorward.RequestID(text)
	return id, hmac.Equal([]byte(token.Reveal()), []byte(t.verify(id).Reveal()))
}

func errVerified() error {
	return doorward.Errorf(doorward.CodeGone, "This link was used or has expired. Sign in, or sign up again.")
}

// VerifyEmail makes the account that a mailed token is for. It works once; a token that is expired, used or not ours is
// CodeGone, and so is one whose address has an account meanwhile. Every other request to sign up with the address ends.
//
// password, when it is not "", takes the place of the one that came with the request. The page always sends one: the
// request may be a stranger's, and the person who opens the mail must not confirm a password that somebody else knows.
func (a *Accounts) VerifyEmail(ctx context.Context, token, password doorward.Secret) error {
	id, ok := a.tokens.parseVerify(token)
	if !ok {
		return errVerified()
	}
	var r doorward.AccountRequest
	pending := func(tx *sqlite.Tx) (err error) {
		r, err = tx.Request(id)
		if doorward.ErrorCode(err) == doorward.CodeNotFound || err == nil && !tx.Now.Before(r.ExpiresAt) {
			return errVerified()
		}
		return err
	}
	if err := a.db.Read(ctx, pending); err != nil {
		return err
	}
	var chosen doorward.Secret
	if password != "" {
		if detail := checkPassword(password.Reveal(), r.Email, r.Name); detail != "" {
			return doorward.Invalid(doorward.FieldError{Field: "password", Detail: detail})
		}
		var err error
		if chosen, err = a.hash(ctx, password); err != nil {
			return err
		}
	}
	return a.db.Write(ctx, func(tx *sqlite.Tx) error {
		// Again inside the transaction: of two at the same time one wins.
		if err := pending(tx); err != nil {
			return err
		}
		// The invitation may have been taken back since the letter was sent.
		if may, err := a.mail.mayJoin(tx, doorward.EmailKey(r.Email)); err != nil || !may {
			return errors.Join(err, errVerified())
		}
		if chosen == "" {
			chosen = r.PasswordHash
		}
		u := doorward.User{
			ID: doorward.NewUserID(), Email: r.Email, Name: r.Name, EmailVerified: true,
			TermsAcceptedVersion: r.TermsVersion, CreatedAt: tx.Now,
		}
		err := tx.InsertUser(u, doorward.EmailKey(u.Email), chosen)
		if doorward.ErrorCode(err) == doorward.CodeConflict {
			return errVerified()
		}
		if err != nil {
			return err
		}
		if _, err := tx.DeleteFailedSignIns(a.tokens.addressHash(u.Email)); err != nil {
			return err
		}
		return tx.DeleteRequestsOf(doorward.EmailKey(u.Email), doorward.RequestSignUp)
	})
}
