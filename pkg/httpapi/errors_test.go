package httpapi_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/httpapi"
	"github.com/doorward/doorward/pkg/invitation"
	"github.com/doorward/doorward/pkg/system"
	"github.com/prometheus/client_golang/prometheus"
)

// A client that goes away is no failure of ours: it is not answered as one and makes no noise in the log.
func TestClientThatWentAway(t *testing.T) {
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	var log bytes.Buffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	failed := errors.New("the disk is full")
	s, err := httpapi.New(httpapi.Config{
		Origin: "http://localhost", Invitations: &invitation.Invitations{}, Steady: time.Now,
		Replica: func() string { return "off" }, ClockState: func() doorward.ClockState { return doorward.ClockSynced },
		System: &system.System{}, Metrics: prometheus.NewRegistry(),
		Ping: func(ctx context.Context) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return failed
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	for path, status := range map[string]int{"/i/x/open": 400, "/i/x/rsvp": 400} {
		r := httptest.NewRequestWithContext(gone, "POST", "http://localhost"+path, io.MultiReader(strings.NewReader(`{"scr`), iotest.ErrReader(io.ErrUnexpectedEOF)))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(gone, "GET", "http://localhost/readyz", nil))
	if log.Len() > 0 {
		t.Errorf("the log says\n%s", &log)
	}
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "GET", "http://localhost/readyz", nil))
	if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), failed.Error()) {
		t.Errorf("a failure of ours: %q", &log)
	}
}
