package event_test

import (
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/event"
)

// A purge takes no copy that is being put together for one that was left behind. A copy whose source is deleted meanwhile is
// there whole or not at all.
func TestPurgeWhileCopying(t *testing.T) {
	now := time.Now()
	const guests = 1000
	db, host, id := long(t, &now, guests)
	events := event.New(db, forgetful{}, forgetful{}, forgetful{})
	copied := make(chan error, 1)
	go func() {
		_, err := events.Duplicate(t.Context(), host, id, event.Copy{Guests: true})
		copied <- err
	}()
	for running := true; running; {
		select {
		case err := <-copied:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
			if err := events.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	page, err := events.List(t.Context(), host.ID, "", 10)
	if err != nil || len(page.Items) != 2 || page.Items[0].Counts.Guests != guests || page.Items[1].Counts.Guests != guests {
		t.Fatalf("%+v %v", page.Items, err)
	}

	go func() {
		_, err := events.Duplicate(t.Context(), host, id, event.Copy{Guests: true})
		copied <- err
	}()
	if err := events.Delete(t.Context(), host, id); err != nil {
		t.Fatal(err)
	}
	if err := <-copied; err != nil && doorward.ErrorCode(err) != doorward.CodeNotFound {
		t.Fatal(err)
	}
	if err := events.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	page, err = events.List(t.Context(), host.ID, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Items {
		if e.Counts.Guests != guests {
			t.Errorf("a copy has %d guests", e.Counts.Guests)
		}
	}
	if _, err := events.Restore(t.Context(), host, id); err != nil {
		t.Error(err)
	}
}
