package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// flipped is what is known of a byte that was changed in a page of a database.
type flipped struct{ refused, quick, verify, differs bool }

// flip changes one bit in a copy of a database, and looks who notices.
func flip(t *testing.T, whole []byte, at int, bit byte, want string) (f flipped) {
	t.Helper()
	bad := append([]byte{}, whole...)
	bad[at] ^= 1 << bit
	path := t.TempDir() + "/flipped.db"
	if err := os.WriteFile(path, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Verify(t.Context(), path)
	f.verify = err != nil || len(r.Failed()) > 0
	quick, err := QuickCheck(t.Context(), path)
	f.quick = err != nil || len(quick) > 0
	f.differs = content(t.Context(), path) != want
	db, err := Open(t.Context(), path, time.Now, func(doorward.Activity) {})
	if err != nil {
		f.refused = true
		return f
	}
	if err := db.Close(); err != nil {
		f.refused = true
	}
	return f
}

// content is everything in a database, as text.
func content(ctx context.Context, path string) string {
	c, closeAll, err := openReadOnly(ctx, path)
	if err != nil {
		return err.Error()
	}
	defer closeAll() //nolint:errcheck // only read
	tables, err := texts(ctx, c, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", 1000)
	all := fmt.Sprint(tables, err)
	for _, table := range tables {
		all += table + dumpTable(ctx, c, table)
	}
	return all
}

func dumpTable(ctx context.Context, c *sql.Conn, table string) string {
	rows, err := c.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return err.Error()
	}
	defer rows.Close() //nolint:errcheck // only read
	columns, err := rows.Columns()
	if err != nil {
		return err.Error()
	}
	var out strings.Builder
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(values...); err != nil {
			return err.Error()
		}
		for _, v := range values {
			fmt.Fprintf(&out, "%v|", *v.(*any))
		}
	}
	return out.String() + fmt.Sprint(rows.Err())
}

// full makes the sound database bigger: guests with links and answers, accesses and check-ins, enough for many pages.
const full = `
INSERT INTO guests SELECT 'gst_' || value, 'evt_a', 'Guest ' || value, 'guest ' || value, 'g' || value || '@example.com', 'g' || value || '@example.com', '', 2, '[]', 'A note', 'attending', 1, 'issued', 5, 'low', 3, 1, 10, 10, 1, 1, 0
  FROM generate_series(1, 800);
INSERT INTO guest_terms SELECT event_id, 'name', name_key, id FROM guests WHERE id NOT IN ('gst_a', 'gst_b', 'gst_c') UNION ALL SELECT event_id, 'contact', email_key, id FROM guests WHERE id NOT IN ('gst_a', 'gst_b', 'gst_c');
INSERT INTO tokens SELECT id, 1, 0, 1, 0 FROM guests WHERE id NOT IN (SELECT guest_id FROM tokens) AND id <> 'gst_b';
INSERT INTO rsvps SELECT id, '["Al"]', '{}', 'Thanks', 5 FROM guests WHERE id NOT IN (SELECT guest_id FROM rsvps) AND id <> 'gst_b';
INSERT INTO access_logs (id, event_id, guest_id, at_ms, kind, class, score, band, action, capped, evaluated, reasons, ip, signals, cookie_hash, issued_hash, link, seq)
  SELECT 'acc_' || id, event_id, id, 5, 'open', 'human', 3, 'low', 'allowed', 0, 1, '[]', '192.0.2.7', '{"user_agent":"Firefox"}', '', '', 1, 1 + row_number() OVER () FROM guests WHERE id NOT IN ('gst_a', 'gst_b', 'gst_c');
INSERT INTO activity (event_id, kind, guest_id, at_ms, data) SELECT event_id, 'checkin', id, 10, '{"heads":1}' FROM guests;
INSERT INTO checkins SELECT 'chk_' || id, event_id, id, 'dev_a', id, 'Main', 'in', 1, 10, 10, 'admitted', '', 0, 0, 1, 0 FROM guests WHERE id NOT IN ('gst_a', 'gst_b', 'gst_c');
`

// A byte that changes on the disk is found where SQLite or an invariant can know better. Where it can't, a letter of a
// note or a byte that nothing uses, only the comparison with a copy would tell; how many those are is reported.
func TestFlippedBytes(t *testing.T) {
	path := soundFile(t)
	alter(t, path, func(c *sql.Conn) error {
		_, err := c.ExecContext(t.Context(), strings.ReplaceAll(full, "generate_series(1, 800)",
			"(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 800) SELECT value FROM n)"))
		return err
	})
	if failed := verify(t, path).Failed(); len(failed) > 0 {
		t.Fatalf("the database to be damaged is not sound: %v", failed)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := content(t.Context(), path)
	const page = 4096
	n := 10
	if os.Getenv("DOORWARD_LONG") != "" {
		n = 100
	}
	chance := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // which bytes is no secret
	pages := chance.Perm(len(whole) / page)
	var refused, quick, verified, unused, silent int
	for _, p := range pages[:n] {
		at, bit := p*page+chance.IntN(page), byte(chance.IntN(8))
		f := flip(t, whole, at, bit, want)
		switch {
		case f.refused:
			refused++
		case f.quick:
			quick++
		case f.verify:
			verified++
		case !f.differs:
			unused++
		default:
			silent++
		}
	}
	t.Logf("%d bytes flipped in %d pages: %d refused at the start, %d found by the quick check, %d by verify; %d changed nothing that is read; %d changed a value that nothing else tells of",
		n, len(whole)/page, refused, quick, verified, unused, silent)
	if found := refused + quick + verified; found == 0 || silent > n/4 {
		t.Errorf("%d found, %d silent", found, silent)
	}
}
