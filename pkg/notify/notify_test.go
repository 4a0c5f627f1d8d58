package notify

import (
	"context"
	"errors"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"
)

var sentAt = time.Date(2030, 6, 1, 9, 30, 0, 0, time.UTC)

const link = "https://door.example.org/i/CAAACAQDAQCQMBYIBEAAAAORB72AOCS3LXCNXLJR7XFL7GUO"

// letter composes a mail about what the host may have called things.
func letter(t *testing.T, kind doorward.NotificationKind, guest, event, address string) (Mail, error) {
	t.Helper()
	m := &Messages{post: Post{From: netmail.Address{Name: "Fête", Address: "party@example.org"}, Host: "door.example.org"}, clock: func() time.Time { return sentAt }}
	n := doorward.Notification{ID: "ntf_abc", Kind: kind, CreatedAt: sentAt.Add(-time.Minute)}
	g := doorward.Guest{Name: guest, Email: address}
	e := doorward.Event{Name: event, Venue: "Pier 7", StartsAt: time.Date(2030, 6, 12, 19, 0, 0, 0, time.UTC), Timezone: "Europe/Lisbon"}
	return m.compose(n, g, e, link)
}

func mustLetter(t *testing.T, kind doorward.NotificationKind, guest, event string) Mail {
	t.Helper()
	m, err := letter(t, kind, guest, event, "zoe@example.com")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// senders are all the ways out, each with a way to read what arrived.
func senders(t *testing.T) map[string]func(*testing.T) (Sender, func() [][]byte) {
	t.Helper()
	all := map[string]func(*testing.T) (Sender, func() [][]byte){
		"file": func(t *testing.T) (Sender, func() [][]byte) {
			dir := filepath.Join(t.TempDir(), "mail")
			return File(dir), func() (all [][]byte) {
				names, err := filepath.Glob(filepath.Join(dir, "*"))
				if err != nil {
					t.Fatal(err)
				}
				for _, name := range names {
					b, err := os.ReadFile(name)
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, b)
				}
				return all
			}
		},
	}
	for _, kind := range []string{"starttls", "tls", "off"} {
		all["smtp "+kind] = func(t *testing.T) (Sender, func() [][]byte) {
			m, s := serve(t, kind)
			return s, m.mails
		}
	}
	return all
}

// The contract of every sender: what arrives is what was composed, and nothing of what a name holds becomes a header.
func TestSenders(t *testing.T) {
	for name, open := range senders(t) {
		t.Run(name, func(t *testing.T) {
			sender, arrived := open(t)
			if err := sender.Send(t.Context(), mustLetter(t, doorward.NotificationLink, "Zoë \"Özil\" Müller", "Garden party: 日本")); err != nil {
				t.Fatal(err)
			}
			if len(arrived()) != 1 {
				t.Fatalf("%d mails arrived", len(arrived()))
			}
			checkLetter(t, arrived()[0])
		})
	}
}

