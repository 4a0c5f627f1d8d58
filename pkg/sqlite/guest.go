package sqlite

import (
	"errors"

	"github.com/doorward/doorward/pkg/doorward"
)

const guestColumns = `g.id, g.event_id, g.name, g.email, g.phone, g.party_size, g.tags, g.note, g.rsvp_status, g.plus_ones,
	coalesce(r.companions, '[]'), coalesce(r.answers, '{}'), coalesce(r.message, ''), coalesce(r.answered_ms, 0),
	g.invitation_state, coalesce(t.generation, 0), coalesce(t.issued_ms, 0), coalesce(t.sent_ms, 0), g.opened_ms,
	g.risk_band, g.risk_score, g.heads_inside, g.first_in_ms, g.last_in_ms, g.created_ms, g.updated_ms, g.waitlist_seq, g.name_key`

const guestTables = ` FROM guests g LEFT JOIN tokens t ON t.guest_id = g.id LEFT JOIN rsvps r ON r.guest_id = g.id `

// scanGuest reads guestColumns; nameKey is what the list is sorted by.
func scanGuest(s scanner, g *doorward.Guest, nameKey *string) error {
	var tags, companions, answers string
	var answered, issued, sent, opened, first, last, created, updated int64
	err := s.Scan(&g.ID, &g.EventID, &g.Name, &g.Email, &g.Phone, &g.PartySize, &tags, &g.Note, &g.RSVP.Status, &g.RSVP.PlusOnes,
		&companions, &answers, &g.RSVP.Message, &answered,
		&g.Invitation.State, &g.Invitation.Generation, &issued, &sent, &opened,
		&g.Risk.Band, &g.Risk.Score, &g.Presence.HeadsInside, &first, &last, &created, &updated, &g.RSVP.WaitlistSeq, nameKey)
	if err != nil {
		return err
	}
	g.RSVP.AnsweredAt = fromMS(answered)
	g.Invitation.IssuedAt, g.Invitation.SentAt, g.Invitation.OpenedAt = fromMS(issued), fromMS(sent), fromMS(opened)
	g.Presence.FirstAt, g.Presence.LastAt = fromMS(first), fromMS(last)
	g.CreatedAt, g.UpdatedAt = fromMS(created), fromMS(updated)
	return errors.Join(fromJSON(tags, &g.Tags), fromJSON(companions, &g.RSVP.Companions), fromJSON(answers, &g.RSVP.Answers))
}

const sqlInsertGuest query = `INSERT INTO guests
	(id, event_id, name, name_key, email, email_key, phone, party_size, tags, note, rsvp_status, plus_ones, invitation_state,
	 opened_ms, risk_band, risk_score, heads_inside, first_in_ms, last_in_ms, created_ms, updated_ms)
	VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, ''), ?7, ?8, ?9, ?10, 'none', 0, 'none', 0, '', 0, 0, 0, 0, ?11, ?11)`

// InsertGuest adds a guest without answer or link. A second guest of the event with the same e-mail address is
// CodeConflict.
func (tx *Tx) InsertGuest(g doorward.Guest) error {
	_, err := tx.exec(sqlInsertGuest, g.ID, g.EventID, g.Name, Fold(g.Name), g.Email, doorward.EmailKey(g.Email), g.Phone,
		g.PartySize, toJSON(emptyList(g.Tags)), g.Note, ms(tx.Now))
	if err == nil {
		err = tx.insertTerms(g)
	}
	return tx.guestError(err, g, "adding a guest")
}

const (
	sqlInsertGuests query = `INSERT INTO guests
	(id, event_id, name, name_key, email, email_key, phone, party_size, tags, note, rsvp_status, plus_ones, invitation_state,
	 opened_ms, risk_band, risk_score, heads_inside, first_in_ms, last_in_ms, created_ms, updated_ms)
	SELECT value ->> 0, ?1, value ->> 1, value ->> 2, value ->> 3, nullif(value ->> 4, ''), value ->> 5, value ->> 6, value ->> 7, value ->> 8,
		'none', 0, 'none', 0, '', 0, 0, 0, 0, ?2, ?2
	FROM json_each(?3)`
	sqlInsertTerms query = `INSERT OR IGNORE INTO guest_terms (event_id, kind, term, guest_id)
	SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2) WHERE true ORDER BY 2, 3, 4`
)

