package httpapi_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/httpapi"
	"github.com/doorward/doorward/pkg/sqlite"
)

// A deleted event is gone by every route, for whoever had a role on it, its phones and its guests; and back by one, with
// all that was on it.
func TestEveryRouteOfADeletedEvent(t *testing.T) {
	p := start(t)
	e := p.estate("ana")
	viewer := p.user("vera")
	p.join(e.owner, e.event, viewer, doorward.RoleViewer)
	p.must(201, "POST", e.event+"/security/allowlist", e.owner, object{"cidr": "10.0.0.0/8"})
	invite := p.invited(e.owner, e.event, "eva@example.com", doorward.RoleEditor)
	code := p.must(201, "POST", e.event+"/devices", e.owner, object{"name": "Tablet", "entrance": "Back"}).text(t, "pairing_code")
	ticket, _ := p.ticket(e.owner, e.event)
	conn, _ := p.dial(e.event, ticket, nil)
	early, _ := p.ticket(e.owner, e.event)
	before := p.lookNow(e)

	p.must(204, "DELETE", e.event, e.owner, nil)
	for key, takesBody := range httpapi.RouteKeys() {
		method, pattern, _ := strings.Cut(key, " ")
		if !strings.HasPrefix(pattern, api+"/events/:event") || strings.HasSuffix(pattern, "/live") || strings.HasSuffix(pattern, "/restore") {
			continue
		}
		for who, bearer := range map[string]string{"owner": e.owner, "viewer": viewer} {
			if got := p.deed(method, at(pattern, e.event, e.objects), bearer, takesBody, deeds[key]); got.status != 404 || got.text(t, "code") != "not_found" {
				t.Errorf("%s as %s: %d %s", key, who, got.status, got.body)
			}
		}
	}
	for path, want := range map[string]int{"GET " + api + "/door/event": 403, "GET " + api + "/door/search?q=guest": 403, "POST " + api + "/door/checkins": 403, "POST " + api + "/door/checkins/undo": 403} {
		method, path, _ := strings.Cut(path, " ")
		if got := p.send(method, path, e.phone, object{}); got.status != want {
			t.Errorf("%s of its phone: %d %s", path, got.status, got.body)
		}
	}
	for path, body := range map[string]any{"GET /qr.svg": nil, "GET /event.ics": nil, "POST /open": beacon(2), "POST /rsvp": object{"status": "attending"}} {
		method, path, _ := strings.Cut(path, " ")
		if got := p.send(method, "/i/"+e.link+path, "", body); got.status != 410 || got.text(t, "code") != "gone" {
			t.Errorf("%s of a link: %d %s", path, got.status, got.body)
		}
	}
	if page := p.raw("POST", "/i/"+e.link+"/rsvp", "", "application/x-www-form-urlencoded", "status=attending"); page.status != 410 || !strings.Contains(string(page.body), "This event was taken down") {
		t.Errorf("the guest's form: %d %s", page.status, page.body)
	}
	p.must(202, "POST", "/i/"+e.link+"/resend", "", nil)
	if page := p.send("GET", "/i/"+e.link, "", nil); page.status != 410 || !strings.Contains(string(page.body), "This event was taken down") || strings.Contains(string(page.body), "Rooftop") {
		t.Errorf("the guest's page: %d %s", page.status, page.body)
	}
	p.must(410, "POST", api+"/door/pair", "", object{"code": code})
	p.must(410, "GET", api+"/invites/"+invite, "", nil)
	p.must(404, "POST", api+"/auth/ws-ticket", e.owner, object{"event_id": filepath.Base(e.event)})
	if _, status := p.dial(e.event, early, nil); status != 404 {
		t.Errorf("a ticket from before: %d", status)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for err := error(nil); err == nil; {
		if _, _, err = conn.Read(ctx); err != nil && websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
			t.Errorf("the live stream: %v", err)
		}
	}
	if items := p.must(200, "GET", api+"/events", e.owner, nil).get(t, "items").([]any); len(items) != 0 {
		t.Errorf("it is still listed: %v", items)
	}
	p.sound()

	p.must(200, "POST", e.event+"/restore", e.owner, nil)
	if after := p.lookNow(e); after != before {
		t.Errorf("it was\n%s\nand came back as\n%s", before, after)
	}
	p.must(200, "GET", api+"/door/event", e.phone, nil)
	p.must(200, "POST", api+"/door/pair", "", object{"code": code})
	p.must(200, "POST", "/i/"+e.link+"/open", "", beacon(1))
	p.must(200, "GET", api+"/invites/"+invite, "", nil)
	changes := p.changes(e.owner, e.event)
	if !strings.Contains(changes, "deleted restored") {
		t.Errorf("the history has %s", changes)
	}
	p.sound()
}

