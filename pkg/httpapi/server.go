package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/door"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/event"
	"github.com/doorward/doorward/pkg/guest"
	"github.com/doorward/doorward/pkg/invitation"
	"github.com/doorward/doorward/pkg/limit"
	"github.com/doorward/doorward/pkg/live"
	"github.com/doorward/doorward/pkg/notify"
	"github.com/doorward/doorward/pkg/recovery"
	"github.com/doorward/doorward/pkg/rsvp"
	"github.com/doorward/doorward/pkg/system"
	"github.com/doorward/doorward/pkg/team"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// Config is what a Server is made of.
type Config struct {
	Accounts    *account.Accounts
	Events      *event.Events
	Guests      *guest.Guests
	Invitations *invitation.Invitations
	Messages    *notify.Messages
	RSVPs       *rsvp.RSVPs
	Doors       *door.Doors
	Teams       *team.Teams
	System      *system.System
	Keys        *recovery.Keys
	Hub         *live.Hub

	OpenSignUp     bool           // anybody may sign up, and the pages say so
	Origin         string         // BASE_URL
	Names          []string       // that the machine is reached by, besides the origin's, localhost and its addresses
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Version        string
	Clock          func() time.Time // the program's time of day
	Steady         func() time.Time // for how long something takes or may take: time.Now, whose readings nobody can set
	ClockState     func() doorward.ClockState
	Ping           func(context.Context) error // reports whether the database takes writes
	Metrics        *prometheus.Registry        // what GET /metrics shows; the requests' own figures are added to it
	MetricsToken   doorward.Secret             // opens GET /metrics from elsewhere
	Replica        func() string               // ok, off or behind
}

// Server answers HTTP requests.
type Server struct {
	Config
	echo    *echo.Echo
	secure  bool // the origin is https: cookies are Secure
	tickets tickets
	streams streams
	figures *figures
	// refusalLines bounds how many lines a minute the log gets about refusals of one code; the metrics count them all.
	refusalLines *limit.Window
	windows      map[*limits][]*limit.Window
	pages        *pages
	assets       *assets
	// description is the OpenAPI document, made when it is first asked for.
	description func() ([]byte, error)
}

// New makes a server.
func New(c Config) (*Server, error) {
	s := &Server{Config: c, echo: echo.New(), secure: strings.HasPrefix(c.Origin, "https:"), tickets: tickets{clock: c.Steady, open: map[string]ticket{}}, streams: streams{of: map[doorward.UserID]int{}}}
	s.windows = windows(routes(), c.Steady)
	s.refusalLines = limit.New(c.Steady, 10, time.Minute, len(statuses))
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = loadPages(s.assets); err != nil {
		return nil, err
	}
	s.description = sync.OnceValues(func() ([]byte, error) { return describe(routes()) })
	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.writeError
	e.IPExtractor = clientIP(c.TrustedProxies)
	e.Pre(foldGuestPath)
	own, err := url.Parse(c.Origin)
	if err != nil {
		return nil, fmt.Errorf("the origin %q: %w", c.Origin, err)
	}
	names := []string{"localhost", hostName(own.Host)}
	for _, name := range c.Names {
		names = append(names, hostName(name))
	}
	if s.figures, err = newFigures(c.Metrics); err != nil {
		return nil, err
	}
	e.Use(requestID, s.figures.count(routes()), s.recoverPanics, secureHeaders(own), refuseOtherHosts(names), refuseCrossOrigin)
	for _, r := range routes() {
		e.Add(r.method, r.path, s.guarded(r))
	}
	return s, nil
}

// ReadWithin and WriteWithin are how long a request may take to arrive and, from then on, to be answered. A client that
// dawdles holds a connection, and nothing else. Whole guest lists get more; a live stream leaves these behind.
const (
	ReadWithin  = 15 * time.Second
	WriteWithin = 30 * time.Second
)

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// clientIP believes X-Forwarded-For from the trusted proxies alone; without any it is the peer's address.
func clientIP(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		bits := 32
		if p.Addr().Is6() {
			bits = 128
		}
		options = append(options, echo.TrustIPRange(&net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), bits)}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// recoverPanics turns a bug in one request into a 500 for that request.
func (s *Server) recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares it the same way
					panic(p)
				}
				err = panicError(p)
			}
		}()
		return next(c)
	}
}

// logger returns the log of a request. It names the route, not the path: a path may hold a token.
func logger(c echo.Context) *slog.Logger {
	return slog.With("request_id", c.Response().Header().Get(echo.HeaderXRequestID), "method", c.Request().Method, "route", c.Path())
}
