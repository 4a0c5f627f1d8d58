package rsvp

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// Gate judges uses of links; package invitation is one.
type Gate interface {
	Verify(text string) (token.Claims, error)
	Resolve(tx *sqlite.Tx, claims token.Claims) (doorward.Guest, doorward.Event, error)
	Assess(tx *sqlite.Tx, e doorward.Event, g doorward.Guest, s doorward.Signals) (doorward.Access, error)
}

// Notices tells guests; package notify is one.
type Notices interface {
	// PlaceFree is for the write that gives a place to a guest who waited.
	PlaceFree(tx *sqlite.Tx, g doorward.Guest) error
}

// RSVPs is the use case.
type RSVPs struct {
	db      *sqlite.DB
	gate    Gate
	notices Notices
	box     *outbox.Outbox
}

// New makes the use case, and has the outbox go on where a write stopped promoting.
func New(db *sqlite.DB, box *outbox.Outbox, gate Gate, notices Notices) *RSVPs {
	r := &RSVPs{db: db, box: box, gate: gate, notices: notices}
	box.Handle(jobKind, outbox.Work{Do: r.promote})
	return r
}

const (
	maxMessage   = 1000
	maxCompanion = 200
	maxAnswers   = 50
)

// Draft is what a guest answers.
type Draft struct {
	Status     doorward.RSVPStatus
	PlusOnes   int
	Companions []string
	Answers    map[string]string // by doorward.AnswerKey where the event has questions
	Message    string
}

// check puts a draft into its stored form and returns every rule that it breaks for a guest of an event.
func (d *Draft) check(e doorward.Event, g doorward.Guest) error {
	var fields []doorward.FieldError
	rule := func(ok bool, field, detail string) {
		if !ok {
			fields = append(fields, doorward.FieldError{Field: field, Detail: detail})
		}
	}
	switch d.Status {
	case doorward.RSVPAttending, doorward.RSVPMaybe:
	case doorward.RSVPDeclined:
		d.PlusOnes, d.Companions = 0, nil
	default:
		rule(false, "status", "Answer attending, maybe or declined.")
	}
	switch allowed := g.PartySize - 1; {
	case d.PlusOnes < 0:
		rule(false, "plus_ones", "Use a number from 0 up.")
	case d.PlusOnes > allowed && allowed == 0:
		rule(false, "plus_ones", "This invitation is for you alone.")
	case d.PlusOnes > allowed:
		rule(false, "plus_ones", "Your invitation is for fewer people. Ask your host.")
	}
	d.Companions = trimmed(d.Companions)
	rule(len(d.Companions) <= d.PlusOnes || d.PlusOnes < 0, "companions", "You named more people than you bring. Say how many they are, or leave out a name.")
	for _, name := range d.Companions {
		rule(utf8.RuneCountInString(name) <= maxCompanion && doorward.Printable(name), "companions", "Use at most 200 characters for a name.")
	}
	fields = append(fields, d.checkAnswers(e.Questions, g)...)
	d.Message = strings.TrimSpace(d.Message)
	rule(utf8.RuneCountInString(d.Message) <= maxMessage && doorward.PrintableLines(d.Message), "message", "Use at most 1,000 characters.")
	if fields != nil {
		return doorward.Invalid(fields...)
	}
	return nil
}

// trimmed is a list of names without spaces around them, and without a rest of names that are empty: who comes third may
// have a name when the second has none.
func trimmed(names []string) []string {
	names = slices.Clone(names)
	last := 0
	for i := range names {
		if names[i] = strings.TrimSpace(names[i]); names[i] != "" {
			last = i + 1
		}
	}
	return names[:last]
}

// Answered is a stored answer with the access that brought it.
type Answered struct {
	RSVP   doorward.RSVP
	Access doorward.Access
	Event  doorward.Event
}

// Answer stores the answer that came with a link. It is CodeAccessBlocked when the engine blocked this use, which is
// logged all the same; CodeFull when there is no room and the event has no waiting list; CodeClosed after the deadline.
// Who comes and finds no room on an event that has one is stored as waitlisted.
func (r *RSVPs) Answer(ctx context.Context, text string, s doorward.Signals, d Draft) (out Answered, err error) {
	claims, err := r.gate.Verify(text)
	if err != nil {
		return out, err
	}
	s.Kind = doorward.AccessRSVP
	err = r.db.Write(ctx, func(tx *sqlite.Tx) error {
		g, e, err := r.gate.Resolve(tx, claims)
		if err != nil {
			return err
		}
		if err := open(tx, e); err != nil {
			return err
		}
		if err := d.check(e, g); err != nil {
			return err
		}
		answer := doorward.RSVP{
			Status: d.Status, PlusOnes: d.PlusOnes, Companions: d.Companions, Answers: d.Answers, Message: d.Message, AnsweredAt: tx.Now,
		}
		if err := place(tx, e, g, &answer); err != nil {
			return err
		}
		out.Event = e
		if out.Access, err = r.gate.Assess(tx, e, g, s); err != nil || out.Access.Action == doorward.ActionBlocked {
			return err
		}
		out.RSVP, err = r.store(tx, g, answer)
		return err
	})
	if err == nil && out.Access.Action == doorward.ActionBlocked {
		err = doorward.Errorf(doorward.CodeAccessBlocked, "Something about this visit looks unusual. Ask your host to send you a fresh link.")
	}
	return out, err
}

// store stores an answer, gives away the places that it leaves, and returns it as it stands then.
func (r *RSVPs) store(tx *sqlite.Tx, g doorward.Guest, answer doorward.RSVP) (doorward.RSVP, error) {
	if err := tx.SetRSVP(g.ID, answer); err != nil {
		return answer, err
	}
	g.RSVP = answer
	if err := record(tx, g, false); err != nil {
		return answer, err
	}
	if err := r.Promote(tx, g.EventID); err != nil {
		return answer, err
	}
	g, err := tx.Guest(g.ID)
	return g.RSVP, err
}

// record adds an answer to the event's history; promoted is that of a guest who waited and has a place now.
func record(tx *sqlite.Tx, g doorward.Guest, promoted bool) error {
	a := doorward.RSVPActivity{
		Guest: doorward.GuestRef{ID: g.ID, Name: g.Name}, Status: g.RSVP.Status, PlusOnes: g.RSVP.PlusOnes, Promoted: promoted,
	}
	if !promoted {
		a.Message = g.RSVP.Message
	}
	return tx.InsertActivity(g.EventID, doorward.ActivityRSVP, g.ID, a)
}

// open reports whether an event takes answers now.
func open(tx *sqlite.Tx, e doorward.Event) error {
	switch {
	case over(tx, e):
		return doorward.Errorf(doorward.CodeClosed, "This event is over.")
	case e.State != doorward.EventOpen:
		return doorward.Errorf(doorward.CodeClosed, "This event takes no more answers. Ask your host.")
	case !e.RSVPDeadline.IsZero() && tx.Now.After(e.RSVPDeadline):
		return doorward.Errorf(doorward.CodeClosed, "The time for answers is over. Ask your host.")
	default:
		return nil
	}
}

func over(tx *sqlite.Tx, e doorward.Event) bool { return !e.EndsAt.IsZero() && tx.Now.After(e.EndsAt) }
