package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/google/go-cmp/cmp"
)

// upgradeEnv names the database that this binary, started anew, opens and thereby upgrades.
const upgradeEnv = "DOORWARD_TEST_UPGRADE"

func TestMain(m *testing.M) {
	if path := os.Getenv(upgradeEnv); path != "" {
		db, err := Open(context.Background(), path, time.Now, func(doorward.Activity) {})
		if err == nil {
			err = db.Close()
		}
		if err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// old makes a database of the first version with guests in it.
func old(t *testing.T) string {
	t.Helper()
	path := soundFile(t)
	alter(t, path, func(c *sql.Conn) error {
		if _, err := c.ExecContext(t.Context(), strings.ReplaceAll(full, "generate_series(1, 800)",
			"(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 800) SELECT value FROM n)")); err != nil {
			return err
		}
		return migrate(t.Context(), c, 1)
	})
	return path
}

func upgrade(t *testing.T, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very test
	cmd.Env, cmd.Stderr = append(os.Environ(), upgradeEnv+"="+path), os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// versionOf opens a database file without migrating it.
func versionOf(t *testing.T, path string) (version int, schema []string) {
	t.Helper()
	alter(t, path, func(c *sql.Conn) (err error) {
		version, err = userVersion(t.Context(), c)
		schema = dump(t, c)
		return err
	})
	return version, schema
}

// An upgrade that is killed leaves the schema of one version or the next, whole, and the copy from before it; the next
// start brings it to its end.
func TestMigrationKilled(t *testing.T) {
	template := old(t)
	whole := copyFile(t, template)
	began := time.Now()
	if err := upgrade(t, whole).Wait(); err != nil {
		t.Fatal(err)
	}
	takes := time.Since(began)
	n := 3
	if os.Getenv("DOORWARD_LONG") != "" {
		n = 30
	}
	stopped := map[int]int{}
	for range n {
		path := copyFile(t, template)
		cmd := upgrade(t, path)
		time.AfterFunc(takes/10+rand.N(takes), func() { _ = cmd.Process.Kill() }) // which may have ended
		_ = cmd.Wait()
		version, schema := versionOf(t, path)
		stopped[version]++
		if diff := cmp.Diff(dump(t, at(t, len(migrations()), version)), schema); diff != "" {
			t.Errorf("killed between two versions, at %d:\n%s", version, diff)
		}
		copied := filepath.Join(filepath.Dir(path), "backups", beforeUpgrade(1))
		if _, err := os.Stat(copied); err == nil {
			if v, _ := versionOf(t, copied); v != 1 {
				t.Errorf("the copy from before is of version %d", v)
			}
		} else if version > 1 {
			t.Error("upgraded without a copy")
		}
		if err := upgrade(t, path).Wait(); err != nil {
			t.Fatal(err)
		}
		r := verify(t, path)
		if failed := r.Failed(); len(failed) > 0 || r.Rows["guests"] != 803 {
			t.Errorf("after the next start: %v, %d guests", failed, r.Rows["guests"])
		}
	}
	t.Logf("killed %d times within %v; versions it was found in: %v; none between, none lost", n, takes, stopped)
}

// The copy from before an upgrade is what the older program can go on with.
func TestWayBack(t *testing.T) {
	path := old(t)
	if err := upgrade(t, path).Wait(); err != nil {
		t.Fatal(err)
	}
	version, _ := versionOf(t, filepath.Join(filepath.Dir(path), "backups", "pre-migration-1.db"))
	if version != 1 {
		t.Errorf("the copy has version %d", version)
	}
	entries, err := os.ReadDir(filepath.Join(filepath.Dir(path), "backups"))
	if err != nil || len(entries) != 1 {
		t.Errorf("%v %v", entries, err)
	}
}

// Without a copy there is no upgrade: the database stays as it was.
func TestNoUpgradeWithoutACopy(t *testing.T) {
	path := old(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "backups"), nil, 0o600); err != nil { // where the folder should be
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, time.Now, func(doorward.Activity) {}); err == nil || errors.Is(err, context.Canceled) {
		t.Error("upgraded")
	}
	if version, _ := versionOf(t, path); version != 1 {
		t.Errorf("version %d", version)
	}
}
