package httpapi_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/httpapi"
)

// deeds are bodies that the routes of an event would take, by route: with them only the ids stand in the way. A route
// that takes a body and has none here fails.
var deeds = map[string]any{
	"PATCH /api/v1/events/:event": object{"name": "Mine now"}, "POST /api/v1/events/:event/guests": object{"name": "Mallory"},
	"POST /api/v1/events/:event/duplicate":                    object{"guests": true},
	"PATCH /api/v1/events/:event/guests/:guest":               object{"name": "Mine now"},
	"POST /api/v1/events/:event/guests/:guest/tokens":         object{},
	"POST /api/v1/events/:event/guests/:guest/tokens/rotate":  object{},
	"POST /api/v1/events/:event/guests/:guest/checkins":       object{"nonce": "mine"},
	"POST /api/v1/events/:event/guests/:guest/checkins/undo":  object{"nonce": "theirs"},
	"POST /api/v1/events/:event/guests/invitations/bulk":      object{"guest_ids": []string{":guest"}},
	"POST /api/v1/events/:event/guests/invitations/rotate":    object{"guest_ids": []string{":guest"}},
	"POST /api/v1/events/:event/guests/invitations/revoke":    object{"guest_ids": []string{":guest"}},
	"POST /api/v1/events/:event/guests/:guest/tokens/sent":    object{"token": "any"},
	"POST /api/v1/events/:event/guests/bulk":                  object{"guest_ids": []string{":guest"}, "action": "delete"},
	"POST /api/v1/events/:event/devices":                      object{"name": "Phone", "entrance": "Back door"},
	"POST /api/v1/events/:event/access-logs/:access/feedback": object{"verdict": "suspicious"},
	"POST /api/v1/events/:event/collaborators":                object{"email": "mallory@example.com", "role": "owner"},
	"PATCH /api/v1/events/:event/collaborators/:user":         object{"role": "viewer"},
	"PUT /api/v1/events/:event/security/thresholds":           object{"medium": 97, "high": 98, "block": 99},
	"POST /api/v1/events/:event/security/allowlist":           object{"cidr": "0.0.0.0/0"},
	"POST /api/v1/events/:event/security/models/revert":       object{"id": 1},
}

// estate is an event with one object of every kind, and how its owner sees it.
type estate struct {
	owner, event, phone, link string
	objects                   map[string]string // parameter → id
}

func (p *program) estate(host string) estate {
	p.t.Helper()
	e := estate{owner: p.user(host)}
	e.event = p.event(e.owner, nil)
	guest := p.guest(e.owner, e.event, "Guest of "+host, 2)
	e.link = p.link(e.owner, e.event, guest)
	e.phone = p.phone(e.owner, e.event, "Main door")
	p.must(200, "POST", "/i/"+e.link+"/open", "", beacon(1))
	p.must(200, "POST", e.event+"/guests/"+guest+"/checkins", e.owner, object{"nonce": "theirs", "heads": 1})
	first := func(list, field string) string {
		return p.must(200, "GET", e.event+list, e.owner, nil).get(p.t, "items").([]any)[0].(map[string]any)[field].(string)
	}
	member := p.join(e.owner, e.event, p.user("member-of-"+host), doorward.RoleEditor)
	e.objects = map[string]string{":guest": guest, ":device": first("/devices", "id"), ":access": first("/access-logs", "id"), ":user": member}
	return e
}

// at fills a pattern with an event and the objects of another, or of the same.
func at(pattern, event string, objects map[string]string) string {
	pattern = strings.Replace(pattern, api+"/events/:event", event, 1)
	for name, id := range objects {
		pattern = strings.ReplaceAll(pattern, name, id)
	}
	return pattern
}

// look is everything that the owner of an estate can read.
func (p *program) look(e estate) string {
	p.t.Helper()
	var all strings.Builder
	for _, list := range []string{"", "/guests", "/devices", "/access-logs", "/checkins", "/collaborators", "/security/thresholds", "/security/allowlist", "/activity", "/notifications"} {
		all.Write(p.must(200, "GET", e.event+list, e.owner, nil).body)
	}
	return all.String()
}

