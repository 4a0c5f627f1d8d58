package invitation

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// Invitations is the use case.
type Invitations struct {
	db          *sqlite.DB
	ring        *token.Ring
	origin      string // BASE_URL, without a slash at the end
	engine      engine
	learning    sync.Mutex     // held by Learn: one at a time; guards fit and fitted
	fit         fraud.Fit      // what was learned last
	fitted      []fraud.Lesson // from these: the same are not learned from again
	allowlists  allowlists
	evaluated   atomic.Int64
	unevaluated atomic.Int64
}

// New makes the use case. Links begin with origin, the one address that the outside knows the box by.
func New(db *sqlite.DB, ring *token.Ring, origin string, locator Locator, score Scorer) *Invitations {
	return &Invitations{
		db: db, ring: ring, origin: strings.TrimRight(origin, "/"),
		engine: engine{
			locator: locator, score: score, wanted: make(chan doorward.EventID, eventsKept),
			events: map[doorward.EventID]*fraud.Event{}, reading: map[doorward.EventID]chan struct{}{},
		},
		allowlists: allowlists{tables: map[doorward.EventID]cached{}},
	}
}

// Evaluated is how many accesses were judged since the start.
func (i *Invitations) Evaluated() int64 { return i.evaluated.Load() }

// Unevaluated is how many accesses were let through since the start because the engine failed.
func (i *Invitations) Unevaluated() int64 { return i.unevaluated.Load() }

// Link is a guest's link, for the host to hand out.
type Link struct {
	GuestID  doorward.GuestID
	Token    string
	URL      string
	IssuedAt time.Time
}

// Link returns the link of a guest who has one.
func (i *Invitations) Link(g doorward.Guest) (Link, error) {
	text, err := i.ring.Sign(g.ID, g.Invitation.Generation)
	return Link{GuestID: g.ID, Token: text, URL: i.origin + "/i/" + text, IssuedAt: g.Invitation.IssuedAt}, err
}

func record(tx *sqlite.Tx, change string, g doorward.Guest, by doorward.User) error {
	return tx.InsertActivity(g.EventID, doorward.ActivityGuest, g.ID, doorward.GuestActivity{
		Change: change, Guest: doorward.GuestRef{ID: g.ID, Name: g.Name}, By: by.Name,
	})
}

// Issue returns a guest's link: the same one until it is rotated or revoked.
func (i *Invitations) Issue(ctx context.Context, user doorward.User, event doorward.EventID, id doorward.GuestID) (l Link, err error) {
	err = i.db.Write(ctx, func(tx *sqlite.Tx) error {
		l, err = i.issue(tx, user, event, id, false)
		return err
	})
	return l, err
}

// Rotate makes a new link for a guest. The one before answers "replaced" from now on.
func (i *Invitations) Rotate(ctx context.Context, user doorward.User, event doorward.EventID, id doorward.GuestID) (l Link, err error) {
	err = i.db.Write(ctx, func(tx *sqlite.Tx) error {
		l, err = i.issue(tx, user, event, id, true)
		return err
	})
	return l, err
}

func (i *Invitations) issue(tx *sqlite.Tx, user doorward.User, event doorward.EventID, id doorward.GuestID, fresh bool) (Link, error) {
	g, err := i.Give(tx, user, event, id, fresh)
	if err != nil {
		return Link{}, err
	}
	return i.Link(g)
}

// Revoke takes a guest's link back. Revoking a link that was never issued, or twice, changes nothing.
func (i *Invitations) Revoke(ctx context.Context, user doorward.User, event doorward.EventID, id doorward.GuestID) error {
	return i.db.Write(ctx, func(tx *sqlite.Tx) error {
		g, err := tx.EventGuest(event, id)
		if err != nil || g.Invitation.State != doorward.InvitationIssued {
			return err
		}
		return revoke(tx, g, user)
	})
}

func revoke(tx *sqlite.Tx, g doorward.Guest, by doorward.User) error {
	if err := tx.RevokeLink(g.ID); err != nil {
		return err
	}
	return record(tx, "revoked", g, by)
}

// Resolve returns whom a token is for. It is CodeNotFound for a token that is not ours or whose guest is gone,
// CodeReplaced or CodeRevoked for one that no longer works; guest and event are returned with these too. It is CodeGone
// while the event is deleted, of which the id alone is returned.
func (i *Invitations) Resolve(tx *sqlite.Tx, claims token.Claims) (g doorward.Guest, e doorward.Event, err error) {
	if g, err = tx.Guest(claims.GuestID); err != nil {
		return g, e, errUnknownLink(err)
	}
	if e, err = tx.Event(g.EventID); err != nil {
		return g, doorward.Event{ID: g.EventID}, errTakenDown(err)
	}
	switch live := g.Invitation; {
	case claims.Generation > live.Generation:
		return g, e, errUnknownLink(nil)
	case live.State != doorward.InvitationIssued: // first: whoever has an older link would look for a newer one in vain
		return g, e, doorward.Errorf(doorward.CodeRevoked, "Your host has withdrawn this link. If that seems wrong, ask them for a new one.")
	case claims.Generation < live.Generation:
		return g, e, doorward.Errorf(doorward.CodeReplaced, "This link was replaced by a newer one. Look for the newest message from your host, or ask them for it again.")
	}
	return g, e, nil
}

func errUnknownLink(err error) error {
	if err == nil || doorward.ErrorCode(err) == doorward.CodeNotFound {
		return doorward.Errorf(doorward.CodeNotFound, "We don't know this link. Open it again from the message you received, or ask your host.")
	}
	return err
}

// errTakenDown says of an event that has a guest, and yet is not found, that it was deleted.
func errTakenDown(err error) error {
	if doorward.ErrorCode(err) == doorward.CodeNotFound {
		return doorward.Errorf(doorward.CodeGone, "The host has closed this page. If that seems wrong, ask them.")
	}
	return err
}

// View returns what a link shows, and changes nothing.
func (i *Invitations) View(ctx context.Context, text string) (g doorward.Guest, e doorward.Event, err error) {
	claims, err := i.ring.Verify(text)
	if err != nil {
		return g, e, err
	}
	err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
		g, e, err = i.Resolve(tx, claims)
		return err
	})
	return g, e, err
}

// Verify checks a token by its format and signature alone, before any query.
func (i *Invitations) Verify(text string) (token.Claims, error) { return i.ring.Verify(text) }

// Open judges and logs that a link's page was opened.
func (i *Invitations) Open(ctx context.Context, text string, s doorward.Signals) (a doorward.Access, err error) {
	claims, err := i.ring.Verify(text)
	if err != nil {
		return a, err
	}
	s.Kind = doorward.AccessOpen
	err = i.db.Write(ctx, func(tx *sqlite.Tx) error {
		g, e, err := i.Resolve(tx, claims)
		if err != nil {
			return err
		}
		a, err = i.Assess(tx, e, g, s)
		return err
	})
	return a, err
}

// Accesses lists the uses of an event's links.
func (i *Invitations) Accesses(ctx context.Context, event doorward.EventID, f doorward.AccessFilter, cursor string, limit int) (page doorward.Page[doorward.Access], err error) {
	err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
		page, err = tx.Accesses(event, f, cursor, limit)
		return err
	})
	return page, err
}
