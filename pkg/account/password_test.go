package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/doorward"
)

// What may be a password: long enough, of any characters, not one that is tried first, not the account's own words.
//
// ASVS 6.2.1 6.2.4 6.2.5 6.2.9 6.2.11
func TestWhatMayBeAPassword(t *testing.T) {
	account.HashCheaply(t)
	h := newHouse(t, time.Now, account.Anybody)
	for password, fine := range map[string]bool{
		"elevenchars": false, "twelve chars": true, "onlylowercaseletters": true, "5920174638 90": true,
		strings.Repeat("😀", 11): false, "😀🎉🥂 grüße aus 東京": true, strings.Repeat("kite lamp ", 20): true, strings.Repeat("kite lamp ", 20) + "x": false,
		"password1234!": false, "PasswordPassword": false, "aaaaaaaaaaaa": false, "123456789012": false, "qwertyuiop2026": false, "doorward2026!!": false,
		"roswitha1998": false, "hohenfels-2026": false, "roswitha likes lanterns": true,
	} {
		email := string(doorward.NewUserID()) + "@hohenfels.example"
		_, err := h.Add(t.Context(), account.Registration{Email: email, Name: "Roswitha", Password: doorward.Secret(password)})
		if got := doorward.ErrorCode(err); fine && err != nil || !fine && got != doorward.CodeInvalid {
			t.Errorf("%q: %v, want it taken: %v", password, err, fine)
		}
	}
}

// A password is checked as it was typed, to its last byte: nothing is cut off, trimmed or folded.
//
// ASVS 6.2.8 6.2.9
func TestEveryByteOfAPasswordCounts(t *testing.T) {
	account.HashCheaply(t)
	h := newHouse(t, time.Now, account.Anybody)
	for i, password := range []string{strings.Repeat("ab cd 12 ", 10), strings.Repeat("😀🎉", 32), " spaces around it "} {
		email := string(rune('a'+i)) + "@example.com"
		if _, err := h.Add(t.Context(), account.Registration{Email: email, Name: "Ana", Password: doorward.Secret(password)}); err != nil {
			t.Fatal(err)
		}
		for _, other := range []string{password[:len(password)-1], password + " ", strings.TrimSpace(password) + "x", strings.ToUpper(password) + "y"} {
			if h.signsIn(email, doorward.Secret(other)) {
				t.Errorf("%q signs in where %q was set", other, password)
			}
			if !h.signsIn(email, doorward.Secret(password)) {
				t.Fatalf("%q does not sign in", password)
			}
		}
	}
}
