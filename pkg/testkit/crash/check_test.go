package crash

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// verdict is what a look into the database found.
type verdict struct {
	lost  losses  // acknowledged, and not there
	wrong []error // there in another way than it may be
}

// check compares the database of a data folder with the journal. The program may run, but nobody may use it.
func (c *crowd) check(ctx context.Context, data string) (v verdict, err error) {
	path := url.URL{Path: filepath.Join(data, "doorward.db")}
	db, err := sql.Open("sqlite", "file:"+path.EscapedPath()+"?_pragma=busy_timeout(5000)&_pragma=query_only(1)")
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	c.journal.mu.Lock()
	defer c.journal.mu.Unlock()
	for _, look := range []func(context.Context, *sql.DB, *verdict) error{c.checkIntegrity, c.checkScans, c.checkBatches, c.checkSaid, c.checkCounts} {
		if err := look(ctx, db, &v); err != nil {
			return v, err
		}
	}
	return v, checkMails(ctx, db, &v, data)
}

// checkMails finds the file of each mail that is written down as sent, and each mail as sent or still to be sent.
func checkMails(ctx context.Context, db *sql.DB, v *verdict, data string) error {
	mails := 0
	err := each(ctx, db, "SELECT id, state FROM notifications", func(rows *sql.Rows) error {
		var id, state string
		if err := rows.Scan(&id, &state); err != nil {
			return err
		}
		mails++
		files, err := filepath.Glob(filepath.Join(data, "mail", "*-"+id+".eml"))
		if state == "sent" && len(files) != 1 || state != "sent" && state != "queued" {
			v.complain("a mail is %s, and there are %d files of it", state, len(files))
		}
		return err
	})
	if mails != mailCount {
		v.complain("%d mails, want %d", mails, mailCount)
	}
	return err
}

// verify runs the program's own check of a database. Exit code 2 is a program from before that command.
func verify(ctx context.Context, bin, data string) error {
	out, err := exec.CommandContext(ctx, bin, "verify", filepath.Join(data, "doorward.db")).CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 2 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("doorward verify: %w\n%s", err, out)
	}
	return nil
}

func (v *verdict) complain(format string, args ...any) {
	v.wrong = append(v.wrong, fmt.Errorf(format, args...))
}

func (c *crowd) checkIntegrity(ctx context.Context, db *sql.DB, v *verdict) error {
	err := each(ctx, db, "SELECT integrity_check FROM pragma_integrity_check", func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		if text != "ok" {
			v.complain("integrity_check: %s", text)
		}
		return err
	})
	if err != nil {
		return err
	}
	return each(ctx, db, `SELECT "table" FROM pragma_foreign_key_check`, func(rows *sql.Rows) error {
		var table string
		err := rows.Scan(&table)
		v.complain("foreign_key_check: %s", table)
		return err
	})
}

// checkScans finds each nonce once, as it was acknowledged, and none that nobody sent.
func (c *crowd) checkScans(ctx context.Context, db *sql.DB, v *verdict) error {
	door := map[string]int{}
	for i, id := range c.ids {
		door[id] = i
	}
	found := map[string]bool{}
	const all = `SELECT source, nonce, coalesce(guest_id, ''), outcome, reason, override, heads, inside_after FROM checkins WHERE event_id = ?`
	err := each(ctx, db, all, func(rows *sql.Rows) error {
		var source string
		var o outcome
		if err := rows.Scan(&source, &o.Nonce, &o.Guest.ID, &o.Outcome, &o.Reason, &o.Override, &o.Heads, &o.Guest.HeadsInside); err != nil {
			return err
		}
		s := c.journal.scans[o.Nonce]
		switch {
		case s == nil || door[source] != s.door:
			v.complain("a row that nobody sent: %+v", o)
		case found[o.Nonce]:
			v.complain("two rows of one nonce: %+v", o)
		case s.answer != nil && *s.answer != o:
			v.complain("acknowledged %+v, stored %+v", *s.answer, o)
		}
		found[o.Nonce] = true
		return nil
	}, c.event)
	for nonce, s := range c.journal.scans {
		if s.answer != nil && !found[nonce] {
			v.lost.scans = append(v.lost.scans, nonce)
		}
	}
	return err
}

