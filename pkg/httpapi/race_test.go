package httpapi_test

import (
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
)

// raceRounds is how often a race is run: more where the environment asks for it, as make races does.
func raceRounds(t *testing.T, few int) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("DOORWARD_RACES"))
	if err != nil {
		return few
	}
	return n
}

// Of 50 who accept the same invite at the same moment one is let in, and the others are told that it was used.
//
// ASVS 6.4.1 15.4.2
func TestAcceptRace(t *testing.T) {
	p := start(t)
	hanna := p.user("hanna")
	event := p.event(hanna, nil)
	ana := p.user("ana")
	for round := range raceRounds(t, 20) {
		if round%50 == 49 { // an owner may send sixty invites an hour
			p.restart()
		}
		token := p.invited(hanna, event, "ana@example.com", doorward.RoleViewer)
		counts := together(50, func(int) int { return p.send("POST", api+"/invites/"+token+"/accept", ana, nil).status })
		if counts[http.StatusOK] != 1 || counts[http.StatusGone] != 49 {
			t.Fatalf("round %d: %v", round, counts)
		}
		p.must(204, "DELETE", event+"/collaborators/"+p.me(ana, "id"), hanna, nil)
	}
}

// Two owners who demote or remove each other at the same moment: one is always left.
func TestOwnersRace(t *testing.T) {
	p := start(t)
	bearers := []string{p.user("hanna"), p.user("otto")}
	ids := []string{p.me(bearers[0], "id"), p.me(bearers[1], "id")}
	for round := range raceRounds(t, 20) {
		if round%50 == 49 { // an owner may send sixty invites an hour
			p.restart()
		}
		event := p.event(bearers[0], nil)
		p.join(bearers[0], event, bearers[1], doorward.RoleOwner)
		counts := together(2, func(n int) int {
			target := event + "/collaborators/" + ids[1-n]
			switch round % 3 {
			case 0:
				return p.send("PATCH", target, bearers[n], object{"role": "viewer"}).status
			case 1:
				return p.send("DELETE", target, bearers[n], nil).status
			default: // both go by themselves
				return p.send("DELETE", event+"/collaborators/"+ids[n], bearers[n], nil).status
			}
		})
		owners := 0
		for _, bearer := range bearers {
			if got := p.send("GET", event, bearer, nil); got.status == 200 && got.text(t, "your_role") == "owner" {
				owners++
			}
		}
		if owners != 1 || counts[200]+counts[204] != 1 {
			t.Fatalf("round %d leaves %d owners: %v", round, owners, counts)
		}
	}
}

// Of 50 who open a stream with one ticket at the same moment one gets it.
//
// ASVS 4.4.3 15.4.2
func TestTicketRace(t *testing.T) {
	p := start(t)
	hanna := p.user("hanna")
	event := p.event(hanna, nil)
	for round := range raceRounds(t, 20) {
		if round%50 == 49 { // one may ask for sixty tickets a minute
			p.restart()
		}
		ticket, _ := p.ticket(hanna, event)
		counts := together(50, func(int) int {
			conn, status := p.dial(event, ticket, nil)
			if conn != nil {
				_ = conn.CloseNow()
			}
			return status
		})
		if counts[http.StatusSwitchingProtocols] != 1 || counts[http.StatusUnauthorized] != 49 {
			t.Fatalf("round %d: %v", round, counts)
		}
	}
}

// together runs f n times at once and counts its answers.
func together(n int, f func(int) int) map[int]int {
	var (
		mu     sync.Mutex
		counts = map[int]int{}
		party  sync.WaitGroup
		begin  = make(chan struct{})
	)
	for i := range n {
		party.Go(func() {
			<-begin
			got := f(i)
			mu.Lock()
			counts[got]++
			mu.Unlock()
		})
	}
	close(begin)
	party.Wait()
	return counts
}
