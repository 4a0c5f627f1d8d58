package httpapi_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/jhillyerd/enmime/v2"
)

func (p *program) me(bearer, field string) string {
	p.t.Helper()
	return p.must(200, "GET", api+"/me", bearer, nil).text(p.t, field)
}

// mailed does something that mails an address, and waits for the mail.
func (p *program) mailed(address string, do func()) *enmime.Envelope {
	p.t.Helper()
	folder := filepath.Join(p.data, "mail", "*.eml")
	before, err := filepath.Glob(folder)
	if err != nil {
		p.t.Fatal(err)
	}
	do()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		names, err := filepath.Glob(folder)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, name := range names {
			if slices.Contains(before, name) {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				p.t.Fatal(err)
			}
			if m, err := enmime.ReadEnvelope(bytes.NewReader(b)); err != nil {
				p.t.Fatal(err)
			} else if strings.Contains(m.GetHeader("To"), "<"+address+">") {
				return m
			}
		}
	}
	p.t.Fatalf("no mail to %s", address)
	return nil
}

// inviteToken takes the token out of a mail.
func (p *program) inviteToken(m *enmime.Envelope) string {
	p.t.Helper()
	_, rest, found := strings.Cut(m.Text, p.app.Origin+"/invite#token=")
	if !found {
		p.t.Fatalf("no link in %q", m.Text)
	}
	token, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(token)
}

// invited invites an address and returns the token out of its mail.
func (p *program) invited(owner, event, email string, role doorward.Role) string {
	p.t.Helper()
	return p.inviteToken(p.mailed(email, func() {
		p.must(201, "POST", event+"/collaborators", owner, object{"email": email, "role": role})
	}))
}

// join makes somebody a member by an invite, and returns their id.
func (p *program) join(owner, event, member string, role doorward.Role) string {
	p.t.Helper()
	token := p.invited(owner, event, p.me(member, "email"), role)
	p.must(200, "POST", api+"/invites/"+token+"/accept", member, nil)
	return p.me(member, "id")
}

// From the mail to the role, and out again.
//
// ASVS 6.4.1
func TestInvite(t *testing.T) {
	p := start(t)
	hanna, ed := p.user("hanna"), p.user("ed")
	event := p.event(hanna, nil)
	var got answer
	mail := p.mailed("Ed@Example.com", func() {
		got = p.must(201, "POST", event+"/collaborators", hanna, object{"email": " Ed@Example.com ", "role": "editor"})
	})
	if got.text(t, "email") != "Ed@Example.com" || got.text(t, "role") != "editor" {
		t.Errorf("invited: %s", got.body)
	}
	if s := mail.GetHeader("Subject"); s != "Help with Rooftop Friday" {
		t.Errorf("the subject is %q", s)
	}
	token := p.inviteToken(mail)
	if len(token) != 32 || !strings.Contains(mail.HTML, token) || !strings.Contains(mail.Text, "hanna asks you to join") || strings.Contains(string(got.body), token) {
		t.Errorf("the mail: %s", mail.Text)
	}
	p.onlyHashed(token)

	invite := p.must(200, "GET", api+"/invites/"+token, "", nil)
	if invite.text(t, "event_name") != "Rooftop Friday" || invite.text(t, "role") != "editor" || invite.text(t, "inviter_name") != "hanna" || invite.text(t, "email") != "Ed@Example.com" {
		t.Errorf("the invite: %s", invite.body)
	}
	if at, err := time.Parse(time.RFC3339, invite.text(t, "expires_at")); err != nil || time.Until(at).Round(time.Hour) != 7*24*time.Hour {
		t.Errorf("it expires at %v, %v", at, err)
	}
	p.must(404, "GET", event, ed, nil)
	p.must(401, "POST", api+"/invites/"+token+"/accept", "", nil)
	if got := p.must(403, "POST", api+"/invites/"+token+"/accept", p.user("mallory"), nil); !strings.Contains(got.text(t, "detail"), "Ed@Example.com") {
		t.Errorf("another account is told %s", got.body)
	}
	if got := p.must(200, "POST", api+"/invites/"+token+"/accept", ed, nil); api+"/events/"+got.text(t, "event_id") != event || got.text(t, "role") != "editor" {
		t.Errorf("accepted: %s", got.body)
	}
	p.must(410, "POST", api+"/invites/"+token+"/accept", ed, nil)
	p.must(410, "GET", api+"/invites/"+token, "", nil)
	p.must(404, "GET", api+"/invites/"+strings.Repeat("a", 32), "", nil)
	p.must(404, "POST", api+"/invites/x/accept", ed, nil)

	if role := p.must(200, "GET", event, ed, nil).text(t, "your_role"); role != "editor" {
		t.Errorf("the role is %s", role)
	}
	p.guest(ed, event, "Ana", 1)
	p.must(403, "DELETE", event, ed, nil)
	p.must(409, "POST", event+"/collaborators", hanna, object{"email": "ed@example.com", "role": "viewer"})
	p.must(204, "DELETE", event+"/collaborators/"+p.me(ed, "id"), hanna, nil)
	p.must(404, "GET", event, ed, nil)
	p.must(404, "GET", event+"/guests", ed, nil)
	p.must(404, "POST", api+"/auth/ws-ticket", ed, object{"event_id": strings.TrimPrefix(event, api+"/events/")})

	var changes []string
	for _, item := range p.must(200, "GET", event+"/activity", hanna, nil).get(t, "items").([]any) {
		if change, ok := item.(map[string]any)["data"].(map[string]any)["change"].(string); ok && strings.HasPrefix(change, "member") {
			changes = append(changes, change)
		}
	}
	if fmt.Sprint(changes) != "[member_removed member_joined member_invited]" {
		t.Errorf("the history has %v", changes)
	}
}

