package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

const (
	// workers is how many jobs run at the same time: enough that one slow mail server does not hold up the rest.
	workers = 4
	// runTime is how long a run may take; its context ends then. The lease is longer, so that another program does not take
	// the job meanwhile. This one knows what it runs: a clock that jumps ends no lease of its own.
	runTime   = 40 * time.Second
	leaseTime = time.Minute
	// stopTime is how long runs may go on after a stop was asked for, before their contexts end.
	stopTime = 5 * time.Second
	// maxSleep bounds a sleep until a job that waits: the clock of a box without a battery may be set meanwhile, and the
	// timer would not notice.
	maxSleep = 10 * time.Minute
	// storagePause is the pause after the database could not be asked.
	storagePause = 5 * time.Second
)

// Retries: the pauses double from firstPause to maxPause, a fifth more or less. maxAttempts runs take about a day.
const (
	firstPause  = 15 * time.Second
	maxPause    = 4 * time.Hour
	maxAttempts = 16
)

// Retired jobs, and their keys, are remembered for so long; a lease forgets a few that are older.
const (
	remember    = 30 * 24 * time.Hour
	forgetAtOne = 100
)

// maxReason is how many bytes of an error are stored.
const maxReason = 500

// Work does the jobs of one kind.
type Work struct {
	// Do does a job, outside of any transaction. It must end soon after its context, and bear being repeated. What it
	// returns is run in the transaction that retires the job; nil is nothing. Its error is stored and logged, and so must
	// hold no personal data.
	Do func(ctx context.Context, payload string) (then func(*sqlite.Tx) error, err error)
	// GiveUp is run in the transaction that retires a job for good, with the error of its last run.
	GiveUp func(tx *sqlite.Tx, payload string, err error) error
}

// Outbox runs jobs.
type Outbox struct {
	db    *sqlite.DB
	clock sqlite.Clock
	rand  func() float64 // 0 ≤ x < 1
	work  map[string]Work
	wake  chan struct{} // of capacity one: many commits are one reason to look
}

// New makes an outbox. rand spreads the retries.
func New(db *sqlite.DB, clock sqlite.Clock, rand func() float64) *Outbox {
	return &Outbox{db: db, clock: clock, rand: rand, work: map[string]Work{}, wake: make(chan struct{}, 1)}
}

// Handle says who does the jobs of a kind. It must be called before Run and before a job of this kind is added.
func (o *Outbox) Handle(kind string, w Work) { o.work[kind] = w }

// Enqueue adds a job to the caller's transaction, due at once unless DueAt says when. A second job of a kind with the
// same key is not added; added says which it was.
func (o *Outbox) Enqueue(tx *sqlite.Tx, j doorward.Job) (added bool, err error) {
	if _, known := o.work[j.Kind]; !known {
		return false, fmt.Errorf("adding a job: nobody does the kind %q", j.Kind)
	}
	j.ID = doorward.NewJobID()
	if j.DueAt.IsZero() {
		j.DueAt = tx.Now
	}
	if added, err = tx.InsertJob(j); added {
		tx.AfterCommit(o.wakeUp)
	}
	return added, err
}

// Again has a job that is done, or was given up, done once more. One that waits goes on waiting.
func (o *Outbox) Again(tx *sqlite.Tx, kind, key string) error {
	tx.AfterCommit(o.wakeUp)
	return tx.RepeatJob(kind, key)
}

func (o *Outbox) wakeUp() {
	select {
	case o.wake <- struct{}{}:
	default: // Run has not looked since the last time
	}
}

// Run does jobs until ctx ends, and returns when the last one has ended.
func (o *Outbox) Run(ctx context.Context) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	ended := make(chan doorward.JobID, workers)
	running := make([]doorward.JobID, 0, workers)
	for ctx.Err() == nil {
		var sleep <-chan time.Time // nil sleeps until something happens
		if len(running) < workers {
			jobs, pause := o.next(ctx, running)
			for _, j := range jobs {
				running = append(running, j.ID)
				go func() {
					o.do(work, j)
					ended <- j.ID
				}()
			}
			if len(jobs) > 0 {
				continue
			}
			if pause > 0 {
				sleep = time.After(pause)
			}
		}
		select {
		case <-ctx.Done():
		case <-o.wake:
		case <-sleep:
		case id := <-ended:
			running = slices.DeleteFunc(running, func(r doorward.JobID) bool { return r == id })
		}
	}
	grace := time.AfterFunc(stopTime, cancel)
	defer grace.Stop()
	for range running {
		<-ended
	}
}

