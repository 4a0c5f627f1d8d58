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

// Two hundred who sign in at the same time, from as many addresses, do not hold up the door: some are hashed, the rest are
// told when to come back, and a check-in stays quick.
func TestStormOfSignIns(t *testing.T) {
	p := startWith(t, app.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	host := p.user("hanna")
	event := p.event(host, nil)
	guests := make([]string, 60)
	for i := range guests {
		guests[i] = p.guest(host, event, fmt.Sprint("Guest ", i), 1)
	}
	door := p.phone(host, event, "Main door")

	var mu sync.Mutex
	statuses := map[int]int{}
	var storm sync.WaitGroup
	for i := range 200 {
		storm.Go(func() {
			body := fmt.Sprintf(`{"email":"user%d@example.com","password":"wrong horse battery"}`, i)
			got := p.from(fmt.Sprintf("10.0.0.%d", i), api+"/auth/login", body)
			if got.status == 503 && got.header.Get("Retry-After") == "" {
				t.Errorf("%v %s", got.header, got.body)
			}
			mu.Lock()
			statuses[got.status]++
			mu.Unlock()
		})
	}
	var took []time.Duration
	for i, g := range guests {
		began := time.Now()
		got := p.must(200, "POST", api+"/door/checkins", door, object{"items": []object{{"nonce": fmt.Sprint(i), "guest_id": g, "direction": "in", "at": began.UTC()}}})
		took = append(took, time.Since(began))
		if items := got.get(t, "items").([]any); items[0].(object)["outcome"] != "admitted" {
			t.Fatalf("%s", got.body)
		}
	}
	storm.Wait()
	slices.Sort(took)
	median, slow := took[len(took)/2], took[len(took)*95/100]
	t.Logf("check-ins: median %v, 95th %v, slowest %v; sign-ins by status: %v", median, slow, took[len(took)-1], statuses)
	// One hash takes this long; a door that waited for a queue of them would take seconds.
	if slow > time.Second {
		t.Errorf("the 95th of 100 check-ins took %v", slow)
	}
	if statuses[401] == 0 || statuses[503] == 0 || len(statuses) != 2 {
		t.Errorf("sign-ins by status: %v", statuses)
	}
}
