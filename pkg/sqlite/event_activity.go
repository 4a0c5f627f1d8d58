package sqlite

import (
	"encoding/json"

	"github.com/doorward/doorward/pkg/doorward"
)

const sqlInsertActivity query = `INSERT INTO activity (event_id, kind, guest_id, at_ms, data)
	SELECT e.id, ?2, nullif(?3, ''), ?4, ?5 FROM events e WHERE e.id = ?1 AND ` + thereStill + " RETURNING id"

// InsertActivity adds a row to the history of an event, which is published after the commit. guest is whom it is about,
// "" for nobody; data is one of doorward's …Activity types. A deleted event has no history: whatever would be in it is not
// found, and so is not done.
func (tx *Tx) InsertActivity(event doorward.EventID, kind doorward.ActivityKind, guest doorward.GuestID, data any) error {
	a := doorward.Activity{EventID: event, Kind: kind, At: tx.Now, Data: json.RawMessage(toJSON(data))}
	err := tx.row(sqlInsertActivity, func(s scanner) error { return s.Scan(&a.ID) }, event, kind, guest, ms(a.At), string(a.Data))
	if err == nil {
		tx.AfterCommit(func() { tx.publish(a) })
	}
	return notFound(err, noSuchEvent, "adding to an event's history")
}

const (
	sqlActivityAfter  query = "SELECT id, event_id, kind, at_ms, data FROM activity WHERE event_id = ? AND id > ? ORDER BY id LIMIT ?"
	sqlActivityBefore query = "SELECT id, event_id, kind, at_ms, data FROM activity WHERE event_id = ? AND id < ? ORDER BY id DESC LIMIT ?"
	sqlActivityGuest  query = "SELECT id, event_id, kind, at_ms, data FROM activity WHERE guest_id = ?2 AND event_id = ?1 AND id < ?3 ORDER BY id DESC LIMIT ?4"
	sqlActivityLast   query = "SELECT coalesce(max(id), 0) FROM activity WHERE event_id = ?"
)

// ActivityAfter lists what happened after an id, oldest first.
func (tx *Tx) ActivityAfter(event doorward.EventID, after int64, limit int) ([]doorward.Activity, error) {
	return tx.activity(sqlActivityAfter, event, after, limit)
}

// ActivityBefore lists what happened before an id, newest first.
func (tx *Tx) ActivityBefore(event doorward.EventID, before int64, limit int) ([]doorward.Activity, error) {
	return tx.activity(sqlActivityBefore, event, before, limit)
}

// ActivityOfGuest lists what happened to a guest before an id, newest first.
func (tx *Tx) ActivityOfGuest(event doorward.EventID, guest doorward.GuestID, before int64, limit int) ([]doorward.Activity, error) {
	return tx.activity(sqlActivityGuest, event, guest, before, limit)
}

// LastActivity returns the newest id of an event's history, 0 when there is none.
func (tx *Tx) LastActivity(event doorward.EventID) (id int64, err error) {
	err = tx.row(sqlActivityLast, func(s scanner) error { return s.Scan(&id) }, event)
	return id, doingError(err, "reading an event's history")
}

func (tx *Tx) activity(q query, args ...any) (list []doorward.Activity, err error) {
	err = tx.rows(q, func(s scanner) error {
		var a doorward.Activity
		var at int64
		var data string
		if err := s.Scan(&a.ID, &a.EventID, &a.Kind, &at, &data); err != nil {
			return err
		}
		a.At, a.Data = fromMS(at), json.RawMessage(data)
		list = append(list, a)
		return nil
	}, args...)
	return list, doingError(err, "reading an event's history")
}
