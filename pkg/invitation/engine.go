package invitation

import (
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Locator tells the place of an address. It is used by the writer alone.
type Locator interface {
	Locate(netip.Addr) doorward.Place
}

// Scorer is the engine; the tests hand in one that fails.
type Scorer func(e *fraud.Event, m *fraud.Model, a *fraud.Access) fraud.Result

// engine is what the fraud engine remembers. It belongs to the writer of the database: every method is called inside a
// write, of which one runs at a time.
type engine struct {
	locator Locator
	score   Scorer
	model   *fraud.Model // nil until read from the database
	events  map[doorward.EventID]*fraud.Event
}

// eventsKept bounds engine.events. Beyond it one is forgotten, and read again from the access log when it is needed.
const eventsKept = 256

// event returns what is remembered of an event, and reads it from the access log where it is not.
func (e *engine) event(tx *sqlite.Tx, id doorward.EventID) (*fraud.Event, error) {
	if err := e.learned(tx); err != nil {
		return nil, err
	}
	if state, ok := e.events[id]; ok {
		return state, nil
	}
	state, err := e.rebuild(tx, id)
	if err != nil {
		return nil, err
	}
	for old := range e.events {
		if len(e.events) < eventsKept {
			break
		}
		delete(e.events, old)
	}
	e.events[id] = state
	return state, nil
}

// judged is an access with a verdict, and when that was given.
type judged struct {
	access  fraud.Access
	opinion doorward.Opinion
	at      time.Time
}

// rebuild plays the access log of an event again, with each verdict at the time when it was given. An access that the
// engine failed on is left out, as it was then.
func (e *engine) rebuild(tx *sqlite.Tx, id doorward.EventID) (*fraud.Event, error) {
	state := fraud.NewEvent()
	var verdicts []judged // of accesses played already, by time
	judge := func(until time.Time) {
		for len(verdicts) > 0 && (until.IsZero() || verdicts[0].at.Before(until)) {
			state.Judge(&verdicts[0].access, verdicts[0].opinion)
			verdicts = verdicts[1:]
		}
	}
	err := tx.EachAccess(id, func(a doorward.Access, party int, at time.Time) error {
		if isExempt(a.Assessment) || !a.Assessment.Evaluated {
			return nil
		}
		judge(a.Signals.At)
		in := e.access(a.GuestID, party, a.Link, a.Signals)
		r := e.score(state, e.model, &in)
		state.Observe(&in, &r)
		if a.Opinion != "" {
			verdicts = append(verdicts, judged{in, a.Opinion, at})
			slices.SortStableFunc(verdicts, func(x, y judged) int { return x.at.Compare(y.at) })
		}
		return nil
	})
	judge(time.Time{})
	return state, err
}

// learned reads the model that was learned last.
func (e *engine) learned(tx *sqlite.Tx) error {
	if e.model != nil {
		return nil
	}
	m, err := learnedModel(tx)
	if err != nil {
		return err
	}
	e.model = m
	return nil
}

func (e *engine) access(guest doorward.GuestID, party, link int, s doorward.Signals) fraud.Access {
	return fraud.Access{Guest: guest, Party: party, Link: link, Signals: s, Place: e.locator.Locate(s.IP)}
}

// forget drops an event's state when a transaction that changed it is undone.
func (e *engine) forget(tx *sqlite.Tx, id doorward.EventID) {
	tx.AfterRollback(func() { delete(e.events, id) })
}

// assess scores an access and takes it into account. Should the engine panic, the access is let through: a bug of ours
// turns nobody away. The state is dropped then, as it may be half changed.
func (e *engine) assess(tx *sqlite.Tx, id doorward.EventID, g doorward.Guest, s doorward.Signals) (out doorward.Assessment, err error) {
	defer func() {
		if e.failed(id, recover()) {
			out, err = doorward.Assessment{Class: doorward.ClassHuman, Reasons: []doorward.Reason{}}, nil
		}
	}()
	state, err := e.event(tx, id)
	if err != nil {
		return out, err
	}
	e.forget(tx, id)
	in := e.access(g.ID, g.PartySize, g.Invitation.Generation, s)
	in.Free = g.PartySize - g.Presence.HeadsInside
	r := e.score(state, e.model, &in)
	state.Observe(&in, &r)
	return r.Assessment(), nil
}

// judge tells the engine of a verdict. What it makes of it is not worth losing the verdict for.
func (e *engine) judge(tx *sqlite.Tx, a doorward.Access) (err error) {
	defer func() {
		if e.failed(a.EventID, recover()) {
			err = nil
		}
	}()
	if isExempt(a.Assessment) || !a.Assessment.Evaluated {
		return nil
	}
	g, err := tx.Guest(a.GuestID)
	if err != nil {
		return err
	}
	state, err := e.event(tx, a.EventID)
	if err != nil {
		return err
	}
	e.forget(tx, a.EventID)
	in := e.access(a.GuestID, g.PartySize, a.Link, a.Signals)
	state.Judge(&in, a.Opinion)
	return nil
}

// failed reports whether the engine panicked, and drops what it remembers of an event then.
func (e *engine) failed(id doorward.EventID, panicked any) bool {
	if panicked == nil {
		return false
	}
	delete(e.events, id)
	slog.Error("the engine failed; it goes on without this access", "panic", fmt.Sprint(panicked))
	return true
}
