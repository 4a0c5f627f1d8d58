package outbox_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/sqlite"
)

func open(t *testing.T, path string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(context.Background(), path, time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// inTime runs a test with a clock that jumps to the next thing to happen, on a real database.
func inTime(t *testing.T, test func(t *testing.T, db *sqlite.DB)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "test.db"))
		defer func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}()
		test(t, db)
	})
}

func middle() float64 { return 0.5 } // pauses without a spread

// start runs an outbox; the returned function stops it and waits.
func start(box *outbox.Outbox) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		box.Run(ctx)
		close(done)
	}()
	return func() {
		cancel()
		<-done
	}
}

func enqueue(t *testing.T, db *sqlite.DB, box *outbox.Outbox, j doorward.Job) (added bool) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *sqlite.Tx) (err error) {
		added, err = box.Enqueue(tx, j)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// recorder does jobs by writing down when each payload ran.
type recorder struct{ ran chan string }

func (r recorder) work() outbox.Work {
	return outbox.Work{Do: func(_ context.Context, payload string) (func(*sqlite.Tx) error, error) {
		r.ran <- payload
		return nil, nil
	}}
}

// drain returns what ran so far.
func (r recorder) drain() (all []string) {
	for {
		select {
		case p := <-r.ran:
			all = append(all, p)
		default:
			return all
		}
	}
}

func TestJobFollowsItsCommit(t *testing.T) {
	inTime(t, func(t *testing.T, db *sqlite.DB) {
		r := recorder{ran: make(chan string, 10)}
		box := outbox.New(db, time.Now, middle)
		box.Handle("note", r.work())
		stop := start(box)
		broken := errors.New("broken")
		err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
			if _, err := box.Enqueue(tx, doorward.Job{Kind: "note", Key: "a", Payload: "rolled back"}); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if !enqueue(t, db, box, doorward.Job{Kind: "note", Key: "a", Payload: "first"}) {
			t.Error("the key of a job that was rolled back is taken")
		}
		synctest.Wait()
		if enqueue(t, db, box, doorward.Job{Kind: "note", Key: "a", Payload: "second"}) {
			t.Error("a key was taken twice")
		}
		enqueue(t, db, box, doorward.Job{Kind: "note", Key: "b", Payload: "later", DueAt: time.Now().Add(3 * time.Hour)})
		synctest.Wait()
		if got := r.drain(); len(got) != 1 || got[0] != "first" {
			t.Errorf("%v ran, want the first alone", got)
		}
		before := time.Now()
		if got := <-r.ran; got != "later" || time.Since(before) != 3*time.Hour {
			t.Errorf("%s ran after %s, want later after three hours", got, time.Since(before))
		}
		stop()

		// What ran is not run again by the next start.
		again := outbox.New(db, time.Now, middle)
		again.Handle("note", r.work())
		stop = start(again)
		time.Sleep(24 * time.Hour)
		stop()
		if got := r.drain(); len(got) != 0 {
			t.Errorf("%v ran again", got)
		}
	})
}

func TestUnknownKindIsRefused(t *testing.T) {
	inTime(t, func(t *testing.T, db *sqlite.DB) {
		err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
			_, err := outbox.New(db, time.Now, middle).Enqueue(tx, doorward.Job{Kind: "nobody", Key: "a"})
			return err
		})
		if err == nil {
			t.Error("a job that nobody does was taken")
		}
	})
}

func TestRetries(t *testing.T) {
	inTime(t, func(t *testing.T, db *sqlite.DB) {
		began := time.Now()
		var at []time.Duration
		committed := false
		box := outbox.New(db, time.Now, middle)
		box.Handle("note", outbox.Work{
			Do: func(context.Context, string) (func(*sqlite.Tx) error, error) {
				at = append(at, time.Since(began))
				switch len(at) {
				case 1:
					return nil, errors.New("no route")
				case 2:
					panic("a bug")
				}
				return func(*sqlite.Tx) error { committed = true; return nil }, nil
			},
			GiveUp: func(*sqlite.Tx, string, error) error { t.Error("given up"); return nil },
		})
		stop := start(box)
		enqueue(t, db, box, doorward.Job{Kind: "note", Key: "a"})
		time.Sleep(48 * time.Hour)
		stop()
		want := []time.Duration{0, 15 * time.Second, 45 * time.Second}
		for i := range want {
			if len(at) != len(want) || at[i].Round(time.Second) != want[i] {
				t.Fatalf("ran at %v, want %v", at, want)
			}
		}
		if !committed {
			t.Error("what a job wanted written with its end was not")
		}
	})
}