// onlyHashed checks that the data folder holds the SHA-256 of a token, and the token nowhere but in the mail.
func (p *program) onlyHashed(token string) {
	p.t.Helper()
	sum, hashed := sha256.Sum256([]byte(token)), false
	for _, name := range []string{"doorward.db", "doorward.db-wal"} {
		b, err := os.ReadFile(filepath.Join(p.data, name))
		if err != nil {
			p.t.Fatal(err)
		}
		if strings.Contains(string(b), token) {
			p.t.Errorf("%s holds the token", name)
		}
		hashed = hashed || strings.Contains(string(b), string(sum[:]))
	}
	if !hashed {
		p.t.Error("the hash of the token is nowhere")
	}
}

func TestInviteIsChecked(t *testing.T) {
	p := start(t)
	hanna := p.user("hanna")
	event := p.event(hanna, nil)
	for _, body := range []object{
		{"email": "nobody", "role": "viewer"}, {"email": "", "role": "viewer"}, {"email": "a@b.example\r\nBcc: c@d.example", "role": "viewer"},
		{"email": "Ana <ana@example.com>", "role": "viewer"}, {"email": "ana@example.com", "role": "admin"}, {"email": "ana@example.com"},
	} {
		if got := p.must(400, "POST", event+"/collaborators", hanna, body); got.text(t, "code") != "invalid" {
			t.Errorf("%v: %s", body, got.body)
		}
	}
	p.must(409, "POST", event+"/collaborators", hanna, object{"email": "HANNA@example.com", "role": "viewer"})
	p.must(400, "PATCH", event+"/collaborators/"+p.me(hanna, "id"), hanna, object{"role": "boss"})
	p.must(404, "PATCH", event+"/collaborators/usr_none", hanna, object{"role": "viewer"})
	p.must(404, "DELETE", event+"/collaborators/pending?email=nobody@example.com", hanna, nil)
}

// A newer invite ends the one before, and cancelling ends it; either way its link says so.
func TestInviteReplacedAndCancelled(t *testing.T) {
	p := start(t)
	hanna, ana := p.user("hanna"), p.user("ana")
	event := p.event(hanna, nil)
	first := p.invited(hanna, event, "ana@example.com", doorward.RoleEditor)
	second := p.invited(hanna, event, "ANA@example.com", doorward.RoleViewer)
	pending := p.must(200, "GET", event+"/collaborators", hanna, nil).get(t, "pending").([]any)
	if len(pending) != 1 || pending[0].(map[string]any)["role"] != "viewer" || pending[0].(map[string]any)["email"] != "ANA@example.com" {
		t.Errorf("pending: %v", pending)
	}
	if got := p.must(410, "GET", api+"/invites/"+first, "", nil); got.text(t, "code") != "replaced" {
		t.Errorf("the first: %s", got.body)
	}
	p.must(410, "POST", api+"/invites/"+first+"/accept", ana, nil)
	p.must(204, "DELETE", event+"/collaborators/pending?email=ana%40example.com", hanna, nil)
	if got := p.must(410, "POST", api+"/invites/"+second+"/accept", ana, nil); got.text(t, "code") != "revoked" {
		t.Errorf("the second: %s", got.body)
	}
	if left := p.must(200, "GET", event+"/collaborators", hanna, nil).get(t, "pending").([]any); len(left) != 0 {
		t.Errorf("still pending: %v", left)
	}
}

