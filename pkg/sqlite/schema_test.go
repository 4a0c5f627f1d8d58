package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/google/go-cmp/cmp"
)

// at opens an empty database file and migrates it to a version, step by step or in one.
func at(t *testing.T, steps ...int) *sql.Conn {
	t.Helper()
	pool, err := sql.Open("sqlite", dsn(filepath.Join(t.TempDir(), "test.db")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	c, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	for _, v := range steps {
		if err := migrate(t.Context(), c, v); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// dump returns the schema of a database without comments and layout.
func dump(t *testing.T, c *sql.Conn) []string {
	t.Helper()
	list, err := normalSchema(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestGeneratedSchemaIsCurrent(t *testing.T) {
	want, err := os.ReadFile("../../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != Schema {
		t.Error("schema_gen.go is not schema.sql: run make gen")
	}
}

func TestMigrationsEqualSchema(t *testing.T) {
	fresh := at(t, len(migrations()))
	stepwise := at(t)
	for i, m := range migrations() {
		if err := apply(t.Context(), stepwise, m.name, m.up, i, i+1); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(dump(t, fresh), dump(t, stepwise)); diff != "" {
		t.Errorf("the migrations end elsewhere than schema.sql:\n%s", diff)
	}
}

func TestMigrationsRoundTrip(t *testing.T) {
	c := at(t, len(migrations()))
	want := dump(t, c)
	if err := migrate(t.Context(), c, 0); err != nil {
		t.Fatal(err)
	}
	if left := dump(t, c); len(left) != 0 {
		t.Errorf("all the way down there is still %v", left)
	}
	for i, m := range migrations() {
		if err := apply(t.Context(), c, m.name, m.up, i, i+1); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, dump(t, c)); diff != "" {
		t.Errorf("down and up again changed the schema:\n%s", diff)
	}
}

// An older database has one administrator after the upgrade: its first account.
func TestOldestAccountBecomesAdministrator(t *testing.T) {
	c := at(t, len(migrations()), 5)
	const insert = `INSERT INTO users (id, email, email_key, name, password_hash, email_verified, terms_version, created_ms, updated_ms)
		VALUES (?1, ?1, ?1, ?1, '', 1, '', ?2, ?2)`
	for id, created := range map[string]int{"usr_a": 30, "usr_b": 10, "usr_c": 20} {
		if _, err := c.ExecContext(t.Context(), insert, id, created); err != nil {
			t.Fatal(err)
		}
	}
	if err := migrate(t.Context(), c, len(migrations())); err != nil {
		t.Fatal(err)
	}
	var id string
	var all int
	if err := c.QueryRowContext(t.Context(), "SELECT max(id), count(*) FROM users WHERE administrator = 1").Scan(&id, &all); err != nil || id != "usr_b" || all != 1 {
		t.Errorf("%d administrators, %s the last: %v", all, id, err)
	}
}

// Who waited in a database that went back a version and came again waits on, in the order of the answers; the messages
// are kept, but for those that the older program has no words for.
func TestWaitlistGoesBackAndComesAgain(t *testing.T) {
	c := at(t, len(migrations()))
	for _, statement := range []string{
		sound,
		"UPDATE guests SET rsvp_status = 'waitlisted', waitlist_seq = 7 WHERE id = 'gst_a'",
		"UPDATE guests SET rsvp_status = 'waitlisted', waitlist_seq = 3 WHERE id = 'gst_c'",
		"UPDATE rsvps SET answered_ms = 4 WHERE guest_id = 'gst_c'",
		"UPDATE notifications SET kind = 'place' WHERE id = 'ntf_b'",
	} {
		if _, err := c.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	const before = 10
	for _, version := range []int{before, len(migrations())} {
		if err := migrate(t.Context(), c, version); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{
		"SELECT group_concat(id ORDER BY waitlist_seq) FROM guests WHERE waitlist_seq > 0": "gst_c,gst_a",
		"SELECT group_concat(id) FROM notifications":                                       "ntf_a",
		"SELECT questions FROM events WHERE id = 'evt_a'":                                  "[]",
	} {
		var got string
		if err := c.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, want %q: %v", query, got, want, err)
		}
	}
}

// An older program knows no deleted events: one comes back as archived, and not as an event that lets people in.
func TestDeletedEventGoesBackArchived(t *testing.T) {
	c := at(t, len(migrations()))
	if _, err := c.ExecContext(t.Context(), sound); err != nil {
		t.Fatal(err)
	}
	const before = 11
	if err := migrate(t.Context(), c, before); err != nil {
		t.Fatal(err)
	}
	var states string
	err := c.QueryRowContext(t.Context(), "SELECT group_concat(id || ' ' || state) FROM (SELECT * FROM events ORDER BY id)").Scan(&states)
	if want := "evt_a open,evt_b archived"; err != nil || states != want {
		t.Errorf("%q, want %q: %v", states, want, err)
	}
}

// The guests of an older database are counted and found by their tags after the upgrade, there and back again.
func TestFiltersOfAnOlderDatabase(t *testing.T) {
	c := at(t, len(migrations()))
	const before = 12
	for _, statement := range []string{
		sound,
		"UPDATE guests SET rsvp_status = 'maybe', plus_ones = 0 WHERE id = 'gst_c'",
		`UPDATE guests SET tags = '["friends","family"]' WHERE id = 'gst_a'`,
	} {
		if _, err := c.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	look := func() string {
		var all strings.Builder
		for _, query := range []string{
			`SELECT format('%d %d %d %d %d %d', count_maybe, count_inside, count_low, count_medium, count_high, count_block) FROM events ORDER BY id`,
			"SELECT tag || ' ' || name_key || ' ' || guest_id FROM guest_tags ORDER BY 1", "SELECT tag || ' ' || guests FROM tag_counts ORDER BY 1",
		} {
			list, err := texts(t.Context(), c, query, 100)
			if err != nil {
				t.Fatal(err)
			}
			all.WriteString(strings.Join(list, ", ") + "\n")
		}
		return all.String()
	}
	want := "1 1 1 0 0 0, 0 0 0 0 0 0\nfamily bo gst_a, family cy gst_b, friends bo gst_a\nfamily 2, friends 1\n"
	if got := look(); got != want {
		t.Errorf("by the triggers\n%swant\n%s", got, want)
	}
	for _, version := range []int{before, len(migrations())} {
		if err := migrate(t.Context(), c, version); err != nil {
			t.Fatal(err)
		}
	}
	if got := look(); got != want {
		t.Errorf("after the upgrade\n%swant\n%s", got, want)
	}
}

// The guests of an older database are sorted and found as new ones are.
func TestSearchOfAnOlderDatabase(t *testing.T) {
	c := at(t, len(migrations()))
	const before = 13
	for _, statement := range []string{
		sound,
		"UPDATE guests SET name = 'Seán O’Brien-Łu', name_key = 'sean o’brien-lu', phone = '+491701234567', tags = '[\"family\"]' WHERE id = 'gst_a'",
		"UPDATE guest_terms SET term = 'sean o’brien-lu' WHERE term = 'bo'",
		"UPDATE guests SET name = 'Jo D´Arc', name_key = 'jo d arc' WHERE id = 'gst_b'",
	} {
		if _, err := c.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for _, version := range []int{before, len(migrations()), before, len(migrations())} {
		if err := migrate(t.Context(), c, version); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{
		"SELECT group_concat(kind || ' ' || term, ', ' ORDER BY kind, term) FROM guest_terms WHERE guest_id = 'gst_a'": "contact 1701234567, contact 491701234567, contact bo@example.com, " +
			"name lu, name obrien lu, name sean obrien lu",
		"SELECT group_concat(term, ', ' ORDER BY term) FROM guest_terms WHERE guest_id = 'gst_b'": "darc, jo darc",
		"SELECT group_concat(name_key, ', ' ORDER BY id) FROM guests":                             "sean obrien lu, jo darc, di",
		"SELECT group_concat(name_key, ', ' ORDER BY guest_id) FROM guest_tags":                   "sean obrien lu, jo darc",
	} {
		var got string
		if err := c.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, want %q: %v", query, got, want, err)
		}
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "doorward.db")
	db, err := Open(t.Context(), path, time.Now, func(doorward.Activity) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.writer.conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", len(migrations())+1)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err = Open(context.Background(), path, time.Now, func(doorward.Activity) {}); doorward.ErrorCode(err) != doorward.CodeUnavailable {
		t.Errorf("a newer database was answered %v", err)
	}
}

// Several processes that open a new database at the same moment all find it made.
func TestOpenTogether(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), "doorward.db")
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				db, err := Open(t.Context(), path, time.Now, func(doorward.Activity) {})
				if err != nil {
					t.Error(err)
					return
				}
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
}

func TestCompareVersions(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		older bool
	}{{"3.51.2", "3.51.3", true}, {"3.51.3", "3.51.3", false}, {"3.54.1", "3.51.3", false}, {"3.9.0", "3.51.3", true}, {"4", "3.51.3", false}} {
		if got := compareVersions(c.a, c.b) < 0; got != c.older {
			t.Errorf("%s older than %s: %v", c.a, c.b, got)
		}
	}
}
