package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// A shared commit takes at most so many writes, and stops taking more after so long: the first one in it waits.
const (
	batchMax  = 64
	batchTime = 2 * time.Millisecond
)

// writeQueue is how many writes may wait before callers do. Beyond it the box is slower than its callers, who are
// then held back by their own waiting.
const writeQueue = 256

// errClosed is what a write gets after Close.
var errClosed = &doorward.Error{Code: doorward.CodeUnavailable, Message: "Doorward is shutting down. Try again in a moment.", RetryAfter: 2 * time.Second}

// writer owns the one connection that writes. Its goroutine runs until stop, which waits for it.
type writer struct {
	conn    *conn
	db      *DB
	publish func(doorward.Activity)
	urgent  chan *write // the door's; taken before normal
	normal  chan *write
	quit    chan struct{} // closed by stop
	done    chan struct{} // closed when the goroutine has ended
	once    sync.Once
	counts  counts
	failing atomic.Bool // the last transaction that changed something could not: the disk is full or read-only
}

// write is one queued function. Its goroutine waits on answer; state decides the race between running it and giving
// up on it.
type write struct {
	ctx           context.Context //nolint:containedctx // it belongs to this one call, and travels with it
	run           func(*Tx) error
	answer        chan error // of capacity one: the writer never waits for a caller
	state         atomic.Int32
	err           error
	afterCommit   []func()
	afterRollback []func()
	changed       bool // it changed a row
}

const (
	statePending int32 = iota
	stateTaken
	stateAbandoned
)

func startWriter(c *conn, db *DB, publish func(doorward.Activity)) *writer {
	w := &writer{
		conn: c, db: db, publish: publish,
		urgent: make(chan *write, writeQueue), normal: make(chan *write, writeQueue),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	go w.loop()
	return w
}

// Write runs f in a transaction that shares its commit with others, and returns after the commit. When it returns nil
// the change is on disk and the AfterCommit functions have run. When f fails nothing of it stays. A write whose
// context ends while it waits is not run; one that already runs is carried through.
func (db *DB) Write(ctx context.Context, f func(*Tx) error) error {
	return db.writer.submit(ctx, db.writer.normal, f)
}

// WriteUrgent is Write for the door: it goes ahead of everything queued by Write.
func (db *DB) WriteUrgent(ctx context.Context, f func(*Tx) error) error {
	return db.writer.submit(ctx, db.writer.urgent, f)
}

func (w *writer) submit(ctx context.Context, queue chan *write, f func(*Tx) error) error {
	op := &write{ctx: ctx, run: f, answer: make(chan error, 1)}
	select {
	case <-w.quit:
		return errClosed
	default:
	}
	select {
	case queue <- op:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errClosed
	}
	select {
	case err := <-op.answer:
		return err
	case <-ctx.Done():
		if op.state.CompareAndSwap(statePending, stateAbandoned) {
			return ctx.Err()
		}
		return <-op.answer
	case <-w.done:
		select {
		case err := <-op.answer:
			return err
		default:
			return errClosed
		}
	}
}

// stop ends the writer after what is queued has run.
func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.done
}

func (w *writer) loop() {
	defer close(w.done)
	for {
		op := w.next(true)
		if op == nil {
			return
		}
		w.batch(op)
	}
}

// next takes the next write, urgent ones first. With wait it blocks until there is one or the writer is stopped and
// both queues are empty; without it returns nil at once when nothing waits.
func (w *writer) next(wait bool) *write {
	select {
	case op := <-w.urgent:
		return op
	default:
	}
	select {
	case op := <-w.urgent:
		return op
	case op := <-w.normal:
		return op
	default:
	}
	if !wait {
		return nil
	}
	select {
	case op := <-w.urgent:
		return op
	case op := <-w.normal:
		return op
	case <-w.quit:
		return w.next(false)
	}
}

// batch runs first and what else waits in one transaction, and answers each after the commit.
func (w *writer) batch(first *write) {
	// The transaction belongs to several callers, so it ends with none of their contexts.
	ctx := context.Background()
	if _, err := w.conn.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		w.counts.failed.Add(1)
		w.failing.Store(w.failing.Load() || isStorageError(err))
		first.answer <- fmt.Errorf("beginning a transaction: %w", storageError(err))
		return
	}
	var taken []*write
	var broken error
	started := time.Now() //nolint:forbidigo // a duration on the monotonic clock, not a time of day
	for op := first; op != nil && broken == nil; {
		if op.state.CompareAndSwap(statePending, stateTaken) {
			taken = append(taken, op)
			broken = w.run(op)
		}
		op = nil
		if len(taken) < batchMax && time.Since(started) < batchTime { //nolint:forbidigo // as above
			op = w.next(false)
		}
	}
	end := query("COMMIT")
	if broken != nil {
		end = "ROLLBACK"
	}
	_, err := w.conn.exec(ctx, end)
	if broken == nil && err != nil {
		broken = fmt.Errorf("committing: %w", storageError(err))
		// A failed COMMIT leaves the transaction open unless SQLite rolled it back itself; then this fails, harmlessly.
		_, _ = w.conn.exec(ctx, "ROLLBACK")
	}
	switch {
	case broken != nil:
		w.counts.failed.Add(1)
	case len(taken) > 0:
		w.counts.committed(len(taken), time.Since(started)) //nolint:forbidigo // as above
	}
	w.learn(taken, broken)
	for _, op := range taken {
		if broken != nil {
			op.undo()
			op.answer <- broken
			continue
		}
		for _, f := range op.afterCommit {
			f()
		}
		op.answer <- op.err
	}
}

// learn notes whether the disk takes writes.
func (w *writer) learn(taken []*write, broken error) {
	for _, op := range taken {
		switch {
		case isStorageError(broken) || isStorageError(op.err):
			w.failing.Store(true)
			return
		case broken == nil && op.err == nil && op.changed:
			w.failing.Store(false)
		}
	}
}

// run runs one write inside its own savepoint. It returns an error only when the whole transaction is lost.
func (w *writer) run(op *write) error {
	if op.err = op.ctx.Err(); op.err != nil {
		return nil
	}
	// From here on the caller's context ends nothing: interrupting a statement that writes rolls back the whole
	// transaction, and with it the writes of everybody who shares it.
	ctx := context.WithoutCancel(op.ctx)
	if _, err := w.conn.exec(ctx, "SAVEPOINT op"); err != nil {
		return fmt.Errorf("setting a savepoint: %w", storageError(err))
	}
	tx := w.db.tx(ctx, w.conn)
	tx.publish, tx.write = w.publish, op
	op.err = call(op.run, tx)
	if op.err != nil {
		op.afterCommit = nil
		op.undo()
		if _, err := w.conn.exec(ctx, "ROLLBACK TO op"); err != nil {
			// SQLite itself rolls everything back on a full disk or an I/O error; the savepoint is then gone.
			return errors.Join(op.err, storageError(err))
		}
	}
	if _, err := w.conn.exec(ctx, "RELEASE op"); err != nil {
		return fmt.Errorf("releasing a savepoint: %w", storageError(err))
	}
	return nil
}

// undo runs what a write left to be done when it is undone.
func (op *write) undo() {
	for _, f := range op.afterRollback {
		f()
	}
	op.afterRollback = nil
}

// call turns a panic of f into an error: a bug in one request must not end the writer that everybody shares.
func call(f func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return f(tx)
}
