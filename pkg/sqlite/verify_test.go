package sqlite

import (
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// sound is a database with a row in every table, and every invariant true.
const sound = `
INSERT INTO users VALUES ('usr_a', 'Ana@example.com', 'ana@example.com', 'Ana', '', 1, '', 1, 1, 1), ('usr_b', 'rui@example.com', 'rui@example.com', 'Rui', '', 1, '', 1, 1, 0);
INSERT INTO sessions VALUES ('ses_a', 'usr_a', 3, 50, 'Firefox', 1, 100);
INSERT INTO failed_sign_ins VALUES (1, zeroblob(32), 2);
INSERT INTO password_cost VALUES (1, 19456, 2);
INSERT INTO recovery VALUES (1, zeroblob(32), 1);
INSERT INTO drills VALUES (1, 1, 'backup', '', 1, 'fine', 1, 1);
INSERT INTO link_keys VALUES (0, x'01', x'');
INSERT INTO events (id, name, description, venue, starts_ms, ends_ms, timezone, capacity, default_plus_ones, rsvp_deadline_ms, state, band_medium, band_high, band_block, allowlist_seq, created_ms, updated_ms)
  VALUES ('evt_a', 'Party', '', '', 1, 2, 'UTC', 0, 0, 0, 'open', 30, 60, 85, 1, 1, 1), ('evt_b', 'Other', '', '', 1, 2, 'UTC', 0, 0, 0, 'open', 30, 60, 85, 0, 1, 1);
UPDATE events SET deleted_ms = 7 WHERE id = 'evt_b';
INSERT INTO collaborators VALUES ('evt_a', 'usr_a', 'owner', 1), ('evt_b', 'usr_a', 'owner', 1), ('evt_a', 'usr_b', 'viewer', 1);
INSERT INTO invites VALUES ('inv_a', 'evt_a', 'eva@example.com', 'eva@example.com', 'editor', 'usr_a', zeroblob(32), '', 'sent', 1, 9);
INSERT INTO guests VALUES ('gst_a', 'evt_a', 'Bo', 'bo', 'bo@example.com', 'bo@example.com', '', 3, '[]', '', 'attending', 1, 'issued', 5, 'low', 3, 2, 10, 10, 1, 1, 0),
  ('gst_b', 'evt_a', 'Cy', 'cy', '', NULL, '', 1, '["family"]', '', 'none', 0, 'none', 0, '', 0, 0, 0, 0, 1, 1, 0),
  ('gst_c', 'evt_a', 'Di', 'di', '', NULL, '', 1, '[]', '', 'declined', 0, 'revoked', 0, '', 0, 0, 0, 0, 1, 1, 0);
INSERT INTO guest_terms VALUES ('evt_a', 'name', 'bo', 'gst_a'), ('evt_a', 'contact', 'bo@example.com', 'gst_a'), ('evt_a', 'name', 'cy', 'gst_b'), ('evt_a', 'name', 'di', 'gst_c');
INSERT INTO tokens VALUES ('gst_a', 2, 0, 1, 0), ('gst_c', 1, 7, 1, 0);
INSERT INTO rsvps VALUES ('gst_a', '["Al"]', '{}', '', 5), ('gst_c', '[]', '{}', '', 5);
INSERT INTO access_logs (id, event_id, guest_id, at_ms, kind, class, score, band, action, capped, evaluated, reasons, ip, signals, cookie_hash, issued_hash, link, seq)
  VALUES ('acc_a', 'evt_a', 'gst_a', 5, 'open', 'human', 3, 'low', 'allowed', 0, 1, '[]', '', '{}', '', '', 2, 1);
INSERT INTO verdicts VALUES ('acc_a', 'evt_a', 'legitimate', '', 'Ana', 6, 1, 'usr_a');
INSERT INTO account_requests VALUES ('req_a', 'sign_up', 'Eva@example.com', 'eva@example.com', 'Eva', '$argon2id$', '1', 1, 9);
INSERT INTO models VALUES (1, 1, 'learned', '{}', '{}');
INSERT INTO activity VALUES (1, 'evt_a', 'rsvp', 'gst_a', 5, '{}'), (2, 'evt_a', 'checkin', 'gst_a', 10, '{}');
INSERT INTO allowlist VALUES ('evt_a', '10.0.0.0/8', '', 1);
INSERT INTO devices VALUES ('dev_a', 'evt_a', 'Phone', 'Main', '["scan"]', NULL, 0, zeroblob(32), 1, 0, 2, 2, 0), ('dev_b', 'evt_a', 'Tablet', 'Back', '[]', zeroblob(32), 9, NULL, 1, 0, 0, 0, 0);
INSERT INTO checkins VALUES ('chk_a', 'evt_a', 'gst_a', 'dev_a', 'n1', 'Main', 'in', 2, 10, 10, 'admitted', '', 0, 0, 2, 0),
  ('chk_b', 'evt_a', 'gst_b', 'dev_a', 'n2', 'Main', 'in', 0, 11, 11, 'refused', 'revoked', 0, 0, 0, 0);
INSERT INTO jobs VALUES ('job_a', 'mail', 'ntf_a', 'ntf_a', 5, 0, '', 0, 0, 5);
INSERT INTO notifications VALUES ('ntf_a', 'evt_a', 'gst_a', 'invitation', 2, 'queued', '', '', 5, 0, 5), ('ntf_b', 'evt_a', 'gst_a', 'invitation', 1, 'sent', 'bo@example.com', '', 4, 4, 4);
`

// damages break each invariant: the SQL that does, and what is then named.
var damages = map[string]struct{ damage, names string }{
	"schema":                  {"DROP INDEX guests_band", "guests_band"},
	"integrity":               {"PRAGMA writable_schema = 1; DELETE FROM sqlite_schema WHERE name = 'guests_band'", "never used"},
	"words":                   {"UPDATE activity SET kind = 'odd' WHERE id = 2", "activity 2"},
	"foreign_keys":            {"UPDATE sessions SET user_id = 'usr_x'", "sessions"},
	"sessions.user_id":        {"UPDATE sessions SET user_id = 'usr_x'", "ses_a"},
	"collaborators.event_id":  {"INSERT INTO collaborators VALUES ('evt_x', 'usr_a', 'owner', 1)", "evt_x"},
	"collaborators.user_id":   {"INSERT INTO collaborators VALUES ('evt_a', 'usr_x', 'owner', 1)", "usr_x"},
	"invites.event_id":        {"UPDATE invites SET event_id = 'evt_x'", "inv_a"},
	"invites.inviter_id":      {"UPDATE invites SET inviter_id = 'usr_x'", "inv_a"},
	"guests.event_id":         {"UPDATE guests SET event_id = 'evt_x' WHERE id = 'gst_b'", "gst_b"},
	"guest_terms.event_id":    {"UPDATE guest_terms SET event_id = 'evt_x' WHERE term = 'cy'", "gst_b"},
	"guest_terms.guest_id":    {"UPDATE guest_terms SET guest_id = 'gst_x' WHERE term = 'cy'", "gst_x"},
	"guest_tags.event_id":     {"UPDATE guest_tags SET event_id = 'evt_x'", "gst_b"},
	"guest_tags.guest_id":     {"UPDATE guest_tags SET guest_id = 'gst_x'", "gst_x"},
	"guest_tags.event":        {"UPDATE guest_tags SET event_id = 'evt_b'", "gst_b"},
	"tag_counts.event_id":     {"UPDATE tag_counts SET event_id = 'evt_x'", "family"},
	"tag_counts.guests":       {"UPDATE tag_counts SET guests = 2", "family"},
	"guests.tags":             {"UPDATE guest_tags SET name_key = 'bo'", "gst_b"},
	"tokens.guest_id":         {"UPDATE tokens SET guest_id = 'gst_x' WHERE guest_id = 'gst_c'", "gst_x"},
	"rsvps.guest_id":          {"UPDATE rsvps SET guest_id = 'gst_x' WHERE guest_id = 'gst_c'", "gst_x"},
	"access_logs.event_id":    {"UPDATE access_logs SET event_id = 'evt_x'", "acc_a"},
	"access_logs.guest_id":    {"UPDATE access_logs SET guest_id = 'gst_x'", "acc_a"},
	"verdicts.access_id":      {"UPDATE verdicts SET access_id = 'acc_x'", "acc_x"},
	"verdicts.event_id":       {"UPDATE verdicts SET event_id = 'evt_x'", "acc_a"},
	"activity.event_id":       {"UPDATE activity SET event_id = 'evt_x' WHERE id = 2", "2"},
	"allowlist.event_id":      {"UPDATE allowlist SET event_id = 'evt_x'", "evt_x"},
	"devices.event_id":        {"UPDATE devices SET event_id = 'evt_x' WHERE id = 'dev_b'", "dev_b"},
	"checkins.event_id":       {"UPDATE checkins SET event_id = 'evt_x' WHERE id = 'chk_b'", "chk_b"},
	"checkins.guest_id":       {"UPDATE checkins SET guest_id = 'gst_x' WHERE id = 'chk_b'", "chk_b"},
	"entrances.event_id":      {"UPDATE entrances SET event_id = 'evt_x'", "evt_x"},
	"notifications.event_id":  {"UPDATE notifications SET event_id = 'evt_x' WHERE id = 'ntf_b'", "ntf_b"},
	"notifications.guest_id":  {"UPDATE notifications SET guest_id = 'gst_x' WHERE id = 'ntf_b'", "ntf_b"},
	"guest_terms.event":       {"UPDATE guest_terms SET event_id = 'evt_b' WHERE term = 'cy'", "gst_b"},
	"access_logs.event":       {"UPDATE access_logs SET event_id = 'evt_b'", "acc_a"},
	"checkins.event":          {"UPDATE checkins SET event_id = 'evt_b' WHERE id = 'chk_b'", "chk_b"},
	"notifications.event":     {"UPDATE notifications SET event_id = 'evt_b' WHERE id = 'ntf_b'", "ntf_b"},
	"verdicts.event":          {"UPDATE verdicts SET event_id = 'evt_b'", "acc_a"},
	"events.count_guests":     {"UPDATE events SET count_guests = 9 WHERE id = 'evt_a'", "evt_a"},
	"events.count_invited":    {"UPDATE events SET count_invited = 9 WHERE id = 'evt_a'", "evt_a"},
	"events.count_opened":     {"UPDATE events SET count_opened = 0 WHERE id = 'evt_a'", "evt_a"},
	"events.count_attending":  {"UPDATE events SET count_attending = 9 WHERE id = 'evt_a'", "evt_a"},
	"events.count_declined":   {"UPDATE events SET count_declined = 0 WHERE id = 'evt_a'", "evt_a"},
	"events.count_waitlisted": {"UPDATE events SET count_waitlisted = 1 WHERE id = 'evt_b'", "evt_b"},
	"events.count_maybe":      {"UPDATE events SET count_maybe = 1 WHERE id = 'evt_a'", "evt_a"},
	"events.count_inside":     {"UPDATE events SET count_inside = 0 WHERE id = 'evt_a'", "evt_a"},
	"events.count_low":        {"UPDATE events SET count_low = 0 WHERE id = 'evt_a'", "evt_a"},
	"events.count_medium":     {"UPDATE events SET count_medium = 1 WHERE id = 'evt_a'", "evt_a"},
	"events.count_high":       {"UPDATE events SET count_high = 1 WHERE id = 'evt_b'", "evt_b"},
	"events.count_block":      {"UPDATE events SET count_block = 1 WHERE id = 'evt_b'", "evt_b"},
	"events.heads_expected":   {"UPDATE events SET heads_expected = 1 WHERE id = 'evt_a'", "evt_a"},
	"events.heads_inside":     {"UPDATE events SET heads_inside = -1 WHERE id = 'evt_b'", "evt_b"},
	"users.email":             {"UPDATE users SET email = 'ana@EXAMPLE.com' WHERE id = 'usr_b'", "usr_a"},
	"users.administrator":     {"DROP INDEX users_administrator; UPDATE users SET administrator = 1", "usr_b"},
	"sessions.family":         {"UPDATE sessions SET expires_ms = rotated_ms", "ses_a"},
	"failed_sign_ins":         {"UPDATE failed_sign_ins SET address_hash = x'616e61'", "1"},
	"password_cost":           {"UPDATE password_cost SET passes = 0", "1"},
	"recovery":                {"UPDATE recovery SET public_key = x''", "1"},
	"link_keys":               {"UPDATE link_keys SET fingerprint = x''", "0"},
	"drills":                  {"UPDATE drills SET result = ''", "1"},
	"events.owner":            {"UPDATE collaborators SET role = 'viewer' WHERE event_id = 'evt_b'", "evt_b"},
	"events.thresholds":       {"UPDATE events SET band_high = 20 WHERE id = 'evt_b'", "evt_b"},
	"events.deleted":          {"UPDATE events SET deleted_ms = -1 WHERE id = 'evt_b'", "evt_b"},
	"events.questions":        {`UPDATE events SET questions = '[{"label":"Menu"}]' WHERE id = 'evt_b'`, "evt_b"},
	"allowlist":               {"UPDATE allowlist SET cidr = '10.0.0.1'", "evt_a"},
	"collaborators.role":      {"UPDATE collaborators SET role = 'king' WHERE user_id = 'usr_b'", "evt_a usr_b"},
	"invites.pending":         {"UPDATE invites SET token_hash = x'00'", "inv_a"},
	"guests.email":            {"UPDATE guests SET email = 'BO@example.com' WHERE id = 'gst_b'", "gst_a"},
	"guests.terms":            {"DELETE FROM guest_terms WHERE kind = 'contact'", "gst_a"},
	"guests.answer":           {"UPDATE guests SET plus_ones = 3 WHERE id = 'gst_a'", "gst_a"},
	"guests.waitlist":         {"UPDATE guests SET waitlist_seq = 4 WHERE id = 'gst_c'", "gst_c"},
	"guests.invitation":       {"UPDATE tokens SET revoked_ms = 0 WHERE guest_id = 'gst_c'", "gst_c"},
	"guests.risk":             {"UPDATE guests SET risk_score = 101 WHERE id = 'gst_a'", "gst_a"},
	"guests.presence":         {"UPDATE guests SET heads_inside = 1 WHERE id = 'gst_a'", "gst_a"},
	"guests.party":            {"UPDATE guests SET party_size = 1, plus_ones = 0 WHERE id = 'gst_a'", "gst_a"},
	"guests.lists":            {"UPDATE devices SET scopes = '[' WHERE id = 'dev_a'", "dev_a"},
	"tokens.generation":       {"UPDATE tokens SET generation = 1 WHERE guest_id = 'gst_a'", "acc_a"},
	"rsvps.time":              {"UPDATE rsvps SET answered_ms = 0 WHERE guest_id = 'gst_c'", "gst_c"},
	"access_logs.assessment":  {"UPDATE access_logs SET signals = '{'", "acc_a"},
	"access_logs.seq":         {"UPDATE access_logs SET seq = 0", "acc_a"},
	"account_requests":        {"UPDATE account_requests SET email_key = 'ana@example.com'", "req_a"},
	"verdicts.opinion":        {"UPDATE verdicts SET opinion = 'odd'", "acc_a"},
	"models.weights":          {"UPDATE models SET weights = ''", "1"},
	"activity.sequence":       {"UPDATE sqlite_sequence SET seq = 1 WHERE name = 'activity'", "2"},
	"activity.data":           {"UPDATE activity SET data = '' WHERE id = 1", "1"},
	"devices.credential":      {"UPDATE devices SET code_hash = NULL WHERE id = 'dev_b'", "dev_b"},
	"checkins.nonce":          {duplicateNonce, "chk_a"},
	"checkins.outcome":        {"UPDATE checkins SET reason = '' WHERE id = 'chk_b'", "chk_b"},
	"entrances.heads":         {"UPDATE entrances SET heads_in = 3", "evt_a Main"},
	"jobs.state":              {"UPDATE jobs SET dead = 1", "job_a"},
	"notifications.state":     {"UPDATE jobs SET done_ms = 1", "ntf_a"},
}

// duplicateNonce takes the constraint out of the schema, and then does what it forbids.
const duplicateNonce = `PRAGMA writable_schema = 1;
UPDATE sqlite_schema SET sql = replace(sql, 'UNIQUE (event_id, source, nonce)', 'CHECK (heads >= 0)') WHERE name = 'checkins';
DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_checkins_2'; PRAGMA writable_schema = RESET;
UPDATE checkins SET nonce = 'n1'`

// soundFile makes a sound database in a file.
func soundFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound.db")
	alter(t, path, func(c *sql.Conn) error {
		if err := migrate(t.Context(), c, len(migrations())); err != nil {
			return err
		}
		_, err := c.ExecContext(t.Context(), sound)
		return err
	})
	return path
}

