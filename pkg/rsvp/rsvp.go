package rsvp

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// Gate judges uses of links; package invitation is one.
type Gate interface {
	Verify(text string) (token.Claims, error)
	Resolve(tx *sqlite.Tx, claims token.Claims) (doorward.Guest, doorward.Event, error)
	Assess(tx *sqlite.Tx, e doorward.Event, g doorward.Guest, s doorward.Signals) (doorward.Access, error)
}

// RSVPs is the use case.
type RSVPs struct {
	db   *sqlite.DB
	gate Gate
}

// New makes the use case.
func New(db *sqlite.DB, gate Gate) *RSVPs { return &RSVPs{db: db, gate: gate} }

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
	Answers    map[string]string
	Message    string
}

// check returns every rule that a draft breaks for a guest.
func (d *Draft) check(g doorward.Guest) error {
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
	rule(len(d.Companions) <= d.PlusOnes || d.PlusOnes < 0, "companions", "Name at most as many people as you bring.")
	for _, name := range d.Companions {
		rule(utf8.RuneCountInString(name) <= maxCompanion && doorward.Printable(name), "companions", "Use at most 200 characters for a name.")
	}
	rule(len(d.Answers) <= maxAnswers, "answers", "These are more answers than questions.")
	for question, answer := range d.Answers {
		rule(len(question) <= maxMessage && utf8.RuneCountInString(answer) <= maxMessage && doorward.PrintableLines(answer), "answers", "Use at most 1,000 characters for an answer.")
	}
	d.Message = strings.TrimSpace(d.Message)
	rule(utf8.RuneCountInString(d.Message) <= maxMessage && doorward.PrintableLines(d.Message), "message", "Use at most 1,000 characters.")
	if fields != nil {
		return doorward.Invalid(fields...)
	}
	return nil
}

// Answered is a stored answer with the access that brought it.
type Answered struct {
	RSVP   doorward.RSVP
	Access doorward.Access
	Event  doorward.Event
}

// Answer stores the answer that came with a link. It is CodeAccessBlocked when the engine blocked this use, which is
// logged all the same; CodeFull when there is no room; CodeClosed after the deadline.
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
		if err := d.check(g); err != nil {
			return err
		}
		answer := doorward.RSVP{
			Status: d.Status, PlusOnes: d.PlusOnes, Companions: d.Companions, Answers: d.Answers, Message: d.Message, AnsweredAt: tx.Now,
		}
		if err := hasRoom(e, g, answer); err != nil {
			return err
		}
		out.Event = e
		if out.Access, err = r.gate.Assess(tx, e, g, s); err != nil || out.Access.Action == doorward.ActionBlocked {
			return err
		}
		out.RSVP = answer
		if err := tx.SetRSVP(g.ID, answer); err != nil {
			return err
		}
		return tx.InsertActivity(e.ID, doorward.ActivityRSVP, g.ID, doorward.RSVPActivity{
			Guest: doorward.GuestRef{ID: g.ID, Name: g.Name}, Status: answer.Status, PlusOnes: answer.PlusOnes, Message: answer.Message,
		})
	})
	if err == nil && out.Access.Action == doorward.ActionBlocked {
		err = doorward.Errorf(doorward.CodeAccessBlocked, "Something about this visit looks unusual. Ask your host to send you a fresh link.")
	}
	return out, err
}

// open reports whether an event takes answers now.
func open(tx *sqlite.Tx, e doorward.Event) error {
	switch {
	case !e.EndsAt.IsZero() && tx.Now.After(e.EndsAt):
		return doorward.Errorf(doorward.CodeClosed, "This event is over.")
	case e.State != doorward.EventOpen:
		return doorward.Errorf(doorward.CodeClosed, "This event takes no more answers. Ask your host.")
	case !e.RSVPDeadline.IsZero() && tx.Now.After(e.RSVPDeadline):
		return doorward.Errorf(doorward.CodeClosed, "The time for answers is over. Ask your host.")
	default:
		return nil
	}
}

// hasRoom reports whether the event has room for an answer in place of the guest's present one. More people than it
// holds may be expected already, when the host lowered the capacity; then nobody is put out, and nobody more comes in.
func hasRoom(e doorward.Event, g doorward.Guest, answer doorward.RSVP) error {
	more := answer.Heads() - g.RSVP.Heads()
	if e.Capacity == 0 || more <= 0 || e.Counts.HeadsExpected+more <= e.Capacity {
		return nil
	}
	if left := e.Capacity - e.Counts.HeadsExpected; left > 0 {
		return doorward.Errorf(doorward.CodeFull, "There is room for only %d more. Bring fewer people, or ask your host.", left)
	}
	return doorward.Errorf(doorward.CodeFull, "All places are taken. Ask your host.")
}
