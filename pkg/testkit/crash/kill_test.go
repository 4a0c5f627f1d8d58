package crash

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// long reports whether the rounds of the README are asked for.
func long() bool { return os.Getenv("DOORWARD_LONG") != "" }

// rounds is how many faults a test makes.
func rounds(short, full int) int {
	if long() {
		return full
	}
	return short
}

// together lets the short tests run beside each other; in the long ones the time to ready is measured.
func together(t *testing.T) {
	if !long() {
		t.Parallel()
	}
}

// seed is what the random choices come from.
func seed(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("DOORWARD_SEED")
	if text == "" {
		return 1
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("DOORWARD_SEED: %v", err)
	}
	return n
}

// report is the figures of a test.
type report struct {
	control bool // a run that is to lose something
	faults  int
	losing  int // faults that lost something
	acked   int // effects
	lost    int // of them
	wrong   int // what may not be, whatever was lost
	ready   []time.Duration
}

// complain counts a wrong and fails the test by it, at once when there are many.
func (r *report) complain(t *testing.T, format string, args ...any) {
	t.Helper()
	t.Errorf(format, args...)
	if r.wrong++; r.wrong > 20 {
		t.FailNow()
	}
}

func (r *report) print(t *testing.T, fault string) {
	t.Helper()
	slices.Sort(r.ready)
	p := func(q float64) time.Duration {
		if len(r.ready) == 0 {
			return 0
		}
		return r.ready[int(q*float64(len(r.ready)-1))].Round(time.Millisecond)
	}
	t.Logf("\n| fault | n | losing | acknowledged | lost | wrong | ready p50 | p95 | max | seed |\n| %s | %d | %d | %d | %d | %d | %v | %v | %v | %d |",
		fault, r.faults, r.losing, r.acked, r.lost, r.wrong, p(.5), p(.95), p(1), seed(t))
}

// readyWithin is the aim for the 95th percentile of the time from start to ready.
const readyWithin = 2 * time.Second

// round checks a database after a fault and the program that was started on it. data is where the database can be read.
func (c *crowd) round(t *testing.T, s *server, data func() string, r *report) {
	t.Helper()
	look := func(when string) {
		v, err := c.check(t.Context(), data())
		if err != nil {
			t.Fatalf("fault %d, %s: %v", r.faults, when, err)
		}
		for _, w := range v.wrong {
			r.complain(t, "fault %d, %s: %v", r.faults, when, w)
		}
		if n := v.lost.count(); n > 0 {
			r.lost += n
			if !r.control {
				t.Errorf("fault %d, %s: lost %d acknowledged effects: %+v", r.faults, when, n, v.lost)
			}
			c.journal.forget(v.lost)
		}
	}
	before := r.lost
	look("after the restart")
	if r.lost > before {
		r.losing++
	}
	if err := c.comeBack(t.Context(), s); err != nil {
		r.complain(t, "fault %d: %v", r.faults, err)
	}
	if err := c.handInAgain(t.Context(), s); err != nil {
		t.Fatalf("fault %d: %v\n%s", r.faults, err, s.log)
	}
	look("after handing in again")
	if r.faults%10 == 1 {
		if err := verify(t.Context(), s.cmd.Path, data()); err != nil {
			r.complain(t, "fault %d: %v", r.faults, err)
		}
	}
	for _, err := range c.wrongs() {
		r.complain(t, "fault %d: %v", r.faults, err)
	}
}

// TestKill kills the program under load, and now and then while it starts.
func TestKill(t *testing.T) {
	together(t)
	bin, data, r := theProgram(t), t.TempDir(), &report{}
	c := newCrowd(seed(t))
	random := rand.New(rand.NewPCG(seed(t), 9))
	s, err := start(t.Context(), bin, data)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.kill() }()
	c.setUp(t, s)
	for range rounds(3, 200) {
		r.faults++
		ctx, stop := context.WithCancel(t.Context())
		wait := c.load(ctx, s)
		time.Sleep(time.Duration(40+random.IntN(160)) * time.Millisecond) // the moment of the fault is a moment in time
		s.kill()
		stop()
		wait()
		if random.IntN(8) == 0 {
			again, err := launch(bin, data)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(5+random.IntN(115)) * time.Millisecond)
			again.kill()
		}
		if s, err = start(t.Context(), bin, data); err != nil {
			t.Fatal(err)
		}
		r.ready = append(r.ready, s.ready)
		c.round(t, s, func() string { return data }, r)
	}
	r.acked = c.journal.acknowledged()
	r.print(t, "kill -9 under load")
	if p95 := r.ready[int(.95*float64(len(r.ready)-1))]; long() && p95 > readyWithin {
		t.Errorf("ready within %v at the 95th percentile, the aim is %v", p95, readyWithin)
	}
}
