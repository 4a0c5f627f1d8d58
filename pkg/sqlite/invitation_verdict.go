package sqlite

import (
	"database/sql"
	"errors"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const sqlAccess query = "SELECT " + accessColumns + " WHERE a.id = ? AND a.event_id = ?"

// Access returns an access of an event. It is CodeNotFound for one of another event.
func (tx *Tx) Access(event doorward.EventID, id doorward.AccessID) (a doorward.Access, err error) {
	err = tx.row(sqlAccess, func(s scanner) error { return scanAccess(s, &a) }, id, event)
	return a, notFound(err, "This entry of the access log does not exist.", "reading an access")
}

const sqlPutVerdict query = `INSERT INTO verdicts (access_id, event_id, opinion, note, by_name, by_user, at_ms, after_seq)
	VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT coalesce(max(seq), 0) FROM access_logs WHERE event_id = ?2))
	ON CONFLICT (access_id) DO UPDATE SET opinion = excluded.opinion, note = excluded.note, by_name = excluded.by_name,
		by_user = excluded.by_user, at_ms = excluded.at_ms, after_seq = excluded.after_seq`

// PutVerdict stores a verdict; a later one on the same access takes its place.
func (tx *Tx) PutVerdict(v doorward.Verdict) error {
	_, err := tx.exec(sqlPutVerdict, v.Access.ID, v.Access.EventID, v.Opinion, v.Note, v.By, v.ByUser, ms(tx.Now))
	return doingError(err, "storing a verdict")
}

const verdictColumns = "v.note, v.by_name, v.by_user, v.at_ms, " + accessFields +
	" FROM verdicts v CROSS JOIN access_logs a ON a.id = v.access_id JOIN guests g ON g.id = a.guest_id"

const sqlVerdicts query = "SELECT " + verdictColumns +
	` WHERE v.event_id = ?1 AND (v.at_ms, v.access_id) < (?2, ?3) ORDER BY v.at_ms DESC, v.access_id DESC LIMIT ?4`

// Verdicts lists an event's verdicts, newest first, after a cursor.
func (tx *Tx) Verdicts(event doorward.EventID, cursor string, limit int) (page doorward.Page[doorward.Verdict], err error) {
	at, id, err := parseTimeCursor(cursor)
	if err != nil {
		return page, err
	}
	err = tx.rows(sqlVerdicts, func(s scanner) error {
		v, err := scanVerdict(s)
		if err != nil {
			return err
		}
		if len(page.Items) == limit {
			last := page.Items[limit-1]
			page.Next = timeCursor(ms(last.At), string(last.Access.ID))
			return nil
		}
		page.Items = append(page.Items, v)
		return nil
	}, event, at, id, limit+1)
	return page, doingError(err, "listing verdicts")
}

func scanVerdict(s scanner) (v doorward.Verdict, err error) {
	var at int64
	err = scanAccess(behind{s, []any{&v.Note, &v.By, &v.ByUser, &at}}, &v.Access)
	v.Opinion, v.At = v.Access.Opinion, fromMS(at)
	return v, err
}

const sqlEachVerdict query = "SELECT " + verdictColumns + " WHERE v.at_ms > ? ORDER BY v.at_ms DESC, v.access_id LIMIT ?"

// EachVerdict hands the verdicts of all events since a time, newest first and at most so many, to f.
func (tx *Tx) EachVerdict(since time.Time, limit int, f func(doorward.Verdict) error) error {
	err := tx.rows(sqlEachVerdict, func(s scanner) error {
		v, err := scanVerdict(s)
		if err != nil {
			return err
		}
		return f(v)
	}, ms(since), limit)
	return doingError(err, "reading verdicts")
}

const sqlScores query = `SELECT score, count(*) FROM access_logs WHERE event_id = ? AND at_ms >= ? AND kind <> 'scan' AND evidence <> '[]'
	AND class IN ('human', 'automation') GROUP BY score`

// Scores counts an event's scored accesses since a time, by score.
func (tx *Tx) Scores(event doorward.EventID, since time.Time) (counts [101]int, err error) {
	err = tx.rows(sqlScores, func(s scanner) error {
		var score, n int
		if err := s.Scan(&score, &n); err != nil {
			return err
		}
		counts[min(max(score, 0), 100)] = n
		return nil
	}, event, ms(since))
	return counts, doingError(err, "counting scores")
}

const (
	inboxOpen = " WHERE a.event_id = ?1 AND v.access_id IS NULL AND a.kind <> 'scan' AND a.evaluated = 1 AND a.class = 'human' AND a.evidence <> '[]'"

	// The loudest that nobody judged yet; and the two of the low ones that a hash of their ids picks.
	sqlInboxLoud  query = "SELECT " + accessColumns + inboxOpen + " AND a.at_ms >= ?2 AND a.score >= ?3 ORDER BY a.at_ms DESC, a.id DESC LIMIT ?4"
	sqlInboxQuiet query = "SELECT " + accessColumns + inboxOpen + " AND a.band = 'low' AND a.at_ms >= ?2 ORDER BY substr(a.id, -6), a.id LIMIT ?3"
)

// Inbox returns the accesses since a time that a host should judge: the newest that scored at least loud, and a few quiet
// ones, without which learning would know only what alarmed.
func (tx *Tx) Inbox(event doorward.EventID, since time.Time, loud, limit, quiet int) (list []doorward.Access, err error) {
	collect := func(s scanner) error {
		var a doorward.Access
		err := scanAccess(s, &a)
		list = append(list, a)
		return err
	}
	if err = tx.rows(sqlInboxLoud, collect, event, ms(since), loud, limit); err == nil {
		err = tx.rows(sqlInboxQuiet, collect, event, ms(since), quiet)
	}
	return list, doingError(err, "listing accesses to judge")
}

// LearnedModel is a row of models: what the engine judges by, as JSON of package fraud.
type LearnedModel struct {
	ID      int64
	At      time.Time
	Origin  string // learned or reverted
	Weights string
	Fit     string
}

const sqlModels query = "SELECT id, at_ms, origin, weights, fit FROM models WHERE id > 0 ORDER BY id DESC LIMIT ?"

// Models returns the newest models, newest first.
func (tx *Tx) Models(limit int) (list []LearnedModel, err error) {
	err = tx.rows(sqlModels, func(s scanner) error {
		var m LearnedModel
		var at int64
		err := s.Scan(&m.ID, &at, &m.Origin, &m.Weights, &m.Fit)
		m.At = fromMS(at)
		list = append(list, m)
		return err
	}, limit)
	return list, doingError(err, "reading learned models")
}

const sqlModelByID query = "SELECT weights FROM models WHERE id = ?"

// ModelWeights returns the weights of a model.
func (tx *Tx) ModelWeights(id int64) (weights string, err error) {
	err = tx.row(sqlModelByID, func(s scanner) error { return s.Scan(&weights) }, id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", &doorward.Error{Code: doorward.CodeNotFound, Message: "There is no such model."}
	}
	return weights, doingError(err, "reading a learned model")
}

const sqlInsertModel query = "INSERT INTO models (at_ms, origin, weights, fit) VALUES (?, ?, ?, ?)"

// InsertModel stores a model, which the engine judges by from now on.
func (tx *Tx) InsertModel(m LearnedModel) error {
	_, err := tx.exec(sqlInsertModel, ms(tx.Now), m.Origin, m.Weights, m.Fit)
	return doingError(err, "storing a learned model")
}
