package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/event"
)

// ticketLife is how long a ticket for the live stream is good.
const ticketLife = 30 * time.Second

// ticket opens one live stream: a WebSocket can't carry a bearer token.
type ticket struct {
	who     account.Principal
	event   doorward.EventID
	expires time.Time
}

// tickets are the ones not spent yet.
type tickets struct {
	clock func() time.Time
	mu    sync.Mutex // guards open
	open  map[string]ticket
}

// maxTickets bounds the memory of tickets that nobody spends.
const maxTickets = 10_000

func (t *tickets) issue(who account.Principal, id doorward.EventID) (string, error) {
	now := t.clock()
	t.mu.Lock()
	defer t.mu.Unlock()
	for text, old := range t.open {
		if !now.Before(old.expires) {
			delete(t.open, text)
		}
	}
	if len(t.open) >= maxTickets {
		return "", &doorward.Error{Code: doorward.CodeUnavailable, Message: "Many pages are opening right now. Try again in a moment.", RetryAfter: ticketLife}
	}
	text := rand.Text()
	t.open[text] = ticket{who: who, event: id, expires: now.Add(ticketLife)}
	return text, nil
}

func (t *tickets) spend(text string, id doorward.EventID) (account.Principal, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.open[text]
	if !ok || found.event != id || !t.clock().Before(found.expires) {
		return account.Principal{}, false
	}
	delete(t.open, text)
	return found.who, true
}

// TicketBody asks for a ticket.
type TicketBody struct {
	EventID doorward.EventID `json:"event_id" required:"true"`
}

// Ticket opens one live stream.
type Ticket struct {
	Ticket    string `json:"ticket" required:"true"`
	ExpiresIn int    `json:"expires_in" required:"true" description:"seconds"`
}

// issueTicket handles POST /api/v1/auth/ws-ticket.
func (s *Server) issueTicket(c *call) error {
	var b TicketBody
	if err := c.decode(&b); err != nil {
		return err
	}
	role, err := s.Events.Role(c.Request().Context(), c.who.User.ID, b.EventID)
	if err != nil {
		return err
	}
	if role == doorward.RoleNone {
		return doorward.Errorf(doorward.CodeNotFound, "There is no such event.")
	}
	text, err := s.tickets.issue(c.who, b.EventID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, Ticket{Ticket: text, ExpiresIn: int(ticketLife.Seconds())})
}

// pingEvery is how often a stream is checked: whether the other side is there, and how soon a member who was removed or
// signed out stops seeing anything. The tests shorten it.
var pingEvery = 20 * time.Second

// maxStreams is how many live streams may be open, maxStreamsEach how many of one user: each tab with an event has one.
const (
	maxStreams     = 500
	maxStreamsEach = 20
)

// streams counts the live streams that are open.
type streams struct {
	mu    sync.Mutex // guards the rest
	total int
	of    map[doorward.UserID]int

	open sync.WaitGroup // one for each; the end of the program waits for them
}

// enter takes the place of a stream, which leave gives back.
func (s *streams) enter(user doorward.UserID) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.total >= maxStreams {
		return nil, &doorward.Error{Code: doorward.CodeUnavailable, Message: "Too many pages are open. Try again in a moment.", RetryAfter: ticketLife}
	}
	if s.of[user] >= maxStreamsEach {
		return nil, &doorward.Error{Code: doorward.CodeTooMany, Message: "You have many pages open. Close some of them.", RetryAfter: ticketLife}
	}
	s.total++
	s.of[user]++
	s.open.Add(1)
	return func() {
		defer s.open.Done()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.total--
		if s.of[user]--; s.of[user] == 0 {
			delete(s.of, user)
		}
	}, nil
}

const (
	writeWithin = 10 * time.Second
	maxReplay   = 1000 // rows; after a longer gap the page reads anew
)

// stream handles GET /api/v1/events/:event/live: a WebSocket that sends what happens after ?after, first from the
// table and then as it comes.
func (s *Server) stream(c *call) error {
	id := doorward.EventID(c.Param("event"))
	after, err := c.queryInt("after", 0)
	if err != nil {
		return err
	}
	who, ok := s.tickets.spend(c.QueryParam("ticket"), id)
	if !ok {
		return doorward.Errorf(doorward.CodeUnauthenticated, "This ticket was used or has expired.")
	}
	leave, err := s.streams.enter(who.User.ID)
	if err != nil {
		return err
	}
	defer leave()
	// Subscribed before the role and the table are read: what happens in between is in the queue, and told apart by its id.
	sub := s.Hub.Subscribe(string(id))
	defer sub.Close()
	if err := s.mayWatch(c.Request().Context(), who, id); err != nil {
		return err
	}
	conn, err := websocket.Accept(c.Response(), c.Request(), nil)
	if err != nil {
		// Accept has answered already.
		logger(c).Debug("no live stream", "error", err)
		return nil
	}
	defer conn.CloseNow() //nolint:errcheck // it only frees what is left
	conn.SetReadLimit(4 << 10)
	st := &liveStream{server: s, conn: conn, who: who, event: id, last: after}
	ctx := conn.CloseRead(c.Request().Context())
	if err := st.replay(ctx); err != nil {
		st.end(err)
		logger(c).Debug("live stream ended", "error", err)
		return nil
	}
	check := time.NewTicker(pingEvery)
	defer check.Stop()
	for ctx.Err() == nil {
		if err := st.next(ctx, sub.C(), check.C); err != nil {
			st.end(err)
			logger(c).Debug("live stream ended", "error", err)
			break
		}
	}
	return nil
}

