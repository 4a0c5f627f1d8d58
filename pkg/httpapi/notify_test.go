package httpapi_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"
)

// withEmail makes a guest with an address.
func (p *program) withEmail(bearer, event, name, email string) string {
	p.t.Helper()
	return p.must(201, "POST", event+"/guests", bearer, object{"name": name, "email": email}).text(p.t, "id")
}

// notifications lists an event's messages once none is queued any more.
func (p *program) notifications(bearer, event string) (list []map[string]any) {
	p.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		list = nil
		queued := false
		for _, item := range p.must(200, "GET", event+"/notifications", bearer, nil).get(p.t, "items").([]any) {
			row := item.(map[string]any)
			list, queued = append(list, row), queued || row["state"] == "queued"
		}
		if !queued {
			return list
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("still queued: %v", list)
		}
	}
}

// mails reads what was written into the mail folder.
func (p *program) mails() (all []*enmime.Envelope) {
	p.t.Helper()
	names, err := filepath.Glob(filepath.Join(p.data, "mail", "*.eml"))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			p.t.Fatal(err)
		}
		e, err := enmime.ReadEnvelope(bytes.NewReader(b))
		if err != nil {
			p.t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// mailedToken takes the token out of a mail.
func mailedToken(t *testing.T, e *enmime.Envelope) string {
	t.Helper()
	_, rest, found := strings.Cut(e.Text, "/i/")
	if !found {
		t.Fatalf("no link in %q", e.Text)
	}
	token, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(token)
}

// A guest's page asks for a fresh link: the old one ends, the new one is in the guest's mail and nowhere in the answer.
func TestResend(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	ana := p.withEmail(host, event, "Ána Costa", "ana@example.com")
	old := p.link(host, event, ana)

	got := p.must(202, "POST", "/i/"+strings.ToLower(old)+"/resend", "", nil)
	p.must(410, "POST", "/i/"+old+"/open", "", beacon(1))
	list := p.notifications(host, event)
	if len(list) != 1 || list[0]["state"] != "sent" || list[0]["kind"] != "link" || list[0]["address"] != "ana@example.com" || list[0]["sent_at"] == nil {
		t.Fatalf("the host sees %v", list)
	}
	mails := p.mails()
	if len(mails) != 1 || !strings.Contains(mails[0].GetHeader("To"), "<ana@example.com>") {
		t.Fatalf("%d mails", len(mails))
	}
	fresh := mailedToken(t, mails[0])
	if fresh == old || bytes.Contains(got.body, []byte(fresh)) {
		t.Errorf("the new link is the old one, or in the answer: %s", got.body)
	}
	p.must(200, "POST", "/i/"+fresh+"/open", "", beacon(1))
	shown := p.must(200, "GET", event+"/activity", host, nil).body
	if !bytes.Contains(shown, []byte(`"resent"`)) {
		t.Errorf("the history does not tell of it: %s", shown)
	}

	// Again at once, with a link that was replaced or taken back: the same answer, and nothing happens.
	for _, token := range []string{fresh, old} {
		if again := p.must(202, "POST", "/i/"+token+"/resend", "", nil); !bytes.Equal(again.body, got.body) {
			t.Errorf("the answer tells what was done: %s", again.body)
		}
	}
	p.must(204, "DELETE", event+"/guests/"+ana+"/tokens", host, nil)
	p.must(202, "POST", "/i/"+fresh+"/resend", "", nil)
	p.must(404, "POST", "/i/NOTATOKEN/resend", "", nil)
	if n := len(p.notifications(host, event)); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestResendWithoutAnAddressChangesNothing(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.guest(host, event, "Ben", 1))
	p.must(202, "POST", "/i/"+link+"/resend", "", nil)
	p.must(200, "POST", "/i/"+link+"/open", "", beacon(1))
	if list := p.notifications(host, event); len(list) != 0 {
		t.Errorf("messages %v", list)
	}
}

// The form of the blocked page works without a script.
func TestResendForm(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	link := p.link(host, event, p.withEmail(host, event, "Ana", "ana@example.com"))
	form := func(path string) answer { return p.raw("POST", path, "", "application/x-www-form-urlencoded", "") }

	p.must(200, "PUT", event+"/security/thresholds", host, object{"medium": 1, "high": 2, "block": 3})
	blocked := p.raw("POST", "/i/"+link+"/rsvp", "", "application/x-www-form-urlencoded", "status=attending") // by a script
	if blocked.status != 403 || !bytes.Contains(blocked.body, []byte(`data-blocked role="alert">`)) || !bytes.Contains(blocked.body, []byte(`<form method="post" action="/i/`+link+`/resend">`)) {
		t.Errorf("the page of a blocked visitor: %d %s", blocked.status, blocked.body)
	}
	got := form("/i/" + link + "/resend")
	if got.status != 202 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || !bytes.Contains(got.body, []byte("If we have your address, a new link is on its way.")) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := form("/i/NOTATOKEN/resend"); got.status != 404 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		t.Errorf("a token that is not ours: %d %s", got.status, got.body)
	}
	p.notifications(host, event)
}

