package guest

import (
	"context"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Guests is the use case.
type Guests struct {
	db       *sqlite.DB
	memory   Memory
	waitlist Waitlist
}

// Memory is what the engine remembers; package invitation is one.
type Memory interface {
	// Forget is for the write that deletes an event or guests of it.
	Forget(tx *sqlite.Tx, event doorward.EventID)
}

// Waitlist gives places to those who wait for one; package rsvp is one.
type Waitlist interface {
	// Promote is for the write that may leave a place of an event free.
	Promote(tx *sqlite.Tx, event doorward.EventID) error
}

// New makes the use case.
func New(db *sqlite.DB, memory Memory, waitlist Waitlist) *Guests {
	return &Guests{db: db, memory: memory, waitlist: waitlist}
}

const (
	maxName  = 200
	maxEmail = 254
	maxNote  = 1000
	maxParty = 100
	maxTags  = 20
	maxTag   = 40
)

// Draft is what a host writes of a guest. PartySize 0 takes the event's default.
type Draft struct {
	Name      string
	Email     string
	Phone     string
	PartySize int
	Tags      []string
	Note      string
}

// check puts a draft into its stored form and returns every rule it breaks. A phone number without a country code is
// taken for one of the country.
func (d *Draft) check(country string) (fields []doorward.FieldError) {
	rule := func(ok bool, field, detail string) {
		if !ok {
			fields = append(fields, doorward.FieldError{Field: field, Detail: detail})
		}
	}
	d.Name, d.Email, d.Note = strings.Join(strings.Fields(d.Name), " "), strings.TrimSpace(d.Email), strings.TrimSpace(d.Note)
	rule(d.Name != "", "name", "Every guest needs a name.")
	rule(utf8.RuneCountInString(d.Name) <= maxName && doorward.Printable(d.Name), "name", "Write a name of at most 200 characters.")
	rule(d.Email == "" || isEmail(d.Email), "email", "Write an e-mail address like ana@example.com, or leave it out.")
	phone, problem := e164(d.Phone, country)
	d.Phone = phone
	rule(problem == "", "phone", problem)
	rule(d.PartySize >= 0 && d.PartySize <= maxParty, "party_size", "Use a number from 1 to 100.")
	rule(utf8.RuneCountInString(d.Note) <= maxNote && doorward.PrintableLines(d.Note), "note", "Use at most 1,000 characters.")
	tags, ok := cleanTags(d.Tags)
	d.Tags = tags
	rule(ok, "tags", "Use at most 20 tags of at most 40 characters.")
	return fields
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= maxEmail && doorward.Printable(s)
}

func cleanTags(tags []string) (clean []string, ok bool) {
	ok = true
	for _, tag := range tags {
		tag = strings.Join(strings.Fields(tag), " ")
		if tag == "" || slices.Contains(clean, tag) {
			continue
		}
		ok = ok && utf8.RuneCountInString(tag) <= maxTag && doorward.Printable(tag) && !strings.Contains(tag, ";")
		clean = append(clean, tag)
	}
	return clean, ok && len(clean) <= maxTags
}

func (d Draft) guest(event doorward.EventID, defaultParty int) doorward.Guest {
	party := d.PartySize
	if party == 0 {
		party = defaultParty
	}
	return doorward.Guest{
		ID: doorward.NewGuestID(), EventID: event, Name: d.Name, Email: d.Email, Phone: d.Phone,
		PartySize: party, Tags: d.Tags, Note: d.Note,
	}
}

// record adds to the event's history that the list changed.
func record(tx *sqlite.Tx, change string, g doorward.Guest, by doorward.User) error {
	return tx.InsertActivity(g.EventID, doorward.ActivityGuest, g.ID, doorward.GuestActivity{
		Change: change, Guest: doorward.GuestRef{ID: g.ID, Name: g.Name}, By: by.Name,
	})
}

// Add puts a guest on the list.
func (s *Guests) Add(ctx context.Context, user doorward.User, event doorward.EventID, d Draft) (g doorward.Guest, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		e, err := tx.Event(event)
		if err != nil {
			return err
		}
		if fields := d.check(e.Country()); fields != nil {
			return doorward.Invalid(fields...)
		}
		g = d.guest(event, 1+e.DefaultPlusOnes)
		if err := tx.InsertGuest(g); err != nil {
			return err
		}
		if g, err = tx.Guest(g.ID); err != nil {
			return err
		}
		return record(tx, "created", g, user)
	})
	return g, err
}

// Get returns a guest of an event.
func (s *Guests) Get(ctx context.Context, event doorward.EventID, id doorward.GuestID) (g doorward.Guest, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		g, err = tx.EventGuest(event, id)
		return err
	})
	return g, err
}

// List returns the guests of an event by name.
func (s *Guests) List(ctx context.Context, event doorward.EventID, f doorward.GuestFilter, cursor string, limit int) (page doorward.Page[doorward.Guest], err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		page, err = tx.Guests(event, f, cursor, limit)
		return err
	})
	return page, err
}

// Update changes a guest: change is handed the draft of the guest as it stands and edits it.
func (s *Guests) Update(ctx context.Context, user doorward.User, event doorward.EventID, id doorward.GuestID, change func(*Draft)) (g doorward.Guest, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		g, err = tx.EventGuest(event, id)
		if err != nil {
			return err
		}
		d := Draft{Name: g.Name, Email: g.Email, Phone: g.Phone, PartySize: g.PartySize, Tags: g.Tags, Note: g.Note}
		e, err := tx.Event(event)
		if err != nil {
			return err
		}
		change(&d)
		fields := d.check(e.Country())
		if d.PartySize < 1 {
			fields = append(fields, doorward.FieldError{Field: "party_size", Detail: "Use a number from 1 to 100."})
		} else if least := max(g.RSVP.Wanted(), g.Presence.HeadsInside); d.PartySize < least {
			fields = append(fields, doorward.FieldError{Field: "party_size", Detail: "More people than that already answered or came in."})
		}
		if fields != nil {
			return doorward.Invalid(fields...)
		}
		g.Name, g.Email, g.Phone, g.PartySize, g.Tags, g.Note = d.Name, d.Email, d.Phone, d.PartySize, d.Tags, d.Note
		if err := tx.UpdateGuest(g); err != nil {
			return err
		}
		if g, err = tx.Guest(id); err != nil {
			return err
		}
		return record(tx, "updated", g, user)
	})
	return g, err
}

// Delete takes a guest off the list. The guest's link stops working.
func (s *Guests) Delete(ctx context.Context, user doorward.User, event doorward.EventID, id doorward.GuestID) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		g, err := tx.EventGuest(event, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteGuest(event, id); err != nil {
			return err
		}
		s.memory.Forget(tx, event)
		if err := record(tx, "deleted", g, user); err != nil {
			return err
		}
		return s.waitlist.Promote(tx, event)
	})
}
