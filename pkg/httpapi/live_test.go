package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/httpapi"
	"github.com/doorward/doorward/pkg/sqlite"
)

// The live stream replays what was missed, then goes on; its ticket is good once.
func TestLiveStream(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	first := p.must(200, "GET", event+"/activity", host, nil).get(t, "items").([]any)[0].(map[string]any)["id"].(float64)
	p.guest(host, event, "Ana", 1)
	ticket := p.must(200, "POST", api+"/auth/ws-ticket", host, object{"event_id": event[len(api+"/events/"):]}).text(t, "ticket")
	url := fmt.Sprintf("%s%s/live?ticket=%s&after=%d", strings.Replace(p.app.Origin, "http", "ws", 1), event, ticket, int64(first))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	next := func() (m struct {
		ID   int64
		Kind string
		Data struct{ Guest struct{ Name string } }
	}) {
		_, b, err := conn.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := next(); m.Data.Guest.Name != "Ana" || m.ID <= int64(first) {
		t.Errorf("the replay: %+v", m)
	}
	p.guest(host, event, "Ben", 1)
	if m := next(); m.Data.Guest.Name != "Ben" {
		t.Errorf("live: %+v", m)
	}
	if _, resp, err := websocket.Dial(ctx, url, nil); err == nil || resp.StatusCode != 401 {
		t.Errorf("a spent ticket was taken: %v", err)
	}
}

// A live stream ends soon after its session or its role has, however much there is to send.
//
// ASVS 7.4.1
func TestLiveStreamEndsWithTheSession(t *testing.T) {
	httpapi.CheckStreamsEvery(t, 50*time.Millisecond)
	p := start(t)
	host, watcher := p.user("hanna"), p.user("vera")
	event := p.event(host, nil)
	id := doorward.EventID(event[len(api+"/events/"):])
	me := p.must(200, "GET", api+"/me", watcher, nil).text(t, "id")
	if err := p.db.Write(t.Context(), func(tx *sqlite.Tx) error { return tx.InsertCollaborator(id, doorward.UserID(me), doorward.RoleViewer) }); err != nil {
		t.Fatal(err)
	}
	ticket := p.must(200, "POST", api+"/auth/ws-ticket", watcher, object{"event_id": id}).text(t, "ticket")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, fmt.Sprintf("%s%s/live?ticket=%s", strings.Replace(p.app.Origin, "http", "ws", 1), event, ticket), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	p.guest(host, event, "Ana", 1)
	if _, _, err := conn.Read(ctx); err != nil {
		t.Fatal(err)
	}
	p.must(204, "POST", api+"/auth/logout-all", watcher, nil)
	busy, quiet := context.WithCancel(ctx)
	var party sync.WaitGroup
	party.Go(func() {
		for i := 0; busy.Err() == nil; i++ {
			p.send("POST", event+"/guests", host, object{"name": fmt.Sprint("Guest ", i)})
		}
	})
	for err == nil {
		_, _, err = conn.Read(ctx)
	}
	quiet()
	party.Wait()
	if websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
		t.Errorf("the stream of somebody who signed out everywhere: %v", err)
	}
}

// What happens after somebody signed out reaches them no more, also before the stream is looked at again by the clock.
//
// ASVS 7.4.1
func TestSignedOutSeesNoMore(t *testing.T) {
	p := start(t)
	host, watcher := p.user("hanna"), p.user("vera")
	event := p.event(host, nil)
	p.join(host, event, watcher, doorward.RoleViewer)
	ticket, _ := p.ticket(watcher, event)
	conn, status := p.dial(event, ticket, nil)
	if status != 101 {
		t.Fatalf("the stream: %d", status)
	}
	p.must(204, "POST", api+"/auth/logout-all", watcher, nil)
	p.guest(host, event, "Ana", 1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, message, err := conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
		t.Errorf("after signing out came %s, %v", message, err)
	}
}

// A program that stops tells the streams to come back, and ends only when they know.
func TestLiveStreamIsToldOfAStop(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	ticket := p.must(200, "POST", api+"/auth/ws-ticket", host, object{"event_id": event[len(api+"/events/"):]}).text(t, "ticket")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, fmt.Sprintf("%s%s/live?ticket=%s", strings.Replace(p.app.Origin, "http", "ws", 1), event, ticket), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	ended := make(chan error, 1)
	go func() {
		_, _, err := conn.Read(ctx)
		ended <- err
	}()
	p.restart()
	select {
	case err := <-ended:
		if websocket.CloseStatus(err) != websocket.StatusGoingAway {
			t.Errorf("the stream ended with %v", err)
		}
	case <-ctx.Done():
		t.Error("the program has stopped, and the stream was told nothing")
	}
}

// One user has so many live streams at a time; one that ends makes room.
func TestLiveStreamsAreCounted(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	open := func() (*websocket.Conn, int) {
		ticket, _ := p.ticket(host, event)
		return p.dial(event, ticket, nil)
	}
	first, _ := open()
	for range httpapi.MaxStreamsEach - 1 {
		if _, status := open(); status != 101 {
			t.Fatalf("a stream within the limit: %d", status)
		}
	}
	if _, status := open(); status != 429 {
		t.Errorf("one too many: %d, want 429", status)
	}
	if err := first.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if _, status := open(); status == 101 {
			return
		}
	}
	t.Error("the place of a stream that ended is not given back")
}
