package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
)

// machine is one whose wall clock anybody may set.
type machine struct {
	mu      sync.Mutex // guards the rest
	wall    time.Time
	elapsed time.Duration
	kept    doorward.ClockState
}

func newMachine() *machine {
	return &machine{wall: time.Now().UTC(), elapsed: time.Hour, kept: doorward.ClockSynced}
}

func (m *machine) tells() app.Machine {
	return app.Machine{
		Wall:    func() time.Time { m.mu.Lock(); defer m.mu.Unlock(); return m.wall },
		Elapsed: func() time.Duration { m.mu.Lock(); defer m.mu.Unlock(); return m.elapsed },
		Kept:    func() doorward.ClockState { m.mu.Lock(); defer m.mu.Unlock(); return m.kept },
	}
}

// wait lets time pass, and leaves the clock to somebody who keeps it or to nobody.
func (m *machine) wait(d time.Duration, kept doorward.ClockState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wall, m.elapsed, m.kept = m.wall.Add(d), m.elapsed+d, kept
}

// set sets the wall clock by hand: the kernel then no longer calls it kept in time.
func (m *machine) set(by time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wall, m.kept = m.wall.Add(by), doorward.ClockUnsynced
}

// evening is a box with a clock of the test's, and everything on it that a jump could take away.
type evening struct {
	*program
	machine               *machine
	event, phone, expires string
	bearer, cookie        string
	guests                int
}

func startEvening(t *testing.T, m *machine) *evening {
	t.Helper()
	e := &evening{program: startWith(t, app.Config{Machine: m.tells()}), machine: m}
	e.user("ana")
	e.bearer, e.cookie = e.signInFrom("ana@example.com", iPhone)
	e.event = e.program.event(e.bearer, nil)
	e.phone = e.pair(time.Time{})
	e.expires = e.pair(e.app.Clock.Now().Add(6 * time.Hour))
	return e
}

// pair pairs a phone whose access ends at a time, or with the event.
func (e *evening) pair(until time.Time) string {
	e.t.Helper()
	body := object{"name": "Rui's phone", "entrance": "Main door"}
	if !until.IsZero() {
		body["expires_at"] = until.UTC().Format(time.RFC3339)
	}
	code := e.must(201, "POST", e.event+"/devices", e.bearer, body).text(e.t, "pairing_code")
	return e.must(200, "POST", api+"/door/pair", "", object{"code": code}).text(e.t, "device_token")
}

// shows fails the test unless everybody is told that the clock is in a state.
func (e *evening) shows(want doorward.ClockState) {
	e.t.Helper()
	for path, bearer := range map[string]string{"/readyz": "", "/healthz": "", api + "/door/event": e.phone} {
		if got := e.must(200, "GET", path, bearer, nil).text(e.t, "clock"); got != string(want) {
			e.t.Errorf("%s says that the clock is %s, want %s", path, got, want)
		}
	}
}

// goesOn fails the test unless both phones let in, and the host goes on without signing in.
func (e *evening) goesOn() {
	e.t.Helper()
	got := e.do("POST", api+"/auth/refresh", "", http.Header{"Cookie": {e.cookie}}, nil)
	if got.status != 200 {
		e.t.Fatalf("the host was signed out: %d %s", got.status, got.body)
	}
	e.bearer = got.text(e.t, "access_token")
	e.cookie, _, _ = strings.Cut(got.header.Get("Set-Cookie"), ";")
	e.must(200, "GET", api+"/me", e.bearer, nil)
	for _, phone := range []string{e.phone, e.expires} {
		e.must(200, "GET", api+"/door/event", phone, nil)
		guest := e.guest(e.bearer, e.event, fmt.Sprint("Guest ", e.guests), 1)
		e.guests++
		item := object{"nonce": guest, "guest_id": guest, "direction": "in", "at": time.Now().UTC()}
		done := e.must(200, "POST", api+"/door/checkins", phone, object{"items": []object{item}, "sent_at": time.Now().UTC()})
		if !strings.Contains(string(done.body), `"admitted"`) {
			e.t.Fatalf("not let in: %s", done.body)
		}
	}
}

