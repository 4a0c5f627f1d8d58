package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/door"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/event"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/guest"
	"github.com/doorward/doorward/pkg/httpapi"
	"github.com/doorward/doorward/pkg/invitation"
	"github.com/doorward/doorward/pkg/live"
	"github.com/doorward/doorward/pkg/notify"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/rsvp"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/team"
	"github.com/doorward/doorward/pkg/token"
	"github.com/robfig/cron/v3"
)

// Config is what the program is told from outside; cmd/doorward reads it from flags and environment.
type Config struct {
	Data           string         // data folder
	Listen         string         // address
	BaseURL        string         // the one origin of links; "" derives it from Listen
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Mail           notify.Settings
	SignUp         SignUp
	Version        string
	GeoCity        string            // the operator's own data of places; "": the bundled
	GeoASN         string            // of providers
	Score          invitation.Scorer // nil: the engine; the tests hand in one that fails
	// Announce is called with the code that opens set-up, while there is no account, once the address is known.
	Announce func(origin, code string)
}

// SignUp says who may make an account by signing up.
type SignUp string

const (
	SignUpInvited SignUp = "invited" // addresses that an invitation is waiting for; also the zero value
	SignUpOpen    SignUp = "open"    // anybody
)

// joinRule says of an address whether it may sign up.
func (s SignUp) joinRule() account.JoinRule {
	if s == SignUpOpen {
		return account.Anybody
	}
	return (*sqlite.Tx).Invited
}

// App is a running appliance.
type App struct {
	Accounts *account.Accounts
	Origin   string

	db       *sqlite.DB
	cron     *cron.Cron
	hub      *live.Hub
	box      *outbox.Outbox
	listener net.Listener
	server   *http.Server
}

// Clock is the wall clock.
func Clock() time.Time { return time.Now() }

// OpenAccounts opens the data folder for the commands that work on accounts, beside a running server or without one.
// The caller closes the database.
func OpenAccounts(ctx context.Context, data string) (*account.Accounts, *sqlite.DB, error) {
	db, ring, err := openData(ctx, data, func(doorward.Activity) {})
	if err != nil {
		return nil, nil, err
	}
	accounts, err := account.New(ctx, db, ring, Clock, func(string) {})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return accounts, db, nil
}

func openData(ctx context.Context, data string, publish func(doorward.Activity)) (*sqlite.DB, *token.Ring, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, nil, fmt.Errorf("making the data folder: %w", err)
	}
	ring, err := token.OpenRing(filepath.Join(data, "keys"))
	if err != nil {
		return nil, nil, err
	}
	db, err := sqlite.Open(ctx, filepath.Join(data, "doorward.db"), Clock, publish)
	return db, ring, err
}

// Open opens the data folder, makes it on the first start, listens, and builds the rest.
func Open(ctx context.Context, c Config) (*App, error) {
	a := &App{hub: live.NewHub()}
	if err := a.open(ctx, c); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context, c Config) (err error) {
	if a.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen); err != nil {
		return fmt.Errorf("listening on %s: %w", c.Listen, err)
	}
	a.listener = newLimitedListener(a.listener, maxConnections, maxConnectionsEach, c.exempt)
	if a.Origin = c.BaseURL; a.Origin == "" {
		a.Origin = origin(a.listener.Addr())
	}
	publish := func(act doorward.Activity) { a.hub.Publish(string(act.EventID), act) }
	db, ring, err := openData(ctx, c.Data, publish)
	if err != nil {
		return err
	}
	a.db = db
	if a.Accounts, err = account.New(ctx, db, ring, Clock, func(code string) { c.Announce(a.Origin, code) }); err != nil {
		return err
	}
	locator, err := openPlaces(c)
	if err != nil {
		return err
	}
	if c.Score == nil {
		c.Score = (*fraud.Event).Score
	}
	invitations := invitation.New(db, ring, a.Origin, locator, c.Score)
	if err := a.schedule(locator, invitations); err != nil {
		return err
	}
	a.box = outbox.New(db, Clock, rand.Float64)
	post := c.Mail.Post(filepath.Join(c.Data, "mail"), a.Origin)
	notify.HandleLetters(a.box, a.Accounts, post, a.Origin, Clock)
	a.Accounts.UseMail(a.box, c.SignUp.joinRule())
	messages := notify.New(db, a.box, invitations, post, Clock)
	handler, err := httpapi.New(httpapi.Config{
		Accounts: a.Accounts, Events: event.New(db), Guests: guest.New(db), Invitations: invitations,
		Messages: messages, Teams: team.New(db, a.box, messages, ring, a.Origin),
		RSVPs: rsvp.New(db, invitations), Doors: door.New(db, invitations, a.Origin), Hub: a.hub,
		OpenSignUp: c.SignUp == SignUpOpen,
		Origin:     a.Origin, Names: ownNames(), TrustedProxies: c.TrustedProxies, Version: c.Version, Clock: Clock, Ping: db.Ping,
	})
	if err != nil {
		return err
	}
	a.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: httpapi.ReadWithin, WriteTimeout: httpapi.WriteWithin, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	return nil
}

