package event

import (
	"context"
	"math"
	"strconv"

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

// HistoryPage is History page by page: cursor is the Next of the page before, of the same range.
func (s *Events) HistoryPage(ctx context.Context, id doorward.EventID, r HistoryRange, cursor string, limit int) (page doorward.Page[doorward.Activity], err error) {
	forward := r.After > 0 && r.Guest == ""
	if cursor != "" {
		last, err := parseCursor(cursor)
		if err != nil {
			return page, err
		}
		if forward {
			r.After = last
		} else {
			r.Before = last
		}
	}
	if page.Items, err = s.History(ctx, id, r, limit+1); err != nil {
		return page, err
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = doorward.Cursor(strconv.FormatInt(page.Items[limit-1].ID, 10))
	}
	return page, nil
}

func parseCursor(cursor string) (int64, error) {
	key, err := doorward.ParseCursor(cursor, 1)
	if err != nil {
		return 0, err
	}
	last, err := strconv.ParseInt(key[0], 10, 64)
	if err != nil || last < 1 {
		return 0, doorward.Invalid(doorward.FieldError{Field: "cursor", Detail: "Start again without a cursor: this one is not ours."})
	}
	return last, nil
}

// Newest returns the id of the newest row of an event's history: where a live stream starts.
func (s *Events) Newest(ctx context.Context, id doorward.EventID) (newest int64, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		newest, err = tx.LastActivity(id)
		return err
	})
	return newest, err
}
