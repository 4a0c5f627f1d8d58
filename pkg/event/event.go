package event

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Events is the use case.
type Events struct {
	db       *sqlite.DB
	memory   Memory
	waitlist Waitlist
	messages Messages
	copying  sync.RWMutex // read-held while a copy is put together: a purge would take it for one that was left behind
}

// Memory is what the engine remembers; package invitation is one.
type Memory interface {
	// Forget is for the write that deletes an event or guests of it, or brings an event back.
	Forget(tx *sqlite.Tx, event doorward.EventID)
}

// Waitlist gives places to those who wait for one; package rsvp is one.
type Waitlist interface {
	// Promote is for the write that may leave a place of an event free.
	Promote(tx *sqlite.Tx, event doorward.EventID) error
}

// Messages are those to guests; package notify is one.
type Messages interface {
	// Resume is for the write that brings an event back: what was not sent since then because it was deleted is sent.
	Resume(tx *sqlite.Tx, event doorward.EventID, since time.Time) error
}

// New makes the use case.
func New(db *sqlite.DB, memory Memory, waitlist Waitlist, messages Messages) *Events {
	return &Events{db: db, memory: memory, waitlist: waitlist, messages: messages}
}

const (
	maxName        = 200
	maxVenue       = 300
	maxDescription = 5000
	maxCapacity    = 1_000_000
	maxPlusOnes    = 50
)

// latest bounds every time of an event: beyond it a typing mistake is likelier than a party.
var latest = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

// check trims an event and returns every rule it breaks.
func check(e *doorward.Event) error {
	e.Name, e.Venue, e.Description = strings.TrimSpace(e.Name), strings.TrimSpace(e.Venue), strings.TrimSpace(e.Description)
	var fields []doorward.FieldError
	rule := func(ok bool, field, detail string) {
		if !ok {
			fields = append(fields, doorward.FieldError{Field: field, Detail: detail})
		}
	}
	rule(e.Name != "" && utf8.RuneCountInString(e.Name) <= maxName && doorward.Printable(e.Name), "name", "Give the event a name of at most 200 characters.")
	rule(utf8.RuneCountInString(e.Venue) <= maxVenue && doorward.Printable(e.Venue), "venue", "Write the place in at most 300 characters.")
	rule(utf8.RuneCountInString(e.Description) <= maxDescription && doorward.PrintableLines(e.Description), "description", "Use at most 5,000 characters.")
	rule(sensible(e.StartsAt), "starts_at", "Say when it starts, for example 2026-12-31T20:00:00Z.")
	rule(e.EndsAt.IsZero() || sensible(e.EndsAt) && e.EndsAt.After(e.StartsAt), "ends_at", "It must end after it starts.")
	rule(e.RSVPDeadline.IsZero() || sensible(e.RSVPDeadline), "rsvp_deadline", "Use a date and time like 2026-12-30T12:00:00Z.")
	rule(e.EndsAt.IsZero() || !e.RSVPDeadline.After(e.EndsAt), "rsvp_deadline", "The event is over by then. Use a time before its end.")
	rule(isTimezone(e.Timezone), "timezone", "Use a time zone like Europe/Lisbon.")
	rule(e.Capacity >= 0 && e.Capacity <= maxCapacity, "capacity", "Use a number from 1 to 1,000,000, or nothing for no limit.")
	rule(e.DefaultPlusOnes >= 0 && e.DefaultPlusOnes <= maxPlusOnes, "default_plus_ones", "Use a number from 0 to 50.")
	rule(e.State == doorward.EventOpen || e.State == doorward.EventClosed || e.State == doorward.EventArchived, "state", "Use open, closed or archived.")
	fields = append(fields, checkQuestions(e.Questions)...)
	if fields != nil {
		return doorward.Invalid(fields...)
	}
	return nil
}

func sensible(t time.Time) bool { return t.Year() >= 2000 && t.Before(latest) }

