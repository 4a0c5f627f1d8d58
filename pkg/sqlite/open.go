package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	_ "modernc.org/sqlite" // the driver
)

// minVersion is the first SQLite without the WAL-reset bug, which can corrupt a database when a checkpoint races a
// commit on another connection.
const minVersion = "3.51.3"

// readers is how many snapshots may be read at once. Reads are short; more would only queue on the two or four cores
// of the machines that this program is for.
const readers = 4

// Path is where the database of a data folder is.
func Path(data string) string { return filepath.Join(data, "doorward.db") }

// Clock tells the time. The program hands one in; tests hand in their own.
type Clock func() time.Time

// DB is an open database.
type DB struct {
	clock   Clock
	lag     func() time.Duration
	writer  *writer
	readers chan *conn // idle reader connections; whoever holds one returns it
	pools   []*sql.DB
}

// conn is one connection with its prepared statements. It is used by one goroutine at a time.
type conn struct {
	*sql.Conn
	statements map[query]*sql.Stmt
}

// Close ends the connection. A statement that is left open would keep it alive, and the log from being carried over.
func (c *conn) Close() error {
	var errs []error
	for _, s := range c.statements {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.Conn.Close())...)
}

// dsn builds a data source name. busy_timeout comes first: the later pragmas may themselves meet a lock.
// Pragmas belong here because one set by Exec would reach a single connection of the pool.
func dsn(path string, extra ...string) string {
	pragmas := append([]string{
		"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)", "synchronous(FULL)", "secure_delete(FAST)",
		"journal_size_limit(67108864)", "temp_store(MEMORY)", "cell_size_check(1)",
	}, extra...)
	v := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// Option is how a database is opened beyond the usual.
type Option func(*opening)

type opening struct {
	pragmas []string
	lag     func() time.Duration
}

// Replicated leaves checkpoints to the replication: it must have read a commit before the write-ahead log forgets it.
func Replicated(o *opening) { o.pragmas = append(o.pragmas, "wal_autocheckpoint(0)") }

// Lag lets Tx.Due be behind Tx.Now by what is told, each time anew. Without it they are the same.
func Lag(lag func() time.Duration) Option { return func(o *opening) { o.lag = lag } }

// Open opens the database at path, makes it when it is not there, and migrates an older one. It refuses one that is
// newer than this program, and a SQLite that could corrupt it. publish is handed each row of the history after its
// commit, in order; it must not block.
func Open(ctx context.Context, path string, clock Clock, publish func(doorward.Activity), options ...Option) (*DB, error) {
	// SQLite does not wait for a lock when it turns a database to WAL, or when it closes the last connection to one: two
	// processes that start or end together meet there.
	for range openTries - 1 {
		db, err := openOnce(ctx, path, clock, publish, options)
		if !isBusy(err) {
			return db, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(openPause):
		}
	}
	return openOnce(ctx, path, clock, publish, options)
}

// How often a database that is locked is opened again, and how long is waited before.
const (
	openTries = 50
	openPause = 50 * time.Millisecond
)

func openOnce(ctx context.Context, path string, clock Clock, publish func(doorward.Activity), options []Option) (*DB, error) {
	opening := opening{lag: func() time.Duration { return 0 }}
	for _, o := range options {
		o(&opening)
	}
	extra := opening.pragmas
	if err := prepare(ctx, path, extra); err != nil {
		return nil, fmt.Errorf("opening the database %s: %w", path, err)
	}
	db := &DB{clock: clock, lag: opening.lag, readers: make(chan *conn, readers)}
	// What a long list writes fits into 16 MB; beyond the usual 2 MB its pages go to the write-ahead log and come back.
	write, err := db.connect(ctx, dsn(path, append(extra, "cache_size(-16384)")...), 1)
	if err != nil {
		return nil, fmt.Errorf("opening the writer of %s: %w", path, errors.Join(err, db.closePools()))
	}
	read, err := db.connect(ctx, dsn(path, append(extra, "query_only(1)")...), readers)
	if err != nil {
		return nil, fmt.Errorf("opening the readers of %s: %w", path, errors.Join(err, db.closePools()))
	}
	for _, c := range read {
		db.readers <- c
	}
	db.writer = startWriter(write[0], db, publish)
	return db, nil
}

// prepare checks the SQLite version and brings the schema up to date on a connection of its own.
func prepare(ctx context.Context, path string, extra []string) error {
	pool, err := sql.Open("sqlite", dsn(path, extra...))
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(1)
	err = func() error {
		c, err := pool.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close() //nolint:errcheck // the pool is closed below, and reports
		if err := checkVersion(ctx, c); err != nil {
			return err
		}
		if err := copyBeforeUpgrade(ctx, c, path); err != nil {
			return err
		}
		return migrate(ctx, c, len(migrations()))
	}()
	return errors.Join(err, pool.Close())
}

func checkVersion(ctx context.Context, c *sql.Conn) error {
	var have string
	if err := c.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&have); err != nil {
		return err
	}
	if compareVersions(have, minVersion) < 0 {
		return fmt.Errorf("SQLite %s can corrupt a database in WAL mode; this program needs %s or newer", have, minVersion)
	}
	return nil
}

// compareVersions compares dotted numbers: negative when a is older than b.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		var x, y int
		if i < len(as) {
			x, _ = strconv.Atoi(as[i])
		}
		if i < len(bs) {
			y, _ = strconv.Atoi(bs[i])
		}
		if x != y {
			return x - y
		}
	}
	return 0
}

// connect opens n connections of one pool and keeps them for good, each with its own prepared statements.
func (db *DB) connect(ctx context.Context, dsn string, n int) ([]*conn, error) {
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.pools = append(db.pools, pool)
	pool.SetMaxOpenConns(n)
	conns := make([]*conn, n)
	for i := range conns {
		c, err := pool.Conn(ctx)
		if err != nil {
			return nil, err
		}
		conns[i] = &conn{Conn: c, statements: map[query]*sql.Stmt{}}
	}
	return conns, nil
}

func (db *DB) closePools() error {
	var errs []error
	for _, pool := range db.pools {
		errs = append(errs, pool.Close())
	}
	return errors.Join(errs...)
}

// Close waits for the writes that were queued, and for the reads that run, and closes the database.
func (db *DB) Close() error {
	db.writer.stop()
	var errs []error
	for range readers {
		c := <-db.readers
		errs = append(errs, c.Close())
	}
	errs = append(errs, db.writer.conn.Close(), db.closePools())
	return errors.Join(errs...)
}

const (
	sqlPing query = "UPDATE events SET id = id WHERE id = ''"
	// The two that write in earnest leave nothing behind.
	sqlProbe   query = "INSERT INTO jobs (id, kind, key, payload, due_ms, attempts, last_error, done_ms, dead, created_ms) VALUES ('', '', '', '', 1, 0, '', 0, 0, 1)"
	sqlUnprobe query = "DELETE FROM jobs WHERE id = ''"
)

// Ping proves that the database takes writes. While the last one was taken it runs an empty transaction through the
// writer, which costs no write on the disk; after one that the disk refused it tries in earnest.
func (db *DB) Ping(ctx context.Context) error {
	return db.Write(ctx, func(tx *Tx) error {
		if !db.writer.failing.Load() {
			_, err := tx.exec(sqlPing)
			return err
		}
		_, err := tx.exec(sqlProbe)
		if err == nil {
			_, err = tx.exec(sqlUnprobe)
		}
		return doingError(err, "trying to write")
	})
}