// next leases as many jobs that are due as there is room for beside those that run. When there is none it returns how long to
// sleep: 0 is until a commit adds one.
func (o *Outbox) next(ctx context.Context, running []doorward.JobID) (jobs []doorward.Job, pause time.Duration) {
	var due time.Time
	err := o.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		due, err = tx.NextJob(running)
		return err
	})
	now := o.clock()
	if err == nil && !due.IsZero() && !due.After(now) {
		err = o.db.Write(ctx, func(tx *sqlite.Tx) (err error) {
			if jobs, err = tx.LeaseJobs(workers-len(running), tx.Now.Add(leaseTime), running); err != nil {
				return err
			}
			return tx.ForgetJobs(tx.Due.Add(-remember), forgetAtOne)
		})
	}
	switch {
	case err != nil:
		if ctx.Err() == nil {
			slog.Error("the outbox can't read its jobs", "error", err)
		}
		return nil, storagePause
	case due.IsZero():
		return nil, 0
	default:
		// At least a millisecond, which the database rounds times down to.
		return jobs, min(max(due.Sub(now), time.Millisecond), maxSleep)
	}
}

// do runs one job and writes what came of it.
func (o *Outbox) do(ctx context.Context, j doorward.Job) {
	log := slog.With("job", j.ID, "kind", j.Kind, "attempt", j.Attempts)
	then, err := o.attempt(ctx, j)
	dead := err != nil && (j.Attempts >= maxAttempts || isPermanent(err))
	var ours bool
	failed := o.db.Write(context.WithoutCancel(ctx), func(tx *sqlite.Tx) (e error) {
		switch {
		case err == nil:
			if ours, e = tx.RetireJob(j, false, ""); e == nil && ours && then != nil {
				e = then(tx)
			}
		case dead:
			if ours, e = tx.RetireJob(j, true, reason(err)); e == nil && ours {
				e = o.giveUp(tx, j, err)
			}
		default:
			ours, e = tx.RetryJob(j, tx.Now.Add(o.pause(j.Attempts)), reason(err))
		}
		return e
	})
	switch {
	case failed != nil:
		log.Error("what came of a job can't be written; it runs again", "error", failed)
	case !ours:
		log.Warn("a job took longer than its lease", "error", err)
	case dead:
		log.Error("a job was given up", "error", err)
	case err != nil:
		log.Warn("a job failed and is tried again", "error", err)
	}
}

// attempt does a job once. A panic is an error of this job alone.
func (o *Outbox) attempt(ctx context.Context, j doorward.Job) (then func(*sqlite.Tx) error, err error) {
	if j.Attempts > maxAttempts {
		return nil, fmt.Errorf("none of %d runs came to an end", maxAttempts)
	}
	w, known := o.work[j.Kind]
	if !known {
		return nil, errors.New("this program does not know what to do")
	}
	ctx, cancel := context.WithTimeout(ctx, runTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			then, err = nil, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return w.Do(ctx, j.Payload)
}

func (o *Outbox) giveUp(tx *sqlite.Tx, j doorward.Job, err error) error {
	if w, known := o.work[j.Kind]; known && w.GiveUp != nil {
		return w.GiveUp(tx, j.Payload, err)
	}
	return nil
}

// pause is how long to wait after the nth run.
func (o *Outbox) pause(n int) time.Duration {
	p := firstPause
	for ; n > 1 && p < maxPause; n-- {
		p *= 2
	}
	return time.Duration(float64(min(p, maxPause)) * (0.8 + 0.4*o.rand()))
}

func reason(err error) string { return doorward.Truncate(err.Error(), maxReason) }

// permanent marks an error that no repetition mends.
type permanent struct{ error }

// Unwrap implements errors.Unwrap.
func (p permanent) Unwrap() error { return p.error }

// Permanent says of an error of Work.Do that no repetition mends it: the job is given up at once.
func Permanent(err error) error { return permanent{err} }

func isPermanent(err error) bool {
	_, ok := errors.AsType[permanent](err)
	return ok
}