// notIANA begin the names of what this machine takes for a zone, and a guest's browser does not.
var notIANA = []string{"Local", "local", "posix", "right/", "Factory", "leap", "tz"}

func isTimezone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && !slices.ContainsFunc(notIANA, func(other string) bool { return strings.HasPrefix(name, other) })
}

// Create makes an event with the user as its owner; without a state it is open.
func (s *Events) Create(ctx context.Context, user doorward.User, e doorward.Event) (out doorward.UserEvent, err error) {
	e.ID, e.State, e.Thresholds = doorward.NewEventID(), cmp.Or(e.State, doorward.EventOpen), doorward.DefaultThresholds()
	if err := check(&e); err != nil {
		return out, err
	}
	if err := nameQuestions(e.Questions, nil); err != nil {
		return out, err
	}
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.InsertEvent(e); err != nil {
			return err
		}
		if err := tx.InsertCollaborator(e.ID, user.ID, doorward.RoleOwner); err != nil {
			return err
		}
		out, err = tx.UserEvent(user.ID, e.ID)
		if err != nil {
			return err
		}
		return record(tx, e.ID, "created", "", user)
	})
	return out, err
}

func record(tx *sqlite.Tx, id doorward.EventID, change, detail string, by doorward.User) error {
	return tx.InsertActivity(id, doorward.ActivityEvent, "", doorward.EventActivity{Change: change, Detail: detail, By: by.Name})
}

// Get returns an event as a user sees it.
func (s *Events) Get(ctx context.Context, user doorward.UserID, id doorward.EventID) (e doorward.UserEvent, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		e, err = tx.UserEvent(user, id)
		return err
	})
	return e, err
}

// List returns the events that a user has a role on.
func (s *Events) List(ctx context.Context, user doorward.UserID, cursor string, limit int) (page doorward.Page[doorward.UserEvent], err error) {
	after, err := doorward.ParseCursor(cursor, 1)
	if err != nil {
		return page, err
	}
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		page.Items, err = tx.UserEvents(user, doorward.EventID(after[0]), limit+1)
		return err
	})
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = doorward.Cursor(string(page.Items[limit-1].ID))
	}
	return page, err
}

// Role returns what a user may do on an event.
func (s *Events) Role(ctx context.Context, user doorward.UserID, id doorward.EventID) (role doorward.Role, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		role, err = tx.Role(id, user)
		return err
	})
	return role, err
}

// Update changes an event: change is handed the event as it stands and edits it.
func (s *Events) Update(ctx context.Context, user doorward.User, id doorward.EventID, change func(*doorward.Event)) (out doorward.UserEvent, err error) {
	return s.update(ctx, user, id, "updated", func(e *doorward.Event) error {
		before := e.Questions
		change(e)
		if err := check(e); err != nil {
			return err
		}
		return nameQuestions(e.Questions, before)
	})
}

// SetThresholds changes where the bands of an event begin.
func (s *Events) SetThresholds(ctx context.Context, user doorward.User, id doorward.EventID, t doorward.Thresholds) (out doorward.UserEvent, err error) {
	if err := t.Check(); err != nil {
		return out, err
	}
	return s.update(ctx, user, id, "thresholds", func(e *doorward.Event) error {
		e.Thresholds = t
		return nil
	})
}

func (s *Events) update(ctx context.Context, user doorward.User, id doorward.EventID, what string, change func(*doorward.Event) error) (out doorward.UserEvent, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		out, err = tx.UserEvent(user.ID, id)
		if err != nil {
			return err
		}
		if err := change(&out.Event); err != nil {
			return err
		}
		if err := tx.UpdateEvent(out.Event); err != nil {
			return err
		}
		if err := record(tx, id, what, "", user); err != nil {
			return err
		}
		if err := s.waitlist.Promote(tx, id); err != nil {
			return err
		}
		out, err = tx.UserEvent(user.ID, id)
		return err
	})
	return out, err
}
