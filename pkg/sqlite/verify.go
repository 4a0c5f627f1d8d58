package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

// Report is what Verify found.
type Report struct {
	Version      int              `json:"version"` // of the schema
	Checks       []Check          `json:"checks"`
	Rows         map[string]int64 `json:"rows"`          // how many by table, of the same snapshot as the checks
	LastActivity int64            `json:"last_activity"` // the newest id of all events' histories
}

// Check is one invariant and what broke it.
type Check struct {
	Name   string   `json:"name"`
	Holds  bool     `json:"holds"`
	About  string   `json:"about"`            // what must be true
	Broken []string `json:"broken,omitempty"` // up to maxBroken ids of rows, or messages of SQLite. No personal data
}

// Failed returns the invariants that do not hold.
func (r Report) Failed() []Check {
	return slices.DeleteFunc(slices.Clone(r.Checks), func(c Check) bool { return c.Holds })
}

// maxBroken is how many rows are named per invariant: enough to look at, too few to flood.
const maxBroken = 10

// Verify checks every invariant on the database at path, which may be a copy or be in use. It only reads, and all from
// one snapshot. The error says that the file could not be looked at; what is wrong inside it is in the report.
func Verify(ctx context.Context, path string) (r Report, err error) {
	c, closeAll, err := openReadOnly(ctx, path)
	if err != nil {
		return r, fmt.Errorf("verifying %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	if _, err := c.ExecContext(ctx, "BEGIN"); err != nil {
		return r, fmt.Errorf("verifying %s: %w", path, err)
	}
	// Nothing was written: the connection is closed next, and the snapshot with it.
	schema, err := checkSchema(ctx, c, &r.Version)
	if err != nil {
		return r, fmt.Errorf("verifying %s: %w", path, err)
	}
	r.Checks = append(r.Checks, schema)
	for _, i := range invariants {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		check, err := i.check(ctx, c)
		if err != nil {
			return r, fmt.Errorf("verifying %s: %w", path, err)
		}
		r.Checks = append(r.Checks, check)
	}
	r.Rows, r.LastActivity = countRows(ctx, c)
	return r, ctx.Err()
}

// openReadOnly opens a database file that nothing is to be changed about. A file without a write-ahead log beside it is
// in nobody's hands, and read without making one.
func openReadOnly(ctx context.Context, path string) (*sql.Conn, func() error, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, nil, err
	}
	v := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(1)", "temp_store(MEMORY)", "cell_size_check(1)"}}
	if _, err := os.Stat(path + "-wal"); errors.Is(err, os.ErrNotExist) {
		v.Set("immutable", "1")
	}
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+v.Encode())
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(1)
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, pool.Close())
	}
	return c, func() error {
		err := errors.Join(c.Close(), pool.Close())
		if _, now := os.Stat(path + "-wal"); now == nil && v.Has("immutable") {
			err = errors.Join(err, doorward.Errorf(doorward.CodeUnavailable, "Doorward was started on this database meanwhile. Try again."))
		}
		return err
	}, nil
}

// check runs one invariant. A statement that can't be run, on a file that is damaged, is an invariant that does not hold;
// the error is of one that could not be run now.
func (i invariant) check(ctx context.Context, c *sql.Conn) (Check, error) {
	out := Check{Name: i.name, About: i.about}
	broken, err := texts(ctx, c, string(i.broken), maxBroken)
	if isPassing(err) || ctx.Err() != nil {
		return out, notNow(err)
	}
	if err != nil {
		broken = append(broken, err.Error())
	}
	if i.fine != "" {
		broken = slices.DeleteFunc(broken, func(s string) bool { return s == i.fine })
	}
	out.Broken, out.Holds = broken, len(broken) == 0
	return out, nil
}

// texts reads up to limit rows of one text column.
func texts(ctx context.Context, c *sql.Conn, statement string, limit int) (list []string, err error) {
	rows, err := c.QueryContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for len(list) < limit && rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			return list, err
		}
		list = append(list, s.String)
	}
	return list, rows.Err()
}

var sqlComment = regexp.MustCompile(`--[^\n]*`)

// normalSchema returns the schema of a database, an object a line, without comments and layout.
func normalSchema(ctx context.Context, c *sql.Conn) ([]string, error) {
	const objects = "SELECT name || ': ' || coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND substr(name, 1, 12) <> '_litestream_' ORDER BY name"
	list, err := texts(ctx, c, objects, 10_000)
	for i, text := range list {
		text = strings.Join(strings.Fields(sqlComment.ReplaceAllString(text, "")), " ")
		list[i] = strings.NewReplacer(" ,", ",", " )", ")").Replace(text)
	}
	return list, err
}

// canonicalSchema is normalSchema of schema.sql.
func canonicalSchema(ctx context.Context) (list []string, err error) {
	pool, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	pool.SetMaxOpenConns(1)
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close() //nolint:errcheck // the pool is closed above, and reports
	if _, err := c.ExecContext(ctx, Schema); err != nil {
		return nil, err
	}
	return normalSchema(ctx, c)
}

// checkSchema compares the schema with schema.sql, and reads its version. The error is as of invariant.check.
func checkSchema(ctx context.Context, c *sql.Conn, version *int) (Check, error) {
	out := Check{Name: "schema", About: "the schema is that of this program's version"}
	add := func(format string, args ...any) { out.Broken = append(out.Broken, fmt.Sprintf(format, args...)) }
	have, err := userVersion(ctx, c)
	*version = have
	switch {
	case isPassing(err):
		return out, notNow(err)
	case err != nil:
		add("%v", err)
	case have != len(migrations()):
		add("version %d, where this program's is %d: doorward serve brings an older one up to date", have, len(migrations()))
	default:
		is, err := normalSchema(ctx, c)
		want, wantErr := canonicalSchema(ctx)
		if isPassing(err) {
			return out, notNow(err)
		}
		if err = errors.Join(err, wantErr); err != nil {
			add("%v", err)
			break
		}
		for _, object := range want {
			if !slices.Contains(is, object) {
				name, _, _ := strings.Cut(object, ":")
				add("%s is missing or not as it should be", name)
			}
		}
		for _, object := range is {
			if name, _, _ := strings.Cut(object, ":"); !slices.ContainsFunc(want, func(w string) bool { return strings.HasPrefix(w, name+":") }) {
				add("%s should not be there", name)
			}
		}
	}
	out.Broken = out.Broken[:min(len(out.Broken), maxBroken)]
	out.Holds = len(out.Broken) == 0
	return out, nil
}

// countRows counts the rows of every table; one that can't be read is left out, and named by the checks.
func countRows(ctx context.Context, c *sql.Conn) (rows map[string]int64, lastActivity int64) {
	rows = map[string]int64{}
	tables, _ := texts(ctx, c, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", 10_000)
	for _, table := range tables {
		var n int64
		if err := c.QueryRowContext(ctx, `SELECT count(*) FROM "`+strings.ReplaceAll(table, `"`, `""`)+`"`).Scan(&n); err == nil {
			rows[table] = n
		}
	}
	_ = c.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM activity").Scan(&lastActivity) // 0 when it can't be read, as above
	return rows, lastActivity
}
