package invitation

import (
	"fmt"
	"log/slog"
	"net/netip"

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

// eventsKept bounds engine.events. Beyond it all are forgotten, and read again from the access log as they are needed.
const eventsKept = 256

// event returns what is remembered of an event, and reads it from the access log where it is not.
func (e *engine) event(tx *sqlite.Tx, id doorward.EventID) (*fraud.Event, error) {
	if err := e.learned(tx); err != nil {
		return nil, err
	}
	if state, ok := e.events[id]; ok {
		return state, nil
	}
	state := fraud.NewEvent()
	err := tx.EachAccess(id, func(a doorward.Access, party int) error {
		if isAllowlisted(a.Assessment) {
			return nil
		}
		in := e.access(a.GuestID, party, a.Signals)
		r := state.Score(e.model, &in)
		state.Observe(&in, &r)
		if a.Opinion != "" {
			state.Judge(&in, a.Opinion)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(e.events) >= eventsKept {
		clear(e.events)
	}
	e.events[id] = state
	return state, nil
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

func (e *engine) access(guest doorward.GuestID, party int, s doorward.Signals) fraud.Access {
	return fraud.Access{Guest: guest, Party: party, Signals: s, Place: e.locator.Locate(s.IP)}
}

// forget drops an event's state when a transaction that changed it is undone.
func (e *engine) forget(tx *sqlite.Tx, id doorward.EventID) {
	tx.AfterRollback(func() { delete(e.events, id) })
}

// assess scores an access and takes it into account. Should the engine panic, the access is let through: a bug of ours
// turns nobody away. The state is dropped then, as it may be half changed.
func (e *engine) assess(tx *sqlite.Tx, id doorward.EventID, g doorward.Guest, s doorward.Signals) (out doorward.Assessment, err error) {
	state, err := e.event(tx, id)
	if err != nil {
		return out, err
	}
	e.forget(tx, id)
	defer func() {
		if p := recover(); p != nil {
			delete(e.events, id)
			slog.Error("the engine failed; the access was let through", "panic", fmt.Sprint(p))
			out = doorward.Assessment{Class: doorward.ClassHuman, Reasons: []doorward.Reason{}}
		}
	}()
	in := e.access(g.ID, g.PartySize, s)
	r := e.score(state, e.model, &in)
	state.Observe(&in, &r)
	return r.Assessment(), nil
}
