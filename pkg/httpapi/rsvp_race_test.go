package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

const (
	seats   = 10
	party   = 100 // guests who answer at once
	largest = 4   // heads
)

// house is an event with few seats and many guests.
type house struct {
	*program
	host, event string
	ids         []doorward.GuestID
	links       []string
	before      int64 // the newest row of the history when the round began
}

func (p *program) house() *house {
	h := &house{program: p, host: p.user("hanna")}
	h.event = p.event(h.host, object{"capacity": seats, "default_plus_ones": largest - 1})
	p.must(201, "POST", h.event+"/security/allowlist", h.host, object{"cidr": "10.0.0.0/8"}) // a hundred from one address are not judged
	for i := range party {
		id := p.guest(h.host, h.event, fmt.Sprintf("Guest %03d", i), largest)
		h.ids, h.links = append(h.ids, doorward.GuestID(id)), append(h.links, p.link(h.host, h.event, id))
	}
	return h
}

// answer answers for a guest and returns the status that was stored, "full" when there was no room.
func (h *house) answer(i int, status doorward.RSVPStatus, heads int) string {
	body, err := json.Marshal(object{"status": status, "plus_ones": heads - 1})
	if err != nil {
		h.t.Fatal(err)
	}
	got := h.from(fmt.Sprintf("10.0.%d.%d", i/200, i%200), "/i/"+h.links[i]+"/rsvp", string(body))
	switch got.status {
	case http.StatusOK:
		return got.text(h.t, "status")
	case http.StatusConflict:
		return got.text(h.t, "code")
	default:
		h.t.Errorf("answering %s with %d: %d %s", status, heads, got.status, got.body)
		return ""
	}
}

// A hundred answer at once for one to four heads, and there are ten seats: never are more given than there are, with a
// waiting list or without, and also when others leave theirs meanwhile. What was answered is what is stored, and the
// history, replayed one after the other, is what a strict queue does.
//
// ASVS 15.4.2
func TestSeatRace(t *testing.T) {
	h := startWith(t, behindProxy).house()
	played := 0 // rounds
	for _, c := range []struct {
		name              string
		waitlist, leaving bool
	}{{"refused", false, false}, {"refused while some leave", false, true}, {"waiting", true, false}, {"waiting while some leave", true, true}} {
		t.Run(c.name, func(t *testing.T) {
			for round := range raceRounds(t, 3) {
				if played++; played%15 == 0 {
					h.restart()                            // a guest may answer sixty times a minute
					h.host = h.signIn("hanna@example.com") // an access token lasts for ten
				}
				h.round(t, round, c.waitlist, c.leaving)
				if t.Failed() {
					t.Fatalf("in round %d", round)
				}
			}
		})
	}
	report, err := sqlite.Verify(t.Context(), sqlite.Path(h.data))
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range report.Failed() {
		t.Errorf("%s: %v", check.Name, check.Broken)
	}
}

func (h *house) round(t *testing.T, round int, waitlist, leaving bool) {
	t.Helper()
	together(party, func(i int) int { h.answer(i, doorward.RSVPDeclined, 1); return 0 })
	h.must(200, "PATCH", h.event, h.host, object{"waitlist": waitlist})
	h.read(func(tx *sqlite.Tx, id doorward.EventID) (err error) {
		h.before, err = tx.LastActivity(id)
		return err
	})
	dice := rand.New(rand.NewPCG(uint64(round), 1))
	heads := make([]int, party)
	for i := range heads {
		heads[i] = 1 + dice.IntN(largest)
	}
	leavers := 0
	if leaving {
		leavers = seats
		for i := range leavers {
			heads[i] = 1
			h.answer(i, doorward.RSVPAttending, 1)
		}
	}
	said := make([]string, party)
	together(party, func(i int) int {
		status := doorward.RSVPAttending
		if i < leavers {
			status = doorward.RSVPDeclined
		}
		said[i] = h.answer(i, status, heads[i])
		return 0
	})
	h.check(t, said, heads, leaving)
}

// read hands a snapshot of the database to f.
func (h *house) read(f func(tx *sqlite.Tx, id doorward.EventID) error) {
	h.t.Helper()
	id := doorward.EventID(h.event[strings.LastIndex(h.event, "/")+1:])
	if err := h.db.Read(context.Background(), func(tx *sqlite.Tx) error { return f(tx, id) }); err != nil {
		h.t.Fatal(err)
	}
}

