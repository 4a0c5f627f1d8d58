package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// query is an SQL statement. Every one is a constant, so that a test can find them all.
type query string

// Tx is a transaction. It is valid inside the function it was handed to, and used by one goroutine.
type Tx struct {
	conn *conn
	ctx  context.Context //nolint:containedctx // the caller's; a Tx lives shorter than the call that made it
	// Now is the time of the transaction: UTC, to the millisecond, the same however often it is read.
	Now time.Time
	// Due is the time by which the end of sessions and of devices is judged, and what is old enough to be forgotten. It is
	// Now but after a jump of the clock, when it is behind by what was jumped over: nobody is to be signed out, and
	// nothing forgotten, for time that did not pass. What lives for minutes goes by Now.
	Due     time.Time
	publish func(doorward.Activity)
	write   *write // nil when reading
}

// AfterCommit runs f after the commit that makes this write durable, in the order of commits, and never after a
// rollback. f runs on the writer: it must not block.
func (tx *Tx) AfterCommit(f func()) { tx.write.afterCommit = append(tx.write.afterCommit, f) }

// AfterRollback runs f when what this write did is undone: when it fails, or the transaction that it shares. f runs on the
// writer, before the next write: it is for what is kept in memory beside the rows.
func (tx *Tx) AfterRollback(f func()) { tx.write.afterRollback = append(tx.write.afterRollback, f) }

// Read runs f on a snapshot of the database.
func (db *DB) Read(ctx context.Context, f func(*Tx) error) error {
	var c *conn
	select {
	case c = <-db.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { db.readers <- c }()
	// BEGIN and ROLLBACK are never cut short: a client that goes away between them and their answer would leave the
	// connection inside a transaction, and lost to everybody.
	whole := context.WithoutCancel(ctx)
	if err := c.begin(whole); err != nil {
		return fmt.Errorf("beginning to read: %w", storageError(err))
	}
	defer func() {
		// Nothing was written, so there is nothing to lose; begin deals with what a failed rollback leaves.
		_, _ = c.exec(whole, "ROLLBACK")
	}()
	return f(db.tx(ctx, c))
}

func (db *DB) tx(ctx context.Context, c *conn) *Tx {
	now := db.clock().UTC().Truncate(time.Millisecond)
	return &Tx{conn: c, ctx: ctx, Now: now, Due: now.Add(-db.lag())}
}

// begin starts a snapshot. A transaction that the one before could not end is ended first.
func (c *conn) begin(ctx context.Context) error {
	if _, err := c.exec(ctx, "BEGIN DEFERRED"); err == nil {
		return nil
	}
	_, _ = c.exec(ctx, "ROLLBACK") // fails when there is none; then the next line says what is wrong
	_, err := c.exec(ctx, "BEGIN DEFERRED")
	return err
}

func (c *conn) prepare(ctx context.Context, q query) (*sql.Stmt, error) {
	if s, ok := c.statements[q]; ok {
		return s, nil
	}
	s, err := c.PrepareContext(ctx, string(q))
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", q, err)
	}
	c.statements[q] = s
	return s, nil
}

func (c *conn) exec(ctx context.Context, q query, args ...any) (sql.Result, error) {
	s, err := c.prepare(ctx, q)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(q query, args ...any) (int64, error) {
	result, err := tx.conn.exec(tx.ctx, q, args...)
	if err != nil {
		return 0, storageError(err)
	}
	n, err := result.RowsAffected()
	tx.write.changed = tx.write.changed || n > 0
	return n, err
}

// scanner is a row to read columns from.
type scanner interface{ Scan(dest ...any) error }

// row runs a query for one row and hands it to scan. It returns sql.ErrNoRows when there is none.
func (tx *Tx) row(q query, scan func(scanner) error, args ...any) error {
	s, err := tx.conn.prepare(tx.ctx, q)
	if err != nil {
		return storageError(err)
	}
	if err := scan(s.QueryRowContext(tx.ctx, args...)); err != nil {
		return storageError(err)
	}
	return nil
}

// rows runs a query and hands each row to scan.
func (tx *Tx) rows(q query, scan func(scanner) error, args ...any) (err error) {
	s, err := tx.conn.prepare(tx.ctx, q)
	if err != nil {
		return storageError(err)
	}
	rows, err := s.QueryContext(tx.ctx, args...)
	if err != nil {
		return storageError(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return storageError(err)
		}
	}
	return storageError(rows.Err())
}

// storageError tells the failures that pass (a full, read-only or busy disk) from the rest.
func storageError(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &doorward.Error{
			Code: doorward.CodeUnavailable, Message: "The guest list can't be written right now. Try again in a moment.",
			Hint: "check that the data folder's disk is neither full nor read-only", RetryAfter: 5 * time.Second, Err: err,
		}
	default:
		return err
	}
}

// isStorageError reports whether err is of a disk that is full, read-only or broken.
func isStorageError(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	code := e.Code() & 0xff
	return code == sqlite3.SQLITE_FULL || code == sqlite3.SQLITE_READONLY || code == sqlite3.SQLITE_IOERR
}

// isBusy reports whether err is of a lock that another process holds.
func isBusy(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// isPassing reports whether err says nothing of the file: a lock, too little memory, an interruption.
func isPassing(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT:
		return true
	default:
		return false
	}
}

// notNow says of an error that passes that it is no damage; others it leaves as they are.
func notNow(err error) error {
	if !isPassing(err) {
		return err
	}
	return &doorward.Error{
		Code: doorward.CodeUnavailable, Message: "The database can't be looked at right now: another program holds it.",
		Hint: "try again in a moment; if it stays so, stop the program that holds it", Err: err,
	}
}

// isDuplicate reports whether err is a broken UNIQUE or PRIMARY KEY constraint.
func isDuplicate(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// notFound turns "no row" into a CodeNotFound error with message, and adds what was being done to any other error.
func notFound(err error, message, doing string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return &doorward.Error{Code: doorward.CodeNotFound, Message: message}
	default:
		return doingError(err, doing)
	}
}

func doingError(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// ms is the stored form of a time: milliseconds since 1970, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// fromMS is the inverse of ms.
func fromMS(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return time.UnixMilli(v).UTC()
}

// toJSON is the stored form of a value whose type always marshals.
func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("marshalling a %T: %v", v, err))
	}
	return string(b)
}

func fromJSON(text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("reading a stored %T: %w", v, err)
	}
	return nil
}