func TestGivingUp(t *testing.T) {
	inTime(t, func(t *testing.T, db *sqlite.DB) {
		began := time.Now()
		runs, given := map[string]int{}, map[string]time.Duration{}
		box := outbox.New(db, time.Now, middle)
		box.Handle("note", outbox.Work{
			Do: func(_ context.Context, payload string) (func(*sqlite.Tx) error, error) {
				runs[payload]++
				err := errors.New("no luck")
				if payload == "hopeless" {
					err = outbox.Permanent(err)
				}
				return nil, err
			},
			GiveUp: func(_ *sqlite.Tx, payload string, err error) error {
				if err.Error() != "no luck" {
					t.Errorf("the reason is %q", err)
				}
				given[payload] = time.Since(began)
				return nil
			},
		})
		stop := start(box)
		enqueue(t, db, box, doorward.Job{Kind: "note", Key: "a", Payload: "stubborn"})
		synctest.Wait()
		enqueue(t, db, box, doorward.Job{Kind: "note", Key: "b", Payload: "hopeless"})
		time.Sleep(10 * 24 * time.Hour)
		stop()
		if runs["hopeless"] != 1 || given["hopeless"].Round(time.Second) != 0 {
			t.Errorf("what can't be mended ran %d times, and was given up after %s", runs["hopeless"], given["hopeless"])
		}
		if runs["stubborn"] != 16 || given["stubborn"] < 20*time.Hour || given["stubborn"] > 28*time.Hour {
			t.Errorf("the other ran %d times over %s, want 16 over about a day", runs["stubborn"], given["stubborn"])
		}
	})
}

// A stop waits for what runs, and what comes of it is written; work that goes on and on is told to end.
func TestStopWaits(t *testing.T) {
	for name, takes := range map[string]time.Duration{"short": 2 * time.Second, "long": time.Hour} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T, db *sqlite.DB) {
				finished, cut := false, false
				box := outbox.New(db, time.Now, middle)
				box.Handle("note", outbox.Work{Do: func(ctx context.Context, _ string) (func(*sqlite.Tx) error, error) {
					select {
					case <-time.After(takes):
						return func(*sqlite.Tx) error { finished = true; return nil }, nil
					case <-ctx.Done():
						cut = true
						return nil, ctx.Err()
					}
				}})
				stop := start(box)
				enqueue(t, db, box, doorward.Job{Kind: "note", Key: "a"})
				synctest.Wait()
				before := time.Now()
				stop()
				if took := time.Since(before); took > 5*time.Second {
					t.Errorf("the stop took %s", took)
				}
				if finished != (name == "short") || cut != (name == "long") {
					t.Errorf("finished %v, cut %v", finished, cut)
				}
			})
		})
	}
}

// Many jobs share a few workers, and none is run twice or left.
func TestManyJobs(t *testing.T) {
	inTime(t, func(t *testing.T, db *sqlite.DB) {
		r := recorder{ran: make(chan string, 1000)}
		box := outbox.New(db, time.Now, middle)
		box.Handle("note", r.work())
		err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
			for i := range 300 {
				key := time.Duration(i).String()
				if _, err := box.Enqueue(tx, doorward.Job{Kind: "note", Key: key, Payload: key}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		stop := start(box)
		time.Sleep(time.Hour)
		stop()
		seen := map[string]bool{}
		all := r.drain()
		for _, p := range all {
			seen[p] = true
		}
		if len(all) != 300 || len(seen) != 300 {
			t.Errorf("%d runs of %d jobs, want 300 of 300", len(all), len(seen))
		}
	})
}

// A wall clock that jumps past the end of a lease does not start a job that runs a second time, and what the first run found
// is kept.
func TestClockJumpsWhileAJobRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		db, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "test.db"), clock, func(doorward.Activity) {})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close() //nolint:errcheck // a test
		box := outbox.New(db, clock, middle)
		runs, release, kept := 0, make(chan struct{}), 0
		box.Handle("slow", outbox.Work{Do: func(context.Context, string) (func(*sqlite.Tx) error, error) {
			runs++
			<-release
			return func(*sqlite.Tx) error { kept++; return nil }, nil
		}})
		quick := recorder{make(chan string, 9)}
		box.Handle("quick", quick.work())
		defer start(box)()
		enqueue(t, db, box, doorward.Job{Kind: "slow", Key: "1"})
		synctest.Wait()
		ahead.Store(int64(24 * time.Hour))
		enqueue(t, db, box, doorward.Job{Kind: "quick", Key: "1", Payload: "after the jump"})
		synctest.Wait()
		if runs != 1 || len(quick.drain()) != 1 {
			t.Errorf("the job runs %d times at once", runs)
		}
		close(release)
		synctest.Wait()
		if kept != 1 {
			t.Errorf("what it found was kept %d times", kept)
		}
	})
}
