package sqlite

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

func open(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// leaving is the context of a client that goes away at some moment of a read or a write.
func leaving(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), time.Duration(rand.IntN(2000))*time.Microsecond)
}

// Clients that go away, at whatever moment, leave every reader usable.
func TestReadersSurviveCancelledClients(t *testing.T) {
	db := open(t)
	var all sync.WaitGroup
	for range 2 * readers {
		all.Go(func() {
			for range 1000 {
				ctx, cancel := leaving(t)
				_ = db.Read(ctx, func(tx *Tx) error {
					_, err := tx.AnyUser()
					return err
				})
				cancel()
			}
		})
	}
	all.Wait()
	for range 4 * readers {
		if err := db.Read(t.Context(), func(tx *Tx) error {
			_, err := tx.AnyUser()
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// A reader that was left inside a transaction is taken out of it by whoever reads next.
func TestReaderLeftInATransaction(t *testing.T) {
	db := open(t)
	for range readers {
		c := <-db.readers
		if _, err := c.exec(t.Context(), "BEGIN DEFERRED"); err != nil {
			t.Fatal(err)
		}
		db.readers <- c
	}
	for range readers {
		if err := db.Read(t.Context(), func(tx *Tx) error {
			_, err := tx.AnyUser()
			return err
		}); err != nil {
			t.Error(err)
		}
	}
}

// A writer that goes away in the middle of a statement fails nobody whose commit it shares. The statement is long, so
// that the end of the context meets it running.
func TestCancelledWriterFailsNobodyElse(t *testing.T) {
	const sqlLong query = `INSERT INTO jobs (id, kind, key, payload, due_ms, attempts, last_error, done_ms, dead, created_ms)
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
		SELECT 'job_' || i, '', i, '', 0, 0, '', 0, 0, 0 FROM n`
	db := open(t)
	ctx, leave := context.WithCancel(t.Context())
	first, second := make(chan error, 1), make(chan error, 1)
	started, queued := make(chan struct{}), make(chan struct{})
	go func() {
		first <- db.Write(t.Context(), func(tx *Tx) error {
			close(started)
			<-queued
			return tx.InsertUser(doorward.User{ID: "usr_1", Email: "ana@example.com"}, "ana@example.com", "")
		})
	}()
	<-started
	go func() {
		second <- db.Write(ctx, func(tx *Tx) error {
			time.AfterFunc(time.Millisecond, leave)
			_, err := tx.exec(sqlLong)
			return err
		})
	}()
	for len(db.writer.normal) == 0 {
		runtime.Gosched()
	}
	close(queued)
	if err := <-first; err != nil {
		t.Errorf("the one that stayed: %v", err)
	}
	if err := <-second; err != nil {
		t.Errorf("what runs already is carried through: %v", err)
	}
}

// A write whose caller has left before its turn is not run.
func TestWriteOfOneWhoLeftIsNotRun(t *testing.T) {
	db := open(t)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	err := db.Write(ctx, func(*Tx) error {
		t.Error("it ran")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A database that became read-only refuses writes as unavailable, reads on, says so to Ping, and heals by itself.
func TestReadOnlyForAWhile(t *testing.T) {
	db := open(t)
	readOnly := func(on string) {
		if _, err := db.writer.conn.ExecContext(t.Context(), "PRAGMA query_only = "+on); err != nil {
			t.Fatal(err)
		}
	}
	write := func() error {
		return db.Write(t.Context(), func(tx *Tx) error { return tx.InsertPasswordCost(1, 1) })
	}
	readOnly("1")
	if err := write(); doorward.ErrorCode(err) != doorward.CodeUnavailable {
		t.Errorf("a write: %v", err)
	}
	if err := db.Ping(t.Context()); doorward.ErrorCode(err) != doorward.CodeUnavailable {
		t.Errorf("ping: %v", err)
	}
	if err := db.Read(t.Context(), func(tx *Tx) error {
		_, err := tx.AnyUser()
		return err
	}); err != nil {
		t.Errorf("a read: %v", err)
	}
	readOnly("0")
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("healed: %v", err)
	}
	if err := write(); err != nil {
		t.Errorf("healed: %v", err)
	}
	if db.writer.failing.Load() {
		t.Error("a write was taken, and it is still thought to fail")
	}
}
