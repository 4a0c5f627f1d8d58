package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const (
	sqlInsertDrill query = "INSERT INTO drills (at_ms, source, position, ok, result, took_ms, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)"
	sqlForgetDrill query = "DELETE FROM drills WHERE id <= (SELECT max(id) FROM drills) - ?"
	sqlLastDrill   query = "SELECT at_ms, source, position, ok, result, took_ms, bytes FROM drills WHERE id > 0 ORDER BY id DESC LIMIT 1"
)

// keptDrills is how many drills are remembered: some months of nights.
const keptDrills = 200

// InsertDrill remembers what a drill came to, and forgets the oldest.
func (tx *Tx) InsertDrill(d doorward.Drill) error {
	_, err := tx.exec(sqlInsertDrill, ms(d.At), d.Source, d.Position, d.OK, d.Result, d.Took.Milliseconds(), d.Bytes)
	if err == nil {
		_, err = tx.exec(sqlForgetDrill, keptDrills)
	}
	return doingError(err, "storing a drill")
}

// LastDrill returns the newest drill, nil when there was none.
func (tx *Tx) LastDrill() (*doorward.Drill, error) {
	var d doorward.Drill
	var at, took int64
	err := tx.row(sqlLastDrill, func(s scanner) error {
		return s.Scan(&at, &d.Source, &d.Position, &d.OK, &d.Result, &took, &d.Bytes)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	d.At, d.Took = fromMS(at), time.Duration(took)*time.Millisecond
	return &d, doingError(err, "reading the last drill")
}

const (
	sqlActivityUpTo  query = "SELECT count(*) FROM activity WHERE id <= ?"
	sqlActivityOlder query = "SELECT count(*) FROM activity WHERE id > ? AND at_ms < ?"
)

// ActivityUpTo counts the rows of all events' histories up to an id.
func (tx *Tx) ActivityUpTo(id int64) (n int64, err error) {
	err = tx.row(sqlActivityUpTo, func(s scanner) error { return s.Scan(&n) }, id)
	return n, doingError(err, "counting the history")
}

// ActivityOlder counts the rows of all events' histories after an id that are older than a time.
func (tx *Tx) ActivityOlder(id int64, older time.Time) (n int64, err error) {
	err = tx.row(sqlActivityOlder, func(s scanner) error { return s.Scan(&n) }, id, ms(older))
	return n, doingError(err, "counting the history")
}

const (
	sqlNewestActivity query = "SELECT at_ms FROM activity WHERE id > 0 ORDER BY id DESC LIMIT 1"
	sqlNewestDrill    query = "SELECT at_ms FROM drills WHERE id > 0 ORDER BY id DESC LIMIT 1"
)

// NewestTime is the latest time that the database surely saw, by the last rows of the histories; zero when they are empty.
func (tx *Tx) NewestTime() (newest time.Time, err error) {
	for _, q := range []query{sqlNewestActivity, sqlNewestDrill} {
		var at int64
		err := tx.row(q, func(s scanner) error { return s.Scan(&at) })
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return newest, doingError(err, "reading the newest time")
		}
		if t := fromMS(at); t.After(newest) {
			newest = t
		}
	}
	return newest, nil
}

// Look is what can be told of a database without opening it for writing.
type Look struct {
	Version, Newest int      // of the schema, and the newest that this program knows
	Damage          []string // as QuickCheck finds it
	LastDrill       *doorward.Drill
}

// LookAt reads how a database stands. It changes nothing, and does not migrate.
func LookAt(ctx context.Context, path string) (l Look, err error) {
	l.Newest = len(migrations())
	if l.Damage, err = QuickCheck(ctx, path); err != nil {
		return l, err
	}
	c, closeAll, err := openReadOnly(ctx, path)
	if err != nil {
		return l, fmt.Errorf("looking at %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	if l.Version, err = userVersion(ctx, c); err != nil || l.Version != l.Newest {
		return l, notNow(err)
	}
	tx := &Tx{conn: &conn{Conn: c, statements: map[query]*sql.Stmt{}}, ctx: ctx}
	l.LastDrill, err = tx.LastDrill()
	return l, err
}
