package notify

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/invitation"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// mailbox is a Sender that keeps the texts, or fails.
type mailbox struct {
	mu    sync.Mutex
	texts []string
	err   error
}

// fail makes every mail from now on fail; nil makes it work.
func (m *mailbox) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

// sent returns the texts of the mails so far.
func (m *mailbox) sent() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.texts)
}

func (m *mailbox) Send(_ context.Context, mail Mail) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	b, err := mail.body.GetParts()[0].GetContent()
	m.texts = append(m.texts, string(b))
	return err
}

// house is the use case on a real database, with a clock that jumps.
type house struct {
	*Messages
	t     *testing.T
	links *invitation.Invitations
	mail  *mailbox
	event doorward.EventID
}

func inHouse(t *testing.T, test func(h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		ring, err := token.OpenRing(filepath.Join(dir, "keys"), nil)
		if err != nil {
			t.Fatal(err)
		}
		db, err := sqlite.Open(context.Background(), filepath.Join(dir, "test.db"), time.Now, func(doorward.Activity) {})
		if err != nil {
			t.Fatal(err)
		}
		h := &house{t: t, links: invitation.New(db, ring, "https://door.example.org", nil, nil), mail: &mailbox{}}
		box := outbox.New(db, time.Now, func() float64 { return 0.5 })
		h.Messages = New(db, box, h.links, Post{Sender: h.mail, Host: "door.example.org"}, time.Now)
		h.event = doorward.NewEventID()
		h.write(func(tx *sqlite.Tx) error {
			return tx.InsertEvent(doorward.Event{ID: h.event, Name: "Party", StartsAt: time.Now(), Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()})
		})
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			box.Run(ctx)
			close(done)
		}()
		test(h)
		stop()
		<-done
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (h *house) write(f func(*sqlite.Tx) error) {
	h.t.Helper()
	if err := h.db.Write(context.Background(), f); err != nil {
		h.t.Fatal(err)
	}
}

// guest adds a guest with a link.
func (h *house) guest(name, email string) doorward.GuestID {
	h.t.Helper()
	id := doorward.NewGuestID()
	h.write(func(tx *sqlite.Tx) error {
		return tx.InsertGuest(doorward.Guest{ID: id, EventID: h.event, Name: name, Email: email, PartySize: 1})
	})
	h.token(id)
	return id
}

// token returns the guest's link as it is now.
func (h *house) token(id doorward.GuestID) string {
	h.t.Helper()
	l, err := h.links.Issue(context.Background(), doorward.User{}, h.event, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return l.Token
}

// resend asks for a fresh link, waits for the mail, and reports whether the link was replaced.
func (h *house) resend(id doorward.GuestID) bool {
	h.t.Helper()
	before, mails := h.token(id), len(h.mail.sent())
	if err := h.Resend(context.Background(), before); err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	after := h.token(id)
	if mailed := len(h.mail.sent()) > mails; mailed != (after != before) {
		h.t.Errorf("replaced %v, but mailed %v", after != before, mailed)
	} else if mailed && !strings.Contains(h.mail.sent()[mails], after) {
		h.t.Error("the mail does not hold the new link")
	}
	return after != before
}

func (h *house) messages() []doorward.Notification {
	h.t.Helper()
	page, err := h.List(context.Background(), h.event, "", 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return page.Items
}

func TestResendIsBounded(t *testing.T) {
	inHouse(t, func(h *house) {
		ana, ben, zoe := h.guest("Ana", "ana@example.com"), h.guest("Ben", "ben@example.com"), h.guest("Zoë", "")
		if !h.resend(ana) || h.resend(ana) {
			h.t.Error("the first is not sent, or a second at once is")
		}
		if !h.resend(ben) {
			h.t.Error("one guest's limit is another's")
		}
		time.Sleep(9 * time.Minute)
		if h.resend(ana) {
			h.t.Error("nine minutes later it is sent again")
		}
		done := 1
		for range 12 {
			time.Sleep(11 * time.Minute)
			if h.resend(ana) {
				done++
			}
		}
		if done != 5 {
			h.t.Errorf("%d were sent on one day, want 5", done)
		}
		time.Sleep(24 * time.Hour)
		if !h.resend(ana) {
			h.t.Error("the next day it is not sent")
		}
		if h.resend(zoe) {
			h.t.Error("a guest without an address lost the link")
		}
	})
}

func TestFailuresAreShown(t *testing.T) {
	inHouse(t, func(h *house) {
		ana := h.guest("Ana", "ana@example.com")
		h.mail.fail(errors.New("no route"))
		if err := h.Resend(h.t.Context(), h.token(ana)); err != nil {
			h.t.Fatal(err)
		}
		synctest.Wait()
		if n := h.messages()[0]; n.State != doorward.NotificationQueued || n.Address != "ana@example.com" {
			h.t.Errorf("while the server is away: %+v", n)
		}
		h.mail.fail(nil)
		time.Sleep(time.Minute)
		if n := h.messages()[0]; n.State != doorward.NotificationSent || n.SentAt.IsZero() || len(h.mail.sent()) != 1 {
			h.t.Errorf("when it is back: %+v, %d mails", n, len(h.mail.sent()))
		}
		for err, want := range map[error]string{errRefused: "refused", errors.New("no route"): "for a day"} {
			time.Sleep(time.Hour)
			h.mail.fail(err)
			if err := h.Resend(h.t.Context(), h.token(ana)); err != nil {
				h.t.Fatal(err)
			}
			time.Sleep(48 * time.Hour)
			if n := h.messages()[0]; n.State != doorward.NotificationFailed || !strings.Contains(n.Detail, want) || n.Address != "ana@example.com" {
				h.t.Errorf("%v: %+v, want a failure that says %q", err, n, want)
			}
		}
	})
}

// What changes while a mail waits is heeded: it goes to the address and with the link of the moment, or not at all.
func TestMailIsOfTheMoment(t *testing.T) {
	inHouse(t, func(h *house) {
		h.mail.fail(errors.New("no route"))
		ana, ben, cem, dia := h.guest("Ana", "ana@example.com"), h.guest("Ben", "ben@example.com"), h.guest("Cem", "cem@example.com"), h.guest("Dia", "dia@example.com")
		if _, err := h.Invite(h.t.Context(), doorward.User{}, h.event, nil, false); err != nil {
			h.t.Fatal(err)
		}
		synctest.Wait()
		if _, err := h.links.Rotate(h.t.Context(), doorward.User{}, h.event, ana); err != nil {
			h.t.Fatal(err)
		}
		if err := h.links.Revoke(h.t.Context(), doorward.User{}, h.event, ben); err != nil {
			h.t.Fatal(err)
		}
		h.write(func(tx *sqlite.Tx) error {
			g, err := tx.Guest(cem)
			g.Email = ""
			return errors.Join(err, tx.UpdateGuest(g), tx.DeleteGuest(h.event, dia))
		})
		h.mail.fail(nil)
		time.Sleep(time.Minute)
		if len(h.mail.sent()) != 1 || !strings.Contains(h.mail.sent()[0], h.token(ana)) {
			h.t.Errorf("%d mails, want one with the newer link: %v", len(h.mail.sent()), h.mail.sent())
		}
		got := map[string]doorward.NotificationState{}
		for _, n := range h.messages() {
			got[n.Guest.Name] = n.State
		}
		want := map[string]doorward.NotificationState{"Ana": doorward.NotificationSent, "Ben": doorward.NotificationSuppressed, "Cem": doorward.NotificationSuppressed}
		for name, state := range want {
			if got[name] != state || len(got) != len(want) {
				h.t.Errorf("states %v, want %v", got, want)
			}
		}
	})
}

// The mail of a free place goes to who still has it, and to nobody without an address.
func TestPlaceFree(t *testing.T) {
	inHouse(t, func(h *house) {
		h.mail.fail(errors.New("no route"))
		ana, ben, zoe := h.guest("Ana", "ana@example.com"), h.guest("Ben", "ben@example.com"), h.guest("Zoë", "")
		h.write(func(tx *sqlite.Tx) error {
			for id, status := range map[doorward.GuestID]doorward.RSVPStatus{ana: doorward.RSVPAttending, ben: doorward.RSVPDeclined, zoe: doorward.RSVPAttending} {
				if err := tx.SetRSVP(id, doorward.RSVP{Status: status, AnsweredAt: tx.Now}); err != nil {
					return err
				}
				g, err := tx.Guest(id)
				if err != nil {
					return err
				}
				if err := h.PlaceFree(tx, g); err != nil {
					return err
				}
			}
			return nil
		})
		h.mail.fail(nil)
		time.Sleep(time.Minute)
		if mails := h.mail.sent(); len(mails) != 1 || !strings.Contains(mails[0], h.token(ana)) || !strings.Contains(mails[0], "a place became free") {
			h.t.Errorf("%d mails: %v", len(mails), mails)
		}
		got := map[string]doorward.NotificationState{}
		for _, n := range h.messages() {
			got[n.Guest.Name] = n.State
		}
		if len(got) != 2 || got["Ana"] != doorward.NotificationSent || got["Ben"] != doorward.NotificationSuppressed {
			h.t.Errorf("%v", got)
		}
	})
}

func TestInviteTwiceIsOneMail(t *testing.T) {
	inHouse(t, func(h *house) {
		var ids []doorward.GuestID
		for range inviteChunk + 1 { // more than fit into one transaction
			ids = append(ids, h.guest("Ana", string(doorward.NewGuestID())+"@example.com"))
		}
		for _, c := range []struct {
			pause time.Duration
			fresh bool
			mails int
		}{{0, false, len(ids)}, {time.Minute, false, 0}, {0, true, len(ids)}, {11 * time.Minute, false, len(ids)}} {
			time.Sleep(c.pause)
			before := len(h.mail.sent())
			invited, err := h.Invite(h.t.Context(), doorward.User{}, h.event, ids, c.fresh)
			if err != nil || len(invited) != len(ids) {
				h.t.Fatal(len(invited), err)
			}
			time.Sleep(time.Second)
			if n := len(h.mail.sent()) - before; n != c.mails {
				h.t.Errorf("%+v: %d mails", c, n)
			}
			for _, i := range invited {
				if (i.Skipped == doorward.SkippedJustSent) != (c.mails == 0) {
					h.t.Fatalf("%+v: %q", c, i.Skipped)
				}
			}
		}
	})
}

// A mail of an event that comes back between looking at it and putting the mail aside is sent all the same.
func TestEventComesBackWhileItsMailIsPutAside(t *testing.T) {
	inHouse(t, func(h *house) {
		n := doorward.Notification{
			ID: doorward.NewNotificationID(), EventID: h.event, Guest: doorward.GuestRef{ID: h.guest("Ana", "ana@example.com")},
			Kind: doorward.NotificationInvitation, Generation: 1,
		}
		job := doorward.Job{ID: doorward.NewJobID(), Kind: jobKind, Key: string(n.ID), Payload: string(n.ID), DueAt: time.Now().Add(time.Hour)}
		h.write(func(tx *sqlite.Tx) error {
			_, err := tx.InsertJob(job)
			return errors.Join(err, tx.InsertNotification(n), tx.HideEvent(h.event))
		})
		then, err := h.send(context.Background(), job.Payload)
		if err != nil {
			t.Fatal(err)
		}
		h.write(func(tx *sqlite.Tx) error {
			return errors.Join(tx.ShowEvent(h.event), h.Resume(tx, h.event, time.Now()))
		})
		h.write(func(tx *sqlite.Tx) error {
			_, err := tx.RetireJob(job, false, "")
			return errors.Join(err, then(tx))
		})
		time.Sleep(time.Minute)
		if got := h.messages(); len(got) != 1 || got[0].State != doorward.NotificationSent || len(h.mail.sent()) != 1 {
			t.Errorf("%v, and %d mails", got, len(h.mail.sent()))
		}
	})
}