// check compares what guests were told with what is stored, and both with the history.
func (h *house) check(t *testing.T, said []string, heads []int, leaving bool) {
	t.Helper()
	h.read(func(tx *sqlite.Tx, id doorward.EventID) error {
		e, err := tx.Event(id)
		if err != nil {
			return err
		}
		m := h.replay(t, tx, id)
		if e.Counts.HeadsExpected > seats || e.Counts.HeadsExpected != m.taken() || e.Counts.Waitlisted != len(m.queue) || e.Counts.Attending != len(m.seated) {
			t.Errorf("counts %+v, the history has %d heads, %d guests and a queue of %d", e.Counts, m.taken(), len(m.seated), len(m.queue))
		}
		for i, guest := range h.ids {
			g, err := tx.Guest(guest)
			if err != nil {
				return err
			}
			status := g.RSVP.Status
			promoted := said[i] == "waitlisted" && status == doorward.RSVPAttending
			if said[i] != string(status) && !promoted && said[i] != "full" || said[i] == "full" && status != doorward.RSVPDeclined {
				t.Errorf("guest %d was told %s and is %s", i, said[i], status)
			}
			if said[i] == "full" && !leaving && e.Counts.HeadsExpected+heads[i] <= seats {
				t.Errorf("guest %d was refused %d of the %d seats left", i, heads[i], seats-e.Counts.HeadsExpected)
			}
			if at := slices.Index(m.queue, guest); (at >= 0) != (g.RSVP.WaitlistSeq > 0) {
				t.Errorf("guest %d is number %d of the queue, and stored with %d", i, at, g.RSVP.WaitlistSeq)
			}
		}
		return nil
	})
}

// queueing is what the history of an event amounts to.
type queueing struct {
	seated map[doorward.GuestID]int // heads
	asked  map[doorward.GuestID]int // heads that who waits asked for
	queue  []doorward.GuestID
}

func (m queueing) taken() (heads int) {
	for _, n := range m.seated {
		heads += n
	}
	return heads
}

// replay goes through the answers of the round one after the other, and fails where one is not what a strict queue does.
func (h *house) replay(t *testing.T, tx *sqlite.Tx, id doorward.EventID) queueing {
	t.Helper()
	m := queueing{seated: map[doorward.GuestID]int{}, asked: map[doorward.GuestID]int{}}
	rows, err := tx.ActivityAfter(id, h.before, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		var a doorward.RSVPActivity
		if row.Kind != doorward.ActivityRSVP {
			continue
		}
		if err := json.Unmarshal(row.Data, &a); err != nil {
			t.Fatal(err)
		}
		guest := a.Guest.ID
		switch {
		case a.Status == doorward.RSVPDeclined:
			delete(m.seated, guest)
			m.queue = slices.DeleteFunc(m.queue, func(other doorward.GuestID) bool { return other == guest })
		case a.Status == doorward.RSVPWaitlisted:
			if len(m.queue) == 0 && m.taken()+1+a.PlusOnes <= seats {
				t.Errorf("%s waits for %d seats of %d", guest, 1+a.PlusOnes, seats-m.taken())
			}
			m.queue, m.asked[guest] = append(m.queue, guest), 1+a.PlusOnes
		case a.Promoted:
			if len(m.queue) == 0 || m.queue[0] != guest {
				t.Fatalf("%s was promoted out of order: %v", guest, m.queue)
			}
			m.queue, m.seated[guest] = m.queue[1:], 1+a.PlusOnes
		default:
			if len(m.queue) > 0 {
				t.Errorf("%s came in past %d who wait", guest, len(m.queue))
			}
			m.seated[guest] = 1 + a.PlusOnes
		}
		if m.taken() > seats {
			t.Errorf("oversold: %d heads", m.taken())
		}
	}
	if len(m.queue) > 0 && m.taken()+m.asked[m.queue[0]] <= seats {
		t.Errorf("the next one waits for %d of %d free seats", m.asked[m.queue[0]], seats-m.taken())
	}
	return m
}
