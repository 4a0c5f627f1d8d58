package door_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/door"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// evening is a party with doors, on a clock that stands until it is set.
type evening struct {
	t     *testing.T
	now   time.Time
	db    *sqlite.DB
	doors *door.Doors
	event doorward.EventID
}

func start(t *testing.T) *evening {
	t.Helper()
	e := &evening{t: t, now: time.Date(2026, 6, 12, 20, 0, 0, 0, time.UTC), event: doorward.NewEventID()}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), func() time.Time { return e.now }, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	e.db = db
	e.doors = door.New(db, nil, "http://localhost") // names are tapped here, so that no link is judged
	e.write(func(tx *sqlite.Tx) error {
		return tx.InsertEvent(doorward.Event{ID: e.event, Name: "Rooftop Friday", StartsAt: e.now, Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()})
	})
	return e
}

func (e *evening) write(f func(*sqlite.Tx) error) {
	e.t.Helper()
	if err := e.db.Write(e.t.Context(), f); err != nil {
		e.t.Fatal(err)
	}
}

func (e *evening) guest(party int) doorward.GuestID {
	e.t.Helper()
	id := doorward.NewGuestID()
	e.write(func(tx *sqlite.Tx) error {
		return tx.InsertGuest(doorward.Guest{ID: id, EventID: e.event, Name: "Ana Costa", PartySize: party})
	})
	return id
}

// phone pairs a phone, now.
func (e *evening) phone(expires time.Time) door.Source {
	e.t.Helper()
	host := doorward.User{Name: "Hanna"}
	p, err := e.doors.AddDevice(e.t.Context(), host, e.event, doorward.Device{Name: "Phone", Entrance: "Main door", ExpiresAt: expires}, e.now)
	if err != nil {
		e.t.Fatal(err)
	}
	paired, err := e.doors.Pair(e.t.Context(), p.Code, "")
	if err != nil {
		e.t.Fatal(err)
	}
	return door.DeviceSource(paired.Device, doorward.Signals{})
}

// hand hands one item in.
func (e *evening) hand(from door.Source, item door.Item) door.Answer {
	e.t.Helper()
	if item.Direction == "" {
		item.Direction = doorward.DirectionIn
	}
	answers, _, err := e.doors.CheckIn(e.t.Context(), from, []door.Item{item})
	if err != nil {
		e.t.Fatal(err)
	}
	return answers[0]
}

// verdict is the part of an answer that these tests compare.
type verdict struct {
	Outcome  doorward.Outcome
	Reason   doorward.Refusal
	Heads    int
	Conflict bool
}

func (e *evening) want(got door.Answer, want verdict) {
	e.t.Helper()
	c := got.Checkin
	if have := (verdict{c.Outcome, c.Reason, c.Heads, c.Conflict}); have != want {
		e.t.Errorf("got %+v, want %+v", have, want)
	}
}

// A phone whose clock is off, by however much, lets no second holder of a code in: what it scans now is of now.
func TestPhoneClockIsOff(t *testing.T) {
	for _, off := range []time.Duration{-10 * 365 * 24 * time.Hour, -2 * time.Hour, -20 * time.Second, 0, 20 * time.Second, 2 * time.Hour} {
		e := start(t)
		ana, north, south := e.guest(1), e.phone(time.Time{}), e.phone(time.Time{})
		e.now = e.now.Add(time.Minute)
		e.want(e.hand(north, door.Item{Nonce: "1", GuestID: ana}), verdict{Outcome: doorward.OutcomeAdmitted, Heads: 1})
		e.now = e.now.Add(5 * time.Second)
		phone := e.now.Add(off)
		got := e.hand(south, door.Item{Nonce: "2", GuestID: ana, At: phone, SentAt: phone})
		e.want(got, verdict{Outcome: doorward.OutcomeRefused, Reason: doorward.RefusalAlreadyInside})
		if !got.Checkin.At.Equal(e.now) {
			t.Errorf("off by %v: the scan is of %v, want %v", off, got.Checkin.At, e.now)
		}
	}
}

// A scan that waited on a phone is put where it belongs in the evening, whatever that phone's clock says, and the later
// of two is the conflict.
func TestScanThatWaited(t *testing.T) {
	for _, off := range []time.Duration{-time.Hour, 0, time.Hour} {
		e := start(t)
		ana, north, south := e.guest(1), e.phone(time.Time{}), e.phone(time.Time{})
		e.now = e.now.Add(10 * time.Minute)
		e.want(e.hand(north, door.Item{Nonce: "1", GuestID: ana}), verdict{Outcome: doorward.OutcomeAdmitted, Heads: 1})
		e.now = e.now.Add(10 * time.Minute)
		phone := e.now.Add(off)
		got := e.hand(south, door.Item{Nonce: "2", GuestID: ana, At: phone.Add(-5 * time.Minute), SentAt: phone})
		e.want(got, verdict{Outcome: doorward.OutcomeAdmitted, Heads: 1, Conflict: true})
		if want := e.now.Add(-5 * time.Minute); !got.Checkin.At.Equal(want) {
			t.Errorf("off by %v: the scan is of %v, want %v", off, got.Checkin.At, want)
		}
	}
}

