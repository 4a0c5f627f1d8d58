package replica

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v2"
)

// Config is what litestream.yml says, checked.
type Config struct {
	db     string
	target Target
	file   file
	base   database
}

// Target is where the replica is.
func (c *Config) Target() Target { return c.target }

// Unused names the settings of the file that are for the stock program alone.
func (c *Config) Unused() []string { return c.file.unused() }

// Defaults that differ from the stock program's, which snapshots every 24 h and keeps one day.
const (
	snapshotEvery = time.Hour
	snapshotKept  = 7 * 24 * time.Hour
)

// file is the stock format. The keys and their meaning are the stock program's.
type file struct {
	settings                 `yaml:",inline"`
	DBs                      []database       `yaml:"dbs"`
	Snapshot                 snapshot         `yaml:"snapshot"`
	Levels                   []level          `yaml:"levels"`
	L0Retention              *time.Duration   `yaml:"l0-retention"`
	L0RetentionCheckInterval *time.Duration   `yaml:"l0-retention-check-interval"`
	ShutdownSyncTimeout      *time.Duration   `yaml:"shutdown-sync-timeout"`
	ShutdownSyncInterval     *time.Duration   `yaml:"shutdown-sync-interval"`
	VerifyCompaction         bool             `yaml:"verify-compaction"`
	Retention                remoteRetention  `yaml:"retention"`
	stock                    `yaml:",inline"` // for the stock program alone
}

// stock are keys that the stock program needs and this one has no use for.
type stock struct {
	Addr              any `yaml:"addr"`
	Exec              any `yaml:"exec"`
	MCPAddr           any `yaml:"mcp-addr"`
	Socket            any `yaml:"socket"`
	Logging           any `yaml:"logging"`
	Validation        any `yaml:"validation"`
	HeartbeatURL      any `yaml:"heartbeat-url"`
	HeartbeatInterval any `yaml:"heartbeat-interval"`
	ShutdownTimeout   any `yaml:"shutdown-timeout"`
}

func (s stock) unused() []string {
	var names []string
	for name, value := range map[string]any{
		"addr": s.Addr, "exec": s.Exec, "mcp-addr": s.MCPAddr, "socket": s.Socket, "logging": s.Logging, "validation": s.Validation,
		"heartbeat-url": s.HeartbeatURL, "heartbeat-interval": s.HeartbeatInterval, "shutdown-timeout": s.ShutdownTimeout,
	} {
		if value != nil {
			names = append(names, name)
		}
	}
	return names
}

type snapshot struct {
	Interval  *time.Duration `yaml:"interval"`
	Retention *time.Duration `yaml:"retention"`
}

type level struct {
	Interval time.Duration `yaml:"interval"`
}

type remoteRetention struct {
	Enabled *bool `yaml:"enabled"`
}

// database is one entry of dbs.
type database struct {
	Path                 string         `yaml:"path"`
	Snapshot             snapshot       `yaml:"snapshot"`
	MonitorInterval      *time.Duration `yaml:"monitor-interval"`
	CheckpointInterval   *time.Duration `yaml:"checkpoint-interval"`
	BusyTimeout          *time.Duration `yaml:"busy-timeout"`
	MinCheckpointPageN   *int           `yaml:"min-checkpoint-page-count"`
	TruncatePageN        *int           `yaml:"truncate-page-n"`
	MaxSyncWALBytes      *int64         `yaml:"max-sync-wal-bytes"`
	RestoreIfDBNotExists any            `yaml:"restore-if-db-not-exists"` // always done
	Replica              *place         `yaml:"replica"`
	Replicas             []*place       `yaml:"replicas"` // the older form, with one entry
}

