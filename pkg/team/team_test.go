package team_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/team"
)

const week = 7 * 24 * time.Hour

// house is a team use case over a database of its own, with a clock and a mailbox.
type house struct {
	*team.Teams
	t     *testing.T
	db    *sqlite.DB
	now   atomic.Int64 // ms
	mails chan string  // the links
	fail  error        // of every mail; set before Invite
	event doorward.EventID
	hanna doorward.User
}

type keys struct{}

func (keys) Derive(purpose string) []byte { return []byte("key of " + purpose) }

// SendInvite implements team.Mailer.
func (h *house) SendInvite(_ context.Context, _ doorward.Invite, link string) error {
	if h.fail == nil {
		h.mails <- link
	}
	return h.fail
}

func build(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, mails: make(chan string, 10), event: doorward.NewEventID()}
	h.now.Store(time.Date(2030, 6, 1, 9, 0, 0, 0, time.UTC).UnixMilli())
	clock := func() time.Time { return time.UnixMilli(h.now.Load()) }
	var err error
	if h.db, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "doorward.db"), clock, func(doorward.Activity) {}); err != nil {
		t.Fatal(err)
	}
	box := outbox.New(h.db, clock, func() float64 { return 0.5 })
	h.Teams = team.New(h.db, box, h, keys{}, "https://door.example.org/")
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		box.Run(ctx)
		close(ended)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		if err := h.db.Close(); err != nil {
			t.Error(err)
		}
	})
	h.hanna = h.user("hanna@example.com", true)
	h.write(func(tx *sqlite.Tx) error {
		e := doorward.Event{ID: h.event, Name: "Garden party", StartsAt: tx.Now, Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()}
		if err := tx.InsertEvent(e); err != nil {
			return err
		}
		return tx.InsertCollaborator(h.event, h.hanna.ID, doorward.RoleOwner)
	})
	return h
}

func (h *house) write(f func(*sqlite.Tx) error) {
	h.t.Helper()
	if err := h.db.Write(h.t.Context(), f); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) user(email string, verified bool) (u doorward.User) {
	h.t.Helper()
	h.write(func(tx *sqlite.Tx) error {
		u = doorward.User{ID: doorward.NewUserID(), Email: email, Name: strings.ToUpper(email[:1]) + "…", EmailVerified: verified, CreatedAt: tx.Now}
		return tx.InsertUser(u, doorward.EmailKey(email), "")
	})
	return u
}

// invite invites an address and returns the token out of its mail.
func (h *house) invite(email string, role doorward.Role) doorward.Secret {
	h.t.Helper()
	if _, err := h.Invite(h.t.Context(), h.hanna, h.event, email, role); err != nil {
		h.t.Fatal(err)
	}
	select {
	case link := <-h.mails:
		token, found := strings.CutPrefix(link, "https://door.example.org/invite#token=")
		if !found {
			h.t.Fatalf("the link is %s", link)
		}
		return doorward.Secret(token)
	case <-time.After(20 * time.Second):
		h.t.Fatal("no mail")
		return ""
	}
}

func (h *house) wants(what string, err error, code doorward.Code) {
	h.t.Helper()
	if doorward.ErrorCode(err) != code {
		h.t.Errorf("%s: %v, want %q", what, err, code)
	}
}

// An invite is good until the very end of its week, and says for a month more that it is over.
func TestExpiry(t *testing.T) {
	h := build(t)
	ana, ben := h.user("ana@example.com", true), h.user("ben@example.com", true)
	early, late := h.invite("ana@example.com", doorward.RoleEditor), h.invite("ben@example.com", doorward.RoleEditor)
	invited := func(key string) (yes bool) {
		h.t.Helper()
		h.write(func(tx *sqlite.Tx) (err error) {
			yes, err = tx.Invited(key)
			return err
		})
		return yes
	}
	h.now.Add((week - time.Millisecond).Milliseconds())
	if !invited("ben@example.com") || invited("zoe@example.com") {
		t.Error("ben may sign up by the invite, zoe may not")
	}
	_, err := h.Accept(t.Context(), ana, early)
	h.wants("the last moment", err, "")
	h.now.Add(1)
	_, err = h.Accept(t.Context(), ben, late)
	h.wants("a week", err, doorward.CodeGone)
	_, err = h.Look(t.Context(), late)
	h.wants("looking after a week", err, doorward.CodeGone)
	if invited("ben@example.com") {
		t.Error("an expired invite still counts")
	}
	if list, err := h.List(t.Context(), h.event); err != nil || len(list.Pending) != 1 || len(list.Members) != 2 {
		t.Errorf("the team: %+v, %v", list, err)
	}
	h.now.Add((31 * 24 * time.Hour).Milliseconds())
	h.invite("zoe@example.com", doorward.RoleViewer)
	_, err = h.Look(t.Context(), late)
	h.wants("after a month", err, doorward.CodeNotFound)
}

func TestUnconfirmedAddress(t *testing.T) {
	h := build(t)
	ana := h.user("ana@example.com", false)
	token := h.invite("ana@example.com", doorward.RoleEditor)
	_, err := h.Accept(t.Context(), ana, token)
	h.wants("an address that was never confirmed", err, doorward.CodeForbidden)
	ana.EmailVerified = true
	_, err = h.Accept(t.Context(), ana, token)
	h.wants("once it is", err, "")
}

// Whoever lost the role between the guard of the route and the deed is refused by the deed.
func TestRoleIsAskedAgain(t *testing.T) {
	h := build(t)
	ed := h.user("ed@example.com", true)
	if _, err := h.Accept(t.Context(), ed, h.invite("ed@example.com", doorward.RoleEditor)); err != nil {
		t.Fatal(err)
	}
	stranger := h.user("mallory@example.com", true)
	for code, by := range map[doorward.Code]doorward.User{doorward.CodeForbidden: ed, doorward.CodeNotFound: stranger} {
		_, err := h.Invite(t.Context(), by, h.event, "x@example.com", doorward.RoleOwner)
		h.wants("inviting", err, code)
		_, err = h.SetRole(t.Context(), by, h.event, by.ID, doorward.RoleOwner)
		h.wants("a role", err, code)
		h.wants("removing", h.Remove(t.Context(), by, h.event, h.hanna.ID), code)
		h.wants("cancelling", h.Cancel(t.Context(), by, h.event, "x@example.com"), code)
	}
}

// A mail that can't be sent is shown to the owners.
func TestMailFails(t *testing.T) {
	h := build(t)
	h.fail = outbox.Permanent(errors.New("refused"))
	if _, err := h.Invite(t.Context(), h.hanna, h.event, "ana@example.com", doorward.RoleViewer); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; {
		list, err := h.List(t.Context(), h.event)
		if err != nil {
			t.Fatal(err)
		}
		if list.Pending[0].Mail == doorward.InviteMailFailed {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the mail is %s", list.Pending[0].Mail)
		}
	}
}
