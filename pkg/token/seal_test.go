package token_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/token"
)

func newCode(t *testing.T) (doorward.Secret, token.RecoveryKey) {
	t.Helper()
	text := token.NewRecoveryCode()
	code, err := token.ParseRecoveryCode(text)
	if err != nil {
		t.Fatal(err)
	}
	return text, code
}

func recordsOf(t *testing.T, ring *token.Ring, code token.RecoveryKey) []doorward.LinkKey {
	t.Helper()
	records, err := ring.Records(code.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestRecoveryCode_form(t *testing.T) {
	form := regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$`)
	seen := map[doorward.Secret]bool{}
	for range 500 {
		text, _ := newCode(t)
		if !form.MatchString(text.Reveal()) || seen[text] {
			t.Fatalf("%s is not of the form, or came twice", text.Reveal())
		}
		seen[text] = true
	}
}

// The worked example of doc.go: a code on paper must still open years from now.
func TestRecoveryCode_example(t *testing.T) {
	code, err := token.ParseRecoveryCode("7KQ2-M9XT-0HVB-4RWE-ZD3P-CN8A-Y6K5")
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(code.PublicKey()); got != "aefe3518647e56238da0e1a6cd5bba0a2103d239ac9d11297f9fd49e75961f7e" {
		t.Errorf("its public key is %s", got)
	}
}

func TestParseRecoveryCode_asPeopleType(t *testing.T) {
	text, code := newCode(t)
	plain := text.Reveal()
	for name, typed := range map[string]string{
		"lower case": strings.ToLower(plain), "without dashes": strings.ReplaceAll(plain, "-", ""),
		"spaces and a line break": " " + strings.ReplaceAll(plain, "-", "  ") + "\r\n",
		"letters for digits":      strings.NewReplacer("0", "o", "1", "l").Replace(plain),
		"I for 1, long dashes":    strings.NewReplacer("1", "I", "-", "–").Replace(plain),
	} {
		got, err := token.ParseRecoveryCode(doorward.Secret(typed))
		if err != nil || !bytes.Equal(got.PublicKey(), code.PublicKey()) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseRecoveryCode_refuses(t *testing.T) {
	text, _ := newCode(t)
	plain := text.Reveal()
	for name, typed := range map[string]string{
		"nothing": "", "half": plain[:14], "a group too many": plain + "-0000", "a foreign letter": "U" + plain[1:],
		"not ASCII": "ä" + plain[2:], "a set-up code": "7F4K-22QP",
	} {
		_, err := token.ParseRecoveryCode(doorward.Secret(typed))
		if doorward.ErrorCode(err) != doorward.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Of the mistakes in one character, about one in a thousand passes here and is refused by the seal.
	passed := 0
	for i := range plain {
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if plain[i] == '-' || rune(plain[i]) == c {
				continue
			}
			if _, err := token.ParseRecoveryCode(doorward.Secret(plain[:i] + string(c) + plain[i+1:])); err == nil {
				passed++
			}
		}
	}
	if passed > 12 { // of 868, expected is less than one
		t.Errorf("%d wrong characters were not noticed", passed)
	}
}

func TestRecover(t *testing.T) {
	before := ringOf(t, map[string]string{"00.key": exampleKey, "03.key": otherKey})
	_, code := newCode(t)
	records := recordsOf(t, before, code)
	for _, record := range records {
		for _, key := range []string{exampleKey, otherKey} {
			if bytes.Contains(record.Sealed, masterOf(t, key)) || bytes.Contains(record.Fingerprint, masterOf(t, key)[:8]) {
				t.Errorf("record %d shows the key", record.ID)
			}
		}
	}
	dir := filepath.Join(t.TempDir(), "keys")
	after, err := token.ReadRing(dir)
	if err != nil {
		t.Fatal(err)
	}
	wantRefused(t, after, sign(t, before, exampleGuest, 1))
	if n, err := after.Recover(code, records); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	for name, want := range map[string]string{"00.key": exampleKey, "03.key": otherKey} {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%s: %v, %v", name, info, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s is another key", name)
		}
	}
	again, err := token.OpenRing(dir, records)
	if err != nil {
		t.Fatal(err)
	}
	if sign(t, again, exampleGuest, 1) != sign(t, before, exampleGuest, 1) {
		t.Error("the same link is another")
	}
	if n, err := after.Recover(code, records); n != 0 || err != nil {
		t.Errorf("a second time: %d, %v", n, err)
	}
}

// Whatever does not fit, the answer is the same and the folder stays as it was.
func TestRecover_refuses(t *testing.T) {
	before := ringOf(t, map[string]string{"00.key": exampleKey, "03.key": otherKey})
	_, code := newCode(t)
	_, other := newCode(t)
	changed := func(change func([]doorward.LinkKey)) []doorward.LinkKey {
		records := recordsOf(t, before, code)
		change(records)
		return records
	}
	for name, c := range map[string]struct {
		code    token.RecoveryKey
		records []doorward.LinkKey
	}{
		"another code":      {other, recordsOf(t, before, code)},
		"a flipped bit":     {code, changed(func(r []doorward.LinkKey) { r[1].Sealed[40] ^= 1 })},
		"cut off":           {code, changed(func(r []doorward.LinkKey) { r[1].Sealed = r[1].Sealed[:20] })},
		"not sealed":        {code, changed(func(r []doorward.LinkKey) { r[1].Sealed = nil })},
		"ids changed round": {code, changed(func(r []doorward.LinkKey) { r[0].Sealed, r[1].Sealed = r[1].Sealed, r[0].Sealed })},
		"another print":     {code, changed(func(r []doorward.LinkKey) { r[1].Fingerprint[0] ^= 1 })},
	} {
		dir := t.TempDir()
		ring, err := token.ReadRing(dir)
		if err != nil {
			t.Fatal(err)
		}
		n, err := ring.Recover(c.code, c.records)
		if n != 0 || doorward.ErrorCode(err) != doorward.CodeInvalid || err.Error() != token.ErrOtherCode().Error() {
			t.Errorf("%s: %d, %v", name, n, err)
		}
		if got := names(t, dir); len(got) != 0 {
			t.Errorf("%s: the folder holds %v", name, got)
		}
	}
}

// A new key never takes the id of a lost one, so that both can be there in the end.
func TestOpenRing_keepsTheIDsOfLostKeys(t *testing.T) {
	_, code := newCode(t)
	before := ringOf(t, map[string]string{"00.key": exampleKey})
	records := recordsOf(t, before, code)
	for name, found := range map[string]string{"empty": "", "another box's key under the id": otherKey} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if found != "" {
				if err := os.WriteFile(filepath.Join(dir, "00.key"), []byte(found), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			ring, err := token.OpenRing(dir, records)
			if err != nil {
				t.Fatal(err)
			}
			if missing := ring.Missing(records); len(missing) != 1 {
				t.Fatalf("missing are %v", missing)
			}
			between := sign(t, ring, exampleGuest, 2)
			wantRefused(t, ring, exampleToken)
			if n, err := ring.Recover(code, records); n != 1 || err != nil {
				t.Fatalf("%d, %v", n, err)
			}
			reopened, err := token.OpenRing(dir, records)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{exampleToken, between} {
				for _, r := range []*token.Ring{ring, reopened} {
					if _, err := r.Verify(text); err != nil {
						t.Errorf("%s: %v", text, err)
					}
				}
			}
			if sign(t, reopened, exampleGuest, 2) != between {
				t.Error("another key signs after a restart")
			}
		})
	}
}

func TestOpenRing_allIDsUsed(t *testing.T) {
	ring := ringOf(t, map[string]string{"15.key": hex.EncodeToString(bytes.Repeat([]byte{7}, 32)) + "\n"})
	_, code := newCode(t)
	if _, err := token.OpenRing(t.TempDir(), recordsOf(t, ring, code)); err == nil || !strings.Contains(err.Error(), "recovery code") {
		t.Errorf("got %v", err)
	}
}
