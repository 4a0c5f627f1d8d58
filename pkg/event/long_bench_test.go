package event_test

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/event"
	"github.com/doorward/doorward/pkg/sqlite"
)

const many = 5000 // the longest list that is imported at once

// forgetful remembers nothing, nobody waits, and no message does.
type forgetful struct{}

func (forgetful) Forget(*sqlite.Tx, doorward.EventID)        {}
func (forgetful) Promote(*sqlite.Tx, doorward.EventID) error { return nil }
func (forgetful) Resume(*sqlite.Tx, doorward.EventID, time.Time) error {
	return nil
}

// long makes a database with an event of so many guests, each with a link that was opened twice.
func long(b testing.TB, now *time.Time, guests int) (*sqlite.DB, doorward.User, doorward.EventID) {
	b.Helper()
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "doorward.db"), func() time.Time { return *now }, func(doorward.Activity) {})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	host := doorward.User{ID: "usr_bench", Name: "Hanna"}
	id := doorward.NewEventID()
	list := make([]doorward.Guest, guests)
	for i := range list {
		list[i] = doorward.Guest{
			ID: doorward.NewGuestID(), EventID: id, Name: fmt.Sprintf("Ána Maria Costa %d", i), Email: fmt.Sprintf("ana%d@example.com", i),
			Phone: fmt.Sprintf("+35191%07d", i), PartySize: 2, Tags: []string{"family", "friends"}, Note: "vegetarian",
		}
	}
	err = db.Write(b.Context(), func(tx *sqlite.Tx) error {
		if err := tx.InsertUser(host, "hanna@example.com", ""); err != nil {
			return err
		}
		if err := tx.InsertEvent(doorward.Event{ID: id, Name: "Bench", StartsAt: *now, Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()}); err != nil {
			return err
		}
		if err := tx.InsertCollaborator(id, host.ID, doorward.RoleOwner); err != nil {
			return err
		}
		if err := tx.InsertGuests(sqlite.PrepareGuests(id, list)); err != nil {
			return err
		}
		for _, g := range list {
			if err := tx.IssueLink(g.ID); err != nil {
				return err
			}
			for range 2 {
				a := doorward.Access{
					ID: doorward.NewAccessID(), EventID: id, GuestID: g.ID, Link: 1, Band: doorward.BandLow, Action: doorward.ActionAllowed,
					Signals:    doorward.Signals{At: *now, Kind: doorward.AccessOpen, IP: netip.MustParseAddr("203.0.113.7"), UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"},
					Assessment: doorward.Assessment{Class: doorward.ClassHuman, Evaluated: true},
				}
				if err := tx.InsertAccess(a); err != nil {
					return err
				}
				if err := tx.InsertActivity(id, doorward.ActivityAccess, g.ID, doorward.AccessActivity{AccessID: a.ID}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return db, host, id
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

// A copy of a long list, and what the door waits for meanwhile.
func BenchmarkDuplicate(b *testing.B) {
	now := time.Now()
	db, host, id := long(b, &now, many)
	events := event.New(db, forgetful{}, forgetful{}, forgetful{})
	var longest time.Duration
	for b.Loop() {
		longest = max(longest, whileTheDoorWorks(b, db, func() error {
			_, err := events.Duplicate(b.Context(), host, id, event.Copy{Guests: true})
			return err
		}))
	}
	b.ReportMetric(float64(longest.Milliseconds()), "ms-door-waits")
}

// The purge of an event with a long list and two accesses for each of it.
func BenchmarkPurge(b *testing.B) {
	var longest, took time.Duration
	n := 0
	for b.Loop() {
		now := time.Now()
		db, host, id := long(b, &now, many)
		events := event.New(db, forgetful{}, forgetful{}, forgetful{})
		if err := events.Delete(b.Context(), host, id); err != nil {
			b.Fatal(err)
		}
		now = now.Add(event.RestoreWithin)
		start := time.Now()
		longest = max(longest, whileTheDoorWorks(b, db, func() error { return events.Purge(b.Context()) }))
		took, n = took+time.Since(start), n+1
	}
	b.ReportMetric(float64(longest.Milliseconds()), "ms-door-waits")
	b.ReportMetric(float64(took.Milliseconds())/float64(n), "ms-purge")
}
