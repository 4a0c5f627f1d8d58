package account_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
)

const (
	ours   = "a long garden party"
	theirs = "somebody else's pick"
)

// house is the use case with an outbox that hands its letters to the test.
type house struct {
	*account.Accounts
	t       *testing.T
	db      *sqlite.DB
	letters chan *doorward.Letter // nil for a request that comes to none
}

func newHouse(t *testing.T, clock sqlite.Clock, mayJoin account.JoinRule) *house {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), clock, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := account.New(t.Context(), db, keys{}, clock, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{Accounts: accounts, t: t, db: db, letters: make(chan *doorward.Letter, 1000)}
	box := outbox.New(db, clock, func() float64 { return 0.5 })
	box.Handle(doorward.JobAccountRequest, outbox.Work{Do: func(ctx context.Context, payload string) (func(*sqlite.Tx) error, error) {
		letter, then, err := accounts.RequestLetter(ctx, payload)
		if err == nil {
			h.letters <- letter
		}
		return then, err
	}})
	accounts.UseMail(box, mayJoin)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		box.Run(ctx)
		close(done)
	}()
	t.Cleanup(func() {
		stop()
		<-done
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// signUp asks for an account and returns the letter that comes of it.
func (h *house) signUp(email string, password doorward.Secret) *doorward.Letter {
	h.t.Helper()
	r := account.Registration{Email: email, Name: "Ana", Password: password, TermsVersion: doorward.TermsVersion}
	if err := h.SignUp(h.t.Context(), r); err != nil {
		h.t.Fatal(err)
	}
	return <-h.letters
}

// signsIn says whether an address and a password belong together.
func (h *house) signsIn(email string, password doorward.Secret) bool {
	h.t.Helper()
	_, err := h.SignIn(h.t.Context(), email, password, "")
	if err != nil && doorward.ErrorCode(err) != doorward.CodeUnauthenticated {
		h.t.Fatal(err)
	}
	return err == nil
}

func code(t *testing.T, want doorward.Code, err error) {
	t.Helper()
	if got := doorward.ErrorCode(err); got != want {
		t.Errorf("the code is %q, want %q: %v", got, want, err)
	}
}

// Whoever registers an address before its owner does has nothing once the owner opens a link of the mails, whichever of
// them: the page asks for a password of the owner's own.
//
// ASVS 6.4.1
func TestPreRegisteredAccountGivesItsAuthorNothing(t *testing.T) {
	h := newHouse(t, time.Now, account.Anybody)
	stranger := h.signUp("Ana@example.com", theirs)
	own := h.signUp("ana@EXAMPLE.com", ours)
	if stranger.Name != "" {
		t.Errorf("the letter to somebody without an account carries the words %q", stranger.Name)
	}
	if h.signsIn("ana@example.com", theirs) || h.signsIn("ana@example.com", ours) {
		t.Error("an address that nobody confirmed signs in")
	}
	if err := h.VerifyEmail(t.Context(), stranger.Token, ours); err != nil {
		t.Fatal(err)
	}
	if h.signsIn("ana@example.com", theirs) || !h.signsIn("ana@example.com", ours) {
		t.Error("the password is not the one that was chosen with the link")
	}
	code(t, doorward.CodeGone, h.VerifyEmail(t.Context(), own.Token, theirs))
	code(t, doorward.CodeGone, h.VerifyEmail(t.Context(), stranger.Token, theirs))
}

// A link confirms the request that it was mailed for: the owner's own link leaves the stranger's password out.
func TestLinkIsOfItsOwnRequest(t *testing.T) {
	h := newHouse(t, time.Now, account.Anybody)
	own := h.signUp("ana@example.com", ours)
	h.signUp("ana@example.com", theirs)
	if err := h.VerifyEmail(t.Context(), own.Token, ""); err != nil {
		t.Fatal(err)
	}
	if h.signsIn("ana@example.com", theirs) || !h.signsIn("ana@example.com", ours) {
		t.Error("the password is not the one of the link's own request")
	}
}

// ASVS 6.4.1
func TestVerifyTokenEnds(t *testing.T) {
	now := time.Date(2026, 6, 12, 20, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	clock := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	h := newHouse(t, clock, account.Anybody)
	letter := h.signUp("ana@example.com", ours)
	for _, forged := range []doorward.Secret{"", ".", doorward.Secret(letter.ID) + ".AAAA", letter.Token + "A", letter.Token[:len(letter.Token)-1]} {
		code(t, doorward.CodeGone, h.VerifyEmail(t.Context(), forged, ""))
	}
	code(t, doorward.CodeInvalid, h.VerifyEmail(t.Context(), letter.Token, "short"))
	mu.Lock()
	now = now.Add(24 * time.Hour)
	mu.Unlock()
	code(t, doorward.CodeGone, h.VerifyEmail(t.Context(), letter.Token, ""))
}

// A sixth letter within a day would be a nuisance, whoever asks for it.
func TestLettersOfADay(t *testing.T) {
	h := newHouse(t, time.Now, account.Anybody)
	if _, err := h.Add(t.Context(), account.Registration{Email: "ana@example.com", Name: "Ana"}); err != nil {
		t.Fatal(err)
	}
	for i := range 7 {
		if err := h.ForgotPassword(t.Context(), "ana@example.com"); err != nil {
			t.Fatal(err)
		}
		if letter := <-h.letters; (letter != nil) != (i < 5) {
			t.Errorf("letter %d: %v", i+1, letter)
		}
	}
}

func TestWhoMayNotJoin(t *testing.T) {
	h := newHouse(t, time.Now, func(_ *sqlite.Tx, key string) (bool, error) { return key == "ana@example.com", nil })
	if letter := h.signUp("ben@example.com", ours); letter != nil {
		t.Errorf("somebody who was not invited gets %v", letter)
	}
	if letter := h.signUp("ANA@example.com", ours); letter == nil || letter.Kind != doorward.LetterVerify {
		t.Errorf("somebody who was invited gets %v", letter)
	}
}

// race does something fifty times at once and returns how often it worked. Whoever loses is told that it is over, or
// that too many try.
func race(t *testing.T, do func() error) (won int) {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	begin := make(chan struct{})
	for range 50 {
		all.Go(func() {
			<-begin
			err := do()
			mu.Lock()
			defer mu.Unlock()
			switch doorward.ErrorCode(err) {
			case "":
				won++
			case doorward.CodeGone, doorward.CodeUnavailable, doorward.CodeConflict:
			default:
				t.Error(err)
			}
		})
	}
	close(begin)
	all.Wait()
	return won
}

// rounds is how often a race is run: more where the environment asks for it, as make races does.
func rounds(t *testing.T, few int) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("DOORWARD_RACES"))
	if err != nil {
		return few
	}
	account.HashCheaply(t)
	return n
}

// ASVS 15.4.2
func TestVerifyRace(t *testing.T) {
	n := rounds(t, 10)
	h := newHouse(t, time.Now, account.Anybody)
	for range n {
		letter := h.signUp(string(doorward.NewUserID())+"@example.com", ours)
		if won := race(t, func() error { return h.VerifyEmail(t.Context(), letter.Token, "") }); won != 1 {
			t.Fatalf("%d of 50 made the account", won)
		}
	}
}

// ASVS 15.4.2
func TestResetRace(t *testing.T) {
	n := rounds(t, 2)
	h := newHouse(t, time.Now, account.Anybody)
	if _, err := h.Add(t.Context(), account.Registration{Email: "ana@example.com", Name: "Ana", Password: ours}); err != nil {
		t.Fatal(err)
	}
	u, err := h.ByEmail(t.Context(), "ana@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		token, err := h.SetPasswordToken(t.Context(), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		if won := race(t, func() error { return h.ResetPassword(t.Context(), token, theirs) }); won != 1 {
			t.Fatalf("%d of 50 set the password", won)
		}
	}
}

