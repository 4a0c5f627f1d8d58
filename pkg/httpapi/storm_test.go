package httpapi_test

import (
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
)

// storm is how a door did while others tried to sign in.
type storm struct {
	took     []time.Duration // of the check-ins, sorted
	statuses map[int]int     // of the sign-ins
}

// at returns how long the given share of the check-ins took at most.
func (s storm) at(share float64) time.Duration { return s.took[int(share*float64(len(s.took)-1))] }

// weather sends sign-ins at a rate, each from another address with another name, while a door checks guests in one after
// the other until the sign-ins are over.
func (p *program) weather(perSecond int, lasts time.Duration) storm {
	p.t.Helper()
	host := p.user("hanna")
	event := p.event(host, nil)
	door := p.phone(host, event, "Main door")
	guest := p.guest(host, event, "Ana", 1)
	s := storm{statuses: map[int]int{}}
	over := make(chan struct{})
	var mu sync.Mutex // guards s.statuses
	var all sync.WaitGroup
	all.Go(func() {
		defer close(over)
		tick := time.NewTicker(time.Second / time.Duration(perSecond))
		defer tick.Stop()
		for i := range int(lasts.Seconds() * float64(perSecond)) {
			<-tick.C
			all.Go(func() {
				body := fmt.Sprintf(`{"email":"user%d@example.com","password":"wrong horse battery"}`, i)
				got := p.from(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), api+"/auth/login", body)
				if got.status == 503 && got.header.Get("Retry-After") == "" {
					p.t.Errorf("%v %s", got.header, got.body)
				}
				mu.Lock()
				defer mu.Unlock()
				s.statuses[got.status]++
			})
		}
	})
	for i, going := 0, true; going; i++ {
		select {
		case <-over:
			going = false
		default:
		}
		direction := []string{"in", "out"}[i%2]
		began := time.Now()
		got := p.must(200, "POST", api+"/door/checkins", door, object{"items": []object{{"nonce": fmt.Sprint(i), "guest_id": guest, "direction": direction, "at": began.UTC()}}})
		s.took = append(s.took, time.Since(began))
		if o := got.get(p.t, "items").([]any)[0].(object); o["outcome"] != "admitted" {
			p.t.Fatalf("%s", got.body)
		}
	}
	all.Wait()
	slices.Sort(s.took)
	return s
}

var behindProxy = app.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

// Two hundred a second who sign in do not hold up the door: some are hashed, the rest are told when to come back, and a
// check-in stays quick.
//
// ASVS 15.2.2
func TestStormOfSignIns(t *testing.T) {
	s := startWith(t, behindProxy).weather(200, time.Second)
	t.Logf("%d check-ins: median %v, 95th %v; sign-ins by status: %v", len(s.took), s.at(.5), s.at(.95), s.statuses)
	// One hash takes this long; a door that waited for a queue of them would take seconds.
	if s.at(.95) > time.Second {
		t.Errorf("the 95th of 100 check-ins took %v", s.at(.95))
	}
	if s.statuses[401] == 0 || s.statuses[503] == 0 || len(s.statuses) != 2 {
		t.Errorf("sign-ins by status: %v", s.statuses)
	}
}

// A minute of two hundred sign-ins a second, client and server on the same cores.
func BenchmarkDoorInAStorm(b *testing.B) {
	s := startWith(b, behindProxy).weather(200, 60*time.Second)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(s.at(.5).Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(s.at(.99).Microseconds())/1000, "p99-ms")
	if worst := s.at(.99); worst >= 250*time.Millisecond {
		b.Errorf("99 of 100 check-ins take up to %v, want 250ms at most", worst)
	}
	b.ReportMetric(float64(len(s.took)), "checkins")
	b.ReportMetric(float64(s.statuses[401]), "hashed")
	b.ReportMetric(float64(s.statuses[503]), "sent-away")
}