// lookNow is look without what a deletion and its end add to the history.
func (p *program) lookNow(e estate) string {
	p.t.Helper()
	var all strings.Builder
	for _, list := range []string{"", "/guests", "/devices", "/access-logs", "/checkins", "/collaborators", "/security/thresholds", "/security/allowlist", "/notifications"} {
		all.Write(p.must(200, "GET", e.event+list, e.owner, nil).body)
	}
	return strings.ReplaceAll(all.String(), `"mail":"queued"`, `"mail":"sent"`) // its mail may just be leaving
}

// changes are what an event's history says of the event itself, oldest first.
func (p *program) changes(bearer, event string) string {
	p.t.Helper()
	var all []string
	for _, row := range p.must(200, "GET", event+"/activity?limit=500", bearer, nil).get(p.t, "items").([]any) {
		if row.(object)["kind"] == "event" {
			all = append([]string{row.(object)["data"].(object)["change"].(string)}, all...)
		}
	}
	return strings.Join(all, " ")
}

// sound fails the test unless every invariant holds.
func (p *program) sound() {
	p.t.Helper()
	report, err := sqlite.Verify(p.t.Context(), sqlite.Path(p.data))
	if err != nil || len(report.Failed()) > 0 {
		p.t.Errorf("%v %v", report.Failed(), err)
	}
}

// Whom a deleted event comes back for, and who sees that it could.
func TestRestoreForEveryRole(t *testing.T) {
	p := start(t)
	owner, stranger, viewer, editor := p.user("ana"), p.user("ben"), p.user("vera"), p.user("ed")
	path := p.event(owner, nil)
	p.guest(owner, path, "Zoë", 1)
	p.join(owner, path, viewer, doorward.RoleViewer)
	p.join(owner, path, editor, doorward.RoleEditor)
	p.must(200, "POST", path+"/restore", owner, nil) // it is there: nothing changes
	p.must(403, "DELETE", path, editor, nil)
	p.must(204, "DELETE", path, owner, nil)
	p.must(404, "DELETE", path, owner, nil)
	for who, c := range map[string]struct {
		bearer        string
		status, lists int
	}{"nobody": {"", 401, -1}, "stranger": {stranger, 404, 0}, "viewer": {viewer, 403, 0}, "editor": {editor, 403, 0}, "owner": {owner, 0, 1}} {
		if c.status != 0 {
			p.must(c.status, "POST", path+"/restore", c.bearer, nil)
		}
		if c.lists >= 0 {
			items := p.must(200, "GET", api+"/events/deleted", c.bearer, nil).get(t, "items").([]any)
			if len(items) != c.lists {
				t.Errorf("%s sees %v", who, items)
			}
		}
	}
	one := p.must(200, "GET", api+"/events/deleted", owner, nil).get(t, "items").([]any)[0].(object)
	if one["name"] != "Rooftop Friday" || one["guests"] != 1.0 || api+"/events/"+one["id"].(string) != path {
		t.Errorf("%v", one)
	}
	for range 2 {
		p.must(200, "POST", path+"/restore", owner, nil)
	}
	p.must(200, "GET", path, viewer, nil)
	if items := p.must(200, "GET", api+"/events/deleted", owner, nil).get(t, "items").([]any); len(items) != 0 {
		t.Errorf("still among the deleted: %v", items)
	}
	if changes := p.changes(owner, path); strings.Count(changes, "restored") != 1 {
		t.Errorf("the history has %s", changes)
	}
}

// The list of deleted events goes page by page.
func TestDeletedEventsByPage(t *testing.T) {
	p := start(t)
	owner := p.user("ana")
	for range 3 {
		p.must(204, "DELETE", p.event(owner, nil), owner, nil)
	}
	seen := map[any]bool{}
	for cursor, pages := "", 0; pages < 2; pages++ {
		got := p.must(200, "GET", api+"/events/deleted?limit=2&cursor="+cursor, owner, nil)
		for _, item := range got.get(t, "items").([]any) {
			seen[item.(object)["id"]] = true
		}
		cursor, _ = got.get(t, "next").(string)
	}
	if len(seen) != 3 {
		t.Errorf("%d of 3", len(seen))
	}
}

// Nobody is let in by an event that is deleted, and whoever was is inside when it comes back.
func TestDeleteWhileTheDoorWorks(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	path := p.event(host, nil)
	phone := p.phone(host, path, "Main door")
	var admitted float64
	for round := range 15 {
		var guests []string
		for i := range 4 {
			guests = append(guests, p.guest(host, path, fmt.Sprint("Guest ", round, " ", i), 1))
		}
		let := make([]bool, len(guests))
		var all sync.WaitGroup
		for i, guest := range guests {
			all.Go(func() {
				got := p.send("POST", api+"/door/checkins", phone, object{"items": []object{{"nonce": guest, "guest_id": guest, "direction": "in", "at": time.Now().UTC()}}})
				let[i] = got.status == 200 && strings.Contains(string(got.body), `"admitted"`)
				if !let[i] && got.status != 403 && got.status != 404 {
					t.Errorf("%d %s", got.status, got.body)
				}
			})
		}
		all.Go(func() { p.must(204, "DELETE", path, host, nil) })
		all.Wait()
		for _, in := range let {
			if in {
				admitted++
			}
		}
		p.must(200, "POST", path+"/restore", host, nil)
	}
	if inside := p.must(200, "GET", path, host, nil).get(t, "counts", "heads_inside"); inside != admitted {
		t.Errorf("%v are inside, %v were let in", inside, admitted)
	}
	p.sound()
}

