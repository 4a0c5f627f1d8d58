package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestFlap lets the phones work on a Wi-Fi that drops, cuts and repeats. Each keeps what it scanned until it has the
// answer, as the door page does, and the host's page renews its session meanwhile.
func TestFlap(t *testing.T) {
	together(t)
	data, r := t.TempDir(), &report{}
	s, err := start(t.Context(), theProgram(t), data)
	if err != nil {
		t.Fatal(err)
	}
	defer s.kill()
	c := newCrowd(seed(t))
	c.setUp(t, s)
	air, err := newWifi(strings.TrimPrefix(s.base, "http://"), c.random)
	if err != nil {
		t.Fatal(err)
	}
	defer air.close()
	through := *s
	through.base = "http://" + air.listener.Addr().String()
	for _, cl := range append([]*client{c.host}, c.doors[:]...) {
		cl.http.Transport = &http.Transport{DisableKeepAlives: true}
		cl.http.Timeout = 3 * time.Second
	}
	for range rounds(1, 20) {
		r.faults++
		c.number++
		ctx, stop := context.WithTimeout(t.Context(), runWithin)
		var phones, page sync.WaitGroup
		for i := range doors {
			random := rand.New(rand.NewPCG(c.random.Uint64(), 4))
			phones.Go(func() { c.phone(ctx, &through, i, random) })
		}
		page.Go(func() { c.stayIn(ctx, &through) })
		cutAfter := time.Duration(200+c.random.IntN(1300)) * time.Millisecond
		phones.Go(func() {
			pause(ctx, cutAfter)
			air.cut(2 * time.Second)
		})
		phones.Wait()
		stop()
		page.Wait()
		v, err := c.check(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range append(v.wrong, c.wrongs()...) {
			r.complain(t, "run %d: %v", r.faults, w)
		}
		if n := v.lost.count(); n > 0 {
			r.lost += n
			t.Errorf("run %d: lost %d: %+v", r.faults, n, v.lost)
		}
	}
	for nonce, e := range c.journal.scans {
		if e.answer == nil {
			t.Errorf("the scan %s never got an answer", nonce)
		}
	}
	r.acked = c.journal.acknowledged()
	r.print(t, "Wi-Fi that flaps")
	dropped, repeated := air.dropped.Load(), air.repeated.Load()
	t.Logf("%d connections, %d dropped, %d repeated, %d refused while it was cut", air.number.Load(), dropped, repeated, air.refused.Load())
	if dropped == 0 || repeated == 0 {
		t.Error("the network did no harm: this run says nothing")
	}
}

// runWithin is how long a run may take until all scans have their answers; it takes a tenth of it.
const runWithin = time.Minute

// phone scans, keeps the scans in a queue and hands the queue in until all of it has an answer.
func (c *crowd) phone(ctx context.Context, s *server, door int, random *rand.Rand) {
	var queue []scan
	scans := rounds(40, 60)
	for n := 0; (n < scans || len(queue) > 0) && ctx.Err() == nil; {
		if n < scans {
			i := c.scan(random, fmt.Sprintf("flap%d-%d-%d", c.number, door, n))
			n++
			c.journal.send(door, i)
			queue = append(queue, i)
		}
		switch err := c.checkIn(ctx, s, door, queue); {
		case refused(err):
			c.wrong(fmt.Errorf("a phone was turned away: %w", err))
			return
		case err == nil:
			queue = nil
		}
		pause(ctx, time.Duration(20+random.IntN(60))*time.Millisecond)
	}
}

// stayIn renews the host's session until ctx ends.
func (c *crowd) stayIn(ctx context.Context, s *server) {
	for ctx.Err() == nil {
		if err := c.host.send(ctx, "POST", s.base+"/api/v1/auth/refresh", nil, nil); refused(err) {
			c.wrong(fmt.Errorf("the host was signed out: %w", err))
			return
		}
		pause(ctx, 150*time.Millisecond)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
