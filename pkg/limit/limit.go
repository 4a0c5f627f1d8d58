package limit

import (
	"hash/maphash"
	"math"
	"net/netip"
	"sync"
	"time"
)

// slots is how many parts a window is cut into.
const slots = 8

// Window lets each key through a limited number of times within any stretch of its length. It is safe for concurrent use.
type Window struct {
	clock func() time.Time
	start time.Time
	slot  time.Duration
	many  int
	keys  int
	seed  maphash.Seed

	mu  sync.Mutex // guards the rest
	all map[uint64]*entry
	// The entries in the order they were last used, as a ring around this one: next is the oldest.
	ring entry
}

// entry is what one key did. counts[0] is the slot newest, counts[1] the one before, and so on.
type entry struct {
	key        uint64
	newest     int64 // number of the slot since start
	counts     [slots + 1]uint16
	prev, next *entry
}

// New makes a window that lets a key through many times, at most 65,535, in any per. It remembers at most keys keys.
func New(clock func() time.Time, many int, per time.Duration, keys int) *Window {
	w := &Window{
		clock: clock, start: clock(), slot: max(per/slots, 1), many: min(many, math.MaxUint16), keys: keys,
		seed: maphash.MakeSeed(), all: map[uint64]*entry{},
	}
	w.ring.prev, w.ring.next = &w.ring, &w.ring
	return w
}

// Take lets a key through once more and counts it: 0. Over the limit it counts nothing and returns how long it is until
// the key may pass again.
func (w *Window) Take(key string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	age := w.clock().Sub(w.start)
	now := int64(age / w.slot)
	w.forget(now)
	e := w.entry(maphash.String(w.seed, key), now)
	total := 0
	for _, n := range e.counts {
		total += int(n)
	}
	if total < w.many {
		e.counts[0]++
		return 0
	}
	return w.wait(e, total) - age%w.slot
}

// wait is how long it is, from the beginning of the newest slot, until enough of an entry's slots are over.
func (w *Window) wait(e *entry, total int) time.Duration {
	for i := slots; i > 0; i-- {
		if total -= int(e.counts[i]); total < w.many {
			return time.Duration(slots+1-i) * w.slot
		}
	}
	return (slots + 1) * w.slot
}

// entry returns what a key did, moved on to the slot of now and to the end of the ring.
func (w *Window) entry(key uint64, now int64) *entry {
	e, known := w.all[key]
	if known {
		w.unlink(e)
	} else {
		e = &entry{key: key, newest: now}
		w.all[key] = e
	}
	last := w.ring.prev
	e.prev, e.next = last, &w.ring
	last.next, w.ring.prev = e, e
	if gone := now - e.newest; gone > 0 {
		old := e.counts
		e.counts = [slots + 1]uint16{}
		if gone <= slots {
			copy(e.counts[gone:], old[:])
		}
		e.newest = now
	}
	return e
}

// forget drops the oldest keys: of those whose window is over two at a time, which is quicker than new ones come, and one
// when there is no place for another.
func (w *Window) forget(now int64) {
	for range 2 {
		if oldest := w.ring.next; oldest != &w.ring && now-oldest.newest > slots {
			w.drop(oldest)
		}
	}
	if len(w.all) >= w.keys {
		w.drop(w.ring.next)
	}
}

func (w *Window) unlink(e *entry) { e.prev.next, e.next.prev = e.next, e.prev }

func (w *Window) drop(e *entry) {
	w.unlink(e)
	delete(w.all, e.key)
}

// Len is how many keys are remembered.
func (w *Window) Len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.all)
}

// Network is the key of an address: an IPv4 address itself, of an IPv6 address its /64, which is what one subscriber gets.
// A text that is no address is its own key.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}
