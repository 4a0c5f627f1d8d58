package httpapi_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// A door checks in while S3 is gone, for minutes: nobody waits or is refused, and afterwards the replica has it all.
func TestReplicaOutage(t *testing.T) {
	if os.Getenv("DOORWARD_LONG") == "" {
		t.Skip("takes five minutes: make replica")
	}
	t.Setenv("AWS_CA_BUNDLE", "") // with one the library cannot set up its client
	store := s3mem.New()
	if err := store.CreateBucket("doorward"); err != nil {
		t.Fatal(err)
	}
	inner, gone := gofakes3.New(store, gofakes3.WithLogger(gofakes3.DiscardLog())).Server(), atomic.Bool{}
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gone.Load() {
			panic(http.ErrAbortHandler)
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(s3.Close)
	dir := t.TempDir()
	data, yml := filepath.Join(dir, "data"), filepath.Join(dir, "litestream.yml")
	settings := fmt.Sprintf("dbs:\n  - path: %s\n    replica:\n      type: s3\n      bucket: doorward\n      path: replica\n      region: us-east-1\n"+
		"      endpoint: %s\n      force-path-style: true\n      access-key-id: key\n      secret-access-key: very-secret\n", sqlite.Path(data), s3.URL)
	if err := os.WriteFile(yml, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := replica.Read(yml, sqlite.Path(data), os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	d := newDoor(t, startWith(t, app.Config{Data: data, Replica: c}), 20)
	well := func() bool { return d.must(200, "GET", "/readyz", "", nil).text(t, "replica") == "ok" }
	await(t, time.Minute, well)
	before, failedBefore := d.scanFor(time.Minute)
	local := bytesBelow(t, data)
	gone.Store(true)
	during, failed := d.scanFor(3 * time.Minute)
	if well() {
		t.Error("three minutes away, and the replica is said to be well")
	}
	waits := bytesBelow(t, data) - local
	gone.Store(false)
	back := time.Now()
	await(t, 3*time.Minute, well)
	t.Logf("%d check-ins before, %d failed; %d while S3 was gone for three minutes, %d failed; p50 %v, then %v; p99 %v, then %v; %d kB waited here; caught up in %v",
		len(before), failedBefore, len(during), failed, before[len(before)/2], during[len(during)/2], before[len(before)*99/100], during[len(during)*99/100],
		waits>>10, time.Since(back).Round(100*time.Millisecond))
	if failed > 0 {
		t.Errorf("%d check-ins failed", failed)
	}
	to := filepath.Join(dir, "restored.db")
	if _, err := app.Restore(t.Context(), c.Target(), to, time.Time{}); err != nil {
		t.Fatal(err)
	}
	there, err := sqlite.Verify(t.Context(), to)
	if err != nil || len(there.Failed()) > 0 || there.Rows["checkins"] != int64(len(d.acknowledged)) {
		t.Errorf("the replica has %d of %d check-ins, %v, %+v", there.Rows["checkins"], len(d.acknowledged), err, there.Failed())
	}
	d.wantAll()
}

// scanFor checks in about thirty times a second, and returns how long each took, the quickest first, and how many failed.
func (d *door) scanFor(long time.Duration) (took []time.Duration, failed int) {
	every := time.NewTicker(33 * time.Millisecond)
	defer every.Stop()
	for end := time.Now().Add(long); time.Now().Before(end); <-every.C {
		began := time.Now()
		if d.scan().status != http.StatusOK {
			failed++
		}
		took = append(took, time.Since(began).Round(10*time.Microsecond))
	}
	slices.Sort(took)
	return took, failed
}

func await(t *testing.T, within time.Duration, is func() bool) {
	t.Helper()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(within); !is(); <-look.C {
		if time.Now().After(end) {
			t.Fatal("not within ", within)
		}
	}
}

// bytesBelow is how much a data folder holds beside the database: the write-ahead log, and what waits for the replica.
func bytesBelow(t *testing.T, data string) (sum int64) {
	t.Helper()
	err := filepath.WalkDir(data, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path == sqlite.Path(data) {
			return nil //nolint:nilerr // files go while we look
		}
		if info, err := e.Info(); err == nil {
			sum += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