// Read reads a litestream.yml for the database at db. Variables as in ${NAME} come from getenv, as with the stock program. It is
// nil when the file names no database, as our sample.
func Read(path, db string, getenv func(string) string) (*Config, error) {
	b, err := os.ReadFile(path) //nolint:gosec // the operator says which file
	if err != nil {
		return nil, fmt.Errorf("reading the replication settings: %w", err)
	}
	c, err := parse(b, db, getenv)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func parse(b []byte, db string, getenv func(string) string) (*Config, error) {
	text := os.Expand(string(b), func(name string) string {
		if name == "PID" {
			return strconv.Itoa(os.Getpid())
		}
		return getenv(name)
	})
	c := &Config{db: db}
	if err := yaml.UnmarshalStrict([]byte(text), &c.file); err != nil {
		return nil, plain(err)
	}
	if len(c.file.DBs) == 0 {
		return nil, nil
	}
	if len(c.file.DBs) > 1 {
		return nil, fmt.Errorf("dbs has %d entries: name one database, %s", len(c.file.DBs), db)
	}
	c.base = c.file.DBs[0]
	if same, err := samePath(c.base.Path, db); err != nil {
		return nil, err
	} else if !same {
		return nil, fmt.Errorf("dbs names %q, but the database of this data folder is %s: put that, or start with the other data folder", c.base.Path, db)
	}
	p := c.base.Replica
	switch {
	case p != nil && len(c.base.Replicas) > 0, len(c.base.Replicas) > 1:
		return nil, errors.New("a database has one replica: name one under replica")
	case p == nil && len(c.base.Replicas) == 1:
		p = c.base.Replicas[0]
	}
	if p == nil {
		return nil, errors.New("the database has no replica: say where to under replica")
	}
	p.inherit(c.file.settings)
	var err error
	if c.target, err = p.target(); err != nil {
		return nil, err
	}
	return c, c.check()
}

// check refuses values that would stop replication without a word.
func (c *Config) check() error {
	for name, d := range map[string]*time.Duration{
		"sync-interval": c.target.place.SyncInterval, "monitor-interval": c.base.MonitorInterval, "snapshot interval": c.snapshot().Interval,
		"snapshot retention": c.snapshot().Retention, "l0-retention-check-interval": c.file.L0RetentionCheckInterval,
	} {
		if d != nil && *d <= 0 {
			return fmt.Errorf("%s is %s: it must be more than nothing", name, *d)
		}
	}
	for i, l := range c.file.Levels {
		if l.Interval <= 0 {
			return fmt.Errorf("entry %d of levels needs an interval", i+1)
		}
	}
	if n := c.base.MinCheckpointPageN; n != nil && *n <= 0 {
		return errors.New("min-checkpoint-page-count must be more than nothing")
	}
	return nil
}

// snapshot joins what is said of the database with what is said of all.
func (c *Config) snapshot() snapshot {
	s := c.file.Snapshot
	if s.Interval == nil {
		s.Interval = c.base.Snapshot.Interval
	}
	if s.Retention == nil {
		s.Retention = c.base.Snapshot.Retention
	}
	return s
}

func samePath(a, b string) (bool, error) {
	a, err := expandHome(a)
	if err != nil {
		return false, err
	}
	if b, err = filepath.Abs(b); err != nil {
		return false, err
	}
	if a == b {
		return true, nil
	}
	ra, errA := filepath.EvalSymlinks(filepath.Dir(a))
	rb, errB := filepath.EvalSymlinks(filepath.Dir(b))
	return errA == nil && errB == nil && filepath.Join(ra, filepath.Base(a)) == filepath.Join(rb, filepath.Base(b)), nil
}

// expandHome makes a path absolute, with ~ for the home folder.
func expandHome(path string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "~"+string(filepath.Separator)); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("finding the home folder of ~: %w", err)
		}
		path = filepath.Join(home, rest)
	}
	return filepath.Abs(path)
}

var unknownKey = regexp.MustCompile(`line (\d+): field (\S+) not found in type \S+`)

// plain puts what the YAML library says into the words of its reader.
func plain(err error) error {
	if m := unknownKey.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("line %s: there is no setting %q here; the settings are those of the stock litestream.yml for s3, sftp and file", m[1], m[2])
	}
	return errors.New(strings.ReplaceAll(strings.TrimPrefix(err.Error(), "yaml: "), "\n", " "))
}