// liveStream is one open stream, used by the goroutine of its request.
type liveStream struct {
	server *Server
	conn   *websocket.Conn
	who    account.Principal
	event  doorward.EventID
	last   int64 // id of the newest row sent
}

// replay sends what happened after the cursor, or a resync when that is too much or the cursor is from elsewhere.
func (l *liveStream) replay(ctx context.Context) error {
	newest, err := l.server.Events.Newest(ctx, l.event)
	if err != nil {
		return err
	}
	if l.last == 0 {
		l.last = newest
		return nil
	}
	if l.last > newest {
		return l.resync(ctx, newest)
	}
	missed, err := l.server.Events.History(ctx, l.event, event.HistoryRange{After: l.last}, maxReplay+1)
	if err != nil {
		return err
	}
	if len(missed) > maxReplay {
		return l.resync(ctx, newest)
	}
	for _, a := range missed {
		if err := l.send(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func (l *liveStream) resync(ctx context.Context, newest int64) error {
	// Among what was left out may be that this member was removed.
	if err := l.server.mayWatch(ctx, l.who, l.event); err != nil {
		return err
	}
	l.last = newest
	return l.write(ctx, doorward.Activity{ID: newest, Kind: doorward.ActivityResync, At: l.server.Clock()})
}

// send passes on what the watcher has not seen. Whether they still may is asked for each row: somebody who was removed, or
// has signed out, sees nothing that happened after that.
func (l *liveStream) send(ctx context.Context, a doorward.Activity) error {
	if a.ID <= l.last {
		return nil
	}
	if err := l.server.mayWatch(ctx, l.who, l.event); err != nil {
		return err
	}
	l.last = a.ID
	return l.write(ctx, a)
}

func (l *liveStream) write(ctx context.Context, a doorward.Activity) error {
	b, err := json.Marshal(wireActivity(a))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	return l.conn.Write(ctx, websocket.MessageText, b)
}

// next waits for one thing to happen and sends it on. A check that is due comes first: on a busy event there is always
// something to send.
func (l *liveStream) next(ctx context.Context, queue <-chan doorward.Activity, check <-chan time.Time) error {
	select {
	case <-check:
		return l.alive(ctx)
	default:
	}
	select {
	case a, open := <-queue:
		switch {
		case !open:
			return l.conn.Close(websocket.StatusGoingAway, "shutting down")
		case a.Kind == doorward.ActivityResync:
			newest, err := l.server.Events.Newest(ctx, l.event)
			if err != nil {
				return err
			}
			return l.resync(ctx, newest)
		default:
			return l.send(ctx, a)
		}
	case <-check:
		return l.alive(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// alive checks that the other side is still there and may still look.
func (l *liveStream) alive(ctx context.Context) error {
	if err := l.server.mayWatch(ctx, l.who, l.event); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	return l.conn.Ping(ctx)
}

// mayWatch refuses a watcher whose session has ended, and one without a role on the event.
func (s *Server) mayWatch(ctx context.Context, who account.Principal, id doorward.EventID) error {
	if err := s.Accounts.Check(ctx, who); err != nil {
		return err
	}
	role, err := s.Events.Role(ctx, who.User.ID, id)
	if err == nil && role == doorward.RoleNone {
		err = doorward.Errorf(doorward.CodeNotFound, "There is no such event.")
	}
	return err
}

// end tells a watcher who may look no longer.
func (l *liveStream) end(err error) {
	reason := ""
	switch doorward.ErrorCode(err) {
	case doorward.CodeUnauthenticated:
		reason = "signed out"
	case doorward.CodeNotFound:
		reason = "no role on this event any more"
	default:
		return
	}
	// The other side may be gone; there is nobody left to tell.
	_ = l.conn.Close(websocket.StatusPolicyViolation, reason)
}

// Wait waits until every live stream has ended, which they do soon after the hub is closed. No request may come any more.
func (s *Server) Wait(ctx context.Context) error {
	ended := make(chan struct{})
	go func() {
		s.streams.open.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for live streams to end: %w", ctx.Err())
	}
}
