package notify

import (
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/jhillyerd/enmime/v2"
)

// What people called themselves and their party is text in the mail of an invite: never a header, never a tag.
func TestSendInvite(t *testing.T) {
	dir := t.TempDir()
	m := &Messages{
		post:  Post{Sender: File(dir), From: netmail.Address{Name: "Doorward", Address: "doorward@door.example.org"}, Host: "door.example.org"},
		clock: func() time.Time { return sentAt },
	}
	const link = "https://door.example.org/invite#token=abcdefgh"
	i := doorward.Invite{
		ID: "inv_abc", EventName: "Party\r\nBcc: eve@example.com =?utf-8?q?x?=", Email: "ana@example.com", Role: doorward.RoleEditor,
		InviterName: "<b>Hanna</b>\nX-Evil: 1", CreatedAt: sentAt, ExpiresAt: sentAt.Add(7 * 24 * time.Hour),
	}
	for range 2 { // a job may run twice
		if err := m.SendInvite(t.Context(), i, link); err != nil {
			t.Fatal(err)
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%v, %v, want one mail", names, err)
	}
	raw, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	e, err := enmime.ReadEnvelope(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Subject": "Help with Party Bcc: eve@example.com = ?utf-8?q?x?=", "To": "<ana@example.com>", "Bcc": "", "X-Evil": "", "Message-Id": "<inv_abc@door.example.org>",
	} {
		if got := e.GetHeader(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"Hello,", "<b>Hanna</b> X-Evil: 1 asks you", "as an editor", link, "until Saturday 8 June 2030, 09:30 UTC"} {
		if !strings.Contains(e.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, e.Text)
		}
	}
	if strings.Contains(e.HTML, "<b>") || !strings.Contains(e.HTML, `href="`+link+`"`) || !strings.Contains(e.HTML, "Hello,") {
		t.Errorf("the HTML:\n%s", e.HTML)
	}

	i.Email = "ana@example.com\r\nBcc: eve@example.com"
	if err := m.SendInvite(t.Context(), i, link); err == nil {
		t.Error("an address with a line break was written to")
	}
}
