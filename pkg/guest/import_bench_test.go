package guest_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/guest"
	"github.com/doorward/doorward/pkg/sqlite"
)

// longList is the longest list that one file may bring.
func longList() []byte {
	var b bytes.Buffer
	b.WriteString("name,email,phone,party_size,tags,note\n")
	for i := range guest.MaxRows {
		fmt.Fprintf(&b, "Ána Maria Costa %d,ana%d@example.com,+35191%07d,2,family;friends,vegetarian\n", i, i, i)
	}
	return b.Bytes()
}

// The longest import, and what the door waits for meanwhile: an import is one commit.
func BenchmarkImport(b *testing.B) {
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "doorward.db"), time.Now, func(doorward.Activity) {})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a benchmark
	guests, data := guest.New(db, nil, nil), longList()
	var longest time.Duration
	for b.Loop() {
		event := doorward.EventID(doorward.NewEventID())
		err := db.Write(b.Context(), func(tx *sqlite.Tx) error {
			return tx.InsertEvent(doorward.Event{ID: event, Name: "Bench", StartsAt: time.Now(), Timezone: "UTC", State: doorward.EventOpen, Thresholds: doorward.DefaultThresholds()})
		})
		if err != nil {
			b.Fatal(err)
		}
		longest = max(longest, whileTheDoorWorks(b, db, func() error {
			_, err := guests.Import(b.Context(), doorward.User{}, event, data, guest.Reading{}, false)
			return err
		}))
	}
	b.ReportMetric(float64(longest.Milliseconds()), "ms-door-waits")
}
