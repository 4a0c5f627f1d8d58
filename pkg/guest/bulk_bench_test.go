package guest_test

import (
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

// What is done to 5,000 guests at once is one commit, for which the door waits as long as it takes.
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
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if n, err := step.do(event, ids); err != nil || n != guest.MaxRows {
					b.Fatal(n, err)
				}
			}
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
