package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	doors      = 4
	guestCount = 160
	partySize  = 3
	batchRows  = 25
	mailCount  = 12
)

// crowd is everybody who uses the program: the host, who also imports, the phones at the doors, the guests. It lives
// through all restarts.
type crowd struct {
	journal *journal
	random  *rand.Rand // seeds the random choices of each load; used by the test's goroutine alone
	host    *client
	doors   [doors]*client
	ids     [doors]string // of the devices
	event   string
	guests  []invited
	visitor *client // the guests' browser
	number  int     // of the next batch, answer and load

	mu   sync.Mutex
	errs []error // answers that can't be right; owned by mu
}

type invited struct {
	ID    string `json:"guest_id"`
	Token string `json:"token"`
}

func newCrowd(seed uint64) *crowd {
	return &crowd{journal: newJournal(), random: rand.New(rand.NewPCG(seed, 5)), host: newClient(), visitor: newClient()}
}

// setUp makes the account, the event with its guests and links, and pairs the phones.
func (c *crowd) setUp(t *testing.T, s *server) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	api := s.base + "/api/v1"
	var in struct {
		Token string `json:"access_token"`
	}
	must(c.host.send(ctx, "POST", api+"/setup", object{
		"code": s.setup, "email": "host@example.org", "name": "Ines", "password": "a lantern over the old quay",
	}, &in))
	c.host.bearer = in.Token
	var made struct {
		ID string `json:"id"`
	}
	must(c.host.send(ctx, "POST", api+"/events", object{"name": "Night of the crash", "starts_at": time.Now().Add(time.Hour)}, &made))
	c.event = made.ID
	event := api + "/events/" + c.event
	// All come from one address; what the engine thinks of that is not what is tested.
	must(c.host.send(ctx, "POST", event+"/security/allowlist", object{"cidr": "127.0.0.0/8"}, nil))
	must(c.host.upload(ctx, event+"/guests/import", guestFile("first", guestCount), nil))
	var links struct {
		Items []invited `json:"items"`
	}
	must(c.host.send(ctx, "POST", event+"/guests/invitations/bulk", object{"send": false}, &links))
	c.guests = links.Items
	if len(c.guests) != guestCount {
		t.Fatalf("%d links, want %d", len(c.guests), guestCount)
	}
	mailed := make([]string, mailCount)
	for i := range mailed {
		mailed[i] = c.guests[i].ID
	}
	must(c.host.send(ctx, "POST", event+"/guests/invitations/bulk", object{"guest_ids": mailed, "send": true}, nil))
	first := &batch{name: "first", rows: guestCount, acked: true}
	c.journal.open(first)
	for i := range c.doors {
		var p struct {
			ID   string `json:"device_id"`
			Code string `json:"pairing_code"`
		}
		must(c.host.send(ctx, "POST", event+"/devices", object{"name": fmt.Sprintf("Phone %d", i), "entrance": fmt.Sprintf("Door %d", i)}, &p))
		var paired struct {
			Token string `json:"device_token"`
		}
		c.doors[i], c.ids[i] = newClient(), p.ID
		must(c.doors[i].send(ctx, "POST", api+"/door/pair", object{"code": p.Code}, &paired))
		c.doors[i].bearer = paired.Token
	}
}

// comeBack checks after a restart that nobody was signed out, and gives the host a new access token.
func (c *crowd) comeBack(ctx context.Context, s *server) error {
	for _, cl := range append([]*client{c.host, c.visitor}, c.doors[:]...) {
		cl.hangUp()
	}
	var in struct {
		Token string `json:"access_token"`
	}
	if err := c.host.send(ctx, "POST", s.base+"/api/v1/auth/refresh", nil, &in); err != nil {
		return fmt.Errorf("the host was signed out: %w", err)
	}
	c.host.bearer = in.Token
	for i, d := range c.doors {
		if err := d.send(ctx, "GET", s.base+"/api/v1/door/event", nil, nil); err != nil {
			return fmt.Errorf("door %d was signed out: %w", i, err)
		}
	}
	return nil
}

// load puts everybody to work on a server until ctx ends. wait returns when all have noticed.
func (c *crowd) load(ctx context.Context, s *server) (wait func()) {
	c.number++
	var working sync.WaitGroup
	for i := range doors {
		random := rand.New(rand.NewPCG(c.random.Uint64(), 1))
		name := fmt.Sprintf("%d-%d", c.number, i)
		working.Go(func() { c.door(ctx, s, i, name, random) })
	}
	name, random := fmt.Sprintf("load%d", c.number), rand.New(rand.NewPCG(c.random.Uint64(), 2))
	working.Go(func() { c.imports(ctx, s, name) })
	working.Go(func() { c.answers(ctx, s, name, random) })
	return working.Wait
}

// wrong writes down an answer that no fault excuses.
func (c *crowd) wrong(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errs = append(c.errs, err)
}