// Of deleting and bringing back at the same time one comes last, and the event is as that left it.
func TestDeleteAgainstRestore(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	path := p.event(host, nil)
	for range 30 {
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if got := p.send("DELETE", path, host, nil); got.status != 204 && got.status != 404 {
					t.Errorf("deleting: %d %s", got.status, got.body)
				}
			})
			all.Go(func() {
				if got := p.send("POST", path+"/restore", host, nil); got.status != 200 {
					t.Errorf("bringing back: %d %s", got.status, got.body)
				}
			})
		}
		all.Wait()
		there := p.send("GET", path, host, nil).status == 200
		items := p.must(200, "GET", api+"/events/deleted", host, nil).get(t, "items").([]any)
		if there == (len(items) == 1) {
			t.Fatalf("there: %v, deleted: %v", there, items)
		}
	}
	p.must(200, "POST", path+"/restore", host, nil)
	changes := strings.Fields(p.changes(host, path))
	for i, change := range changes[1:] {
		if want := []string{"deleted", "restored"}[i%2]; change != want {
			t.Fatalf("the history is %v", changes)
		}
	}
	p.sound()
}

// What waits to be mailed when the event is deleted is not sent until it comes back.
func TestDeletedEventMailsNobody(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	path := p.event(host, nil)
	ana := doorward.GuestID(p.withEmail(host, path, "Ana", "ana@example.com"))
	n := doorward.Notification{
		ID: doorward.NewNotificationID(), EventID: doorward.EventID(filepath.Base(path)), Guest: doorward.GuestRef{ID: ana},
		Kind: doorward.NotificationInvitation, Generation: 1,
	}
	// By another program, so that this one looks at the job only when it starts anew: after the deletion.
	err := p.db.Write(t.Context(), func(tx *sqlite.Tx) error {
		if err := tx.IssueLink(ana); err != nil {
			return err
		}
		if err := tx.InsertNotification(n); err != nil {
			return err
		}
		_, err := tx.InsertJob(doorward.Job{ID: doorward.NewJobID(), Kind: "mail", Key: string(n.ID), Payload: string(n.ID), DueAt: tx.Now})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p.must(204, "DELETE", path, host, nil)
	p.restart()
	for deadline := time.Now().Add(20 * time.Second); n.State != doorward.NotificationSuppressed; {
		if time.Now().After(deadline) {
			t.Fatalf("the message is %s", n.State)
		}
		if err := p.db.Read(t.Context(), func(tx *sqlite.Tx) error { n, err = tx.Notification(n.ID); return err }); err != nil {
			t.Fatal(err)
		}
	}
	if mails := p.mails(); len(mails) != 0 {
		t.Errorf("%d mails left", len(mails))
	}
	p.sound()
	p.must(200, "POST", path+"/restore", host, nil)
	for deadline := time.Now().Add(20 * time.Second); len(p.mails()) == 0; {
		if time.Now().After(deadline) {
			t.Fatalf("nothing was sent: %v", p.notifications(host, path))
		}
	}
	if shown := p.notifications(host, path); len(shown) != 1 || shown[0]["state"] != "sent" || shown[0]["detail"] != "" || len(p.mails()) != 1 {
		t.Errorf("%v, and %d mails", shown, len(p.mails()))
	}
	p.sound()
}

// Who was to get a place while the event was deleted gets it when it comes back.
func TestRestoreGoesOnPromoting(t *testing.T) {
	q := start(t).queue(1)
	q.wait(250) // more than one write promotes
	q.answers("Ana", "attending", 1)
	q.must(200, "PATCH", q.event, q.host, object{"capacity": 251})
	q.must(204, "DELETE", q.event, q.host, nil)
	for deadline := time.Now().Add(20 * time.Second); ; { // the job goes on, and finds no event
		var jobs int
		if err := q.db.Read(t.Context(), func(tx *sqlite.Tx) (err error) { jobs, _, err = tx.JobsToDo(); return err }); err != nil {
			t.Fatal(err)
		}
		if jobs == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d jobs left", jobs)
		}
	}
	q.must(200, "POST", q.event+"/restore", q.host, nil)
	for deadline := time.Now().Add(20 * time.Second); ; {
		n := q.must(200, "GET", q.event, q.host, nil).get(t, "counts", "waitlisted")
		if n == 0.0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v still wait", n)
		}
	}
	q.sound()
}