// NewGuests are guests ready to be stored: what takes time is done, so that the writer is held for short.
type NewGuests struct {
	event doorward.EventID
	count int
	// guests and terms are JSON arrays of rows for the statements above.
	guests, terms string
}

// PrepareGuests readies guests of one event for InsertGuests.
func PrepareGuests(event doorward.EventID, list []doorward.Guest) NewGuests {
	guests := make([][]any, len(list))
	var terms [][3]string
	for i, g := range list {
		guests[i] = []any{
			g.ID, g.Name, Fold(g.Name), g.Email, doorward.EmailKey(g.Email), g.Phone, g.PartySize, toJSON(emptyList(g.Tags)), g.Note,
		}
		for _, t := range guestTerms(g) {
			terms = append(terms, [3]string{t[0], t[1], string(g.ID)})
		}
	}
	return NewGuests{event: event, count: len(list), guests: toJSON(guests), terms: toJSON(terms)}
}

// Len is how many guests there are.
func (n NewGuests) Len() int { return n.count }

// InsertGuests adds guests without answer or link, all or none. An e-mail address that a guest of the event has already
// is CodeConflict.
func (tx *Tx) InsertGuests(n NewGuests) error {
	_, err := tx.exec(sqlInsertGuests, n.event, ms(tx.Now), n.guests)
	if err == nil {
		_, err = tx.exec(sqlInsertTerms, n.event, n.terms)
	}
	if isDuplicate(err) {
		return doorward.Errorf(doorward.CodeConflict, "The guest list changed meanwhile, and has one of these addresses now. Look at the list again.")
	}
	return doingError(err, "adding guests")
}

const sqlUpdateGuest query = `UPDATE guests SET name = ?2, name_key = ?3, email = ?4, email_key = nullif(?5, ''), phone = ?6,
	party_size = ?7, tags = ?8, note = ?9, updated_ms = ?10 WHERE id = ?1`

// UpdateGuest stores what a host may edit. The e-mail address of another guest of the event is CodeConflict.
func (tx *Tx) UpdateGuest(g doorward.Guest) error {
	_, err := tx.exec(sqlUpdateGuest, g.ID, g.Name, Fold(g.Name), g.Email, doorward.EmailKey(g.Email), g.Phone,
		g.PartySize, toJSON(emptyList(g.Tags)), g.Note, ms(tx.Now))
	if err == nil {
		_, err = tx.exec(sqlDeleteTerms, g.ID)
	}
	if err == nil {
		err = tx.insertTerms(g)
	}
	return tx.guestError(err, g, "updating a guest")
}

const sqlNameByEmail query = "SELECT name FROM guests WHERE event_id = ? AND email_key = ?"

// guestError says of a duplicate address whose it is already.
func (tx *Tx) guestError(err error, g doorward.Guest, doing string) error {
	if !isDuplicate(err) {
		return doingError(err, doing)
	}
	var holder string
	err = tx.row(sqlNameByEmail, func(s scanner) error { return s.Scan(&holder) }, g.EventID, doorward.EmailKey(g.Email))
	if err != nil {
		return doingError(err, "looking up whose an address is")
	}
	e := doorward.Errorf(doorward.CodeConflict, "%s is on the list with this e-mail address already.", holder)
	e.Fields = []doorward.FieldError{{Field: "email", Detail: "This is the address of " + holder + ". Change that entry, or leave the address out here."}}
	return e
}

const (
	sqlInsertTerm  query = "INSERT OR IGNORE INTO guest_terms (event_id, kind, term, guest_id) VALUES (?, ?, ?, ?)"
	sqlDeleteTerms query = "DELETE FROM guest_terms WHERE guest_id = ?"
)

func (tx *Tx) insertTerms(g doorward.Guest) error {
	for _, t := range guestTerms(g) {
		if _, err := tx.exec(sqlInsertTerm, g.EventID, t[0], t[1], g.ID); err != nil {
			return err
		}
	}
	return nil
}

const sqlDeleteGuest query = "DELETE FROM guests WHERE event_id = ? AND id = ?"

// DeleteGuest removes a guest of an event, with link, answer, accesses and check-ins.
func (tx *Tx) DeleteGuest(event doorward.EventID, id doorward.GuestID) error {
	n, err := tx.exec(sqlDeleteGuest, event, id)
	if err == nil && n == 0 {
		return errNoGuest()
	}
	return doingError(err, "deleting a guest")
}

const noSuchGuest = "There is no such guest."