// Of fifty who set up at the same moment one gets the account; the others hear that somebody else does, or has.
//
// ASVS 6.3.2 15.4.2
func TestSetUpRace(t *testing.T) {
	n := rounds(t, 3)
	for range n {
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), time.Now, func(doorward.Activity) {})
		if err != nil {
			t.Fatal(err)
		}
		var setUpCode string
		accounts, err := account.New(t.Context(), db, keys{}, time.Now, func(code string) { setUpCode = code })
		if err != nil {
			t.Fatal(err)
		}
		var who atomic.Int64
		won := race(t, func() error {
			r := account.Registration{Email: fmt.Sprintf("host%d@example.com", who.Add(1)), Name: "Host", Password: ours}
			_, err := accounts.SetUp(t.Context(), setUpCode, r, "")
			return err
		})
		if all, err := accounts.List(t.Context()); won != 1 || len(all) != 1 || err != nil {
			t.Fatalf("%d of 50 set up, and %d have an account: %v", won, len(all), err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Of fifty tabs that refresh with one cookie at the same moment all get the same successor, and it works; it is one step
// of the session, not fifty.
//
// ASVS 10.4.5 15.4.2
func TestRefreshRace(t *testing.T) {
	n := rounds(t, 20)
	h := newHouse(t, time.Now, account.Anybody)
	if _, err := h.Add(t.Context(), account.Registration{Email: "ana@example.com", Name: "Ana", Password: ours}); err != nil {
		t.Fatal(err)
	}
	in, err := h.SignIn(t.Context(), "ana@example.com", ours, "")
	if err != nil {
		t.Fatal(err)
	}
	cookie := in.RefreshToken
	for range n {
		var mu sync.Mutex
		successors := map[doorward.Secret]int{}
		race(t, func() error {
			next, err := h.Refresh(t.Context(), cookie)
			mu.Lock()
			successors[next.RefreshToken]++
			mu.Unlock()
			return err
		})
		if len(successors) != 1 || successors[cookie] != 0 {
			t.Fatalf("50 who refresh get %d successors", len(successors))
		}
		for next := range successors {
			cookie = next
		}
	}
}

func TestMailedResetLinkLivesAnHour(t *testing.T) {
	var mu sync.Mutex
	now := time.Date(2026, 6, 12, 20, 0, 0, 0, time.UTC)
	h := newHouse(t, func() time.Time { mu.Lock(); defer mu.Unlock(); return now }, account.Anybody)
	if _, err := h.Add(t.Context(), account.Registration{Email: "ana@example.com", Name: "Ana", Password: ours}); err != nil {
		t.Fatal(err)
	}
	if err := h.ForgotPassword(t.Context(), "ana@example.com"); err != nil {
		t.Fatal(err)
	}
	letter := <-h.letters
	mu.Lock()
	now = now.Add(time.Hour)
	mu.Unlock()
	code(t, doorward.CodeGone, h.ResetPassword(t.Context(), letter.Token, theirs))
	if !h.signsIn("ana@example.com", ours) {
		t.Error("the old password no longer works")
	}
}