func (c *crowd) checkBatches(ctx context.Context, db *sql.DB, v *verdict) error {
	have := map[string]int{}
	const all = `SELECT substr(email, 1, instr(email, '@') - 1) FROM guests WHERE event_id = ?`
	err := each(ctx, db, all, func(rows *sql.Rows) error {
		var address string
		if err := rows.Scan(&address); err != nil {
			return err
		}
		have[address]++
		return nil
	}, c.event)
	for _, b := range c.journal.batches {
		n := 0
		for i := range b.rows {
			key := fmt.Sprintf("%s-%d", b.name, i)
			n += have[key]
			delete(have, key)
		}
		switch {
		case n == 0 && b.acked:
			v.lost.batches = append(v.lost.batches, b)
		case n != 0 && n != b.rows:
			v.complain("an import of %d guests left %d", b.rows, n)
		}
	}
	if len(have) > 0 {
		v.complain("%d guests that nobody imported", len(have))
	}
	return err
}

// checkSaid finds each answer once in the history, and the newest of each guest as the one that counts.
func (c *crowd) checkSaid(ctx context.Context, db *sql.DB, v *verdict) error {
	history, newest, stored := map[string]int{}, map[string]string{}, map[string]string{}
	const told = `SELECT guest_id, data ->> 'message' FROM activity WHERE event_id = ? AND kind = 'rsvp' ORDER BY id`
	const now = `SELECT r.guest_id, r.message FROM rsvps r JOIN guests g ON g.id = r.guest_id WHERE g.event_id = ?`
	err := errors.Join(
		each(ctx, db, told, func(rows *sql.Rows) error {
			var guest, text string
			err := rows.Scan(&guest, &text)
			history[text]++
			newest[guest] = text
			return err
		}, c.event),
		each(ctx, db, now, func(rows *sql.Rows) error {
			var guest, text string
			err := rows.Scan(&guest, &text)
			stored[guest] = text
			return err
		}, c.event),
	)
	for _, s := range c.journal.said {
		if s.acked && history[s.text] == 0 {
			v.lost.said = append(v.lost.said, s)
		}
		if history[s.text] > 1 {
			v.complain("an answer that was given once is in the history %d times", history[s.text])
		}
		delete(history, s.text)
	}
	if len(history) > 0 {
		v.complain("%d answers that nobody gave", len(history))
	}
	if len(newest) != len(stored) {
		v.complain("%d guests answered, %d answers are stored", len(newest), len(stored))
	}
	for guest, text := range newest {
		if stored[guest] != text {
			v.complain("the history ends with the answer %s, stored is %s", text, stored[guest])
		}
	}
	return err
}

// counts are pairs of a counter and the rows that it counts; a row of an answer is a pair that differs.
var counts = map[string]string{
	"counters of the event": `
		SELECT e.count_guests || ',' || e.count_invited || ',' || e.count_attending || ',' || e.count_declined || ',' || e.heads_expected || ',' || e.heads_inside AS have,
			count(g.id) || ',' || sum(g.invitation_state = 'issued') || ',' || sum(g.rsvp_status = 'attending') || ',' || sum(g.rsvp_status = 'declined') || ',' ||
			sum((g.rsvp_status = 'attending') * (1 + g.plus_ones)) || ',' || sum(g.heads_inside) AS want
		FROM events e JOIN guests g ON g.event_id = e.id GROUP BY e.id HAVING have <> want`,
	"heads of a guest": `
		SELECT g.heads_inside AS have, coalesce(sum(iif(c.direction = 'in', c.heads, -c.heads)), 0) AS want
		FROM guests g LEFT JOIN checkins c ON c.guest_id = g.id AND c.outcome = 'admitted' AND c.undone_ms = 0
		GROUP BY g.id HAVING have <> want`,
	"heads of an entrance": `
		SELECT n.heads_in || ',' || n.heads_out AS have, sum(iif(c.direction = 'in', c.heads, 0)) || ',' || sum(iif(c.direction = 'out', c.heads, 0)) AS want
		FROM entrances n JOIN checkins c ON c.event_id = n.event_id AND c.entrance = n.entrance AND c.outcome = 'admitted' AND c.undone_ms = 0
		GROUP BY n.event_id, n.entrance HAVING have <> want`,
	"check-ins in the history": `
		SELECT (SELECT count(*) FROM activity WHERE kind = 'checkin') AS have, (SELECT count(*) FROM checkins) AS want WHERE have <> want`,
	"terms of the guests": `
		SELECT g.id AS have, 'terms' AS want FROM guests g WHERE NOT EXISTS (SELECT 1 FROM guest_terms t WHERE t.guest_id = g.id)`,
}

func (c *crowd) checkCounts(ctx context.Context, db *sql.DB, v *verdict) error {
	var errs []error
	for name, differing := range counts {
		errs = append(errs, each(ctx, db, differing, func(rows *sql.Rows) error {
			var have, want string
			err := rows.Scan(&have, &want)
			v.complain("%s: %s, the rows say %s", name, have, want)
			return err
		}))
	}
	return errors.Join(errs...)
}

func each(ctx context.Context, db *sql.DB, query string, row func(*sql.Rows) error, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