// What an owner sent is withdrawn when it stops being one: it would be a way back in.
func TestInvitesOfAFormerOwner(t *testing.T) {
	p := start(t)
	hanna, otto := p.user("hanna"), p.user("otto")
	event := p.event(hanna, nil)
	id := p.join(hanna, event, otto, doorward.RoleOwner)
	token := p.invited(otto, event, "otto.again@example.com", doorward.RoleOwner)
	kept := p.invited(hanna, event, "vera@example.com", doorward.RoleViewer)
	p.must(200, "PATCH", event+"/collaborators/"+id, hanna, object{"role": "viewer"})
	p.must(410, "GET", api+"/invites/"+token, "", nil)
	p.must(200, "GET", api+"/invites/"+kept, "", nil)
}

// The rows of the access table that depend on who is named.
func TestTeamRoutes(t *testing.T) {
	p := start(t)
	hanna, ed, vera := p.user("hanna"), p.user("ed"), p.user("vera")
	event, other := p.event(hanna, nil), p.event(p.user("otto"), nil)
	edID, veraID := p.join(hanna, event, ed, doorward.RoleEditor), p.join(hanna, event, vera, doorward.RoleViewer)
	if got := p.must(200, "GET", event+"/collaborators", vera, nil).get(t, "items").([]any); len(got) != 3 || got[1].(map[string]any)["name"] != "ed" {
		t.Errorf("the team: %v", got)
	}
	p.must(403, "DELETE", event+"/collaborators/"+veraID, ed, nil)
	p.must(403, "PATCH", event+"/collaborators/"+veraID, vera, object{"role": "owner"})
	p.must(404, "DELETE", other+"/collaborators/"+edID, hanna, nil)
	p.must(404, "PATCH", other+"/collaborators/"+edID, hanna, object{"role": "viewer"})
	p.must(404, "DELETE", other+"/collaborators/"+edID, ed, nil) // itself, but on no such team
	p.must(204, "DELETE", event+"/collaborators/"+veraID, vera, nil)
	p.must(404, "GET", event, vera, nil)
	p.must(404, "DELETE", event+"/collaborators/"+veraID, vera, nil)
	p.must(404, "DELETE", event+"/collaborators/"+veraID, hanna, nil)

	me := event + "/collaborators/" + p.me(hanna, "id")
	for _, got := range []answer{p.must(400, "DELETE", me, hanna, nil), p.must(400, "PATCH", me, hanna, object{"role": "editor"})} {
		if got.text(t, "code") != "last_owner" {
			t.Errorf("the last owner: %s", got.body)
		}
	}
	p.must(200, "PATCH", me, hanna, object{"role": "owner"}) // no change
	p.must(200, "PATCH", event+"/collaborators/"+edID, hanna, object{"role": "owner"})
	p.must(204, "DELETE", me, hanna, nil)
	p.must(204, "DELETE", event, ed, nil)
}

// Whoever is removed sees nothing that happens after that, on a stream that is open and with a ticket that is not spent;
// the regular check is too far off to help.
//
// ASVS 4.4.4 8.3.2
func TestRemovedMembersSeeNothingMore(t *testing.T) {
	p := start(t)
	hanna, vera := p.user("hanna"), p.user("vera")
	event := p.event(hanna, nil)
	id := p.join(hanna, event, vera, doorward.RoleViewer)
	ticket := func() string {
		return p.must(200, "POST", api+"/auth/ws-ticket", vera, object{"event_id": strings.TrimPrefix(event, api+"/events/")}).text(t, "ticket")
	}
	dial := func(ticket string) (*websocket.Conn, int) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		conn, resp, err := websocket.Dial(ctx, fmt.Sprintf("%s%s/live?ticket=%s&after=1", strings.Replace(p.app.Origin, "http", "ws", 1), event, ticket), nil)
		if err != nil {
			return nil, resp.StatusCode
		}
		return conn, 0
	}
	unspent := ticket()
	conn, status := dial(ticket())
	if conn == nil {
		t.Fatalf("no stream: %d", status)
	}
	defer conn.CloseNow()
	p.guest(hanna, event, "Before", 1)
	p.must(204, "DELETE", event+"/collaborators/"+id, hanna, nil)
	p.guest(hanna, event, "After", 1)

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	var seen strings.Builder
	for {
		_, b, err := conn.Read(ctx)
		if err != nil {
			if websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
				t.Errorf("the stream: %v", err)
			}
			break
		}
		seen.Write(b)
	}
	if !strings.Contains(seen.String(), "Before") || strings.Contains(seen.String(), "After") {
		t.Errorf("it saw %s", seen.String())
	}
	if _, status := dial(unspent); status != 404 {
		t.Errorf("the ticket from before was answered %d", status)
	}
}
