package httpapi_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// wait puts n guests onto the waiting list, in the order of their names.
func (q *queue) wait(n int) {
	q.t.Helper()
	event := doorward.EventID(q.event[len(api+"/events/"):])
	for first := 0; first < n; first += 500 {
		err := q.db.Write(q.t.Context(), func(tx *sqlite.Tx) error {
			for i := first; i < min(first+500, n); i++ {
				g := doorward.Guest{
					ID: doorward.NewGuestID(), EventID: event, Name: fmt.Sprintf("Guest %05d", i), Email: fmt.Sprintf("g%d@example.com", i), PartySize: 1,
				}
				if err := tx.InsertGuest(g); err != nil {
					return err
				}
				answer := doorward.RSVP{Status: doorward.RSVPWaitlisted, WaitlistSeq: int64(i + 1), AnsweredAt: tx.Now}
				if err := tx.SetRSVP(g.ID, answer); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			q.t.Fatal(err)
		}
	}
}

// seated is how many guests have a place.
func (q *queue) seated() (n int) {
	q.t.Helper()
	err := q.db.Read(q.t.Context(), func(tx *sqlite.Tx) error {
		e, err := tx.Event(doorward.EventID(q.event[len(api+"/events/"):]))
		n = e.Counts.Attending
		return err
	})
	if err != nil {
		q.t.Fatal(err)
	}
	return n
}

// A long queue gets its places in the order it stands in, a hundred per write and across a restart; who answers meanwhile
// comes after all of them, and the door does not wait for the whole.
func TestPromoteLongQueue(t *testing.T) {
	n := 250
	if os.Getenv("DOORWARD_LONG") != "" {
		n = 5000
	}
	q := start(t).queue(1)
	q.answers("Ana", "attending", 1)
	q.wait(n)

	began := time.Now()
	q.must(200, "PATCH", q.event, q.host, object{"capacity": n + 1})
	longest := time.Since(began)
	if got := q.answers("Zoe", "attending", 1); got != "waitlisted" {
		t.Errorf("Zoe answers after %d others who get the last places: %s", n, got)
	}
	q.restart()
	q.host = q.signIn("hanna@example.com")
	for q.seated() < n+1 {
		if time.Since(began) > time.Minute {
			t.Fatalf("%d of %d have a place after a minute", q.seated(), n+1)
		}
		asked := time.Now()
		q.must(200, "GET", "/readyz", "", nil)
		longest = max(longest, time.Since(asked))
	}
	t.Logf("%d got a place in %v; a write waited at most %v", n, time.Since(began), longest)
	q.want("last", "Zoe waitlisted")

	next := n - 1 // the newest row comes first
	for cursor, more := "", true; more; {
		page := q.must(200, "GET", q.event+"/activity?limit=200&cursor="+cursor, q.host, nil)
		for _, item := range page.get(t, "items").([]any) {
			data := item.(object)["data"].(object)
			if data["promoted"] != true {
				continue
			}
			if name := data["guest"].(object)["name"]; name != fmt.Sprintf("Guest %05d", next) {
				t.Fatalf("%s got a place where number %d was next", name, next)
			}
			next--
		}
		cursor, more = page.get(t, "next").(string)
	}
	if next != -1 {
		t.Errorf("the history has no row of %d who got a place", next+1)
	}
	report, err := sqlite.Verify(t.Context(), sqlite.Path(q.data))
	if err != nil || len(report.Failed()) > 0 {
		t.Errorf("%v %v", report.Failed(), err)
	}
}
