package sqlite

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/netip"
	"slices"
	"strconv"

	"github.com/doorward/doorward/pkg/doorward"
)

const sqlInsertAccess query = `INSERT INTO access_logs
	(id, event_id, guest_id, at_ms, kind, class, score, band, action, capped, evaluated, reasons, ip, signals, cookie_hash, issued_hash)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// InsertAccess logs one use of a link. Of the device cookie only a hash is kept.
func (tx *Tx) InsertAccess(a doorward.Access) error {
	ip := ""
	if a.Signals.IP.IsValid() {
		ip = a.Signals.IP.String()
	}
	s := a.Assessment
	_, err := tx.exec(sqlInsertAccess, a.ID, a.EventID, a.GuestID, ms(a.Signals.At), a.Signals.Kind, s.Class, s.Score, a.Band, a.Action,
		s.Capped, s.Evaluated, toJSON(reasons(s.Reasons)), ip, toJSON(a.Signals), hashCookie(a.Signals.DeviceToken), hashCookie(a.Signals.IssuedToken))
	return doingError(err, "logging an access")
}

// reasons makes an absent list an empty one, so that the stored JSON is always an array.
func reasons(r []doorward.Reason) []doorward.Reason {
	if r == nil {
		return []doorward.Reason{}
	}
	return r
}

func hashCookie(value string) string {
	if value == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

const (
	accessColumns = `a.id, a.event_id, a.guest_id, g.name, a.at_ms, a.kind, a.class, a.score, a.band, a.action, a.capped, a.evaluated,
		a.reasons, a.ip, a.signals, a.cookie_hash, a.issued_hash FROM access_logs a JOIN guests g ON g.id = a.guest_id`
	accessBefore = " AND (a.at_ms, a.id) < (?2, ?3) ORDER BY a.at_ms DESC, a.id DESC LIMIT ?4"

	sqlAccesses        query = "SELECT " + accessColumns + " WHERE a.event_id = ?1" + accessBefore
	sqlAccessesByBand  query = "SELECT " + accessColumns + " WHERE a.event_id = ?1 AND a.band = ?5" + accessBefore
	sqlAccessesByGuest query = "SELECT " + accessColumns + " WHERE a.guest_id = ?5 AND a.event_id = ?1 AND (?6 = '' OR a.band = ?6)" + accessBefore
)

// scanAccess reads accessColumns. The cookies come back as their hashes, which compare as well.
func scanAccess(s scanner, a *doorward.Access) error {
	var at int64
	var reasons, ip, signals string
	err := s.Scan(&a.ID, &a.EventID, &a.GuestID, &a.GuestName, &at, &a.Signals.Kind, &a.Assessment.Class, &a.Assessment.Score,
		&a.Band, &a.Action, &a.Assessment.Capped, &a.Assessment.Evaluated, &reasons, &ip, &signals,
		&a.Signals.DeviceToken, &a.Signals.IssuedToken)
	if err != nil {
		return err
	}
	if err := fromJSON(signals, &a.Signals); err != nil {
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

const (
	sqlFirstAccesses query = "SELECT " + accessColumns + " WHERE a.guest_id = ? AND a.event_id = ? ORDER BY a.at_ms, a.id LIMIT ?"
	sqlLastAccesses  query = "SELECT " + accessColumns + " WHERE a.guest_id = ? AND a.event_id = ? ORDER BY a.at_ms DESC, a.id DESC LIMIT ?"
)

// GuestAccesses returns the first and the newest accesses of a guest's link, oldest first. The first ones stay, because
// they are the guest's own: strangers with a leaked link would push them out of the newest. Cookies are hashes;
// HashCookies gives those of a new access the same form.
func (tx *Tx) GuestAccesses(event doorward.EventID, guest doorward.GuestID, first, newest int) ([]doorward.Access, error) {
	var list, tail []doorward.Access
	collect := func(into *[]doorward.Access) func(scanner) error {
		return func(s scanner) error {
			var a doorward.Access
			err := scanAccess(s, &a)
			*into = append(*into, a)
			return err
		}
	}
	err := tx.rows(sqlLastAccesses, collect(&tail), guest, event, newest)
	if err == nil && len(tail) == newest {
		err = tx.rows(sqlFirstAccesses, collect(&list), guest, event, first)
	}
	seen := map[doorward.AccessID]bool{}
	for _, a := range list {
		seen[a.ID] = true
	}
	for _, a := range slices.Backward(tail) {
		if !seen[a.ID] {
			list = append(list, a)
		}
	}
	return list, doingError(err, "reading a guest's accesses")
}

// HashCookies returns s with its device cookies in the form that GuestAccesses returns them in.
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
