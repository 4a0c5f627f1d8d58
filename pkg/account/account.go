package account

import (
	"context"
	netmail "net/mail"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Accounts signs people in.
type Accounts struct {
	db     *sqlite.DB
	clock  sqlite.Clock
	tokens *tokens
	hasher *hasher
	turns  turns
	setup  *setup
	mail   *mail
}

// Keys derives a key for a purpose from the key ring; see token.Ring.
type Keys interface{ Derive(purpose string) []byte }

// New makes the use case. While there is no account, announce is called with the code that opens set-up: at once, and
// again whenever guessing made a new one necessary.
func New(ctx context.Context, db *sqlite.DB, keys Keys, clock sqlite.Clock, announce func(code string)) (*Accounts, error) {
	a := &Accounts{db: db, clock: clock, tokens: newTokens(keys, clock), hasher: newHasher(runtime.GOMAXPROCS(0)), setup: &setup{announce: announce}}
	needed, err := a.SetupNeeded(ctx)
	if err != nil {
		return nil, err
	}
	if needed {
		a.setup.renew()
	}
	return a, nil
}

// Registration is what a new account is made of.
type Registration struct {
	Email    string
	Name     string
	Password doorward.Secret
	// TermsVersion is the version of the terms that were accepted, "" when nobody was asked.
	TermsVersion string
}

// check trims a registration and returns every rule it breaks.
func (r *Registration) check() error {
	r.Email, r.Name = strings.TrimSpace(r.Email), strings.TrimSpace(r.Name)
	var fields []doorward.FieldError
	add := func(field, detail string) {
		if detail != "" {
			fields = append(fields, doorward.FieldError{Field: field, Detail: detail})
		}
	}
	add("email", checkEmail(r.Email))
	add("name", checkName(r.Name))
	add("password", checkPassword(r.Password.Reveal(), r.Email, r.Name))
	if fields != nil {
		return doorward.Invalid(fields...)
	}
	return nil
}

func checkEmail(email string) string {
	a, err := netmail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 {
		return "Write an e-mail address like ana@example.com."
	}
	return ""
}

func checkName(name string) string {
	if name == "" || utf8.RuneCountInString(name) > 100 || !doorward.Printable(name) {
		return "Write your name in at most 100 characters."
	}
	return ""
}

// Add makes a verified account, as the operator does on the command line. Without a password the account can't sign in
// until the link of SetPasswordLink was used.
func (a *Accounts) Add(ctx context.Context, r Registration) (doorward.User, error) {
	if r.Password != "" {
		return a.register(ctx, r, nil)
	}
	r.Email, r.Name = strings.TrimSpace(r.Email), strings.TrimSpace(r.Name)
	var fields []doorward.FieldError
	if d := checkEmail(r.Email); d != "" {
		fields = append(fields, doorward.FieldError{Field: "email", Detail: d})
	}
	if d := checkName(r.Name); d != "" {
		fields = append(fields, doorward.FieldError{Field: "name", Detail: d})
	}
	if fields != nil {
		return doorward.User{}, doorward.Invalid(fields...)
	}
	return a.insert(ctx, r, "", nil)
}

// register checks and hashes, then adds a verified account if allow, which may be nil, agrees inside the transaction.
func (a *Accounts) register(ctx context.Context, r Registration, allow func(*sqlite.Tx) error) (doorward.User, error) {
	if err := r.check(); err != nil {
		return doorward.User{}, err
	}
	hash, err := a.hash(ctx, r.Password)
	if err != nil {
		return doorward.User{}, err
	}
	return a.insert(ctx, r, hash, allow)
}

func (a *Accounts) insert(ctx context.Context, r Registration, hash doorward.Secret, allow func(*sqlite.Tx) error) (u doorward.User, err error) {
	err = a.db.Write(ctx, func(tx *sqlite.Tx) error {
		if allow != nil {
			if err := allow(tx); err != nil {
				return err
			}
		}
		u = doorward.User{ID: doorward.NewUserID(), Email: r.Email, Name: r.Name, EmailVerified: true, TermsAcceptedVersion: r.TermsVersion, CreatedAt: tx.Now}
		if err := tx.InsertUser(u, doorward.EmailKey(u.Email), hash); err != nil {
			return err
		}
		if _, err := tx.DeleteFailedSignIns(a.tokens.addressHash(u.Email)); err != nil {
			return err
		}
		u, err = tx.User(u.ID)
		return err
	})
	return u, err
}

// ByEmail returns the account with an address.
func (a *Accounts) ByEmail(ctx context.Context, email string) (u doorward.User, err error) {
	err = a.db.Read(ctx, func(tx *sqlite.Tx) error {
		u, _, err = tx.UserForLogin(doorward.EmailKey(email))
		return err
	})
	return u, err
}

// List returns all accounts by address.
func (a *Accounts) List(ctx context.Context) (users []doorward.User, err error) {
	err = a.db.Read(ctx, func(tx *sqlite.Tx) error {
		for after := ""; ; {
			page, err := tx.Users(after, 100)
			if err != nil || len(page) == 0 {
				return err
			}
			users = append(users, page...)
			after = doorward.EmailKey(page[len(page)-1].Email)
		}
	})
	return users, err
}

// Rename changes the name of an account.
func (a *Accounts) Rename(ctx context.Context, id doorward.UserID, name string) (u doorward.User, err error) {
	name = strings.TrimSpace(name)
	if detail := checkName(name); detail != "" {
		return u, doorward.Invalid(doorward.FieldError{Field: "name", Detail: detail})
	}
	err = a.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.RenameUser(id, name); err != nil {
			return err
		}
		u, err = tx.User(id)
		return err
	})
	return u, err
}

// accessLife is how long an access token is good; sessionLife how long a browser stays signed in without being used,
// sessionMost how long at all, and refreshGrace how long the refresh token before the newest is answered with the same successor.
const (
	accessLife   = 10 * time.Minute
	sessionLife  = 30 * 24 * time.Hour
	sessionMost  = 365 * 24 * time.Hour
	refreshGrace = 30 * time.Second
)