// alter hands a connection to a database file that checks nothing.
func alter(t *testing.T, path string, do func(*sql.Conn) error) {
	t.Helper()
	pool, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		t.Fatal(err)
	}
	pool.SetMaxOpenConns(1)
	c, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(t.Context(), "PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1"); err != nil {
		t.Fatal(err)
	}
	if err := do(c); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := pool.Close(); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from string) string {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // only read
	to := filepath.Join(t.TempDir(), "copy.db")
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return to
}

func verify(t *testing.T, path string) Report {
	t.Helper()
	r, err := Verify(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestVerifySound(t *testing.T) {
	path := soundFile(t)
	before, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	r := verify(t, path)
	for _, c := range r.Failed() {
		t.Errorf("%s does not hold on a sound database: %v", c.Name, c.Broken)
	}
	if len(r.Checks) < 28 {
		t.Errorf("only %d invariants", len(r.Checks))
	}
	if r.Rows["guests"] != 3 || r.LastActivity != 2 || r.Version != len(migrations()) {
		t.Errorf("%+v", r)
	}
	for table, n := range r.Rows {
		if n == 0 {
			t.Errorf("%s is empty in the sound database, so nothing is tried on it", table)
		}
	}
	if after, err := os.ReadDir(filepath.Dir(path)); err != nil || len(after) != len(before) {
		t.Errorf("verifying left files behind: %v, %v", after, err)
	}
}

func TestVerifyFindsEachDamage(t *testing.T) {
	path := soundFile(t)
	names := []string{"schema"}
	for _, i := range invariants {
		if slices.Contains(names, i.name) {
			t.Errorf("two invariants are called %s", i.name)
		}
		names = append(names, i.name)
	}
	for _, name := range names {
		d, ok := damages[name]
		if !ok {
			t.Errorf("%s: nothing here breaks it", name)
			continue
		}
		texts := name == "schema" || name == "integrity" // whose findings are sentences
		t.Run(name, func(t *testing.T) {
			damaged := copyFile(t, path)
			alter(t, damaged, func(c *sql.Conn) error {
				_, err := c.ExecContext(t.Context(), d.damage)
				return err
			})
			for _, c := range verify(t, damaged).Failed() {
				if c.Name != name {
					continue
				}
				if !slices.ContainsFunc(c.Broken, func(s string) bool { return s == d.names || texts && strings.Contains(s, d.names) }) {
					t.Errorf("it names %q, not %s", c.Broken, d.names)
				}
				return
			}
			t.Error("it was not found")
		})
	}
	for name := range damages {
		if !slices.Contains(names, name) {
			t.Errorf("there is no invariant %s", name)
		}
	}
}

// Whoever adds a table says what is always true of it: of each of its references, and of the rest.
func TestEveryTableHasInvariants(t *testing.T) {
	c := at(t, len(migrations()))
	tables, err := texts(t.Context(), c, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		references, err := texts(t.Context(), c, `SELECT "from" FROM pragma_foreign_key_list('`+table+`')`, 1000)
		if err != nil {
			t.Fatal(err)
		}
		is := map[string]bool{}
		for _, column := range references {
			is[table+"."+column] = true
			if !slices.ContainsFunc(invariants, func(i invariant) bool { return i.name == table+"."+column }) {
				t.Errorf("%s refers to another table by %s: add it to the orphans", table, column)
			}
		}
		mentions := regexp.MustCompile(`\b` + table + `\b`)
		if !slices.ContainsFunc(invariants, func(i invariant) bool { return !is[i.name] && mentions.MatchString(string(i.broken)) }) {
			t.Errorf("no invariant is about %s", table)
		}
	}
}

// Verify reads a database that is in use, with what was committed a moment ago.
func TestVerifyBesideAWriter(t *testing.T) {
	path := soundFile(t)
	db, err := Open(t.Context(), path, time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(context.Background(), func(tx *Tx) error {
		_, err := tx.exec("UPDATE events SET count_guests = 7 WHERE id = 'evt_a'")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	failed := verify(t, path).Failed()
	if len(failed) != 1 || failed[0].Name != "events.count_guests" {
		t.Errorf("%v", failed)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyWhatIsNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text.db")
	if _, err := Verify(t.Context(), path); err == nil {
		t.Error("a file that is not there was verified")
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := Verify(t.Context(), path); err == nil && len(r.Failed()) == 0 {
		t.Error("text was verified")
	}
}