// DefaultOrigin is the origin that links get from a server that listens on an address and was told no base URL.
func DefaultOrigin(listen string) (string, error) {
	addr, err := net.ResolveTCPAddr("tcp", listen)
	if err != nil {
		return "", fmt.Errorf("reading the address %s: %w", listen, err)
	}
	if addr.IP == nil {
		addr.IP = net.IPv6unspecified
	}
	return origin(addr), nil
}

// origin is the address that a listener is best reached at: the one it was told, or the machine's own on the network.
func origin(addr net.Addr) string {
	ap, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	host := ap.Addr().Unmap()
	if host.IsUnspecified() {
		host = netip.AddrFrom4([4]byte{127, 0, 0, 1})
		if own := ownAddresses(); len(own) > 0 {
			host = own[0]
		}
	}
	return "http://" + net.JoinHostPort(host.String(), strconv.Itoa(int(ap.Port())))
}

// ownAddresses are the IPv4 addresses that phones on the local network reach this machine at.
func ownAddresses() []netip.Addr {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var own []netip.Addr
	for _, a := range addrs {
		p, err := netip.ParsePrefix(a.String())
		if err == nil && p.Addr().Is4() && !p.Addr().IsLoopback() && !p.Addr().IsLinkLocalUnicast() {
			own = append(own, p.Addr())
		}
	}
	return own
}

// ownNames are what the local network calls this machine: its host name, alone and as multicast DNS has it.
func ownNames() []string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return nil // it is reached by its addresses, and by BASE_URL
	}
	short, _, _ := strings.Cut(name, ".")
	return []string{name, short, short + ".local"}
}

// Address is where the server listens.
func (a *App) Address() net.Addr { return a.listener.Addr() }

// Origins are all the addresses that the server can be reached at.
func (a *App) Origins() []string {
	all := []string{a.Origin}
	add := func(o string) {
		for _, have := range all {
			if have == o {
				return
			}
		}
		all = append(all, o)
	}
	ap, err := netip.ParseAddrPort(a.listener.Addr().String())
	if err != nil || !ap.Addr().Unmap().IsUnspecified() {
		return all
	}
	port := strconv.Itoa(int(ap.Port()))
	for _, own := range ownAddresses() {
		add("http://" + net.JoinHostPort(own.String(), port))
	}
	add("http://localhost:" + port)
	return all
}

// stopWithin is how long requests may take to end after a stop was asked for.
const stopWithin = 10 * time.Second

// Serve answers requests until ctx ends, then lets what runs come to its end and closes everything.
func (a *App) Serve(ctx context.Context) error {
	a.cron.Start()
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	worked := make(chan struct{})
	go func() {
		a.box.Run(working)
		close(worked)
	}()
	failed := make(chan error, 1)
	go func() { failed <- a.server.Serve(a.listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		// Live streams are not waited for by Shutdown; closing the hub ends them.
		a.hub.Close()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		err = a.server.Shutdown(stop)
		if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
	}
	// After the last request, which may have added a job, and before the database closes.
	stopWork()
	<-worked
	return errors.Join(err, a.close())
}

func (a *App) close() error {
	a.hub.Close()
	if a.cron != nil {
		<-a.cron.Stop().Done()
	}
	if a.db == nil {
		if a.listener != nil {
			return a.listener.Close()
		}
		return nil
	}
	// The server closed the listener if it ever took it.
	_ = a.listener.Close()
	return a.db.Close()
}
