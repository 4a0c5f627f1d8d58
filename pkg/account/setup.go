package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"sync"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// guesses is how many wrong set-up codes are taken before a new code is made and announced. The code has 40 bits.
const guesses = 10

// setup guards the making of the first account.
type setup struct {
	announce func(code string)

	mu    sync.Mutex // guards the rest
	code  string     // "" when set-up is closed
	wrong int
	busy  bool // somebody with the right code is being registered
}

// renew makes and announces a new code.
func (s *setup) renew() {
	s.mu.Lock()
	s.code, s.wrong = newCode(), 0
	code := s.code
	s.mu.Unlock()
	s.announce(code)
}

// newCode returns eight letters and digits that are hard to misread, in two groups.
func newCode() string {
	text := rand.Text()
	return text[:4] + "-" + text[4:8]
}

// NormalCode is the form of a typed code that is compared: upper case, without what people put between the groups.
func NormalCode(typed string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "", "–", "").Replace(typed))
}

// claim takes the one place of whoever sets up; release gives it back.
func (s *setup) claim(typed string) error {
	s.mu.Lock()
	renew := false
	defer func() {
		s.mu.Unlock()
		if renew {
			s.renew()
		}
	}()
	if s.code == "" {
		return errSetupDone()
	}
	if subtle.ConstantTimeCompare([]byte(NormalCode(typed)), []byte(NormalCode(s.code))) != 1 {
		s.wrong++
		renew = s.wrong >= guesses
		return doorward.Errorf(doorward.CodeForbidden, "This is not the set-up code. It is printed where Doorward was started.")
	}
	if s.busy {
		return doorward.Errorf(doorward.CodeConflict, "Somebody else is setting Doorward up right now.")
	}
	s.busy = true
	return nil
}

func (s *setup) release(done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
	if done {
		s.code = ""
	}
}

func errSetupDone() error {
	return doorward.Errorf(doorward.CodeGone, "Doorward is already set up. Sign in instead.")
}

// SetupNeeded reports whether there is no account yet.
func (a *Accounts) SetupNeeded(ctx context.Context) (bool, error) {
	var any bool
	err := a.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		any, err = tx.AnyUser()
		return err
	})
	return !any, err
}

// SetUp makes the first account and signs it in. It works once: whoever comes later is answered CodeGone, whoever
// comes at the same time CodeConflict, and a wrong code CodeForbidden.
func (a *Accounts) SetUp(ctx context.Context, code string, r Registration, userAgent string) (SignedIn, error) {
	if err := a.setup.claim(code); err != nil {
		return SignedIn{}, err
	}
	u, err := a.register(ctx, r, func(tx *sqlite.Tx) error {
		// An account made on the command line meanwhile closes set-up as well.
		if any, err := tx.AnyUser(); err != nil || any {
			if err == nil {
				err = errSetupDone()
			}
			return err
		}
		return nil
	})
	a.setup.release(err == nil || doorward.ErrorCode(err) == doorward.CodeGone)
	if err != nil {
		return SignedIn{}, err
	}
	var hash doorward.Secret
	err = a.db.Read(ctx, func(tx *sqlite.Tx) error {
		hash, err = tx.PasswordHash(u.ID)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return a.start(ctx, u, hash, userAgent)
}
