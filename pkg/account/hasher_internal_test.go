package account

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// A box leaves one core to the door, and beyond a short queue it says so at once instead of keeping people waiting.
//
// ASVS 15.2.2
func TestHasherIsBounded(t *testing.T) {
	for cores, want := range map[int]int{1: 1, 2: 1, 4: 3, 64: maxHashing} {
		h := newHasher(cores)
		if cap(h.slots) != want {
			t.Errorf("%d cores: %d at a time, want %d", cores, cap(h.slots), want)
		}
	}
	h := newHasher(2)
	leave, err := h.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	waiting, giveUp := context.WithCancel(t.Context())
	answers := make(chan error)
	for range waitingHashes {
		go func() {
			_, err := h.enter(waiting)
			answers <- err
		}()
	}
	for len(h.queue) < cap(h.queue) {
		runtime.Gosched()
	}
	_, err = h.enter(t.Context())
	if e, ok := errors.AsType[*doorward.Error](err); !ok || e.Code != doorward.CodeUnavailable || e.RetryAfter <= 0 {
		t.Errorf("beyond the queue: %v", err)
	}
	giveUp()
	for range waitingHashes {
		if err := <-answers; doorward.ErrorCode(err) != doorward.CodeUnavailable {
			t.Errorf("gave up: %v", err)
		}
	}
	leave()
	for range 2 * cap(h.queue) { // no place was lost
		leave, err := h.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		leave()
	}
}

// ASVS 11.4.2
func TestCalibration(t *testing.T) {
	for took, passes := range map[time.Duration]uint32{
		0: 2, -time.Second: 2, time.Millisecond: 4, 125 * time.Millisecond: 4, 150 * time.Millisecond: 3, 200 * time.Millisecond: 2, 5 * time.Second: 2,
	} {
		if got := calibrated(took); got.passes != passes || got.memoryKiB != leastCost.memoryKiB {
			t.Errorf("%v: %+v, want %d passes", took, got, passes)
		}
	}
}

// What was hashed at one cost is verified at another, and nothing that we did not write is taken.
//
// ASVS 11.4.2
func TestPHC(t *testing.T) {
	const password = "a long garden party"
	old := leastCost.hash(password)
	now := cost{memoryKiB: leastCost.memoryKiB, passes: 3}
	for typed, want := range map[string]bool{password: true, password + " ": false, "A long garden party": false} {
		if ok, err := now.matches(typed, old); err != nil || ok != want {
			t.Errorf("%q: %v, %v", typed, ok, err)
		}
	}
	for _, change := range [][2]string{{"argon2id", "argon2i"}, {"v=19", "v=16"}, {"t=2", "t=1"}, {"t=2", "t=99"}, {"m=19456", "m=8"}, {"p=1", "p=4"}, {"$m=", "$$m="}} {
		bad := doorward.Secret(strings.Replace(old.Reveal(), change[0], change[1], 1))
		if ok, err := now.matches(password, bad); err == nil || ok {
			t.Errorf("%s was taken", change[1])
		}
	}
}