// Fifty at the same time are one new link and one mail.
func TestResendRace(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	ana := p.withEmail(host, event, "Ana", "ana@example.com")
	link := p.link(host, event, ana)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if got := p.send("POST", "/i/"+link+"/resend", "", nil); got.status != 202 {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	if list := p.notifications(host, event); len(list) != 1 || len(p.mails()) != 1 {
		t.Fatalf("%d messages and %d mails, want one", len(list), len(p.mails()))
	}
	if now := p.link(host, event, ana); now != mailedToken(t, p.mails()[0]) {
		t.Error("the mailed link is not the one that works")
	}
}

func TestSendInvitations(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, object{"name": "Garden", "venue": "Pier 7"})
	ana, ben := p.withEmail(host, event, "Ana", "ana@example.com"), p.guest(host, event, "Ben", 1)
	tokens := func(guest, more string) answer {
		return p.must(200, "POST", event+"/guests/"+guest+"/tokens"+more, host, object{"send": true})
	}
	first := tokens(ana, "")
	if first.get(t, "sent") != true || first.get(t, "skipped_reason") != nil {
		t.Errorf("with an address: %s", first.body)
	}
	if got := tokens(ben, ""); got.get(t, "sent") != false || got.get(t, "skipped_reason") != "no_email" || got.text(t, "token") == "" {
		t.Errorf("without one: %s", got.body)
	}
	if got := tokens(ana, ""); got.get(t, "sent") != false || got.get(t, "skipped_reason") != "just_sent" || got.text(t, "token") != first.text(t, "token") {
		t.Errorf("twice: %s", got.body)
	}
	p.notifications(host, event)
	if mails := p.mails(); len(mails) != 1 || mailedToken(t, mails[0]) != first.text(t, "token") || mails[0].GetHeader("Subject") != "You’re invited: Garden" {
		t.Errorf("%d mails", len(mails))
	}
	if at := p.must(200, "GET", event+"/guests/"+ana, host, nil).get(t, "invitation", "sent_at"); at == nil {
		t.Error("the guest's row does not say when the link was sent")
	}
	if got := tokens(ana, "/rotate"); got.get(t, "sent") != true || got.text(t, "token") == first.text(t, "token") {
		t.Errorf("rotated: %s", got.body)
	}
	cem := p.withEmail(host, event, "Cem", "cem@example.com")
	bulk := p.must(200, "POST", event+"/guests/invitations/bulk", host, object{"send": true})
	got := map[string]any{}
	for _, item := range bulk.get(t, "items").([]any) {
		row := item.(map[string]any)
		got[row["guest_id"].(string)] = row["skipped_reason"]
		if row["sent"] != (row["skipped_reason"] == nil) || row["url"] == "" {
			t.Errorf("%v", row)
		}
	}
	if len(got) != 3 || got[ana] != "just_sent" || got[ben] != "no_email" || got[cem] != nil {
		t.Errorf("in bulk: %s", bulk.body)
	}
	list := p.notifications(host, event)
	if len(list) != 3 || list[0]["guest"].(map[string]any)["name"] != "Cem" || list[0]["kind"] != "invitation" || list[0]["channel"] != "email" {
		t.Errorf("the host sees %v", list)
	}
	page := p.must(200, "GET", event+"/notifications?limit=2", host, nil)
	rest := p.must(200, "GET", event+"/notifications?limit=2&cursor="+page.text(t, "next"), host, nil)
	if len(page.get(t, "items").([]any)) != 2 || len(rest.get(t, "items").([]any)) != 1 || rest.get(t, "next") != nil {
		t.Errorf("in pages: %s, %s", page.body, rest.body)
	}
	p.must(404, "POST", event+"/guests/invitations/bulk", host, object{"send": true, "guest_ids": []string{ana, "gst_nobody"}})
	p.must(404, "POST", event+"/guests/gst_nobody/tokens", host, object{"send": true})
}
