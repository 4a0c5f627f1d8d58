package guest_test

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/guest"
	"github.com/doorward/doorward/pkg/sqlite"
)

// nothing is what the engine remembers, and who waits, where neither matters.
type nothing struct{}

func (nothing) Forget(*sqlite.Tx, doorward.EventID)        {}
func (nothing) Promote(*sqlite.Tx, doorward.EventID) error { return nil }

// lived gives guests what an evening leaves of each: a link, an answer, four accesses, two messages and two check-ins.
func lived(tx *sqlite.Tx, event doorward.EventID, ids []doorward.GuestID) error {
	for _, id := range ids {
		err := errors.Join(tx.IssueLink(id), tx.SetRSVP(id, doorward.RSVP{Status: doorward.RSVPAttending, PlusOnes: 1, AnsweredAt: tx.Now}))
		for range 4 {
			a := doorward.Access{
				ID: doorward.NewAccessID(), EventID: event, GuestID: id, Link: 1, Band: doorward.BandLow, Action: doorward.ActionAllowed,
				Signals:    doorward.Signals{At: tx.Now, Kind: doorward.AccessOpen, IP: netip.MustParseAddr("203.0.113.7"), UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"},
				Assessment: doorward.Assessment{Class: doorward.ClassHuman, Evaluated: true},
			}
			err = errors.Join(err, tx.InsertAccess(a), tx.InsertActivity(event, doorward.ActivityAccess, id, doorward.AccessActivity{AccessID: a.ID}))
		}
		for n := range 2 {
			err = errors.Join(err, tx.InsertNotification(doorward.Notification{
				ID: doorward.NewNotificationID(), EventID: event, Guest: doorward.GuestRef{ID: id}, Kind: doorward.NotificationInvitation, Generation: 1,
			}), tx.InsertCheckin(doorward.Checkin{
				ID: doorward.NewCheckinID(), EventID: event, GuestID: id, Nonce: fmt.Sprint(id, n), DeviceID: "dev_bench", Entrance: "Main door",
				Direction: doorward.DirectionIn, Heads: 1, At: tx.Now, ReceivedAt: tx.Now, Outcome: doorward.OutcomeAdmitted,
			}))
		}
		if err = errors.Join(err, tx.UpdatePresence(id)); err != nil {
			return err
		}
	}
	return nil
}

// whileTheDoorWorks runs do, and returns the longest that a door waits meanwhile.
func whileTheDoorWorks(b *testing.B, db *sqlite.DB, do func() error) (longest time.Duration) {
	b.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	for {
		select {
		case err := <-done:
			if err != nil {
				b.Fatal(err)
			}
			return longest
		default:
			start := time.Now()
			if err := db.WriteUrgent(b.Context(), func(*sqlite.Tx) error { return nil }); err != nil {
				b.Fatal(err)
			}
			longest = max(longest, time.Since(start))
		}
	}
}

// What is done to 5,000 guests with a past at once, and what the door waits for meanwhile.
func BenchmarkBulk(b *testing.B) {
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "doorward.db"), time.Now, func(doorward.Activity) {})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a benchmark
	guests, data, host := guest.New(db, nothing{}, nothing{}), longList(), doorward.User{Name: "Hanna"}
	for _, step := range []struct {
		name string
		do   func(doorward.EventID, []doorward.GuestID) (int, error)
	}{
		{"tag", func(event doorward.EventID, ids []doorward.GuestID) (int, error) {
			return guests.Tag(b.Context(), host, event, ids, "table 1")
		}},
		{"untag", func(event doorward.EventID, ids []doorward.GuestID) (int, error) {
			return guests.Untag(b.Context(), host, event, ids, "family")
		}},
		{"delete", func(event doorward.EventID, ids []doorward.GuestID) (int, error) {
			return guests.DeleteMany(b.Context(), host, event, ids)
		}},
	} {
		b.Run(step.name, func(b *testing.B) {
			var longest time.Duration
			for b.Loop() {
				b.StopTimer()
				event := doorward.EventID(doorward.NewEventID())
				var ids []doorward.GuestID
				err := db.Write(b.Context(), func(tx *sqlite.Tx) error {
					return tx.InsertEvent(doorward.Event{ID: event, Name: "Bench", StartsAt: time.Now(), Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()})
				})
				if err == nil {
					_, err = guests.Import(b.Context(), host, event, data, guest.Reading{}, false)
				}
				if err == nil {
					err = db.Read(b.Context(), func(tx *sqlite.Tx) error {
						ids, err = tx.GuestIDs(event)
						return err
					})
				}
				if err == nil {
					err = db.Write(b.Context(), func(tx *sqlite.Tx) error { return lived(tx, event, ids) })
				}
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				longest = max(longest, whileTheDoorWorks(b, db, func() error {
					n, err := step.do(event, ids)
					if err == nil && n != guest.MaxRows {
						err = fmt.Errorf("changed %d", n)
					}
					return err
				}))
			}
			b.ReportMetric(float64(longest.Milliseconds()), "ms-door-waits")
		})
	}
}

// A page of the list of 5,000, by each filter, from the middle of what it finds.
func BenchmarkList(b *testing.B) {
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "doorward.db"), time.Now, func(doorward.Activity) {})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a benchmark
	guests, event := guest.New(db, nothing{}, nothing{}), doorward.EventID(doorward.NewEventID())
	err = db.Write(b.Context(), func(tx *sqlite.Tx) error {
		return tx.InsertEvent(doorward.Event{ID: event, Name: "Bench", StartsAt: time.Now(), Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()})
	})
	if err == nil {
		_, err = guests.Import(b.Context(), doorward.User{}, event, longList(), guest.Reading{}, false)
	}
	if err != nil {
		b.Fatal(err)
	}
	for name, filter := range map[string]doorward.GuestFilter{
		"all": {}, "status": {Status: doorward.RSVPNone}, "tag": {Tag: "friends"}, "nobody": {Band: doorward.BandBlock, Tag: "friends"},
		"one letter": {Query: "a"}, "two that all have": {Query: "c a"}, "one letter and a tag": {Query: "c", Tag: "friends"}, "a number": {Query: "ana maria costa 49"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := guests.List(b.Context(), event, filter, doorward.Cursor("ana maria costa 3", ""), 100); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