// Whoever owns one event finds nothing of another: not the event by any route, and none of its objects under the own
// event, wherever the id stands. A phone and a link of the one event open nothing of the other.
//
// ASVS 8.2.2 8.4.1
func TestForeignObjects(t *testing.T) {
	p := start(t)
	mine, theirs := p.estate("ana"), p.estate("ben")
	before, own := p.look(theirs), p.look(mine)
	for key, takesBody := range httpapi.RouteKeys() {
		method, pattern, _ := strings.Cut(key, " ")
		if !strings.HasPrefix(pattern, api+"/events/:event") || strings.HasSuffix(pattern, "/live") {
			continue
		}
		deed, known := deeds[key]
		if takesBody && !known {
			t.Errorf("%s has no deed: give a body that it would take", key)
			continue
		}
		body, _ := deed.(object)
		batch := body["guest_ids"] != nil
		if batch { // the foreign one last, where what goes guest by guest would have begun
			body = maps.Clone(body)
			body["guest_ids"] = []string{mine.objects[":guest"], theirs.objects[":guest"]}
			deed = body
		}
		for caller, bearer := range map[string]string{"owner": mine.owner, "phone": mine.phone, "guest": mine.link} {
			want := map[string]int{"owner": 404, "phone": 401, "guest": 401}[caller]
			if got := p.deed(method, at(pattern, theirs.event, theirs.objects), bearer, takesBody, deed); got.status != want {
				t.Errorf("%s of another event as %s: %d, want %d: %s", key, caller, got.status, want, got.body)
			}
		}
		if strings.Count(pattern, ":") > 1 || batch {
			if got := p.deed(method, at(pattern, mine.event, theirs.objects), mine.owner, takesBody, deed); got.status != 404 {
				t.Errorf("%s with an object of another event: %d, want 404: %s", key, got.status, got.body)
			}
		}
	}
	if after := p.look(mine); after != own {
		t.Errorf("what was refused as a whole changed a part:\n%s\nwas\n%s", after, own)
	}
	item := object{"nonce": "1", "guest_id": theirs.objects[":guest"], "direction": "in", "at": time.Now().UTC()}
	got := p.must(200, "POST", api+"/door/checkins", mine.phone, object{"items": []object{item, {"nonce": "2", "token": theirs.link, "direction": "in", "at": time.Now().UTC()}}})
	for _, one := range got.get(t, "items").([]any) {
		if o := one.(object); o["outcome"] != "refused" || o["guest"] != nil {
			t.Errorf("the phone of another event: %v", o)
		}
	}
	p.must(404, "POST", api+"/door/checkins/undo", mine.phone, object{"nonce": "theirs"})
	for path, bearer := range map[string]string{
		api + "/door/search?q=guest": mine.phone, mine.event + "/guests?q=ben": mine.owner,
		mine.event + "/access-logs?guest_id=" + theirs.objects[":guest"]: mine.owner, api + "/events": mine.owner,
	} {
		if got := p.send("GET", path, bearer, nil); bytes.Contains(got.body, []byte("Guest of ben")) || bytes.Contains(got.body, []byte(theirs.objects[":access"])) || strings.Contains(string(got.body), strings.TrimPrefix(theirs.event, api+"/events/")) {
			t.Errorf("%s shows what is not ours: %s", path, got.body)
		}
	}
	if after := p.look(theirs); strings.Contains(after, "Mine now") || len(after) != len(before) {
		t.Errorf("the other event was\n%s\nand is\n%s", before, after)
	}
}

func (p *program) deed(method, path, bearer string, takesBody bool, body any) answer {
	p.t.Helper()
	if takesBody {
		return p.send(method, path, bearer, body)
	}
	return p.send(method, path, bearer, nil)
}

// dial opens a live stream, or returns the status that refused it.
func (p *program) dial(event, ticket string, header http.Header) (*websocket.Conn, int) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	url := fmt.Sprintf("ws://%s%s/live?ticket=%s", p.app.Address(), event, ticket)
	conn, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		if resp == nil {
			p.t.Fatal(err)
		}
		return nil, resp.StatusCode
	}
	p.t.Cleanup(func() { _ = conn.CloseNow() })
	return conn, 101
}

// ticket asks for one; "" when it is refused, with the status.
func (p *program) ticket(bearer, event string) (string, int) {
	p.t.Helper()
	got := p.send("POST", api+"/auth/ws-ticket", bearer, object{"event_id": strings.TrimPrefix(event, api+"/events/")})
	if got.status != 200 {
		return "none", got.status
	}
	return got.text(p.t, "ticket"), 200
}

// The live stream for everybody: who gets a ticket, that it opens the one event once, and from our own pages alone.
//
// ASVS 4.4.2 4.4.3 4.4.4
func TestLiveStreamForEveryRole(t *testing.T) {
	p := start(t)
	mine, other := p.estate("ana"), p.estate("ben")
	revoked, viewer, editor := p.user("rita"), p.user("vera"), p.user("ed")
	id := p.join(mine.owner, mine.event, revoked, doorward.RoleEditor)
	p.join(mine.owner, mine.event, viewer, doorward.RoleViewer)
	p.join(mine.owner, mine.event, editor, doorward.RoleEditor)
	early, _ := p.ticket(revoked, mine.event)
	p.must(204, "DELETE", mine.event+"/collaborators/"+id, mine.owner, nil)
	if _, status := p.dial(mine.event, early, nil); status != 404 {
		t.Errorf("the ticket from before the removal: %d, want 404", status)
	}
	for caller, c := range map[string]struct {
		bearer string
		want   int
	}{
		"nobody": {"", 401}, "stranger": {other.owner, 404}, "revoked": {revoked, 404}, "phone": {mine.phone, 401}, "guest": {mine.link, 401},
		"viewer": {viewer, 200}, "editor": {editor, 200}, "owner": {mine.owner, 200},
	} {
		ticket, status := p.ticket(c.bearer, mine.event)
		if status != c.want {
			t.Errorf("a ticket for %s: %d, want %d", caller, status, c.want)
		}
		// The bearer itself is no ticket, and a ticket is good for its own event alone.
		for _, no := range []string{c.bearer, "", "none"} {
			if _, status := p.dial(mine.event, no, nil); status != 401 {
				t.Errorf("%s without a ticket: %d", caller, status)
			}
		}
		if _, status := p.dial(other.event, ticket, nil); status != 401 {
			t.Errorf("%s on another event: %d", caller, status)
		}
		if c.want != 200 {
			continue
		}
		if conn, status := p.dial(mine.event, ticket, nil); conn == nil {
			t.Errorf("%s is refused: %d", caller, status)
		}
		if _, status := p.dial(mine.event, ticket, nil); status != 401 {
			t.Errorf("the spent ticket of %s: %d", caller, status)
		}
	}
	for _, origin := range []string{"https://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost.evil.example", "https://" + p.app.Address().String() + "@evil.example"} {
		ticket, _ := p.ticket(mine.owner, mine.event)
		if _, status := p.dial(mine.event, ticket, http.Header{"Origin": {origin}}); status != 403 {
			t.Errorf("from %s: %d, want 403", origin, status)
		}
	}
	ticket, _ := p.ticket(mine.owner, mine.event)
	if _, status := p.dial(mine.event, ticket, http.Header{"Origin": {p.app.Origin}}); status != 101 {
		t.Errorf("from our own page: %d", status)
	}
}
