package account_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
	"golang.org/x/crypto/bcrypt"
)

// add makes an account with the password ours.
func (h *house) add(email string) doorward.User {
	h.t.Helper()
	u, err := h.Add(h.t.Context(), account.Registration{Email: email, Name: "Ana", Password: ours})
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

// wall is a clock that a test moves while the outbox reads it.
type wall struct{ passed atomic.Int64 }

func (w *wall) now() time.Time {
	return time.Date(2026, 6, 12, 20, 0, 0, 0, time.UTC).Add(time.Duration(w.passed.Load()))
}

func (w *wall) pass(d time.Duration) { w.passed.Add(int64(d)) }

// A copied cookie that is used every day ends all the same, a year after the password was last typed.
//
// ASVS 7.3.2
func TestSessionEndsAfterAYear(t *testing.T) {
	const day = 24 * time.Hour
	clock := &wall{}
	h := newHouse(t, clock.now, account.Anybody)
	h.add("ana@example.com")
	in, err := h.SignIn(t.Context(), "ana@example.com", ours, "")
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for used < 40 {
		clock.pass(10 * day)
		if in, err = h.Refresh(t.Context(), in.RefreshToken); err != nil {
			break
		}
		used++
	}
	if used != 36 {
		t.Errorf("used every ten days it lasted %d times, want 36", used)
	}
	code(t, doorward.CodeUnauthenticated, err)
}

// A hash that an older system made is taken once, and replaced by one of ours.
func TestBcryptIsTakenOnce(t *testing.T) {
	h := newHouse(t, time.Now, account.Anybody)
	u := h.add("ana@example.com")
	old, err := bcrypt.GenerateFromPassword([]byte(theirs), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	err = h.db.Write(t.Context(), func(tx *sqlite.Tx) error { return tx.SetPassword(u.ID, doorward.Secret(old)) })
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.SignIn(t.Context(), "ana@example.com", ours, "")
	code(t, doorward.CodeUnauthenticated, err)
	for range 2 {
		if _, err := h.SignIn(t.Context(), "ana@example.com", theirs, ""); err != nil {
			t.Fatal(err)
		}
		err = h.db.Read(t.Context(), func(tx *sqlite.Tx) error {
			hash, err := tx.PasswordHash(u.ID)
			if err == nil && hash.Reveal()[:10] != "$argon2id$" {
				t.Errorf("it is still %.4s", hash.Reveal())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever asks in somebody's name five times leaves them without a letter for as long as the links of those are good, and
// no longer; a password that was set forgets them all.
func TestSomebodyElsesRequests(t *testing.T) {
	clock := &wall{}
	h := newHouse(t, clock.now, account.Anybody)
	h.add("ana@example.com")
	ask := func() *doorward.Letter {
		clock.pass(time.Second)
		if err := h.ForgotPassword(t.Context(), "ana@example.com"); err != nil {
			t.Fatal(err)
		}
		return <-h.letters
	}
	var last *doorward.Letter
	for range 5 {
		last = ask()
	}
	if last == nil || ask() != nil {
		t.Fatal("five letters are sent, and no sixth")
	}
	clock.pass(time.Hour)
	if last = ask(); last == nil {
		t.Fatal("when their links are over another is sent")
	}
	for range 4 {
		ask()
	}
	if err := h.ResetPassword(t.Context(), last.Token, theirs); err != nil {
		t.Fatal(err)
	}
	if ask() == nil {
		t.Error("after a new password another letter is sent")
	}
}

// An invitation that was taken back makes no account, also when the letter has been sent.
func TestInvitationTakenBack(t *testing.T) {
	var invited atomic.Bool
	invited.Store(true)
	h := newHouse(t, time.Now, func(*sqlite.Tx, string) (bool, error) { return invited.Load(), nil })
	letter := h.signUp("ana@example.com", ours)
	if letter == nil {
		t.Fatal("the invited get a letter")
	}
	invited.Store(false)
	code(t, doorward.CodeGone, h.VerifyEmail(t.Context(), letter.Token, ours))
}

// An account that the command line makes for a locked address can sign in.
func TestAddUnlocks(t *testing.T) {
	h := newHouse(t, time.Now, account.Anybody)
	for range 5 {
		_, err := h.SignIn(t.Context(), "ana@example.com", theirs, "")
		code(t, doorward.CodeUnauthenticated, err)
	}
	h.add("ana@example.com")
	if _, err := h.SignIn(t.Context(), "ana@example.com", ours, ""); err != nil {
		t.Error(err)
	}
}

// A sign-in with the old password that is under way while a new one is set leaves no session that works.
func TestSignInWhileThePasswordChanges(t *testing.T) {
	h := newHouse(t, time.Now, account.Anybody)
	u := h.add("ana@example.com")
	for range 5 {
		set := func(password doorward.Secret) {
			token, err := h.SetPasswordToken(t.Context(), u.ID)
			if err == nil {
				err = h.ResetPassword(t.Context(), token, password)
			}
			if err != nil {
				t.Error(err)
			}
		}
		set(ours)
		begun := make(chan account.SignedIn, 8)
		var all sync.WaitGroup
		for range cap(begun) {
			all.Go(func() {
				if in, err := h.SignIn(t.Context(), "ana@example.com", ours, ""); err == nil {
					begun <- in
				}
			})
		}
		set(theirs)
		all.Wait()
		close(begun)
		for in := range begun {
			_, err := h.Authenticate(t.Context(), in.AccessToken)
			code(t, doorward.CodeUnauthenticated, err)
		}
	}
}
