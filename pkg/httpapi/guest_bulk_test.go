package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// The door goes on while many guests are deleted. One of another event keeps all of them on the list, also where it would be
// the last one to go; and the page that asked may be gone meanwhile.
func TestDeletingManyLetsTheDoorIn(t *testing.T) {
	l := start(t).listed()
	other := listed{program: l.program, host: l.user("olga")}
	other.event = l.program.event(other.host, nil)
	const many = 1000
	event := doorward.EventID(filepath.Base(l.event))
	list := make([]doorward.Guest, many)
	ids := make([]string, many)
	for i := range list {
		list[i] = doorward.Guest{ID: doorward.NewGuestID(), EventID: event, Name: fmt.Sprint("Guest ", i), PartySize: 1}
		ids[i] = string(list[i].ID)
	}
	if err := l.db.Write(t.Context(), func(tx *sqlite.Tx) error { return tx.InsertGuests(sqlite.PrepareGuests(event, list)) }); err != nil {
		t.Fatal(err)
	}
	left := func() (n int) {
		err := l.db.Read(t.Context(), func(tx *sqlite.Tx) error {
			e, err := tx.Event(event)
			n = e.Counts.Guests
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return n
	}
	if got := l.bulk("delete", "", append(ids, other.add("Zoë"))...); got.status != 404 || left() != many {
		t.Fatalf("with a guest of another event: %d, and %d of %d are left", got.status, left(), many)
	}

	ctx, leave := context.WithCancel(t.Context())
	go func() {
		body, err := json.Marshal(object{"guest_ids": ids, "action": "delete"})
		if err != nil {
			t.Error(err)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.origin()+l.event+"/guests/bulk", bytes.NewReader(body))
		if err != nil {
			t.Error(err)
			return
		}
		req.Header.Set("Authorization", "Bearer "+l.host)
		req.Header.Set("Content-Type", "application/json")
		if res, err := l.client.Do(req); err == nil {
			_ = res.Body.Close()
		}
	}()
	between := 0
	for deadline := time.Now().Add(time.Minute); ; {
		n := left()
		if n == 0 {
			break
		}
		if n < many {
			between++
			leave()
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d are left", n)
		}
	}
	leave()
	if between == 0 {
		t.Error("the door waited for all of it")
	}
	l.sound()
}

// None of those who are deleted gets the place of another one who is.
func TestDeletingManyPromotesWhoStays(t *testing.T) {
	q := start(t).queue(1)
	q.answers("Ana", doorward.RSVPAttending, 1)
	q.wait(250)
	q.answers("Zoe", doorward.RSVPAttending, 1)
	var ids []string
	err := q.db.Read(t.Context(), func(tx *sqlite.Tx) error {
		all, err := tx.GuestIDs(doorward.EventID(filepath.Base(q.event)))
		for _, id := range all {
			if string(id) != q.ids["Zoe"] {
				ids = append(ids, string(id))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := (listed{program: q.program, host: q.host, event: q.event}).bulk("delete", "", ids...); got.status != 200 || got.get(t, "changed") != 251.0 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	q.want("alone", "Zoe attending")
	history := string(q.must(200, "GET", q.event+"/activity?limit=500", q.host, nil).body)
	if n := strings.Count(history, `"promoted":true`); n != 1 {
		t.Errorf("%d got a place, want Zoe alone", n)
	}
	q.sound()
}

// A name of a hundred words is found by its beginning and by each of the first ten: by all of them, a list of such names is a
// write of seconds.
func TestNamesAreFoundByTenWords(t *testing.T) {
	l := start(t).listed()
	words := make([]string, 49)
	for i := range words {
		words[i] = fmt.Sprintf("w%02d", i)
	}
	name := strings.Join(words, " ")
	l.add(name)
	for q, want := range map[string]int{"w00": 1, "w08+w09": 1, "w09+w00": 1, "w10": 0, "w48": 0, strings.ReplaceAll(name, " ", "+"): 1} {
		if found := l.all("&q="+q, nil); len(found) != want {
			t.Errorf("%.20s finds %d, want %d", q, len(found), want)
		}
	}
	l.sound()
}
