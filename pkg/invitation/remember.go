package invitation

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/sqlite"
)

// What the engine remembers of an event is its access log, played again: by readers, a part at a time, so that the writer,
// and with it the door, never waits for it. Meanwhile whoever opens a link waits (Ready), and a scan is let through unscored.

const (
	// eventsKept bounds engine.events. Beyond it one is forgotten, and read again when it is needed.
	eventsKept = 256
	// playAtOnce is how many accesses are read in one snapshot, and the most that the writer is held up by.
	playAtOnce = 500
	// endedLong is how long ago an event ended whose state nobody waits for at the start.
	endedLong = 30 * 24 * time.Hour
)

// Remember reads what there is to know of the events, those nearest in time first, and then of each that is asked for,
// until ctx ends.
func (i *Invitations) Remember(ctx context.Context) {
	ids, err := i.current(ctx)
	for _, id := range ids {
		if err == nil {
			err = i.Ready(ctx, id)
		}
	}
	for {
		if err != nil && ctx.Err() == nil {
			slog.Error("what the engine knows of an event can't be read; it is tried again when a link of it is used", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case id := <-i.engine.wanted:
			err = i.Ready(ctx, id)
		}
	}
}

// current returns the events that are not long over, those nearest in time first.
func (i *Invitations) current(ctx context.Context) (ids []doorward.EventID, err error) {
	type when struct {
		id  doorward.EventID
		far time.Duration
	}
	var all []when
	err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
		return tx.EachEvent(func(id doorward.EventID, starts, ends time.Time) {
			if end := latest(starts, ends); tx.Now.Sub(end) < endedLong {
				all = append(all, when{id, tx.Now.Sub(starts).Abs()})
			}
		})
	})
	slices.SortFunc(all, func(a, b when) int { return cmp.Compare(a.far, b.far) })
	for _, w := range all[:min(len(all), eventsKept)] {
		ids = append(ids, w.id)
	}
	return ids, err
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Ready waits until what the engine knows of an event is read from the access log. It is for before a write that assesses.
func (i *Invitations) Ready(ctx context.Context, id doorward.EventID) error {
	for {
		wait, ours := i.engine.claim(id)
		if ours {
			err := i.read(ctx, id)
			i.engine.release(id, wait)
			return err
		}
		if wait == nil {
			return nil
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// claim returns nil for an event that is remembered, and else what ends when it was read; ours is for whoever has to read.
func (e *engine) claim(id doorward.EventID) (wait chan struct{}, ours bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.events[id] != nil {
		return nil, false
	}
	if wait = e.reading[id]; wait != nil {
		return wait, false
	}
	wait = make(chan struct{})
	e.reading[id] = wait
	return wait, true
}

func (e *engine) release(id doorward.EventID, wait chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.reading, id)
	close(wait)
}

// read plays an event's log and keeps what comes of it. It begins again when a verdict, a deletion or a new model made
// that a wrong one.
func (i *Invitations) read(ctx context.Context, id doorward.EventID) error {
	var p *player
	for kept := false; !kept; {
		if epoch := i.engine.epoch.Load(); p == nil || p.epoch != epoch {
			p = &player{engine: &i.engine, event: id, epoch: epoch, state: fraud.NewEvent()}
		}
		for more := true; more; {
			err := i.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
				more, err = p.play(tx)
				return err
			})
			if err != nil {
				return err
			}
		}
		// What came meanwhile is played where nothing more can come.
		err := i.db.Write(ctx, func(tx *sqlite.Tx) error {
			more, err := p.play(tx)
			if err != nil || more || i.engine.epoch.Load() != p.epoch {
				return err
			}
			if kept = p.deleted; kept {
				return nil // no link of it is judged
			}
			p.judge(0)
			i.engine.keep(tx, id, p.state)
			kept = true
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// player plays an event's log.
type player struct {
	engine   *engine
	event    doorward.EventID
	epoch    int64
	model    *fraud.Model
	state    *fraud.Event
	seq      int64    // of the access that was played last
	verdicts []judged // of accesses played already, in the order that they were given in
	deleted  bool     // the event is not there any more
}

// judged is an access with a verdict, and after which access that was given.
type judged struct {
	access  fraud.Access
	opinion doorward.Opinion
	after   int64
}

// play plays the next accesses, each verdict at its place among them, and reports whether there are more. An access that was
// not the engine's, or that it failed on, is left out, as it was then.
func (p *player) play(tx *sqlite.Tx) (more bool, err error) {
	if p.model == nil {
		if p.model, err = learnedModel(tx); err != nil {
			return false, err
		}
	}
	_, err = tx.Event(p.event)
	if p.deleted = doorward.ErrorCode(err) == doorward.CodeNotFound; p.deleted {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	n := 0
	err = tx.Play(p.event, p.seq, playAtOnce, func(a sqlite.Played) {
		n++
		p.seq = a.Seq
		if isExempt(a.Assessment) || !a.Assessment.Evaluated {
			return
		}
		p.judge(a.Seq)
		p.add(a)
	})
	return n == playAtOnce, err
}

func (p *player) add(a sqlite.Played) {
	defer func() { p.engine.failed(p.event, recover()) }()
	in := p.engine.access(a.GuestID, a.Party, a.Link, a.Signals)
	r := p.engine.score(p.state, p.model, &in)
	p.state.Observe(&in, &r)
	if a.Opinion != "" {
		p.verdicts = append(p.verdicts, judged{in, a.Opinion, a.Judged})
		slices.SortStableFunc(p.verdicts, func(x, y judged) int { return cmp.Compare(x.after, y.after) })
	}
}

// judge takes in the verdicts that were given before an access; 0 is all.
func (p *player) judge(before int64) {
	for len(p.verdicts) > 0 && (before == 0 || p.verdicts[0].after < before) {
		p.state.Judge(&p.verdicts[0].access, p.verdicts[0].opinion)
		p.verdicts = p.verdicts[1:]
	}
}

// keep remembers an event, until what this write did is undone. Beyond eventsKept another one is forgotten.
func (e *engine) keep(tx *sqlite.Tx, id doorward.EventID, state *fraud.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for old := range e.events {
		if len(e.events) < eventsKept {
			break
		}
		delete(e.events, old)
	}
	e.events[id] = state
	tx.AfterRollback(func() { e.drop(id) })
}

// drop forgets an event; it is read again when it is needed.
func (e *engine) drop(id doorward.EventID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.events, id)
}

// Forget makes the engine forget what it knows of an event's guests, once this write is done: one of them, or the whole
// event, was deleted or brought back. What is in the log then is read again.
func (i *Invitations) Forget(tx *sqlite.Tx, id doorward.EventID) {
	tx.AfterCommit(func() {
		i.engine.epoch.Add(1)
		i.engine.drop(id)
		select {
		case i.engine.wanted <- id:
		default: // it is read when a link of it is used
		}
	})
}
