package httpapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/event"
	"github.com/doorward/doorward/pkg/sqlite"
)

// purge does what the program does by the clock every hour.
func (p *program) purge() {
	p.t.Helper()
	db, err := sqlite.Open(p.t.Context(), sqlite.Path(p.data), p.app.Clock.Now, func(doorward.Activity) {}, sqlite.Lag(p.app.Clock.Lag))
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // the program's own is looked at
	if err := event.New(db, nil, nil, nil).Purge(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// After seven days a deleted event is gone for good, and not a moment before; time that a clock jumped over is none.
func TestPurge(t *testing.T) {
	m := newMachine()
	p := startWith(t, app.Config{Machine: m.tells()})
	e := p.estate("ana")
	p.must(201, "POST", e.event+"/security/allowlist", e.owner, object{"cidr": "10.0.0.0/8"})
	for i := range 150 { // more than one write takes
		p.guest(e.owner, e.event, fmt.Sprint("Guest ", i), 1)
	}
	kept := p.event(e.owner, nil)
	p.guest(e.owner, kept, "Zoë", 1)
	p.must(204, "DELETE", e.event, e.owner, nil)

	m.set(400 * day)
	p.app.Clock.State()
	m.wait(2*time.Minute, doorward.ClockSynced)
	p.app.Clock.State()
	if p.app.Clock.Lag() == 0 {
		t.Fatal("the clock was not followed")
	}
	p.purge()
	host := p.signIn("ana@example.com")
	p.must(200, "POST", e.event+"/restore", host, nil)
	p.must(204, "DELETE", e.event, host, nil)

	m.wait(2*day, doorward.ClockSynced) // and forgives
	p.app.Clock.State()
	m.wait(5*day-time.Hour, doorward.ClockSynced)
	p.app.Clock.State()
	p.purge()
	host = p.signIn("ana@example.com")
	if items := p.must(200, "GET", api+"/events/deleted", host, nil).get(t, "items").([]any); len(items) != 1 {
		t.Fatalf("an hour before: %v", items)
	}
	m.wait(2*time.Hour, doorward.ClockSynced)
	host = p.signIn("ana@example.com")
	p.must(410, "POST", e.event+"/restore", host, nil)
	if items := p.must(200, "GET", api+"/events/deleted", host, nil).get(t, "items").([]any); len(items) != 0 {
		t.Errorf("listed too long: %v", items)
	}
	p.purge()
	p.must(404, "POST", e.event+"/restore", host, nil)
	p.must(404, "GET", "/i/"+e.link, "", nil)
	p.must(401, "GET", api+"/door/event", e.phone, nil)
	report, err := sqlite.Verify(t.Context(), sqlite.Path(p.data))
	if err != nil || len(report.Failed()) > 0 {
		t.Fatalf("%v %v", report.Failed(), err)
	}
	for table, n := range map[string]int64{"events": 1, "guests": 1, "guest_terms": 1, "tokens": 0, "access_logs": 0, "checkins": 0, "devices": 0, "allowlist": 0, "entrances": 0, "collaborators": 1} {
		if int64(report.Rows[table]) != n {
			t.Errorf("%d rows left in %s, want %d", report.Rows[table], table, n)
		}
	}
	if n := p.must(200, "GET", kept, host, nil).get(t, "counts", "guests"); n != 1.0 {
		t.Errorf("the other event has %v guests", n)
	}
}
