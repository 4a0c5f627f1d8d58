package account

import (
	"context"
	"errors"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// SignedIn is what a browser gets when it signs in or refreshes.
type SignedIn struct {
	User         doorward.User
	AccessToken  doorward.Secret
	AccessLife   time.Duration
	RefreshToken doorward.Secret
	RefreshLife  time.Duration
}

// Principal is who makes a request.
type Principal struct {
	User    doorward.User
	Session doorward.SessionID
}

func errSignedOut() error {
	return doorward.Errorf(doorward.CodeUnauthenticated, "You are signed out. Sign in again.")
}

// SignIn checks a password and starts a session. An unknown address and a wrong password are the same
// CodeUnauthenticated and take the same time; after five in a row it is CodeAccountLocked, also with the right password,
// until a new one is set.
func (a *Accounts) SignIn(ctx context.Context, email string, password doorward.Secret, userAgent string) (SignedIn, error) {
	u, hash, err := a.verify(ctx, email, password)
	if err != nil {
		return SignedIn{}, err
	}
	if isBcrypt(hash) {
		if hash, err = a.rehash(ctx, u.ID, hash, password); err != nil {
			return SignedIn{}, err
		}
	}
	return a.start(ctx, u, hash, userAgent)
}

// rehash replaces a hash of an older system by one of ours, once its password is known to be right.
func (a *Accounts) rehash(ctx context.Context, id doorward.UserID, old, password doorward.Secret) (doorward.Secret, error) {
	hash, err := a.hash(ctx, password)
	if err != nil {
		return "", err
	}
	return hash, a.db.Write(ctx, func(tx *sqlite.Tx) error {
		if now, err := tx.PasswordHash(id); err != nil || now != old {
			return errors.Join(err, errSignedOut())
		}
		return tx.SetPassword(id, hash)
	})
}

// start begins a session, and forgets the failures before it. hash is that of the password that was right: if another was
// set while it was being compared, every session has ended, and none begins.
func (a *Accounts) start(ctx context.Context, u doorward.User, hash doorward.Secret, userAgent string) (SignedIn, error) {
	var s doorward.Session
	err := a.db.Write(ctx, func(tx *sqlite.Tx) error {
		if now, err := tx.PasswordHash(u.ID); err != nil || now != hash {
			return errors.Join(err, errSignedOut())
		}
		if err := tx.DeleteExpiredSessions(); err != nil {
			return err
		}
		if _, err := tx.DeleteFailedSignIns(a.tokens.addressHash(u.Email)); err != nil {
			return err
		}
		s = doorward.Session{
			ID: doorward.NewSessionID(), UserID: u.ID, Counter: 1, RotatedAt: tx.Now, CreatedAt: tx.Now,
			ExpiresAt: tx.Now.Add(sessionLife), UserAgent: doorward.Truncate(userAgent, 300),
		}
		return tx.InsertSession(s)
	})
	if err != nil {
		return SignedIn{}, err
	}
	return a.issue(u, s)
}

func (a *Accounts) issue(u doorward.User, s doorward.Session) (SignedIn, error) {
	access, err := a.tokens.access(u.ID, s.ID)
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{
		User: u, AccessToken: access, AccessLife: accessLife,
		RefreshToken: a.tokens.refresh(s.ID, s.Counter), RefreshLife: s.ExpiresAt.Sub(a.clock()),
	}, nil
}

// Refresh spends a refresh token for the next one; see the package comment for the rules.
func (a *Accounts) Refresh(ctx context.Context, refresh doorward.Secret) (SignedIn, error) {
	id, number, ok := a.tokens.parseRefresh(refresh)
	if !ok {
		return SignedIn{}, errSignedOut()
	}
	var u doorward.User
	var s doorward.Session
	replayed := false
	err := a.db.Write(ctx, func(tx *sqlite.Tx) (err error) {
		if s, err = tx.Session(id); err != nil {
			return err
		}
		switch {
		case !tx.Due.Before(s.ExpiresAt):
			return tx.DeleteSession(id)
		case number == s.Counter:
			s.ExpiresAt = tx.Now.Add(sessionLife)
			if last := s.CreatedAt.Add(sessionMost); last.Before(s.ExpiresAt) {
				s.ExpiresAt = last
			}
			if err := tx.RotateSession(id, s.ExpiresAt); err != nil {
				return err
			}
			s.Counter++
		case number == s.Counter-1 && tx.Now.Sub(s.RotatedAt) <= refreshGrace:
			// The same successor again: the answer that carried it was lost on the way.
		default:
			replayed = true
			return a.endReplayed(tx, s)
		}
		u, err = tx.User(s.UserID)
		return err
	})
	switch {
	case doorward.ErrorCode(err) == doorward.CodeNotFound:
		return SignedIn{}, errSignedOut()
	case err != nil:
		return SignedIn{}, err
	case u.ID == "":
		if replayed {
			return SignedIn{}, doorward.Errorf(doorward.CodeUnauthenticated,
				"This sign-in was used in two places, so it was ended. Sign in again.")
		}
		return SignedIn{}, errSignedOut()
	}
	return a.issue(u, s)
}

// SignOut ends the session that a refresh token belongs to. A dead token is no error.
func (a *Accounts) SignOut(ctx context.Context, refresh doorward.Secret) error {
	id, _, ok := a.tokens.parseRefresh(refresh)
	if !ok {
		return nil
	}
	return a.db.Write(ctx, func(tx *sqlite.Tx) error { return tx.DeleteSession(id) })
}

// EndSession ends a session by its id.
func (a *Accounts) EndSession(ctx context.Context, id doorward.SessionID) error {
	return a.db.Write(ctx, func(tx *sqlite.Tx) error { return tx.DeleteSession(id) })
}

// Holder returns whose a browser is by its refresh token, without spending it: "" for a token that is bad, was used before
// the last, or whose session has ended. It is for telling a device, and lets nobody do anything.
func (a *Accounts) Holder(ctx context.Context, refresh doorward.Secret) (user doorward.UserID, err error) {
	id, number, ok := a.tokens.parseRefresh(refresh)
	if !ok {
		return "", nil
	}
	err = a.db.Read(ctx, func(tx *sqlite.Tx) error {
		s, err := tx.Session(id)
		// The newest answer may never have reached the browser, so the token before it counts as well.
		if err == nil && tx.Due.Before(s.ExpiresAt) && number >= s.Counter-1 {
			user = s.UserID
		}
		return err
	})
	if doorward.ErrorCode(err) == doorward.CodeNotFound {
		err = nil
	}
	return user, err
}

// Authenticate returns who holds an access token. It is CodeUnauthenticated when the token is bad or expired, and also
// when its session has ended.
func (a *Accounts) Authenticate(ctx context.Context, access doorward.Secret) (p Principal, err error) {
	user, session, ok := a.tokens.parseAccess(access)
	if !ok {
		return p, errSignedOut()
	}
	p.Session, p.User.ID = session, user
	err = a.db.Read(ctx, func(tx *sqlite.Tx) error {
		if err := check(tx, p); err != nil {
			return err
		}
		p.User, err = tx.User(user)
		return err
	})
	if doorward.ErrorCode(err) == doorward.CodeNotFound {
		err = errSignedOut()
	}
	return p, err
}

// Check returns CodeUnauthenticated when the session of somebody who was authenticated before has ended since.
func (a *Accounts) Check(ctx context.Context, p Principal) error {
	return a.db.Read(ctx, func(tx *sqlite.Tx) error { return check(tx, p) })
}

func check(tx *sqlite.Tx, p Principal) error {
	s, err := tx.Session(p.Session)
	switch {
	case doorward.ErrorCode(err) == doorward.CodeNotFound:
		return errSignedOut()
	case err != nil:
		return err
	case s.UserID != p.User.ID || !tx.Due.Before(s.ExpiresAt):
		return errSignedOut()
	default:
		return nil
	}
}
