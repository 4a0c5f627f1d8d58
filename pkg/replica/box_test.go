package replica_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	_ "modernc.org/sqlite"
)

// box is a machine with a data folder and a replica elsewhere.
type box struct {
	t    *testing.T
	path string // of the database
	yml  string // settings of the replica, indented by six
	more string // further settings
	keep int64
	r    *replica.Replica
	db   *sql.DB
	row  int // the last one written
}

func newBox(t *testing.T, yml string) *box {
	return &box{t: t, path: filepath.Join(t.TempDir(), "data", "doorward.db"), yml: yml}
}

func (b *box) config() *replica.Config {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "litestream.yml")
	text := fmt.Sprintf("dbs:\n  - path: %s\n    replica:\n%s\n%s\n", b.path, b.yml, b.more)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	c, err := replica.Read(file, b.path, os.Getenv)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// start opens the replication and then the database, as the program does.
func (b *box) start() {
	b.t.Helper()
	if err := os.MkdirAll(filepath.Dir(b.path), 0o700); err != nil {
		b.t.Fatal(err)
	}
	var err error
	b.r, err = replica.Open(b.config(), replica.Options{Clock: time.Now, KeepLocal: b.keep, Checkpoint: func(ctx context.Context) error { return sqlite.Checkpoint(ctx, b.path) }})
	if err != nil {
		b.t.Fatal(err)
	}
	b.db, err = sql.Open("sqlite", "file:"+b.path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(0)&_txlock=immediate")
	if err != nil {
		b.t.Fatal(err)
	}
	b.db.SetMaxOpenConns(1)
	b.exec("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, v TEXT) STRICT")
}

func (b *box) exec(q string, args ...any) {
	b.t.Helper()
	if _, err := b.db.Exec(q, args...); err != nil {
		b.t.Errorf("a write failed: %v", err)
	}
}

func value(id int) string {
	h := sha256.Sum256(fmt.Append(nil, id))
	return strings.Repeat(hex.EncodeToString(h[:]), 4)
}

func (b *box) write(n int) {
	b.t.Helper()
	for range n {
		b.row++
		b.exec("INSERT INTO rows VALUES (?, ?)", b.row, value(b.row))
	}
}

// until waits for a status.
func (b *box) until(what string, within time.Duration, is func(replica.Status) bool) replica.Status {
	b.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(within); time.Now().Before(deadline); <-tick.C {
		if s := b.r.Status(); is(s) {
			return s
		}
	}
	b.t.Fatalf("not %s in %s: %+v", what, within, b.r.Status())
	return replica.Status{}
}

// synced waits until what was written before is with the replica: it was read after the call, and is there.
func (b *box) synced() replica.Status {
	b.t.Helper()
	return b.until("with the replica", 60*time.Second, func() func(replica.Status) bool {
		at := b.r.Status().Position
		return func(s replica.Status) bool { return s.Position > at && s.Replicated >= s.Position && s.Lag == 0 }
	}())
}

func (b *box) stop() {
	b.t.Helper()
	if err := b.db.Close(); err != nil {
		b.t.Error(err)
	}
	if err := b.r.Close(b.t.Context()); err != nil {
		b.t.Error(err)
	}
}

// wipe loses the machine's disk.
func (b *box) wipe() {
	b.t.Helper()
	if err := os.RemoveAll(filepath.Dir(b.path)); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) restore() replica.Restored {
	b.t.Helper()
	got, err := replica.Restore(b.t.Context(), b.config().Target(), replica.RestoreOptions{To: b.path, Check: sqlite.Intact})
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

// rowsOf counts the rows of a database and fails unless they are the first ones, each as it was written.
func rowsOf(t *testing.T, path string) int {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // only read
	rows, err := db.Query("SELECT id, v FROM rows ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // Err says
	n := 0
	for rows.Next() {
		var id int
		var v string
		if err := rows.Scan(&id, &v); err != nil {
			t.Fatal(err)
		}
		if n++; id != n || v != value(id) {
			t.Fatalf("row %d of %s is not what was written", n, path)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// long reports whether the long runs are asked for: make replica.
func long() bool { return os.Getenv("DOORWARD_LONG") != "" }
