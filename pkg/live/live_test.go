package live_test

import (
	"sync"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/live"
)

// queueSize is the bound that the package promises.
const queueSize = 256

func activity(id int64) doorward.Activity {
	return doorward.Activity{ID: id, Kind: doorward.ActivityAccess}
}

// waiting takes everything that is queued now.
func waiting(s *live.Subscription) []doorward.Activity {
	var got []doorward.Activity
	for {
		select {
		case a, open := <-s.C():
			if !open {
				return got
			}
			got = append(got, a)
		default:
			return got
		}
	}
}

func TestHub_deliversInOrderToItsTopic(t *testing.T) {
	hub := live.NewHub()
	a1, a2, b := hub.Subscribe("a"), hub.Subscribe("a"), hub.Subscribe("b")
	for id := range int64(3) {
		hub.Publish("a", activity(id))
	}
	hub.Publish("nobody", activity(9))
	for _, s := range []*live.Subscription{a1, a2} {
		got := waiting(s)
		if len(got) != 3 || got[0].ID != 0 || got[1].ID != 1 || got[2].ID != 2 {
			t.Errorf("got %v", got)
		}
	}
	if got := waiting(b); len(got) != 0 {
		t.Errorf("topic b got %v", got)
	}
}

func TestHub_lagBecomesOneResync(t *testing.T) {
	hub := live.NewHub()
	slow, quick := hub.Subscribe("a"), hub.Subscribe("a")
	for id := range int64(queueSize) {
		hub.Publish("a", activity(id))
		if got := waiting(quick); len(got) != 1 || got[0].ID != id {
			t.Fatalf("quick got %v", got)
		}
	}
	hub.Publish("a", activity(1000)) // one too many for slow
	hub.Publish("a", activity(1001))
	got := waiting(slow)
	if len(got) != queueSize+1 {
		t.Fatalf("slow got %d", len(got))
	}
	for i, a := range got[:queueSize] {
		if a.ID != int64(i) {
			t.Fatalf("slow got %d at %d: a hole before the resync", a.ID, i)
		}
	}
	if last := got[queueSize]; last.Kind != doorward.ActivityResync || last.ID != 0 {
		t.Errorf("slow got %v, want a resync", last)
	}
	if got := waiting(quick); len(got) != 2 || got[0].ID != 1000 {
		t.Errorf("quick got %v, want both: another's lag is not its own", got)
	}
	hub.Publish("a", activity(1002))
	if got := waiting(slow); len(got) != 1 || got[0].ID != 1002 {
		t.Errorf("slow got %v after its resync", got)
	}
}

func TestHub_nothingFollowsAWaitingResync(t *testing.T) {
	hub := live.NewHub()
	s := hub.Subscribe("a")
	for id := range int64(5 * queueSize) {
		hub.Publish("a", activity(id))
	}
	for range queueSize {
		<-s.C()
	}
	hub.Publish("a", activity(9000)) // there is room, but the resync will tell of this one
	if got := waiting(s); len(got) != 1 || got[0].Kind != doorward.ActivityResync {
		t.Errorf("got %v, want one resync", got)
	}
	hub.Publish("a", activity(9001))
	if got := waiting(s); len(got) != 1 || got[0].ID != 9001 {
		t.Errorf("got %v after the resync", got)
	}
}

func TestSubscription_Close(t *testing.T) {
	hub := live.NewHub()
	s := hub.Subscribe("a")
	hub.Publish("a", activity(1))
	s.Close()
	s.Close()
	hub.Publish("a", activity(2))
	if got := <-s.C(); got.ID != 1 {
		t.Errorf("got %v, want what was queued before", got)
	}
	if got, open := <-s.C(); open {
		t.Errorf("got %v after Close", got)
	}
}

func TestHub_Close(t *testing.T) {
	hub := live.NewHub()
	before := hub.Subscribe("a")
	hub.Close()
	hub.Close()
	hub.Publish("a", activity(1))
	before.Close()
	after := hub.Subscribe("a")
	for _, s := range []*live.Subscription{before, after} {
		if got, open := <-s.C(); open {
			t.Errorf("got %v from a closed hub", got)
		}
	}
	after.Close()
}

// Every subscriber must see each publisher's activities in order; it may skip some, and then sees a
// resync in their place.
func TestHub_underLoad(t *testing.T) {
	const publishers, each, subscribers = 4, 2000, 8
	hub := live.NewHub()
	var publishing, reading sync.WaitGroup
	for range subscribers {
		s := hub.Subscribe("a")
		reading.Go(func() {
			defer s.Close()
			var last [publishers]int64
			var gap [publishers]bool
			for a := range s.C() {
				if a.Kind == doorward.ActivityResync {
					for p := range gap {
						gap[p] = true
					}
					continue
				}
				p, n := a.ID%publishers, a.ID/publishers
				if n <= last[p] || (n != last[p]+1 && !gap[p]) {
					t.Errorf("publisher %d: %d after %d", p, n, last[p])
					return
				}
				last[p], gap[p] = n, false
			}
		})
	}
	for p := range int64(publishers) {
		publishing.Go(func() {
			for n := int64(1); n <= each; n++ {
				hub.Publish("a", activity(n*publishers+p))
				if n%100 == 0 { // others come and go meanwhile
					s := hub.Subscribe("a")
					hub.Publish("b", activity(n))
					s.Close()
				}
			}
		})
	}
	publishing.Wait()
	hub.Close()
	reading.Wait()
}

func BenchmarkHub_Publish(b *testing.B) {
	hub := live.NewHub()
	for range 16 {
		hub.Subscribe("a") // nobody reads: the worst case
	}
	b.ReportAllocs()
	for b.Loop() {
		hub.Publish("a", activity(1))
	}
}