func checkLetter(t *testing.T, raw []byte) {
	t.Helper()
	e, err := enmime.ReadEnvelope(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range e.Errors {
		t.Error(p)
	}
	for name, want := range map[string]string{
		"Subject": "Your new link: Garden party: 日本", "Message-Id": "<ntf_abc@door.example.org>", "Auto-Submitted": "auto-generated", "Mime-Version": "1.0",
		"Date": "Sat, 01 Jun 2030 09:30:00 +0000", "User-Agent": "", "X-Mailer": "", "Bcc": "", "Cc": "",
	} {
		if got := e.GetHeader(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]netmail.Address{
		"From": {Name: "Fête", Address: "party@example.org"}, "To": {Name: `Zoë "Özil" Müller`, Address: "zoe@example.com"},
	} {
		if got, err := e.AddressList(name); err != nil || len(got) != 1 || *got[0] != want {
			t.Errorf("%s is %v (%v), want %v", name, got, err, want)
		}
	}
	for name, part := range map[string]string{"text": e.Text, "HTML": e.HTML} {
		for _, want := range []string{link, "Wednesday 12 June 2030, 20:00", "Pier 7", "Garden party: 日本", "Zoë"} {
			if !strings.Contains(part, want) {
				t.Errorf("the %s does not say %q:\n%s", name, want, part)
			}
		}
	}
	if strings.Contains(e.HTML, "<img") || strings.Contains(e.HTML, "url(") || strings.Count(e.HTML, "://") != strings.Count(e.HTML, link) {
		t.Errorf("the HTML asks for more than the link:\n%s", e.HTML)
	}
	if len(e.Attachments)+len(e.Inlines)+len(e.OtherParts) != 0 {
		t.Error("there is more in it than two parts")
	}
	for line := range strings.Lines(string(raw)) {
		if len(line) > 1000 || !strings.HasSuffix(line, "\r\n") && line != "" && strings.Contains(line, "\n") {
			t.Errorf("a line that RFC 5322 does not know: %q", line)
		}
	}
}

func TestFileIsPrivateAndReplaced(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	for range 2 { // a job may run twice
		if err := File(dir).Send(t.Context(), mustLetter(t, doorward.NotificationInvitation, "Zoë", "Party")); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "20300601T092900.000Z-ntf_abc.eml" {
		t.Fatalf("the folder holds %v (%v)", entries, err)
	}
	info, err := entries[0].Info()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mail has mode %v (%v)", info.Mode(), err)
	}
}

// Whatever stands in a name, the mail has the headers of any other and one recipient.
//
// ASVS 1.3.11
func TestNoHeaderIsInjected(t *testing.T) {
	nasty := []string{
		"Ana\r\nBcc: eve@example.com", "Ana\nBcc: eve@example.com\n\nhello", "Ana\rBcc: eve@example.com", "\u2028Bcc: eve@example.com",
		"=?utf-8?q?Ana=0D=0ABcc:_eve@example.com?=", "Ana <eve@example.com>, \"x", strings.Repeat("Ana\r\nBcc: eve@example.com ", 40), "{{.Link}}", "<script>alert(1)</script>",
	}
	plain := headerNames(t, mustLetter(t, doorward.NotificationInvitation, "Ana", "Party"))
	for _, name := range nasty {
		m := mustLetter(t, doorward.NotificationInvitation, name, name)
		if got := headerNames(t, m); got != plain {
			t.Errorf("%q makes the headers %s, want %s", name, got, plain)
		}
		to, err := m.body.GetRecipients()
		if err != nil || len(to) != 1 || to[0] != "<zoe@example.com>" {
			t.Errorf("%q is sent to %v (%v)", name, to, err)
		}
		var b strings.Builder
		if _, err := m.body.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		e, err := enmime.ReadEnvelope(strings.NewReader(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(e.GetHeader("Subject"), "\r\n") {
			t.Errorf("%q breaks the subject: %q", name, e.GetHeader("Subject"))
		}
		if strings.Contains(e.HTML, "<script>") || strings.Count(e.Text, link) != 1 {
			t.Errorf("%q was taken for more than a name", name)
		}
	}
}

func headerNames(t *testing.T, m Mail) string {
	t.Helper()
	var b strings.Builder
	if _, err := m.body.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(b.String(), "\r\n\r\n")
	var names []string
	for line := range strings.Lines(head) {
		if name, _, found := strings.Cut(line, ":"); found && !strings.HasPrefix(line, " ") {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

func TestNoMailToWhatIsNoAddress(t *testing.T) {
	for _, address := range []string{
		"zoe@example.com\r\nBcc: eve@example.com", "zoe@example.com, eve@example.com", "Zoë <zoe@example.com>", "zoe", "zoe@example.com\nRCPT TO:<eve@example.com>", "<zoe@example.com>",
	} {
		if _, err := letter(t, doorward.NotificationLink, "Zoë", "Party", address); !errors.Is(err, errUnwritable) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	answer := func(code int, enhanced ...int) *smtp.SMTPError {
		e := &smtp.SMTPError{Code: code, Message: "about <zoe@example.com>"}
		if enhanced != nil {
			e.EnhancedCode = smtp.EnhancedCode(enhanced)
		}
		return e
	}
	for name, c := range map[string]struct {
		next    outcome
		refused bool
	}{
		"unknown mailbox":   {outcome{rcpt: answer(550, 5, 1, 1)}, true},
		"greylisted":        {outcome{rcpt: answer(451, 4, 7, 1)}, false},
		"relaying denied":   {outcome{rcpt: answer(554, 5, 7, 1)}, false},
		"mail is rejected":  {outcome{data: answer(554, 5, 6, 0)}, true},
		"disk full, theirs": {outcome{data: answer(452, 4, 3, 1)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			m, s := serve(t, "starttls")
			m.next = c.next
			err := s.Send(t.Context(), mustLetter(t, doorward.NotificationLink, "Zoë", "Party"))
			if err == nil || errors.Is(err, errRefused) != c.refused {
				t.Errorf("refused for good: %v, want %v (%v)", errors.Is(err, errRefused), c.refused, err)
			}
			if err != nil && strings.Contains(err.Error(), "zoe@") {
				t.Errorf("the error names the guest: %v", err)
			}
		})
	}
}

// Without STARTTLS nothing is said but hello, least of all the password.
//
// ASVS 12.3.1
func TestEncryptionIsDemanded(t *testing.T) {
	m, s := serve(t, "off")
	s.plain = false
	if err := s.Send(t.Context(), mustLetter(t, doorward.NotificationLink, "Zoë", "Party")); err == nil || len(m.mails()) != 0 || len(m.logins) != 0 {
		t.Errorf("an unencrypted server was used: %v, logins %v", err, m.logins)
	}
	m, s = serve(t, "starttls")
	s.config.RootCAs = nil
	if err := s.Send(t.Context(), mustLetter(t, doorward.NotificationLink, "Zoë", "Party")); err == nil || len(m.mails()) != 0 || len(m.logins) != 0 {
		t.Errorf("a server with an unknown certificate was used: %v", err)
	}
	m, s = serve(t, "starttls")
	if err := s.Send(t.Context(), mustLetter(t, doorward.NotificationLink, "Zoë", "Party")); err != nil || len(m.logins) != 1 || m.logins[0] != "host:p@ss" {
		t.Errorf("%v, logins %v", err, m.logins)
	}
}

// A server that says nothing is left when the work is told to end.
func TestSilentServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s, err := ParseSMTP("smtp://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			defer conn.Close()
		}
		cancel()
		<-t.Context().Done()
	}()
	began := time.Now()
	if err := s.Send(ctx, mustLetter(t, doorward.NotificationLink, "Zoë", "Party")); err == nil || time.Since(began) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}

func TestParseSMTP(t *testing.T) {
	for address, want := range map[string]string{
		"smtp://mail.example.org": "mail.example.org:587", "smtps://mail.example.org": "mail.example.org:465", "smtp://u:p@mail.example.org:25?tls=off": "mail.example.org:25",
	} {
		s, err := ParseSMTP(address)
		if err != nil || net.JoinHostPort(s.host, strconv.Itoa(s.port)) != want {
			t.Errorf("%s: %+v %v", address, s, err)
		}
	}
	for _, address := range []string{
		"", "mail.example.org", "http://u:secret@mail.example.org", "smtp://u:secret@", "smtp://u:secret@h:0", "smtp://u:secret@h?tls=maybe", "smtps://u:secret@h?tls=off", "smtp://u:secret@h/x", "smtp://u:secret@h:x", "smtp://u:%zz secret@h",
	} {
		_, err := ParseSMTP(address)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
