package sqlite

import (
	"slices"
	"strconv"

	"github.com/doorward/doorward/pkg/doorward"
)

// A page of the guest list begins after a name and an id. Each filter has an index in that order; where several are
// asked for, one finds the guests and the others are looked up in what it found.
const (
	guestsAfter  = " AND (g.name_key, g.id) > (?9, ?10) "
	guestsNarrow = ` AND (?12 = '' OR g.rsvp_status = ?12) AND (?13 = '' OR g.risk_band = ?13) AND (?15 = 0 OR g.heads_inside > 0)`
	guestsTagged = ` AND (?14 = '' OR EXISTS (SELECT 1 FROM guest_tags t WHERE t.event_id = ?1 AND t.tag = ?14 AND t.name_key = g.name_key AND t.guest_id = g.id))`
	guestsFilter = guestsNarrow + guestsTagged + " ORDER BY g.name_key, g.id LIMIT ?11"

	sqlGuests         query = "SELECT " + guestColumns + guestTables + "WHERE g.event_id = ?1" + guestsAfter + guestsFilter
	sqlGuestsByStatus query = "SELECT " + guestColumns + guestTables + "WHERE g.event_id = ?1 AND g.rsvp_status = ?12" + guestsAfter + guestsFilter
	sqlGuestsByBand   query = "SELECT " + guestColumns + guestTables + "WHERE g.event_id = ?1 AND g.risk_band = ?13" + guestsAfter + guestsFilter
	sqlGuestsInside   query = "SELECT " + guestColumns + guestTables + "WHERE g.event_id = ?1 AND g.heads_inside > 0" + guestsAfter + guestsFilter
	sqlGuestsByTag    query = "SELECT " + guestColumns + ` FROM guest_tags w CROSS JOIN guests g ON g.id = w.guest_id
		LEFT JOIN tokens t ON t.guest_id = g.id LEFT JOIN rsvps r ON r.guest_id = g.id
		WHERE w.event_id = ?1 AND w.tag = ?14 AND (w.name_key, w.guest_id) > (?9, ?10)` + guestsNarrow + " ORDER BY w.name_key, w.guest_id LIMIT ?11"
	sqlGuestsByTerm query = "SELECT " + guestColumns + guestTables + "WHERE g.id IN (" + guestsNamed + `
			UNION SELECT guest_id FROM guest_terms WHERE event_id = ?1 AND kind = 'contact' AND term >= ?5 AND term < ?6
			UNION SELECT guest_id FROM guest_terms WHERE event_id = ?1 AND kind = 'contact' AND term >= ?7 AND term < ?8)` +
		guestsAfter + guestsFilter

	// Who waits is listed as the places are given away: who is next comes first.
	sqlGuestsWaiting query = "SELECT " + guestColumns + guestTables + "WHERE g.event_id = ?1 AND g.waitlist_seq > 0 AND g.waitlist_seq > ?9" +
		guestsNarrow + guestsTagged + " ORDER BY g.waitlist_seq LIMIT ?11"
)

