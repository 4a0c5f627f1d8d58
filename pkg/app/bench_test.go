package app_test

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/door"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/invitation"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/token"
)

// checkins measures admissions with synchronous=FULL: clients at the same time share commits, one alone pays for each.
// nowhere knows no place.
type nowhere struct{}

func (nowhere) Locate(netip.Addr) doorward.Place { return doorward.Place{} }

func checkins(b *testing.B, clients int) {
	dir := b.TempDir()
	ring, err := token.OpenRing(filepath.Join(dir, "keys"), nil)
	if err != nil {
		b.Fatal(err)
	}
	db, err := sqlite.Open(b.Context(), filepath.Join(dir, "doorward.db"), time.Now, func(doorward.Activity) {})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	gate := invitation.New(db, ring, "http://localhost", nowhere{}, (*fraud.Event).Score)
	doors := door.New(db, gate, "http://localhost")
	event := doorward.Event{ID: doorward.NewEventID(), Name: "Bench", StartsAt: time.Now(), Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()}
	device := doorward.Device{ID: doorward.NewDeviceID(), EventID: event.ID, Name: "Phone", Entrance: "Main", Scopes: doorward.Scopes()}
	guests := make([]doorward.GuestID, b.N)
	err = db.Write(context.Background(), func(tx *sqlite.Tx) error {
		if err := tx.InsertEvent(event); err != nil {
			return err
		}
		for i := range guests {
			guests[i] = doorward.NewGuestID()
			g := doorward.Guest{ID: guests[i], EventID: event.ID, Name: fmt.Sprint("Guest ", i), PartySize: 1}
			if err := tx.InsertGuest(g); err != nil {
				return err
			}
		}
		return tx.InsertDevice(device, []byte("code"), time.Now())
	})
	if err != nil {
		b.Fatal(err)
	}
	var n atomic.Int64
	b.SetParallelism(clients) // times GOMAXPROCS, which the caller sets to one
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1) - 1
			item := door.Item{Nonce: fmt.Sprint(i), GuestID: guests[i], Direction: doorward.DirectionIn}
			answers, _, err := doors.CheckIn(context.Background(), door.DeviceSource(device, doorward.Signals{}), []door.Item{item})
			if err != nil || answers[0].Checkin.Outcome != doorward.OutcomeAdmitted {
				b.Error(err, answers)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "checkins/s")
}

// One client waits for its own commit each time: one commit per request.
func BenchmarkCheckins1(b *testing.B) { checkins(b, 1) }

// Sixteen clients share commits.
func BenchmarkCheckins16(b *testing.B) { checkins(b, 16) }
