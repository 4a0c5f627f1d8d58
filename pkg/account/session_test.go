package account_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

type keys struct{}

func (keys) Derive(purpose string) []byte { return []byte(purpose + " of a test") }

// A browser that is used stays signed in; one that is not is signed out after thirty days and forgotten.
//
// ASVS 7.3.1
func TestSessionMovesOnWithUse(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 6, 12, 20, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), clock, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	accounts, err := account.New(t.Context(), db, keys{}, clock, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	const password = "a long garden party"
	if _, err := accounts.Add(t.Context(), account.Registration{Email: "ana@example.com", Name: "Ana", Password: password}); err != nil {
		t.Fatal(err)
	}
	in, err := accounts.SignIn(t.Context(), "ana@example.com", password, "")
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		now = now.Add(20 * day)
		if in, err = accounts.Refresh(t.Context(), in.RefreshToken); err != nil {
			t.Fatalf("used every twenty days: %v", err)
		}
		if in.RefreshLife != 30*day {
			t.Errorf("the cookie lives %v, want 30 days", in.RefreshLife)
		}
	}
	who, err := accounts.Authenticate(t.Context(), in.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(30 * day)
	if err := accounts.Check(t.Context(), who); doorward.ErrorCode(err) != doorward.CodeUnauthenticated {
		t.Errorf("after thirty days unused: %v", err)
	}
	if _, err := accounts.SignIn(t.Context(), "ana@example.com", password, ""); err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Session(who.Session)
		return err
	})
	if doorward.ErrorCode(err) != doorward.CodeNotFound {
		t.Errorf("the expired session is still there: %v", err)
	}
}