// wrongs returns what wrong wrote down since the last call.
func (c *crowd) wrongs() []error {
	c.mu.Lock()
	defer c.mu.Unlock()
	errs := c.errs
	c.errs = nil
	return errs
}

// door checks guests in and out, mostly one at a time, until its requests are not answered any more.
func (c *crowd) door(ctx context.Context, s *server, door int, name string, random *rand.Rand) {
	for n := 0; ctx.Err() == nil; {
		items := make([]scan, 1)
		if random.IntN(5) == 0 {
			items = make([]scan, 2+random.IntN(12))
		}
		for i := range items {
			items[i] = c.scan(random, fmt.Sprintf("%s-%d", name, n))
			n++
		}
		c.journal.send(door, items...)
		err := c.checkIn(ctx, s, door, items)
		if refused(err) {
			c.wrong(err)
		}
		if err != nil {
			return
		}
	}
}

func (c *crowd) scan(random *rand.Rand, nonce string) scan {
	g := c.guests[random.IntN(len(c.guests))]
	i := scan{Nonce: nonce, Direction: "in", Heads: 1 + random.IntN(partySize), At: time.Now().UTC().Format(time.RFC3339Nano)}
	if random.IntN(2) == 0 {
		i.Token = g.Token
	} else {
		i.GuestID = g.ID
	}
	if random.IntN(5) < 2 {
		i.Direction = "out"
	}
	return i
}

// checkIn hands items in and writes the answers down.
func (c *crowd) checkIn(ctx context.Context, s *server, door int, items []scan) error {
	var out struct {
		Items []outcome `json:"items"`
	}
	if err := c.doors[door].send(ctx, "POST", s.base+"/api/v1/door/checkins", object{"items": items}, &out); err != nil {
		return err
	}
	if len(out.Items) != len(items) {
		c.wrong(fmt.Errorf("%d outcomes for %d items", len(out.Items), len(items)))
	}
	if err := c.journal.acknowledge(out.Items); err != nil {
		c.wrong(err)
	}
	return nil
}

// imports hands in files of guests. There is a pause between them, or they would be all that the program does.
func (c *crowd) imports(ctx context.Context, s *server, name string) {
	for n := 0; ctx.Err() == nil; n++ {
		b := &batch{name: fmt.Sprintf("%s-%d", name, n), rows: batchRows}
		c.journal.open(b)
		var done struct {
			Created int `json:"created"`
		}
		err := c.host.upload(ctx, s.base+"/api/v1/events/"+c.event+"/guests/import", guestFile(b.name, b.rows), &done)
		switch {
		case refused(err):
			c.wrong(err)
			return
		case err != nil:
			return
		case done.Created != b.rows:
			c.wrong(fmt.Errorf("an import of %d guests made %d", b.rows, done.Created))
		}
		c.journal.done(&b.acked)
		select {
		case <-ctx.Done():
		case <-time.After(40 * time.Millisecond):
		}
	}
}

func guestFile(name string, rows int) []byte {
	var b strings.Builder
	b.WriteString("name,email,party_size\n")
	for i := range rows {
		fmt.Fprintf(&b, "Guest %s %d,%s-%d@example.org,%d\n", name, i, name, i, partySize)
	}
	return []byte(b.String())
}

// answers lets guests answer, one after the other.
func (c *crowd) answers(ctx context.Context, s *server, name string, random *rand.Rand) {
	for n := 0; ctx.Err() == nil; n++ {
		g := c.guests[random.IntN(len(c.guests))]
		a := &said{guest: g.ID, text: fmt.Sprintf("%s-%d", name, n)}
		c.journal.say(a)
		status := []string{"attending", "maybe", "declined"}[random.IntN(3)]
		plus := 0
		if status == "attending" {
			plus = random.IntN(partySize)
		}
		err := c.visitor.send(ctx, http.MethodPost, s.base+"/i/"+g.Token+"/rsvp", object{"status": status, "plus_ones": plus, "message": a.text}, nil)
		if refused(err) {
			c.wrong(err)
		}
		if err != nil {
			return
		}
		c.journal.done(&a.acked)
	}
}

// handInAgain repeats everything that got no answer, and some of what did: the doors' phones do both.
func (c *crowd) handInAgain(ctx context.Context, s *server) error {
	var again [doors][]scan
	repeats := 0
	c.journal.mu.Lock()
	for _, e := range c.journal.scans {
		if e.answer == nil || repeats < 100 {
			again[e.door] = append(again[e.door], e.scan)
		}
		if e.answer != nil {
			repeats++
		}
	}
	c.journal.mu.Unlock()
	for door, items := range again {
		for len(items) > 0 {
			n := min(len(items), 100)
			if err := c.checkIn(ctx, s, door, items[:n]); err != nil {
				return fmt.Errorf("handing in again: %w", err)
			}
			items = items[n:]
		}
	}
	return nil
}
