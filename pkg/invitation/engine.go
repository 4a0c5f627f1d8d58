package invitation

import (
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"

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

// engine is what the fraud engine remembers. What it does belongs to the writer of the database: assess, judge, adopt and
// the states in events are used inside a write, of which one runs at a time. How states come there is in remember.go.
type engine struct {
	locator Locator
	score   Scorer
	model   *fraud.Model // nil until read from the database

	mu      sync.Mutex // guards the maps
	events  map[doorward.EventID]*fraud.Event
	reading map[doorward.EventID]chan struct{} // closed when it ends

	epoch  atomic.Int64          // grows with what makes a state that is being read a wrong one
	wanted chan doorward.EventID // for Remember to read
}

// state returns what is remembered of an event, and nil where it is not. One whose links were never used takes no reading.
func (e *engine) state(tx *sqlite.Tx, id doorward.EventID) (*fraud.Event, error) {
	if err := e.learned(tx); err != nil {
		return nil, err
	}
	e.mu.Lock()
	state := e.events[id]
	e.mu.Unlock()
	if state != nil {
		return state, nil
	}
	any, err := tx.AnyAccess(id)
	if err != nil {
		return nil, err
	}
	if any {
		select {
		case e.wanted <- id:
		default: // it is asked for again with the next access
		}
		return nil, nil
	}
	state = fraud.NewEvent()
	e.keep(tx, id, state)
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

func (e *engine) access(guest doorward.GuestID, party, link int, s doorward.Signals) fraud.Access {
	return fraud.Access{Guest: guest, Party: party, Link: link, Signals: s, Place: e.locator.Locate(s.IP)}
}

// assess scores an access and takes it into account. Should the engine panic, the access is let through: a bug of ours
// turns nobody away. The state is dropped then, as it may be half changed. An event whose state is still being read goes
// on without, too: the door does not wait for that. Whoever can wait calls Ready before.
func (e *engine) assess(tx *sqlite.Tx, id doorward.EventID, g doorward.Guest, s doorward.Signals) (out doorward.Assessment, err error) {
	defer func() {
		if e.failed(id, recover()) {
			out, err = doorward.Assessment{Class: doorward.ClassHuman, Reasons: []doorward.Reason{}}, nil
		}
	}()
	state, err := e.state(tx, id)
	if err != nil {
		return out, err
	}
	if state == nil {
		return doorward.Assessment{Class: fraud.Classify(&fraud.Access{Signals: s}), Reasons: []doorward.Reason{}}, nil
	}
	tx.AfterRollback(func() { e.drop(id) })
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
	tx.AfterCommit(func() { e.epoch.Add(1) })
	state, err := e.state(tx, a.EventID)
	if err != nil || state == nil {
		return err // who reads it now finds the verdict
	}
	tx.AfterRollback(func() { e.drop(a.EventID) })
	in := e.access(a.GuestID, g.PartySize, a.Link, a.Signals)
	state.Judge(&in, a.Opinion)
	return nil
}

// failed reports whether the engine panicked, and drops what it remembers of an event then.
func (e *engine) failed(id doorward.EventID, panicked any) bool {
	if panicked == nil {
		return false
	}
	e.drop(id)
	slog.Error("the engine failed; it goes on without this access", "panic", fmt.Sprint(panicked))
	return true
}
