package notify

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/jhillyerd/enmime/v2"
)

func letterHouse(sender Sender) *letters {
	return &letters{post: Post{Sender: sender, Host: "door.example.org"}, origin: "https://door.example.org", clock: time.Now}
}

// Every letter has both parts, its own subject and one link, which leads to the box.
//
// ASVS 1.2.1 1.3.11
func TestLettersSayTheSameInBothParts(t *testing.T) {
	const name = `Ana <script>"Costa"` + "\r\nBcc: x@example.com"
	for kind, want := range map[doorward.LetterKind]struct{ subject, link string }{
		doorward.LetterVerify:            {"Confirm your address", "https://door.example.org/verify#token=T.k-_1"},
		doorward.LetterAlreadyRegistered: {"You already have an account", "https://door.example.org/forgot"},
		doorward.LetterReset:             {"Set a new password", "https://door.example.org/reset#token=T.k-_1"},
		doorward.LetterLocked:            {"Your account is locked", "https://door.example.org/reset#token=T.k-_1"},
		doorward.LetterSessionReplay:     {"A sign-in of yours was ended", "https://door.example.org/forgot"},
	} {
		l := doorward.Letter{ID: "req_1", Kind: kind, Email: "ana@example.com", Name: name}
		if strings.Contains(want.link, "token") {
			l.Token = "T.k-_1"
		}
		m, err := letterHouse(nil).compose(l)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := m.body.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		e, err := enmime.ReadEnvelope(&b)
		if err != nil {
			t.Fatal(err)
		}
		if e.GetHeader("Subject") != want.subject || e.GetHeader("Bcc") != "" || e.GetHeader("Auto-Submitted") != "auto-generated" {
			t.Errorf("%s: subject %q, Bcc %q", kind, e.GetHeader("Subject"), e.GetHeader("Bcc"))
		}
		if !strings.Contains(e.Text, want.link+"\n") && !strings.Contains(e.Text, want.link+"\r\n") {
			t.Errorf("%s: no line with %s in\n%s", kind, want.link, e.Text)
		}
		if !strings.Contains(e.HTML, `href="`+want.link+`"`) || strings.Contains(e.HTML, "<script>") {
			t.Errorf("%s: the HTML is\n%s", kind, e.HTML)
		}
	}
}

// A letter that is sent again, because nobody wrote down that it was, takes the place of the first.
func TestLetterSentAgainIsOneMail(t *testing.T) {
	dir := t.TempDir()
	l := letterHouse(File(dir))
	letter := doorward.Letter{ID: "req_1", At: time.Unix(1e9, 0), Kind: doorward.LetterReset, Email: "ana@example.com", Token: "T"}
	for range 2 {
		if err := l.send(t.Context(), letter); err != nil {
			t.Fatal(err)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("%d files, %v", len(files), err)
	}
}

func TestLetterThatCannotBeSent(t *testing.T) {
	down := errors.New("no route")
	for _, c := range []struct {
		email string
		fails error
	}{
		{"ana@example.com", down},
		{"ana@example.com", errRefused},
		{"not an address", errUnwritable},
	} {
		box := &mailbox{err: c.fails}
		err := letterHouse(box).send(t.Context(), doorward.Letter{Kind: doorward.LetterReset, Email: c.email, Token: "T"})
		if !errors.Is(err, c.fails) || strings.Contains(err.Error(), c.email) {
			t.Errorf("%q: %v", c.email, err)
		}
	}
}
