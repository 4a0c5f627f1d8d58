package sqlite

import (
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const eventColumns = `e.id, e.name, e.description, e.venue, e.starts_ms, e.ends_ms, e.timezone, e.capacity, e.default_plus_ones,
	e.rsvp_deadline_ms, e.state, e.band_medium, e.band_high, e.band_block, e.allowlist_seq,
	e.count_guests, e.count_invited, e.count_opened, e.count_attending, e.count_maybe, e.count_declined, e.count_waitlisted,
	e.heads_expected, e.heads_inside, e.created_ms, e.updated_ms, e.waitlist, e.questions`

// scanEvent reads eventColumns, and more columns into more.
func scanEvent(s scanner, e *doorward.Event, more ...any) error {
	var starts, ends, deadline, created, updated int64
	var questions string
	dest := []any{
		&e.ID, &e.Name, &e.Description, &e.Venue, &starts, &ends, &e.Timezone, &e.Capacity, &e.DefaultPlusOnes,
		&deadline, &e.State, &e.Thresholds.Medium, &e.Thresholds.High, &e.Thresholds.Block, &e.AllowlistSeq,
		&e.Counts.Guests, &e.Counts.Invited, &e.Counts.Opened, &e.Counts.Attending, &e.Counts.Maybe, &e.Counts.Declined, &e.Counts.Waitlisted,
		&e.Counts.HeadsExpected, &e.Counts.HeadsInside, &created, &updated,
		&e.Waitlist, &questions,
	}
	if err := s.Scan(append(dest, more...)...); err != nil {
		return err
	}
	e.StartsAt, e.EndsAt, e.RSVPDeadline = fromMS(starts), fromMS(ends), fromMS(deadline)
	e.CreatedAt, e.UpdatedAt = fromMS(created), fromMS(updated)
	return fromJSON(questions, &e.Questions)
}

const sqlInsertEvent query = `INSERT INTO events
	(id, name, description, venue, starts_ms, ends_ms, timezone, capacity, default_plus_ones, rsvp_deadline_ms, state,
	 band_medium, band_high, band_block, allowlist_seq, created_ms, updated_ms, waitlist, questions)
	VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0, ?15, ?15, ?16, ?17)`

// InsertEvent adds an event. Its counts start at nothing.
func (tx *Tx) InsertEvent(e doorward.Event) error {
	_, err := tx.exec(sqlInsertEvent, e.ID, e.Name, e.Description, e.Venue, ms(e.StartsAt), ms(e.EndsAt), e.Timezone,
		e.Capacity, e.DefaultPlusOnes, ms(e.RSVPDeadline), e.State,
		e.Thresholds.Medium, e.Thresholds.High, e.Thresholds.Block, ms(tx.Now), e.Waitlist, storedQuestions(e))
	return doingError(err, "adding an event")
}

// storedQuestions is the stored form of an event's questions: a list, also of none.
func storedQuestions(e doorward.Event) string {
	return toJSON(append([]doorward.Question{}, e.Questions...))
}

const noSuchEvent = "There is no such event."

// thereStill is true of an event that was not deleted. Every query that reads events names it, or says in
// TestQueriesLeaveOutDeletedEvents why not.
const thereStill = "e.deleted_ms = 0"

const sqlEvent query = "SELECT " + eventColumns + " FROM events e WHERE e.id = ? AND " + thereStill

// Event returns an event by id; one that was deleted is not found.
func (tx *Tx) Event(id doorward.EventID) (e doorward.Event, err error) {
	err = tx.row(sqlEvent, func(s scanner) error { return scanEvent(s, &e) }, id)
	return e, notFound(err, noSuchEvent, "reading an event")
}

const sqlUserEvent query = "SELECT " + eventColumns + `, c.role FROM collaborators c JOIN events e ON e.id = c.event_id
	WHERE c.event_id = ? AND c.user_id = ? AND ` + thereStill

// UserEvent returns an event as a user sees it; one that the user has no role on is not found.
func (tx *Tx) UserEvent(user doorward.UserID, id doorward.EventID) (e doorward.UserEvent, err error) {
	err = tx.row(sqlUserEvent, func(s scanner) error { return scanEvent(s, &e.Event, &e.Role) }, id, user)
	return e, notFound(err, noSuchEvent, "reading an event")
}

const sqlUserEvents query = "SELECT " + eventColumns + `, c.role FROM collaborators c JOIN events e ON e.id = c.event_id
	WHERE c.user_id = ? AND c.event_id > ? AND ` + thereStill + " ORDER BY c.event_id LIMIT ?"

// UserEvents lists the events that a user has a role on, by id, after the given one.
func (tx *Tx) UserEvents(user doorward.UserID, after doorward.EventID, limit int) (events []doorward.UserEvent, err error) {
	err = tx.rows(sqlUserEvents, func(s scanner) error {
		var e doorward.UserEvent
		if err := scanEvent(s, &e.Event, &e.Role); err != nil {
			return err
		}
		events = append(events, e)
		return nil
	}, user, after, limit)
	return events, doingError(err, "listing events")
}

const sqlUpdateEvent query = `UPDATE events SET name = ?2, description = ?3, venue = ?4, starts_ms = ?5, ends_ms = ?6, timezone = ?7,
	capacity = ?8, default_plus_ones = ?9, rsvp_deadline_ms = ?10, state = ?11,
	band_medium = ?12, band_high = ?13, band_block = ?14, updated_ms = ?15,
	waitlist = ?16, questions = ?17 WHERE id = ?1`

// UpdateEvent stores an event's own fields; counts and allowlist are kept elsewhere.
func (tx *Tx) UpdateEvent(e doorward.Event) error {
	_, err := tx.exec(sqlUpdateEvent, e.ID, e.Name, e.Description, e.Venue, ms(e.StartsAt), ms(e.EndsAt), e.Timezone,
		e.Capacity, e.DefaultPlusOnes, ms(e.RSVPDeadline), e.State,
		e.Thresholds.Medium, e.Thresholds.High, e.Thresholds.Block, ms(tx.Now), e.Waitlist, storedQuestions(e))
	return doingError(err, "updating an event")
}

const sqlEachEvent query = "SELECT e.id, e.starts_ms, e.ends_ms FROM events e WHERE e.id > ?1 AND " + thereStill + " ORDER BY e.id LIMIT 500"

// EachEvent hands every event, and when it is, to f.
func (tx *Tx) EachEvent(f func(id doorward.EventID, starts, ends time.Time)) error {
	for last, n := doorward.EventID(""), 1; n > 0; {
		n = 0
		err := tx.rows(sqlEachEvent, func(s scanner) error {
			var starts, ends int64
			if err := s.Scan(&last, &starts, &ends); err != nil {
				return err
			}
			n++
			f(last, fromMS(starts), fromMS(ends))
			return nil
		}, last)
		if err != nil {
			return doingError(err, "listing events")
		}
	}
	return nil
}