// Guests lists the guests of an event by name, after a cursor; those who wait, when nothing is searched, in the order of
// the queue.
func (tx *Tx) Guests(event doorward.EventID, f doorward.GuestFilter, cursor string, limit int) (page doorward.Page[doorward.Guest], err error) {
	after, err := doorward.ParseCursor(cursor, 2)
	if err != nil {
		return page, err
	}
	q := sqlGuests
	switch {
	case f.Query != "":
		q = sqlGuestsByTerm
	case f.Status == doorward.RSVPWaitlisted:
		q = sqlGuestsWaiting
	case f.Tag != "":
		q = sqlGuestsByTag
	case f.Inside:
		q = sqlGuestsInside
	case f.Band != "":
		q = sqlGuestsByBand
	case f.Status != "":
		q = sqlGuestsByStatus
	}
	var key any = after[0]
	if q == sqlGuestsWaiting {
		if key, err = parseWaitlistSeq(after[0]); err != nil {
			return page, err
		}
	}
	word, others, err := tx.nameWords(event, f.Query)
	if err != nil {
		return page, err
	}
	mail, phone := doorward.EmailKey(f.Query), phonePrefix(f.Query)
	args := []any{
		event, word, prefixEnd(word), others, mail, prefixEnd(mail), phone, prefixEnd(phone),
		key, after[1], limit + 1, f.Status, f.Band, f.Tag, f.Inside,
	}
	var lastKey string
	err = tx.rows(q, func(s scanner) error {
		var g doorward.Guest
		var key string
		if err := scanGuest(s, &g, &key); err != nil {
			return err
		}
		if len(page.Items) == limit {
			page.Next = doorward.Cursor(lastKey, string(page.Items[limit-1].ID))
			return nil
		}
		if lastKey = key; q == sqlGuestsWaiting {
			lastKey = strconv.FormatInt(g.RSVP.WaitlistSeq, 10)
		}
		page.Items = append(page.Items, g)
		return nil
	}, args...)
	return page, doingError(err, "listing guests")
}

// parseWaitlistSeq reads the place after which a page of the queue begins.
func parseWaitlistSeq(key string) (seq int64, err error) {
	if key == "" {
		return 0, nil
	}
	if seq, err = strconv.ParseInt(key, 10, 64); err != nil {
		_, err = doorward.ParseCursor("!", 2) // the same answer as for any other cursor that is not ours
	}
	return seq, err
}

const (
	sqlStatusCounts query = `SELECT count_guests, count_attending, count_maybe, count_declined, count_waitlisted, count_inside,
		count_low, count_medium, count_high, count_block FROM events e WHERE id = ? AND ` + thereStill
	sqlTagCounts query = "SELECT tag, guests FROM tag_counts WHERE event_id = ? ORDER BY guests DESC, tag LIMIT ?"
)

// GuestCounts returns how many guests each filter finds, of the tags those that most guests have.
func (tx *Tx) GuestCounts(event doorward.EventID, tags int) (c doorward.GuestCounts, err error) {
	var low, medium, high, block, attending, maybe, declined, waitlisted int
	err = tx.row(sqlStatusCounts, func(s scanner) error {
		return s.Scan(&c.Total, &attending, &maybe, &declined, &waitlisted, &c.Inside, &low, &medium, &high, &block)
	}, event)
	if err != nil {
		return c, notFound(err, "There is no such event.", "counting guests")
	}
	c.Status = map[doorward.RSVPStatus]int{
		doorward.RSVPNone: c.Total - attending - maybe - declined - waitlisted, doorward.RSVPAttending: attending,
		doorward.RSVPMaybe: maybe, doorward.RSVPDeclined: declined, doorward.RSVPWaitlisted: waitlisted,
	}
	c.Band = map[doorward.Band]int{doorward.BandLow: low, doorward.BandMedium: medium, doorward.BandHigh: high, doorward.BandBlock: block}
	err = tx.rows(sqlTagCounts, func(s scanner) error {
		var t doorward.TagCount
		err := s.Scan(&t.Tag, &t.Guests)
		c.Tags = append(c.Tags, t)
		return err
	}, event, tags)
	return c, doingError(err, "counting guests by tag")
}

const (
	sqlCountGuests  query = "SELECT count(*) FROM guests WHERE event_id = ?1 AND id IN (SELECT value FROM json_each(?2))"
	sqlLeaving      query = "SELECT id FROM guests WHERE event_id = ?1 AND id IN (SELECT value FROM json_each(?2)) ORDER BY waitlist_seq = 0, id"
	sqlDeleteGuests query = "DELETE FROM guests WHERE event_id = ?1 AND id IN (SELECT value FROM json_each(?2))"
	sqlFullOfTags   query = `SELECT name FROM guests WHERE event_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND json_array_length(tags) >= ?4
		AND NOT EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?3) LIMIT 1`
	sqlTagGuests query = `UPDATE guests SET tags = json_insert(tags, '$[#]', ?3), updated_ms = ?4
		WHERE event_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND NOT EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?3)`
	sqlUntagGuests query = `UPDATE guests SET tags = (SELECT json_group_array(value ORDER BY key) FROM json_each(tags) WHERE value <> ?3), updated_ms = ?4
		WHERE event_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?3)`
)

