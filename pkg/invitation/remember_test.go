package invitation

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

type nowhere struct{}

func (nowhere) Locate(netip.Addr) doorward.Place { return doorward.Place{} }

// evening is an event with a guest, on a database whose clock the test sets.
type evening struct {
	t     testing.TB
	db    *sqlite.DB
	ring  *token.Ring
	now   time.Time
	event doorward.Event
	guest doorward.Guest
}

func newEvening(t testing.TB) *evening {
	t.Helper()
	v := &evening{t: t, now: time.Date(2030, 6, 12, 20, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	var err error
	if v.ring, err = token.OpenRing(filepath.Join(dir, "keys"), nil); err != nil {
		t.Fatal(err)
	}
	if v.db, err = sqlite.Open(t.Context(), filepath.Join(dir, "test.db"), func() time.Time { return v.now }, func(doorward.Activity) {}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.db.Close() })
	v.event = doorward.Event{ID: doorward.NewEventID(), Name: "Evening", StartsAt: v.now, Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()}
	v.write(func(tx *sqlite.Tx) error { return tx.InsertEvent(v.event) })
	v.guest = v.invite("Ana")
	return v
}

func (v *evening) write(f func(*sqlite.Tx) error) {
	v.t.Helper()
	if err := v.db.Write(context.Background(), f); err != nil {
		v.t.Fatal(err)
	}
}

func (v *evening) invite(name string) (g doorward.Guest) {
	v.t.Helper()
	v.write(func(tx *sqlite.Tx) (err error) {
		g = doorward.Guest{ID: doorward.NewGuestID(), EventID: v.event.ID, Name: name, PartySize: 1}
		if err := tx.InsertGuest(g); err != nil {
			return err
		}
		if err := tx.IssueLink(g.ID); err != nil {
			return err
		}
		g, err = tx.Guest(g.ID)
		return err
	})
	return g
}

// program is the use case as a program that starts now has it.
func (v *evening) program() *Invitations {
	return New(v.db, v.ring, "http://localhost", nowhere{}, (*fraud.Event).Score)
}

func device(n int) doorward.Signals {
	side := strconv.Itoa(360 + 10*n)
	return doorward.Signals{
		IP: netip.AddrFrom4([4]byte{192, 0, 2, byte(n)}), UserAgent: "Mozilla/5.0 (Linux; Android 14) Chrome/" + strconv.Itoa(110+n) + ".0",
		AcceptLanguage: "de-DE", Screen: side + "x800@3", Timezone: "Europe/Berlin",
	}
}

func (v *evening) open(i *Invitations, n int) doorward.Access {
	v.t.Helper()
	l, err := i.Link(v.guest)
	if err == nil {
		err = i.Ready(v.t.Context(), v.event.ID)
	}
	if err != nil {
		v.t.Fatal(err)
	}
	a, err := i.Open(v.t.Context(), l.Token, device(n))
	if err != nil {
		v.t.Fatal(err)
	}
	return a
}

// What is read is what was remembered, also when the clock stepped back between two accesses and before a verdict.
func TestReadingKeepsTheOrderOfArrival(t *testing.T) {
	v := newEvening(t)
	i := v.program()
	v.open(i, 1)
	v.open(i, 2)
	v.now = v.now.Add(-48 * time.Hour)
	third := v.open(i, 3)
	v.open(i, 4)
	v.now = v.now.Add(-time.Hour)
	if _, err := i.Judge(t.Context(), doorward.User{}, v.event.ID, third.ID, doorward.OpinionLegitimate, ""); err != nil {
		t.Fatal(err)
	}
	v.open(i, 5)

	anew := v.program()
	if err := anew.Ready(t.Context(), v.event.ID); err != nil {
		t.Fatal(err)
	}
	if want, got := i.engine.events[v.event.ID], anew.engine.events[v.event.ID]; !reflect.DeepEqual(want, got) {
		t.Errorf("read: %+v\nremembered: %+v", got, want)
	}
}

// A scan is let through while the log is not read, and is judged from the moment that it is.
func TestScansDoNotWait(t *testing.T) {
	v := newEvening(t)
	v.open(v.program(), 1)
	i := v.program()
	scan := func() (a doorward.Access) {
		v.write(func(tx *sqlite.Tx) (err error) {
			a, err = i.Assess(tx, v.event, v.guest, doorward.Signals{Kind: doorward.AccessScan})
			return err
		})
		return a
	}
	if a := scan(); a.Assessment.Evaluated || a.Action != doorward.ActionAllowed || i.Unevaluated() != 1 {
		t.Errorf("while nothing is read: %+v", a.Assessment)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		i.Remember(ctx)
		close(ended)
	}()
	if err := i.Ready(t.Context(), v.event.ID); err != nil {
		t.Fatal(err)
	}
	if a := scan(); !a.Assessment.Evaluated {
		t.Errorf("once it is read: %+v", a.Assessment)
	}
	stop()
	<-ended
}

// A verdict that is given while the log is read, after its access was, counts.
func TestReadingBeginsAgainAfterAVerdict(t *testing.T) {
	v := newEvening(t)
	i := v.program()
	for n := range 4 {
		v.open(i, n)
	}
	last := v.open(i, 5)
	anew := v.program()
	first := true
	anew.engine.score = func(e *fraud.Event, m *fraud.Model, a *fraud.Access) fraud.Result {
		if first && a.Signals.Screen == device(5).Screen {
			first = false
			v.write(func(tx *sqlite.Tx) error {
				last.Opinion = doorward.OpinionLegitimate
				if err := tx.PutVerdict(doorward.Verdict{Access: last, Opinion: last.Opinion}); err != nil {
					return err
				}
				return anew.engine.judge(tx, last)
			})
		}
		return e.Score(m, a)
	}
	if got := v.open(anew, 5); got.Band != doorward.BandLow {
		t.Errorf("the device that the host let in is %v: %v", got.Band, got.Assessment.Reasons)
	}
	if first {
		t.Error("the verdict was never given")
	}
}

// Nothing of a guest who was deleted stays, and nothing of a deleted event.
func TestDeletedGuestsLeaveMemory(t *testing.T) {
	v := newEvening(t)
	i := v.program()
	v.open(i, 1)
	v.write(func(tx *sqlite.Tx) error {
		i.Forget(tx, v.event.ID)
		return tx.DeleteGuest(v.event.ID, v.guest.ID)
	})
	if i.engine.events[v.event.ID] != nil {
		t.Error("what was known of the guest is there")
	}
	if err := i.Ready(t.Context(), v.event.ID); err != nil {
		t.Fatal(err)
	}
	if got := i.engine.events[v.event.ID]; !reflect.DeepEqual(got, fraud.NewEvent()) {
		t.Errorf("read again it is %+v", got)
	}
}

// BenchmarkReading measures how long an event's log takes; ROWS says of how many accesses.
func BenchmarkReading(b *testing.B) {
	rows, err := strconv.Atoi(os.Getenv("ROWS"))
	if err != nil {
		b.Skip("a measurement: set ROWS to how many accesses")
	}
	v := newEvening(b)
	i := v.program()
	guests := make([]doorward.Guest, 300)
	for n := range guests {
		guests[n] = v.invite("Guest " + strconv.Itoa(n))
	}
	for n := 0; n < rows; n += 500 {
		v.now = v.now.Add(time.Minute)
		v.write(func(tx *sqlite.Tx) error {
			for k := range 500 {
				s := device((n + k) % 200)
				s.Kind = doorward.AccessOpen
				if _, err := i.Assess(tx, v.event, guests[(n+k)%len(guests)], s); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for b.Loop() {
		if err := v.program().Ready(b.Context(), v.event.ID); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
