package account_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

const right, wrong = doorward.Secret("a long garden party"), doorward.Secret("another garden party")

// open opens the accounts of a file, as a program does that starts.
func open(t *testing.T, path string) (*account.Accounts, *sqlite.DB) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	accounts, err := account.New(t.Context(), db, keys{}, time.Now, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return accounts, db
}

func add(t *testing.T, accounts *account.Accounts, email string) doorward.User {
	t.Helper()
	u, err := accounts.Add(t.Context(), account.Registration{Email: email, Name: "Ana", Password: right})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// try signs in and returns the code of the failure and what the user reads.
func try(t *testing.T, accounts *account.Accounts, email string, password doorward.Secret) (doorward.Code, string) {
	t.Helper()
	_, err := accounts.SignIn(t.Context(), email, password, "")
	if err == nil {
		return "", ""
	}
	return doorward.ErrorCode(err), err.Error()
}

// Five failures lock, in the same words for an address that has no account; and a program that is started on the file
// while the one before never ended, as after a crash, knows of each.
//
// ASVS 6.3.1
func TestLockOutlivesTheProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	accounts, _ := open(t, path)
	u := add(t, accounts, "ana@example.com")
	in, err := accounts.SignIn(t.Context(), u.Email, right, "")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		for _, email := range []string{"Ana@Example.com ", "nobody@example.com"} {
			if code, _ := try(t, accounts, email, wrong); code != doorward.CodeUnauthenticated {
				t.Fatalf("try %d at %s: %q", i+1, email, code)
			}
		}
		accounts, _ = open(t, path)
	}
	code, words := try(t, accounts, u.Email, right)
	if unknown, same := try(t, accounts, "nobody@example.com", right); code != doorward.CodeAccountLocked || unknown != code || same != words {
		t.Errorf("known: %q %q, unknown: %q %q", code, words, unknown, same)
	}
	if in, err = accounts.Refresh(t.Context(), in.RefreshToken); err != nil {
		t.Errorf("whoever was signed in is refused: %v", err)
	}
	if _, err := accounts.Authenticate(t.Context(), in.AccessToken); err != nil {
		t.Errorf("whoever was signed in is refused: %v", err)
	}

	token, err := accounts.SetPasswordToken(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	const next = "an even longer garden party"
	if err := accounts.ResetPassword(t.Context(), token, next); err != nil {
		t.Fatal(err)
	}
	if code, _ := try(t, accounts, u.Email, next); code != "" {
		t.Errorf("after a new password: %q", code)
	}
}

func TestUnlock(t *testing.T) {
	accounts, _ := open(t, filepath.Join(t.TempDir(), "test.db"))
	u := add(t, accounts, "ana@example.com")
	for range 5 {
		try(t, accounts, u.Email, wrong)
	}
	if had, err := accounts.Unlock(t.Context(), "ANA@example.com"); err != nil || !had {
		t.Errorf("%v, %v", had, err)
	}
	if had, err := accounts.Unlock(t.Context(), u.Email); err != nil || had {
		t.Errorf("unlocked twice: %v, %v", had, err)
	}
	if code, _ := try(t, accounts, u.Email, right); code != "" {
		t.Errorf("after unlocking: %q", code)
	}
}

// A sign-in that works makes up for the failures before it.
func TestSuccessForgetsFailures(t *testing.T) {
	accounts, _ := open(t, filepath.Join(t.TempDir(), "test.db"))
	u := add(t, accounts, "ana@example.com")
	for range 3 {
		for range 4 {
			try(t, accounts, u.Email, wrong)
		}
		if code, _ := try(t, accounts, u.Email, right); code != "" {
			t.Fatalf("%q", code)
		}
	}
}

// Of many wrong tries at the same time five are judged, and none of those that found no place in the queue counts.
//
// ASVS 6.3.1 15.4.2
func TestManyTriesAtOnce(t *testing.T) {
	accounts, _ := open(t, filepath.Join(t.TempDir(), "test.db"))
	u := add(t, accounts, "ana@example.com")
	var mu sync.Mutex
	seen := map[doorward.Code]int{}
	var all sync.WaitGroup
	for range 60 {
		all.Go(func() {
			code := doorward.CodeUnavailable
			for code == doorward.CodeUnavailable {
				code, _ = try(t, accounts, u.Email, wrong)
			}
			mu.Lock()
			seen[code]++
			mu.Unlock()
		})
	}
	all.Wait()
	if seen[doorward.CodeUnauthenticated] != 5 || seen[doorward.CodeAccountLocked] != 55 {
		t.Error(seen)
	}
}

// The table of failures does not grow without end: the oldest are forgotten.
func TestFailuresAreBounded(t *testing.T) {
	_, db := open(t, filepath.Join(t.TempDir(), "test.db"))
	const keep = 50
	failures := func(i int) (n int) {
		err := db.Read(t.Context(), func(tx *sqlite.Tx) (err error) {
			n, err = tx.FailedSignIns([]byte(fmt.Sprint(i)))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i := range 200 {
		err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
			if _, err := tx.AddFailedSignIn([]byte("again"), keep); err != nil {
				return err
			}
			_, err := tx.AddFailedSignIn([]byte(fmt.Sprint(i)), keep)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	remembered := 0
	for i := range 200 {
		remembered += failures(i)
	}
	if remembered > keep || failures(199) != 1 || failures(0) != 0 {
		t.Errorf("%d remembered; the newest %d, the oldest %d", remembered, failures(199), failures(0))
	}
}