// GuestIDSet is ids of guests, each once, ready for the statements that take many.
type GuestIDSet struct {
	count int
	json  string
}

// NewGuestIDSet readies ids outside of the write, so that the writer is held for short.
func NewGuestIDSet(ids []doorward.GuestID) GuestIDSet {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	return GuestIDSet{count: len(ids), json: toJSON(ids)}
}

// Len is how many guests there are.
func (s GuestIDSet) Len() int { return s.count }

// Leaving returns guests of an event in the order to delete them in: those who wait first, so that none of them gets the
// place of another. One that is not of the event is CodeNotFound.
func (tx *Tx) Leaving(event doorward.EventID, ids GuestIDSet) (ordered []doorward.GuestID, err error) {
	err = tx.rows(sqlLeaving, func(s scanner) error {
		var id doorward.GuestID
		err := s.Scan(&id)
		ordered = append(ordered, id)
		return err
	}, event, ids.json)
	if err == nil && len(ordered) != ids.count {
		return nil, errNoGuests()
	}
	return ordered, doingError(err, "looking for guests")
}

// DeleteGuests removes those of the guests who are there like DeleteGuest, and says how many.
func (tx *Tx) DeleteGuests(event doorward.EventID, ids GuestIDSet) (deleted int64, err error) {
	deleted, err = tx.exec(sqlDeleteGuests, event, ids.json)
	return deleted, doingError(err, "deleting guests")
}

func errNoGuests() error {
	return doorward.Errorf(doorward.CodeNotFound, "Some of these guests are not on the list any more. Nothing was changed: look at the list again.")
}

// TagGuests gives a tag to those of the guests who lack it, and says to how many; with most tags already one refuses all.
func (tx *Tx) TagGuests(event doorward.EventID, ids GuestIDSet, tag string, most int) (changed int64, err error) {
	if err := tx.allOfEvent(event, ids); err != nil {
		return 0, err
	}
	full := ""
	err = tx.rows(sqlFullOfTags, func(s scanner) error { return s.Scan(&full) }, event, ids.json, tag, most)
	if err != nil {
		return 0, doingError(err, "looking for guests with many tags")
	}
	if full != "" {
		return 0, doorward.Invalid(doorward.FieldError{Field: "tag", Detail: full + " has as many tags as a guest can have. Nothing was changed."})
	}
	changed, err = tx.exec(sqlTagGuests, event, ids.json, tag, ms(tx.Now))
	return changed, doingError(err, "tagging guests")
}

// UntagGuests takes a tag from those of the guests who have it, and says from how many.
func (tx *Tx) UntagGuests(event doorward.EventID, ids GuestIDSet, tag string) (changed int64, err error) {
	if err := tx.allOfEvent(event, ids); err != nil {
		return 0, err
	}
	changed, err = tx.exec(sqlUntagGuests, event, ids.json, tag, ms(tx.Now))
	return changed, doingError(err, "taking a tag from guests")
}

// KnownGuests returns ids of guests once each, in their order. One that is not of the event is CodeNotFound.
func (tx *Tx) KnownGuests(event doorward.EventID, ids []doorward.GuestID) (once []doorward.GuestID, err error) {
	seen := make(map[doorward.GuestID]bool, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			once = append(once, id)
		}
	}
	return once, tx.allOfEvent(event, NewGuestIDSet(once))
}

// allOfEvent refuses guests that are not all of an event.
func (tx *Tx) allOfEvent(event doorward.EventID, ids GuestIDSet) error {
	n := 0
	err := tx.row(sqlCountGuests, func(s scanner) error { return s.Scan(&n) }, event, ids.json)
	if err == nil && n != ids.count {
		return errNoGuests()
	}
	return doingError(err, "looking for guests")
}
