package replica_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// store is an S3 server on this machine that can be made to fail.
type store struct {
	*httptest.Server
	inner http.Handler
	other http.Handler // of "other"; set before
	how   atomic.Value // string: one of the faults, "joined", "other", or ""
	join  func()       // what "joined" does when the first single file is asked for; set before
}

var faults = []string{"gone", "slow", "503", "truncated", "silent"}

func newStore(t *testing.T) *store {
	t.Setenv("AWS_CA_BUNDLE", "") // with one the library cannot set up its client

	backend := s3mem.New()
	if err := backend.CreateBucket("doorward"); err != nil {
		t.Fatal(err)
	}
	s := &store{inner: gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()}
	s.how.Store("")
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() { s.how.Store(""); s.CloseClientConnections(); s.Close() })
	return s
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch s.how.Load() {
	case "gone":
		panic(http.ErrAbortHandler)
	case "503":
		w.WriteHeader(http.StatusServiceUnavailable)
	case "silent":
		for s.how.Load() == "silent" && r.Context().Err() == nil {
			time.Sleep(50 * time.Millisecond)
		}
		panic(http.ErrAbortHandler)
	case "other":
		s.other.ServeHTTP(w, r)
	case "joined":
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/0000/") && s.how.CompareAndSwap("joined", "") {
			s.join()
		}
		s.inner.ServeHTTP(w, r)
	case "slow": // about 1 kB/s each way, as long as the fault lasts
		body := &bytes.Buffer{}
		for s.how.Load() == "slow" {
			if _, err := io.CopyN(body, r.Body, 100); err != nil {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		r.Body = io.NopCloser(io.MultiReader(body, r.Body))
		s.inner.ServeHTTP(w, r)
	case "truncated":
		answer := httptest.NewRecorder()
		s.inner.ServeHTTP(answer, r)
		w.Header().Set("Content-Length", strconv.Itoa(answer.Body.Len()+10))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
		panic(http.ErrAbortHandler)
	default:
		s.inner.ServeHTTP(w, r)
	}
}

func (s *store) yml() string {
	return fmt.Sprintf("      type: s3\n      bucket: doorward\n      path: replica\n      region: us-east-1\n      endpoint: %s\n      force-path-style: true\n      access-key-id: key\n      secret-access-key: very-secret", s.URL)
}

func TestS3(t *testing.T) {
	times := 2
	if long() {
		times = 10
	}
	cycle(t, newStore(t).yml(), times)
}

// TestS3Lag restores while a writer goes on, and asks how old the first missing row is.
func TestS3Lag(t *testing.T) {
	if !long() {
		t.Skip("a measurement: make replica")
	}
	b := newBox(t, newStore(t).yml())
	b.start()
	b.write(1)
	b.synced()
	written := []time.Time{{}, {}}
	var lags []time.Duration
	for i := range 20 {
		for until := time.Now().Add(time.Duration(700+137*i%1000) * time.Millisecond); time.Now().Before(until); {
			b.write(1)
			written = append(written, time.Now())
			time.Sleep(10 * time.Millisecond)
		}
		lost := time.Now()
		to := filepath.Join(t.TempDir(), "restored.db")
		if _, err := replica.Restore(t.Context(), b.config().Target(), replica.RestoreOptions{To: to, Check: sqlite.Intact}); err != nil {
			t.Fatal(err)
		}
		lag := time.Duration(0)
		if n := rowsOf(t, to); n < b.row {
			lag = lost.Sub(written[n+1])
		}
		lags = append(lags, lag)
	}
	b.stop()
	slices.Sort(lags)
	t.Logf("age of the oldest commit that a loss would have cost, n=%d: median %s, most %s", len(lags), lags[len(lags)/2], lags[len(lags)-1])
	if lags[len(lags)-1] > 2*time.Second {
		t.Errorf("a healthy replica was %s behind", lags[len(lags)-1])
	}
}

