package limit_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/limit"
)

// hand is a clock that is moved by hand.
type hand struct{ now time.Time }

func (h *hand) time() time.Time { return h.now }

func newHand() *hand { return &hand{now: time.Date(2026, 6, 12, 20, 0, 0, 0, time.UTC)} }

// Wherever a minute begins, no more than the limit pass in it; and whoever waits as long as told passes.
func TestWindowSlides(t *testing.T) {
	const many = 5
	clock := newHand()
	w := limit.New(clock.time, many, time.Minute, 100)
	var passed []time.Time
	for range 2000 {
		if w.Take("ana") == 0 {
			passed = append(passed, clock.now)
		}
		clock.now = clock.now.Add(700 * time.Millisecond)
	}
	for i := many; i < len(passed); i++ {
		if d := passed[i].Sub(passed[i-many]); d < time.Minute {
			t.Fatalf("%d passed within %v", many+1, d)
		}
	}
	if least := 2000 * 700 / 60_000 * many * 8 / 9; len(passed) < least {
		t.Errorf("only %d passed, want at least %d", len(passed), least)
	}
}

func TestWaitIsTrue(t *testing.T) {
	for _, pause := range []time.Duration{0, time.Second, 9 * time.Second, 13 * time.Second} {
		clock := newHand()
		w := limit.New(clock.time, 3, time.Minute, 100)
		var wait time.Duration
		for wait == 0 {
			clock.now = clock.now.Add(pause)
			wait = w.Take("ana")
		}
		if wait > 68*time.Second {
			t.Errorf("pause %v: told to wait %v", pause, wait)
		}
		clock.now = clock.now.Add(wait - 1)
		if w.Take("ana") == 0 {
			t.Errorf("pause %v: passed before the %v were over", pause, wait)
		}
		clock.now = clock.now.Add(1)
		if again := w.Take("ana"); again != 0 {
			t.Errorf("pause %v: after %v still %v", pause, wait, again)
		}
	}
}

// What is refused is not counted, so that hammering does not make the wait longer, and one key is not another's.
func TestRefusedIsNotCounted(t *testing.T) {
	clock := newHand()
	w := limit.New(clock.time, 2, time.Minute, 100)
	w.Take("ana")
	w.Take("ana")
	first := w.Take("ana")
	for range 1000 {
		w.Take("ana")
	}
	if again := w.Take("ana"); first == 0 || again != first {
		t.Errorf("the wait was %v and became %v", first, again)
	}
	if w.Take("ben") != 0 {
		t.Error("ben was refused for what ana did")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	clock := newHand()
	w := limit.New(clock.time, 1, time.Hour, 100)
	for i := range 10_000 {
		w.Take(fmt.Sprint(i))
		if w.Len() > 100 {
			t.Fatalf("%d keys are remembered", w.Len())
		}
	}
	if w.Take("9999") == 0 {
		t.Error("the newest key was forgotten")
	}
	if w.Take("0") != 0 {
		t.Error("the oldest key was remembered")
	}
	clock.now = clock.now.Add(2 * time.Hour)
	for range 60 {
		w.Take("ana")
	}
	if w.Len() > 1 {
		t.Errorf("%d keys are remembered after their time", w.Len())
	}
}

// A clock without a monotonic reading that is set back frees nobody, also when it is set to before the start.
func TestClockThatGoesBack(t *testing.T) {
	clock := newHand()
	w := limit.New(clock.time, 1, time.Minute, 100)
	w.Take("ana")
	clock.now = clock.now.Add(-time.Hour)
	if w.Take("ana") == 0 {
		t.Error("a clock set back freed a key")
	}
	if w.Take("ben") != 0 {
		t.Error("a new key was refused")
	}
}

func TestTogether(t *testing.T) {
	w := limit.New(time.Now, 100, time.Hour, 100)
	var passed atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if w.Take("ana") == 0 {
					passed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if passed.Load() != 100 {
		t.Errorf("%d passed, want 100", passed.Load())
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "nonsense": "nonsense",
	} {
		if got := limit.Network(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
