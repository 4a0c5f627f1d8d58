package sqlite

import (
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// An event that was deleted stays as it was, with everything of it, for as long as it can be brought back: it is only found
// no more. discarded stands in place of the time when nobody can bring it back: it is being taken apart, or it was not yet
// put together. 1970 is longer ago than any deletion.
const discarded = 1

const sqlSetDeleted query = "UPDATE events SET deleted_ms = ?2 WHERE id = ?1"

// HideEvent deletes an event: from here on nothing finds it but what is about deleted events.
func (tx *Tx) HideEvent(id doorward.EventID) error {
	_, err := tx.exec(sqlSetDeleted, id, ms(tx.Now))
	return doingError(err, "deleting an event")
}

// ShowEvent brings an event back that was deleted or discarded.
func (tx *Tx) ShowEvent(id doorward.EventID) error {
	_, err := tx.exec(sqlSetDeleted, id, 0)
	return doingError(err, "bringing an event back")
}

// DiscardEvent deletes an event for good, or keeps one hidden that is being put together in several writes: ShowEvent ends
// that. Otherwise the next purge removes it.
func (tx *Tx) DiscardEvent(id doorward.EventID) error {
	_, err := tx.exec(sqlSetDeleted, id, discarded)
	return doingError(err, "hiding an event")
}

const sqlDeletedAt query = "SELECT deleted_ms FROM events WHERE id = ?"

// DeletedAt returns when an event was deleted, zero for one that is there.
func (tx *Tx) DeletedAt(id doorward.EventID) (at time.Time, err error) {
	var deleted int64
	err = tx.row(sqlDeletedAt, func(s scanner) error { return s.Scan(&deleted) }, id)
	return fromMS(deleted), notFound(err, noSuchEvent, "reading an event")
}

const sqlDeletedEvents query = "SELECT " + eventColumns + `, c.role, e.deleted_ms FROM collaborators c JOIN events e ON e.id = c.event_id
	WHERE c.user_id = ? AND c.event_id > ? AND c.role = 'owner' AND e.deleted_ms > ? ORDER BY c.event_id LIMIT ?`

// DeletedEvents lists the events that a user owns and that were deleted since a time, by id, after the given one.
func (tx *Tx) DeletedEvents(user doorward.UserID, since time.Time, after doorward.EventID, limit int) (events []doorward.DeletedEvent, err error) {
	err = tx.rows(sqlDeletedEvents, func(s scanner) error {
		var e doorward.DeletedEvent
		var deleted int64
		err := scanEvent(s, &e.Event, &e.Role, &deleted)
		e.DeletedAt = fromMS(deleted)
		events = append(events, e)
		return err
	}, user, after, ms(since), limit)
	return events, doingError(err, "listing deleted events")
}

const (
	sqlDiscardOld query = "UPDATE events SET deleted_ms = 1 WHERE deleted_ms > 1 AND deleted_ms > 0 AND deleted_ms <= ?"
	sqlDiscarded  query = "SELECT id FROM events WHERE deleted_ms > 0 AND deleted_ms = 1"
)

// DiscardOld discards the events that were deleted up to a time, and returns all that are discarded.
func (tx *Tx) DiscardOld(until time.Time) (ids []doorward.EventID, err error) {
	if _, err := tx.exec(sqlDiscardOld, ms(until)); err != nil {
		return nil, doingError(err, "discarding deleted events")
	}
	err = tx.rows(sqlDiscarded, func(s scanner) error {
		var id doorward.EventID
		err := s.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, doingError(err, "looking for deleted events")
}

// What an event is taken apart by, one after the other: no commit between leaves a row that contradicts another. Guests
// take what hangs on them along, the event what is left.
const (
	sqlPurgeActivity  query = "DELETE FROM activity WHERE id IN (SELECT id FROM activity WHERE event_id = ?1 LIMIT ?2)"
	sqlPurgeAccesses  query = "DELETE FROM access_logs WHERE id IN (SELECT id FROM access_logs WHERE event_id = ?1 LIMIT ?2)"
	sqlPurgeGuests    query = "DELETE FROM guests WHERE id IN (SELECT id FROM guests WHERE event_id = ?1 LIMIT ?2)"
	sqlPurgeCheckins  query = "DELETE FROM checkins WHERE id IN (SELECT id FROM checkins WHERE event_id = ?1 LIMIT ?2)"
	sqlPurgeAllowlist query = "DELETE FROM allowlist WHERE event_id = ?1 AND cidr IN (SELECT cidr FROM allowlist WHERE event_id = ?1 LIMIT ?2)"
	sqlDeleteEvent    query = "DELETE FROM events WHERE id = ?"
)

// PurgeEvent removes up to n rows of a discarded event, at last the event itself, and reports whether something is left.
func (tx *Tx) PurgeEvent(id doorward.EventID, n int) (left bool, err error) {
	for _, q := range []query{sqlPurgeActivity, sqlPurgeAccesses, sqlPurgeGuests, sqlPurgeCheckins, sqlPurgeAllowlist} {
		removed, err := tx.exec(q, id, n)
		if err != nil || removed > 0 {
			return true, doingError(err, "purging an event")
		}
	}
	_, err = tx.exec(sqlDeleteEvent, id)
	return false, doingError(err, "purging an event")
}