// signIn signs in once more, from another browser, which forgets what is over.
func (e *evening) signIn() {
	e.t.Helper()
	bearer, cookie := e.signInFrom("ana@example.com", firefox)
	e.do("POST", api+"/auth/logout", bearer, http.Header{"Cookie": {cookie}}, nil)
}

// order fails the test unless the history goes on from a time, whatever the wall clock says.
func (e *evening) order(from time.Time) {
	e.t.Helper()
	rows := e.must(200, "GET", e.event+"/activity?limit=4", e.bearer, nil).get(e.t, "items").([]any)
	last := e.app.Clock.Now()
	for _, row := range rows { // the newest first
		at, err := time.Parse(time.RFC3339, row.(map[string]any)["at"].(string))
		if err != nil || at.After(last) || at.Before(from.Truncate(time.Second)) {
			e.t.Errorf("%v is not between %v and %v: %v", at, from, last, err)
		}
		last = at
	}
}

const day = 24 * time.Hour

// A clock that is set takes nothing away, however far and often: nobody is signed out, no phone, and nothing is forgotten.
func TestClockJumps(t *testing.T) {
	for name, jump := range map[string][]time.Duration{
		"a week back": {-7 * day}, "a week on": {7 * day}, "400 days on": {400 * day}, "400 days on and back": {400 * day, -400 * day},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := startEvening(t, newMachine())
			e.shows(doorward.ClockSynced)
			for range 10 {
				for _, by := range jump {
					before := e.app.Clock.Now()
					e.machine.set(by)
					e.shows(stateAfter(by, len(jump)))
					e.goesOn()
					e.order(before)
				}
				// The network finds it right, and it is followed; a phone that was let in stays so.
				e.machine.wait(time.Second, doorward.ClockSynced)
				e.app.Clock.State()
				e.machine.wait(2*time.Minute, doorward.ClockSynced)
				e.shows(doorward.ClockSynced)
				if off := e.app.Clock.Now().Sub(e.machine.tells().Wall()).Abs(); off > time.Second {
					t.Fatalf("the program's time is %v off that of the network", off)
				}
				e.signIn()
				e.goesOn()
			}
			if n := e.must(200, "GET", e.event, e.bearer, nil).get(t, "counts", "heads_inside"); n != float64(e.guests) {
				t.Errorf("%v are inside, of %d that were let in", n, e.guests)
			}
			if _, current := e.sessions(e.bearer); current != "Safari · iPhone" {
				t.Errorf("signed in is %q", current)
			}
		})
	}
}

// stateAfter is how the clock stands after a jump: one back to where it was is none.
func stateAfter(by time.Duration, jumps int) doorward.ClockState {
	if by < 0 && jumps == 2 {
		return doorward.ClockUnsynced
	}
	return doorward.ClockJumped
}

// A box wakes with any clock: behind the database it goes on from there, and ahead of it, while nobody vouches for that,
// nobody is signed out for the time it was off.
func TestClockAtTheStart(t *testing.T) {
	m := newMachine()
	e := startEvening(t, m)
	e.goesOn()
	for _, by := range []time.Duration{-400 * day, 800 * day} {
		before := e.app.Clock.Now()
		m.set(by)
		e.restart()
		want := doorward.ClockUnsynced
		if by < 0 {
			want = doorward.ClockJumped
		}
		e.shows(want)
		if e.app.Clock.Now().Before(before.Add(-time.Minute)) {
			t.Errorf("after a start in another year it is %v, want %v", e.app.Clock.Now(), before)
		}
		e.goesOn()
	}
}

// A new box whose clock woke in another year knows that it is no earlier than its program.
func TestClockOfNewBox(t *testing.T) {
	m := newMachine()
	committed := m.tells().Wall()
	m.set(-400 * day)
	p := startWith(t, app.Config{Machine: m.tells(), Committed: committed})
	if got := p.app.Clock.Now(); got.Before(committed) {
		t.Errorf("it is %v, before the program's %v", got, committed)
	}
	if got := p.app.Clock.State(); got != doorward.ClockJumped {
		t.Errorf("the clock is %s", got)
	}
}
