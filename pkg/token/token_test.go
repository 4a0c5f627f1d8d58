package token_test

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/token"
)

const (
	// The worked example of doc.go.
	exampleKey   = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
	exampleGuest = doorward.GuestID("gst_aaaqeayeaudaocaj")
	exampleToken = "CAAACAQDAQCQMBYIBEAAAAORB72AOCS3LXCNXLJR7XFL7GUO"
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// ringOf opens a ring of the given files.
func ringOf(t testing.TB, files map[string]string) *token.Ring {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ring, err := token.OpenRing(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func exampleRing(t testing.TB) *token.Ring {
	return ringOf(t, map[string]string{"00.key": exampleKey})
}

func sign(t testing.TB, ring *token.Ring, id doorward.GuestID, generation int) string {
	t.Helper()
	text, err := ring.Sign(id, generation)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func wantRefused(t *testing.T, ring *token.Ring, text string) {
	t.Helper()
	claims, err := ring.Verify(text)
	if doorward.ErrorCode(err) != doorward.CodeNotFound || claims != (token.Claims{}) {
		t.Fatalf("Verify(%q) = %v, %v; want not_found", text, claims, err)
	}
}

func TestSign_workedExample(t *testing.T) {
	if got := sign(t, exampleRing(t), exampleGuest, 1); got != exampleToken {
		t.Errorf("got %s", got)
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), exampleToken) {
		t.Error("doc.go shows another token")
	}
}

func TestSign_refuses(t *testing.T) {
	ring := exampleRing(t)
	for _, c := range []struct {
		id         doorward.GuestID
		generation int
	}{
		{"", 1}, {"gst_short", 1}, {"evt_aaaqeayeaudaocaj", 1},
		{exampleGuest, 0}, {exampleGuest, -1}, {exampleGuest, 1 << 24},
	} {
		if text, err := ring.Sign(c.id, c.generation); err == nil {
			t.Errorf("Sign(%q, %d) = %s", c.id, c.generation, text)
		}
	}
}

func TestVerify_roundTrip(t *testing.T) {
	ring := exampleRing(t)
	rapid.Check(t, func(rt *rapid.T) {
		var raw [10]byte
		copy(raw[:], rapid.SliceOfN(rapid.Byte(), 10, 10).Draw(rt, "id"))
		want := token.Claims{
			GuestID:    doorward.GuestIDFromBytes(raw),
			Generation: rapid.IntRange(1, 1<<24-1).Draw(rt, "generation"),
		}
		text := sign(t, ring, want.GuestID, want.Generation)
		if len(text) > 64 || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
			rt.Fatalf("%q is no token", text)
		}
		mixed := []byte(text)
		for i := range mixed {
			if rapid.Bool().Draw(rt, "lower") {
				mixed[i] = strings.ToLower(text)[i]
			}
		}
		for _, spelling := range []string{text, strings.ToLower(text), string(mixed)} {
			if got, err := ring.Verify(spelling); err != nil || got != want {
				rt.Fatalf("Verify(%s) = %v, %v; want %v", spelling, got, err, want)
			}
		}
	})
}

// ASVS 9.1.1
func TestVerify_refusesEveryFlippedBit(t *testing.T) {
	ring := exampleRing(t)
	raw, err := encoding.DecodeString(sign(t, ring, exampleGuest, 300))
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(raw) * 8 {
		raw[bit/8] ^= 1 << (bit % 8)
		wantRefused(t, ring, encoding.EncodeToString(raw))
		raw[bit/8] ^= 1 << (bit % 8)
	}
}

func TestVerify_refusesEveryOtherCharacter(t *testing.T) {
	ring := exampleRing(t)
	text := sign(t, ring, exampleGuest, 1)
	for i := range text {
		for c := range 256 {
			if strings.EqualFold(string([]byte{byte(c)}), text[i:i+1]) {
				continue
			}
			wantRefused(t, ring, text[:i]+string([]byte{byte(c)})+text[i+1:])
		}
	}
}

func TestVerify_refusesOtherForms(t *testing.T) {
	ring := exampleRing(t)
	text := sign(t, ring, exampleGuest, 1)
	for _, s := range []string{
		"", text[:47], text + "A", " " + text, text + "\n", text + "=", text[:24] + "\n" + text[24:],
		"ſ" + text[1:], // the long s folds to S in Unicode, not here
		"http://localhost/i/" + text, strings.Repeat("A", 48), strings.Repeat("7", 48),
	} {
		wantRefused(t, ring, s)
	}
}

func TestVerify_refusesAnotherRingsToken(t *testing.T) {
	wantRefused(t, ringOf(t, nil), sign(t, exampleRing(t), exampleGuest, 1))
}

// A secret derived for anything else must not make links.
//
// ASVS 9.2.2
func TestVerify_refusesAnotherPurpose(t *testing.T) {
	ring := exampleRing(t)
	raw, err := encoding.DecodeString(sign(t, ring, exampleGuest, 1))
	if err != nil {
		t.Fatal(err)
	}
	forge := func(secret []byte) string {
		h := hmac.New(sha256.New, secret)
		h.Write(raw[:14])
		return encoding.EncodeToString(append(raw[:14:14], h.Sum(nil)[:16]...))
	}
	derived := func(purpose string) []byte {
		key, err := hkdf.Key(sha256.New, masterOf(t, exampleKey), nil, purpose, 32)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	wantRefused(t, ring, forge(derived("unsubscribe")))
	wantRefused(t, ring, forge(ring.Derive("link")))
	if _, err := ring.Verify(forge(derived("link"))); err != nil {
		t.Errorf("the forgery itself is wrong: %v", err)
	}
}

func TestVerify_errorSaysNothing(t *testing.T) {
	ring := exampleRing(t)
	_, malformed := ring.Verify("x")
	_, forged := ring.Verify("CA" + strings.Repeat("A", 46))
	a, ok1 := errors.AsType[*doorward.Error](malformed)
	b, ok2 := errors.AsType[*doorward.Error](forged)
	if !ok1 || !ok2 || a.Message != b.Message || a.Message == "" || a.Err != nil || b.Err != nil {
		t.Errorf("%v and %v can be told apart", malformed, forged)
	}
}

func TestDerive(t *testing.T) {
	ring := ringOf(t, map[string]string{"00.key": exampleKey, "session.key": otherKey})
	want, err := hkdf.Key(sha256.New, masterOf(t, otherKey), nil, "session", 32)
	if err != nil {
		t.Fatal(err)
	}
	if got := ring.Derive("session"); !hmac.Equal(got, want) {
		t.Errorf("got %x", got)
	}
	if hmac.Equal(ring.Derive("session"), ring.Derive("refresh")) {
		t.Error("two purposes share a key")
	}
}

func TestFind(t *testing.T) {
	tok := exampleToken
	low := strings.ToLower(tok)
	for _, in := range []string{
		tok, low, " " + tok + "\r\n", "\t" + low + "\n",
		"http://localhost:8080/i/" + tok, "https://party.example/i/" + low, "HTTPS://PARTY.EXAMPLE/I/" + tok,
		"Http://[::1]:8080/i/" + tok, " HTTP://10.0.0.2/I/" + tok + "\r\n",
		"https://party.example/i/" + tok + "/", "https://party.example/i/" + low + "?utm_source=x",
		"https://party.example/i/" + tok + "#top",
	} {
		if got, ok := token.Find(in); !ok || got != tok {
			t.Errorf("Find(%q) = %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{
		"", " ", "hello", tok[:47], tok + "A", tok + " " + tok, "ftp://party.example/i/" + tok, "//party.example/i/" + tok,
		"https://party.example/" + tok, "https://party.example/x/" + tok, "https://party.example/i/", "https://party.example/i",
		"https://party.example", "https://", "https://party.example/?/i/" + tok, "https://party.example/i/" + tok[:47] + "!",
		"BEGIN:VCARD\nFN:" + tok,
	} {
		if got, ok := token.Find(in); ok {
			t.Errorf("Find(%q) = %q", in, got)
		}
	}
}

func FuzzVerify(f *testing.F) {
	ring := exampleRing(f)
	f.Add(exampleToken)
	f.Add(strings.ToLower(exampleToken))
	f.Add(strings.Repeat("A", 48))
	f.Fuzz(func(t *testing.T, text string) {
		claims, err := ring.Verify(text)
		if err != nil {
			if doorward.ErrorCode(err) != doorward.CodeNotFound {
				t.Fatalf("Verify(%q): %v", text, err)
			}
			return
		}
		if again := sign(t, ring, claims.GuestID, claims.Generation); again != strings.ToUpper(text) {
			t.Fatalf("%q verifies, and signs as %q", text, again)
		}
	})
}

func FuzzFind(f *testing.F) {
	f.Add(exampleToken)
	f.Add("HTTPS://PARTY.EXAMPLE/I/" + exampleToken)
	f.Add(" http://localhost/i/" + strings.ToLower(exampleToken) + "?x\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		found, ok := token.Find(text)
		if !ok {
			if found != "" {
				t.Fatalf("Find(%q) = %q without ok", text, found)
			}
			return
		}
		if !strings.Contains(strings.ToUpper(text), found) {
			t.Fatalf("Find(%q) = %q, which is not in it", text, found)
		}
		if again, ok := token.Find(found); !ok || again != found {
			t.Fatalf("Find(%q) = %q, %v", found, again, ok)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	ring := exampleRing(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ring.Verify(exampleToken); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify_forged(b *testing.B) {
	ring := exampleRing(b)
	forged := exampleToken[:47] + "A"
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ring.Verify(forged); err == nil {
			b.Fatal("verified")
		}
	}
}