func errNoGuest() error { return doorward.Errorf(doorward.CodeNotFound, noSuchGuest) }

const sqlGuest query = "SELECT " + guestColumns + guestTables + "WHERE g.id = ?"

// Guest returns a guest by id, of whatever event.
func (tx *Tx) Guest(id doorward.GuestID) (g doorward.Guest, err error) {
	var key string
	err = tx.row(sqlGuest, func(s scanner) error { return scanGuest(s, &g, &key) }, id)
	return g, notFound(err, noSuchGuest, "reading a guest")
}

// EventGuest returns a guest by id; one of another event is not found.
func (tx *Tx) EventGuest(event doorward.EventID, id doorward.GuestID) (doorward.Guest, error) {
	g, err := tx.Guest(id)
	if err == nil && g.EventID != event {
		return doorward.Guest{}, errNoGuest()
	}
	return g, err
}

const (
	// guestsNamed are the guests of event ?1 of whose name a word begins with ?2, and one with each of the words ?4.
	guestsNamed = `SELECT n.guest_id FROM guest_terms n WHERE n.event_id = ?1 AND n.kind = 'name' AND n.term >= ?2 AND n.term < ?3
		AND (?4 = '[]' OR NOT EXISTS (SELECT 1 FROM json_each(?4) j WHERE NOT EXISTS (SELECT 1 FROM guest_terms o
			WHERE o.guest_id = n.guest_id AND o.event_id = ?1 AND o.kind = 'name' AND o.term >= j.value AND o.term < j.value || char(1114111))))`

	sqlGuestsByName query = "SELECT " + guestColumns + guestTables + "WHERE g.id IN (" + guestsNamed + ") ORDER BY g.name_key, g.id LIMIT ?5"
)

// GuestsByName finds guests by the beginnings of words of their name, and by nothing else: it is the door's search.
func (tx *Tx) GuestsByName(event doorward.EventID, q string, limit int) (list []doorward.Guest, err error) {
	word, others, err := tx.nameWords(event, q)
	if err != nil {
		return nil, err
	}
	err = tx.rows(sqlGuestsByName, func(s scanner) error {
		var g doorward.Guest
		var key string
		err := scanGuest(s, &g, &key)
		list = append(list, g)
		return err
	}, event, word, prefixEnd(word), others, limit)
	return list, doingError(err, "searching guests")
}

const sqlGuestsByID query = "SELECT " + guestColumns + guestTables + "WHERE g.id >= ?2 AND g.id < ?3 AND g.event_id = ?1 ORDER BY g.id LIMIT ?4"

// GuestsByID finds the guests of an event whose ids begin with prefix, as those of a spoken code do.
func (tx *Tx) GuestsByID(event doorward.EventID, prefix doorward.GuestID, limit int) (list []doorward.Guest, err error) {
	err = tx.rows(sqlGuestsByID, func(s scanner) error {
		var g doorward.Guest
		var key string
		err := scanGuest(s, &g, &key)
		list = append(list, g)
		return err
	}, event, prefix, prefixEnd(string(prefix)), limit)
	return list, doingError(err, "looking for a code")
}

// GuestKey is what tells a guest from others of the list.
type GuestKey struct {
	ID    doorward.GuestID
	Name  string // folded
	Email string // see doorward.EmailKey; "" for none
	Phone string // E.164; "" for none
}

const sqlGuestKeys query = "SELECT id, name_key, coalesce(email_key, ''), phone FROM guests WHERE event_id = ?"

// GuestKeys returns the keys of all guests of an event, in no order.
func (tx *Tx) GuestKeys(event doorward.EventID) (keys []GuestKey, err error) {
	err = tx.rows(sqlGuestKeys, func(s scanner) error {
		var k GuestKey
		err := s.Scan(&k.ID, &k.Name, &k.Email, &k.Phone)
		keys = append(keys, k)
		return err
	}, event)
	return keys, doingError(err, "reading a guest list")
}

const sqlGuestIDs query = "SELECT id FROM guests WHERE event_id = ? ORDER BY name_key, id"

// GuestIDs returns the ids of all guests of an event, by name.
func (tx *Tx) GuestIDs(event doorward.EventID) (ids []doorward.GuestID, err error) {
	err = tx.rows(sqlGuestIDs, func(s scanner) error {
		var id doorward.GuestID
		err := s.Scan(&id)
		ids = append(ids, id)
		return err
	}, event)
	return ids, doingError(err, "listing guests")
}