// A phone without network lets a party in bit by bit. It knows its own scans: what had room by those stands, whatever
// the other doors did meanwhile; what had none does not.
func TestPartyInPartsWithoutNetwork(t *testing.T) {
	e := start(t)
	ana, north, south := e.guest(3), e.phone(time.Time{}), e.phone(time.Time{})
	e.now = e.now.Add(time.Hour)
	ago := func(d time.Duration) time.Time { return e.now.Add(-d) }
	scan := func(from door.Source, nonce string, heads int, at time.Time) door.Answer {
		return e.hand(from, door.Item{Nonce: nonce, GuestID: ana, Heads: heads, At: at, SentAt: e.now})
	}
	e.want(scan(north, "1", 1, ago(30*time.Minute)), verdict{Outcome: doorward.OutcomeAdmitted, Heads: 1})
	e.want(scan(south, "2", 2, ago(20*time.Minute)), verdict{Outcome: doorward.OutcomeAdmitted, Heads: 2})
	e.want(scan(north, "3", 1, ago(10*time.Minute)), verdict{Outcome: doorward.OutcomeAdmitted, Heads: 1, Conflict: true})
	e.want(scan(north, "4", 1, ago(25*time.Minute)), verdict{Outcome: doorward.OutcomeAdmitted, Heads: 1})
	e.want(scan(north, "5", 1, ago(5*time.Minute)), verdict{Outcome: doorward.OutcomeRefused, Reason: doorward.RefusalAlreadyInside})
	page, err := e.doors.Ledger(t.Context(), e.event, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	conflicts := map[string]bool{}
	for _, row := range page.Items {
		if row.Conflict {
			conflicts[row.Nonce] = true
		}
	}
	if len(conflicts) != 2 || !conflicts["2"] || !conflicts["3"] {
		t.Errorf("the conflicts are %v, want the scans after another door's: 2 and 3", conflicts)
	}
}

// A phone whose time is over hands in what it scanned in time, for a day; nothing from before it was a phone of ours.
func TestPhoneWhoseTimeIsOver(t *testing.T) {
	e := start(t)
	paired := e.now
	end := e.now.Add(time.Hour)
	north := e.phone(end)
	for _, c := range []struct {
		name     string
		now, at  time.Time
		admitted bool
	}{
		{"in time", end.Add(-time.Minute), end.Add(-time.Minute), true},
		{"handed in late", end.Add(23 * time.Hour), end.Add(-time.Minute), true},
		{"handed in much later", end.Add(25 * time.Hour), end.Add(-time.Minute), false},
		{"scanned after the end", end.Add(time.Minute), end.Add(30 * time.Second), false},
		{"from before the pairing", end.Add(time.Minute), paired.Add(-time.Minute), false},
		{"without a clock", end.Add(time.Minute), time.Unix(0, 0), false},
	} {
		e.now = c.now
		want := verdict{Outcome: doorward.OutcomeRefused, Reason: doorward.RefusalExpiredDevice}
		if c.admitted {
			want = verdict{Outcome: doorward.OutcomeAdmitted, Heads: 1}
		}
		t.Log(c.name)
		e.want(e.hand(north, door.Item{Nonce: c.name, GuestID: e.guest(1), At: c.at}), want)
	}
}

// A nonce stands for one guest of one event: under another it shows nobody.
func TestNonceOfAnother(t *testing.T) {
	e := start(t)
	ana, ben := e.guest(1), e.guest(1)
	north := e.phone(time.Time{})
	e.want(e.hand(north, door.Item{Nonce: "1", GuestID: ana}), verdict{Outcome: doorward.OutcomeAdmitted, Heads: 1})
	got := e.hand(north, door.Item{Nonce: "1", GuestID: ben})
	e.want(got, verdict{Outcome: doorward.OutcomeRefused, Reason: doorward.RefusalInvalid})
	if got.Guest.ID != "" {
		t.Errorf("it showed %s", got.Guest.Name)
	}
	e.want(e.hand(north, door.Item{Nonce: "1", GuestID: ana}), verdict{Outcome: doorward.OutcomeAdmitted, Heads: 1})
}