// TestS3Outage writes on while the replica fails in one of several ways. No write may fail, and the replica catches up.
func TestS3Outage(t *testing.T) {
	try, lasts := faults[:1], 3*time.Second
	if long() {
		try, lasts = faults, 15*time.Second
	}
	for _, how := range try {
		t.Run(how, func(t *testing.T) {
			s := newStore(t)
			b := newBox(t, s.yml())
			b.start()
			b.write(10)
			b.synced()
			before := b.writeFor(lasts)
			s.how.Store(how)
			during := b.writeFor(lasts)
			status := b.r.Status()
			if how == "gone" || how == "503" {
				status = b.until("failing", 60*time.Second, func(s replica.Status) bool { return s.Error != "" && s.Lag > 0 })
			}
			if strings.Contains(status.Error, "127.0.0.1") || strings.Contains(status.Error, "key") {
				t.Errorf("the error shows too much: %s", status.Error)
			}
			s.how.Store("")
			back := time.Now()
			b.until("caught up", 3*time.Minute, func(s replica.Status) bool { return s.Lag == 0 && s.Replicated >= s.Position })
			t.Logf("%s for %s: %d writes, none failed; p99 before %s, during %s; %d kB waited here; error %q; caught up in %s", how, lasts,
				len(during), p99(before), p99(during), status.LocalBytes>>10, status.Error, time.Since(back).Round(100*time.Millisecond))
			b.stop()
			b.wipe()
			b.restore()
			if n := rowsOf(t, b.path); n != b.row {
				t.Errorf("restored %d rows, want %d", n, b.row)
			}
		})
	}
}

func (b *box) writeFor(d time.Duration) (took []time.Duration) {
	for until := time.Now().Add(d); time.Now().Before(until); {
		began := time.Now()
		b.write(1)
		took = append(took, time.Since(began))
		time.Sleep(5 * time.Millisecond)
	}
	return took
}

func p99(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)*99/100].Round(10 * time.Microsecond)
}

// lookNow is how often TestBound writes: about as often as new commits are read.
const lookNow = 700 * time.Millisecond

// TestBound keeps the replica away until too much waits for it. What waits is dropped, and the replica is right again later.
func TestBound(t *testing.T) {
	if !long() {
		t.Skip("takes half a minute: make replica")
	}
	s := newStore(t)
	b := newBox(t, s.yml())
	b.keep = 1 << 20
	b.more = "levels:\n  - interval: 2s\n  - interval: 5s"
	b.start()
	b.exec("CREATE TABLE busy (id INTEGER PRIMARY KEY, v BLOB) STRICT")
	for i := range 100 {
		b.exec("INSERT INTO busy VALUES (?, randomblob(3000))", i)
	}
	b.write(10)
	b.synced()
	s.how.Store("gone")
	most, last := int64(0), time.Time{}
	b.until("dropped", 90*time.Second, func(s replica.Status) bool {
		if time.Since(last) > lookNow {
			last = time.Now()
			b.exec("UPDATE busy SET v = randomblob(3000)")
			b.write(1)
		}
		most = max(most, s.LocalBytes)
		return strings.Contains(s.Alarm, "dropped")
	})
	b.write(5)
	s.how.Store("")
	b.until("without an alarm", 60*time.Second, func(s replica.Status) bool { return s.Alarm == "" && s.Replicated >= s.Position })
	t.Logf("%d kB waited at most, %d kB after it was dropped", most>>10, b.r.Status().LocalBytes>>10)
	for range 3 {
		b.write(3)
		b.synced()
		to := filepath.Join(t.TempDir(), "restored.db")
		if _, _, err := b.r.Drill(t.Context(), to, sqlite.Intact); err != nil || rowsOf(t, to) != b.row {
			t.Fatalf("after it was dropped the replica has not all: %v", err)
		}
	}
	b.stop()
	b.wipe()
	b.restore()
	if n := rowsOf(t, b.path); n != b.row {
		t.Errorf("restored %d rows, want %d", n, b.row)
	}
}
