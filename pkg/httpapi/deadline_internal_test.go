package httpapi

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// dawdling is a connection that remembers how long it was given.
type dawdling struct {
	*httptest.ResponseRecorder
	read, write time.Time
}

func (d *dawdling) SetReadDeadline(t time.Time) error  { d.read = t; return nil }
func (d *dawdling) SetWriteDeadline(t time.Time) error { d.write = t; return nil }

// Only what carries a whole guest list gets more time than the server gives every request, and only for whom it may be.
func TestOnlyGuestListsMayBeSlow(t *testing.T) {
	now := time.Date(2026, 6, 12, 20, 0, 0, 0, time.UTC)
	s, err := New(Config{Origin: "http://localhost", Clock: func() time.Time { return now }, Metrics: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		route route
		slow  bool
	}{
		{route{guard: public, limit: csvLimit}, true}, {route{guard: public, slow: true}, true}, {route{guard: public}, false},
		{route{guard: signedIn, limit: csvLimit}, false}, // nobody is
	} {
		c.route.handle = func(*Server, *call) error { return nil }
		w := &dawdling{ResponseRecorder: httptest.NewRecorder()}
		request := httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost/", nil)
		func() {
			defer func() { _ = recover() }() // there are no accounts to ask
			_ = s.guarded(c.route)(s.echo.NewContext(request, w))
		}()
		until := time.Time{}
		if c.slow {
			until = now.Add(slowWithin)
		}
		if !w.read.Equal(until) || !w.write.Equal(until) {
			t.Errorf("%+v: may be read until %v and written until %v, want %v", c.route, w.read, w.write, until)
		}
	}
}
