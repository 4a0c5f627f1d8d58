package main

import (
	"context"
	"os"
	"testing"

	"github.com/doorward/doorward/pkg/app"
)

// TestDemoEvening plays the evening without pauses and asks the API what came of it.
func TestDemoEvening(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	err := withStage(t.Context(), app.Config{Listen: "127.0.0.1:0", Version: "test"}, func(ctx context.Context, st *stage) error {
		if err := st.prepare(ctx); err != nil {
			return err
		}
		if err := st.play(ctx, 0); err != nil {
			return err
		}
		checkHeads(ctx, t, st)
		checkLedger(ctx, t, st)
		checkForwarded(ctx, t, st)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("the demo left %v behind (%v)", left, err)
	}
}

func checkHeads(ctx context.Context, t *testing.T, st *stage) {
	t.Helper()
	var event struct {
		Counts struct {
			Guests, Invited, Opened, Attending, Declined int
			Inside                                       int `json:"heads_inside"`
		} `json:"counts"`
	}
	if err := st.host.send(ctx, "GET", "/api/v1/events/"+st.eventID, nil, &event); err != nil {
		t.Fatal(err)
	}
	c := event.Counts
	t.Logf("counts %+v", c)
	if c.Guests != 300 || c.Invited != 300 {
		t.Errorf("%d guests and %d of them invited, want 300 and 300", c.Guests, c.Invited)
	}
	if c.Opened <= 100 || c.Opened >= 300 || c.Attending <= 50 || c.Declined == 0 || c.Inside <= 50 {
		t.Errorf("counts %+v, want more than 100 opened but not all, more than 50 attending, some declined, more than 50 inside", c)
	}
	var view struct {
		Counts struct {
			Inside    int `json:"heads_inside"`
			Entrances []struct {
				Entrance string
				In, Out  int
			}
		} `json:"counts"`
	}
	if err := st.doors[0].send(ctx, "GET", "/api/v1/door/event", nil, &view); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, e := range view.Counts.Entrances {
		if e.In == 0 || e.Out == 0 {
			t.Errorf("%s: %d in and %d out, want some of both", e.Entrance, e.In, e.Out)
		}
		sum += e.In - e.Out
	}
	if len(view.Counts.Entrances) != 2 || sum != c.Inside || view.Counts.Inside != c.Inside {
		t.Errorf("entrances %+v sum to %d, the door says %d, the event %d", view.Counts.Entrances, sum, view.Counts.Inside, c.Inside)
	}
}

func checkLedger(ctx context.Context, t *testing.T, st *stage) {
	t.Helper()
	var ledger struct {
		Items []struct {
			Outcome, Reason string
			UndoneAt        *string `json:"undone_at"`
		}
	}
	if err := st.host.send(ctx, "GET", "/api/v1/events/"+st.eventID+"/checkins?limit=500", nil, &ledger); err != nil {
		t.Fatal(err)
	}
	undone, refused := 0, map[string]int{}
	for _, row := range ledger.Items {
		if row.UndoneAt != nil {
			undone++
		}
		if row.Outcome == "refused" {
			refused[row.Reason]++
		}
	}
	if undone != 1 || len(refused) != 1 || refused["already_inside"] != 1 {
		t.Errorf("%d undone and %v refused, want one undo and one second scan", undone, refused)
	}
}

func checkForwarded(ctx context.Context, t *testing.T, st *stage) {
	t.Helper()
	var log struct {
		Items []struct {
			Kind, Class, Band string
			Score             int
			Guest             guestRow
		}
	}
	if err := st.host.send(ctx, "GET", "/api/v1/events/"+st.eventID+"/access-logs?limit=500", nil, &log); err != nil {
		t.Fatal(err)
	}
	red := 0
	for _, a := range log.Items {
		if a.Guest.ID == st.forwarded.guest.ID {
			t.Logf("forwarded: %s %s %s %d", a.Kind, a.Class, a.Band, a.Score)
		}
		if a.Band != "high" && a.Band != "block" {
			continue
		}
		if red++; a.Guest.ID != st.forwarded.guest.ID {
			t.Errorf("%s is %s with %d although the link did not go round", a.Guest.Name, a.Band, a.Score)
		}
	}
	if red == 0 {
		t.Errorf("the link of %s went round and never turned red", st.forwarded.guest.Name)
	}
}
