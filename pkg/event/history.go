package event

import (
	"context"
	"math"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// HistoryRange chooses a part of an event's history. With After the list runs forward from there, else back from
// Before, or from the end. Guest narrows it to one guest, running back.
type HistoryRange struct {
	After  int64
	Before int64
	Guest  doorward.GuestID
}

// History lists what happened on an event.
func (s *Events) History(ctx context.Context, id doorward.EventID, r HistoryRange, limit int) (list []doorward.Activity, err error) {
	if r.Before == 0 {
		r.Before = math.MaxInt64
	}
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		switch {
		case r.Guest != "":
			list, err = tx.ActivityOfGuest(id, r.Guest, r.Before, limit)
		case r.After > 0:
			list, err = tx.ActivityAfter(id, r.After, limit)
		default:
			list, err = tx.ActivityBefore(id, r.Before, limit)
		}
		return err
	})
	return list, err
}

// Newest returns the id of the newest row of an event's history: where a live stream starts.
func (s *Events) Newest(ctx context.Context, id doorward.EventID) (newest int64, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		newest, err = tx.LastActivity(id)
		return err
	})
	return newest, err
}
