package sqlite

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/netip"
	"strconv"

	"github.com/doorward/doorward/pkg/doorward"
)

const sqlInsertAccess query = `INSERT INTO access_logs
	(id, event_id, guest_id, at_ms, kind, class, score, band, action, capped, evaluated, reasons, ip, signals, cookie_hash, issued_hash,
	if_known, link, evidence, seq)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM access_logs WHERE event_id = ?))`

// InsertAccess logs one use of a link. Of the device cookie only a hash is kept.
func (tx *Tx) InsertAccess(a doorward.Access) error {
	ip := ""
	if a.Signals.IP.IsValid() {
		ip = a.Signals.IP.String()
	}
	s := a.Assessment
	_, err := tx.exec(sqlInsertAccess, a.ID, a.EventID, a.GuestID, ms(a.Signals.At), a.Signals.Kind, s.Class, s.Score, a.Band, a.Action,
		s.Capped, s.Evaluated, toJSON(reasons(s.Reasons)), ip, toJSON(a.Signals), hashCookie(a.Signals.DeviceToken), hashCookie(a.Signals.IssuedToken), s.IfKnown, a.Link, toJSON(evidence(s.Evidence)), a.EventID)
	return doingError(err, "logging an access")
}

// reasons makes an absent list an empty one, so that the stored JSON is always an array.
func reasons(r []doorward.Reason) []doorward.Reason {
	if r == nil {
		return []doorward.Reason{}
	}
	return r
}

// evidence is the same for what the engine found.
func evidence(found []float64) []float64 {
	if found == nil {
		return []float64{}
	}
	return found
}

func hashCookie(value string) string {
	if value == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

const (
	accessFields = `a.id, a.event_id, a.guest_id, g.name, a.at_ms, a.kind, a.class, a.score, a.band, a.action, a.capped, a.evaluated,
		a.reasons, a.ip, a.signals, a.cookie_hash, a.issued_hash, a.if_known, a.link, a.evidence, coalesce(v.opinion, '')`
	accessColumns = accessFields + ` FROM access_logs a JOIN guests g ON g.id = a.guest_id LEFT JOIN verdicts v ON v.access_id = a.id`
	accessBefore  = " AND (a.at_ms, a.id) < (?2, ?3) ORDER BY a.at_ms DESC, a.id DESC LIMIT ?4"

	sqlAccesses        query = "SELECT " + accessColumns + " WHERE a.event_id = ?1" + accessBefore
	sqlAccessesByBand  query = "SELECT " + accessColumns + " WHERE a.event_id = ?1 AND a.band = ?5" + accessBefore
	sqlAccessesByGuest query = "SELECT " + accessColumns + " WHERE a.guest_id = ?5 AND a.event_id = ?1 AND (?6 = '' OR a.band = ?6)" + accessBefore
)

// scanAccess reads accessColumns. The cookies come back as their hashes, which compare as well.
func scanAccess(s scanner, a *doorward.Access) error {
	var at int64
	var reasons, ip, signals, evidence string
	err := s.Scan(&a.ID, &a.EventID, &a.GuestID, &a.GuestName, &at, &a.Signals.Kind, &a.Assessment.Class, &a.Assessment.Score,
		&a.Band, &a.Action, &a.Assessment.Capped, &a.Assessment.Evaluated, &reasons, &ip, &signals,
		&a.Signals.DeviceToken, &a.Signals.IssuedToken, &a.Assessment.IfKnown, &a.Link, &evidence, &a.Opinion)
	if err != nil {
		return err
	}
	if err := fromJSON(signals, &a.Signals); err != nil {
		return err
	}
	if err := fromJSON(evidence, &a.Assessment.Evidence); err != nil {
		return err
	}
	a.Signals.At = fromMS(at)
	if ip != "" {
		if a.Signals.IP, err = netip.ParseAddr(ip); err != nil {
			return err
		}
	}
	return fromJSON(reasons, &a.Assessment.Reasons)
}

// Accesses lists the uses of an event's links, newest first, after a cursor.
func (tx *Tx) Accesses(event doorward.EventID, f doorward.AccessFilter, cursor string, limit int) (page doorward.Page[doorward.Access], err error) {
	at, id, err := parseTimeCursor(cursor)
	if err != nil {
		return page, err
	}
	q, args := sqlAccesses, []any{event, at, id, limit + 1}
	switch {
	case f.Guest != "":
		q, args = sqlAccessesByGuest, append(args, f.Guest, f.Band)
	case f.Band != "":
		q, args = sqlAccessesByBand, append(args, f.Band)
	}
	err = tx.rows(q, func(s scanner) error {
		var a doorward.Access
		if err := scanAccess(s, &a); err != nil {
			return err
		}
		if len(page.Items) == limit {
			last := page.Items[limit-1]
			page.Next = timeCursor(ms(last.Signals.At), string(last.ID))
			return nil
		}
		page.Items = append(page.Items, a)
		return nil
	}, args...)
	return page, doingError(err, "listing accesses")
}

// Played is an access as the engine is told of it again.
type Played struct {
	doorward.Access
	Seq    int64 // of the access among those of its event
	Party  int   // its guest's
	Judged int64 // Seq of the newest access when its verdict was given
}

const sqlPlay query = "SELECT a.seq, g.party_size, coalesce(v.after_seq, 0), " + accessColumns +
	" WHERE a.event_id = ?1 AND a.seq > ?2 ORDER BY a.seq LIMIT ?3"

// Play hands up to limit accesses of an event after one to f, in the order that they came in: a clock may have stepped
// back meanwhile. Cookies are hashes; HashCookies gives those of a new access the same form.
func (tx *Tx) Play(event doorward.EventID, after int64, limit int, f func(Played)) error {
	err := tx.rows(sqlPlay, func(s scanner) error {
		var p Played
		if err := scanAccess(behind{s, []any{&p.Seq, &p.Party, &p.Judged}}, &p.Access); err != nil {
			return err
		}
		f(p)
		return nil
	}, event, after, limit)
	return doingError(err, "reading an event's accesses")
}

const sqlAnyAccess query = "SELECT EXISTS (SELECT 1 FROM access_logs WHERE event_id = ?)"

// AnyAccess reports whether a link of an event was ever used.
func (tx *Tx) AnyAccess(event doorward.EventID) (any bool, err error) {
	err = tx.row(sqlAnyAccess, func(s scanner) error { return s.Scan(&any) }, event)
	return any, doingError(err, "looking for an access")
}

// behind scans columns that stand before the others.
type behind struct {
	scanner
	first []any
}

func (b behind) Scan(dest ...any) error { return b.scanner.Scan(append(b.first, dest...)...) }

// HashCookies returns s with its device cookies in the form that Play returns them in.
func HashCookies(s doorward.Signals) doorward.Signals {
	s.DeviceToken, s.IssuedToken = hashCookie(s.DeviceToken), hashCookie(s.IssuedToken)
	return s
}

// timeCursor and parseTimeCursor make the cursor of a list that runs back in time.
func timeCursor(at int64, id string) string { return doorward.Cursor(strconv.FormatInt(at, 10), id) }

func parseTimeCursor(cursor string) (at int64, id string, err error) {
	if cursor == "" {
		return math.MaxInt64, "", nil
	}
	key, err := doorward.ParseCursor(cursor, 2)
	if err != nil {
		return 0, "", err
	}
	if at, err = strconv.ParseInt(key[0], 10, 64); err != nil {
		_, err = doorward.ParseCursor("!", 2) // the same answer as for any other cursor that is not ours
	}
	return at, key[1], err
}
