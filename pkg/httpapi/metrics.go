package httpapi

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// figures counts requests. Every label is from a list of the program's own: a path may hold a token.
type figures struct {
	requests *prometheus.CounterVec   // by method, route, status
	took     *prometheus.HistogramVec // by method, route
	refused  *prometheus.CounterVec   // by whose doings were limited
}

func newFigures(r *prometheus.Registry) (*figures, error) {
	f := &figures{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "doorward_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"method", "route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "doorward_http_request_seconds", Help: "How long answers took. Live streams are left out.",
			Buckets: []float64{.001, .005, .025, .1, .25, 1, 5, 30},
		}, []string{"method", "route"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "doorward_limited_requests_total", Help: "Requests refused because somebody did too much, by whose doings were counted.",
		}, []string{"by"}),
	}
	for _, c := range []prometheus.Collector{f.requests, f.took, f.refused} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("registering metrics: %w", err)
		}
	}
	for _, by := range []subject{byIP, byAddress, byToken, byUser, byDevice} {
		f.refused.WithLabelValues(string(by)) // there from the start, so that a rate has a beginning
	}
	return f, nil
}

// unrouted is the route of requests that no route matches.
const unrouted = "none"

// count measures requests. It answers errors itself, to know their status.
func (f *figures) count(all []route) echo.MiddlewareFunc {
	known := map[string]route{}
	for _, r := range all {
		known[r.method+" "+r.path] = r
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			began := time.Now() //nolint:forbidigo // a duration on the monotonic clock, not a time of day
			if err := next(c); err != nil {
				c.Error(err)
			}
			r, ok := known[c.Request().Method+" "+c.Path()]
			if !ok {
				r = route{method: unrouted, path: unrouted}
			}
			f.requests.WithLabelValues(r.method, r.path, strconv.Itoa(c.Response().Status)).Inc()
			if r.status != http.StatusSwitchingProtocols {
				f.took.WithLabelValues(r.method, r.path).Observe(time.Since(began).Seconds()) //nolint:forbidigo // as above
			}
			return nil
		}
	}
}

// metrics handles GET /metrics: figures in Prometheus' text format.
func (s *Server) metrics(c *call) error {
	promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{DisableCompression: true}).ServeHTTP(c.Response(), c.Request())
	return nil
}

// mayScrape lets whoever is on this machine, or has the token, read the metrics. For others there is nothing.
func (s *Server) mayScrape(c *call) error {
	if isLocal(c.Request()) {
		return nil
	}
	given := bearer(c).Reveal()
	if s.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(given), []byte(s.MetricsToken.Reveal())) == 1 {
		return nil
	}
	return doorward.Errorf(doorward.CodeNotFound, "There is nothing here.")
}

// forwarding are the headers by which a proxy says that it is one.
var forwarding = []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"}

// isLocal reports whether a request was made on this machine for this machine. What a reverse proxy here passes on was
// not, trusted or not: it says so in a header, or asks for the name that the outside uses.
func isLocal(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	for _, name := range forwarding {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	name := hostName(r.Host)
	addr, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && addr.Unmap().IsLoopback()
}
