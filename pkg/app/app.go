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
	"sync"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/door"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/durable"
	"github.com/doorward/doorward/pkg/event"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/guest"
	"github.com/doorward/doorward/pkg/httpapi"
	"github.com/doorward/doorward/pkg/invitation"
	"github.com/doorward/doorward/pkg/live"
	"github.com/doorward/doorward/pkg/notify"
	"github.com/doorward/doorward/pkg/outbox"
	"github.com/doorward/doorward/pkg/recovery"
	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/rsvp"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/doorward/doorward/pkg/system"
	"github.com/doorward/doorward/pkg/team"
	"github.com/doorward/doorward/pkg/token"
	"github.com/robfig/cron/v3"
)

// Config is what the program is told from outside; cmd/doorward reads it from flags and environment.
type Config struct {
	Data           string         // data folder
	Listen         string         // address
	Listener       net.Listener   // already listening, handed over by the service manager; nil: Listen is used
	BaseURL        string         // the one origin of links; "" derives it from Listen
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Mail           notify.Settings
	SignUp         SignUp
	Version        string
	Committed      time.Time         // when the program's source was, before which it can't be now; zero when unknown
	Replica        *replica.Config   // nil: there is none
	GeoCity        string            // the operator's own data of places; "": the bundled
	GeoASN         string            // of providers
	BackupCopy     string            // a second folder for each backup; "": none
	Score          invitation.Scorer // nil: the engine; the tests hand in one that fails
	Machine        Machine           // what tells the time; zero: this one
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
	Clock    *Clock

	db       *sqlite.DB
	replica  *replica.Replica // nil without one
	cron     *cron.Cron
	stopCron context.CancelFunc
	hub      *live.Hub
	box      *outbox.Outbox
	remember func(context.Context) // what the engine knows of each event, until the context ends
	system   *system.System
	listener net.Listener
	server   *http.Server
	conns    connections
	handler  *httpapi.Server
}

// OpenAccounts opens the data folder for the commands that work on accounts, beside a running server or without one.
// The caller closes the database.
func OpenAccounts(ctx context.Context, data string) (*account.Accounts, *sqlite.DB, error) {
	db, _, ring, err := openData(ctx, data, Wall, func(doorward.Activity) {})
	if err != nil {
		return nil, nil, err
	}
	accounts, err := account.New(ctx, db, ring, Wall, func(string) {})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return accounts, db, nil
}

func openData(ctx context.Context, data string, clock sqlite.Clock, publish func(doorward.Activity), options ...sqlite.Option) (*sqlite.DB, *recovery.Keys, *token.Ring, error) {
	if err := durable.MakeFolder(data); err != nil {
		return nil, nil, nil, fmt.Errorf("making the data folder: %w", err)
	}
	db, err := sqlite.Open(ctx, sqlite.Path(data), clock, publish, options...)
	if err != nil {
		return nil, nil, nil, err
	}
	keys, ring, err := recovery.Open(ctx, db, filepath.Join(data, "keys"))
	if err != nil {
		return nil, nil, nil, errors.Join(err, db.Close())
	}
	return db, keys, ring, nil
}

// startClock begins the time where the database left off, or where the program came from.
func (a *App) startClock(ctx context.Context, committed time.Time) error {
	return a.db.Read(ctx, func(tx *sqlite.Tx) error {
		newest, err := tx.NewestTime()
		if err == nil {
			a.Clock.startAfter(newest, committed)
		}
		return err
	})
}

// Open opens the data folder, makes it on the first start, listens, and builds the rest.
func Open(ctx context.Context, c Config) (*App, error) {
	a := &App{hub: live.NewHub(), listener: c.Listener}
	if err := a.open(ctx, c); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context, c Config) (err error) {
	if a.listener == nil {
		if a.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen); err != nil {
			return fmt.Errorf("listening on %s: %w", c.Listen, err)
		}
	}
	a.listener = newLimitedListener(a.listener, maxConnections, maxConnectionsEach, c.exempt)
	if a.Origin = c.BaseURL; a.Origin == "" {
		a.Origin = origin(a.listener.Addr())
	}
	publish := func(act doorward.Activity) { a.hub.Publish(string(act.EventID), act) }
	if c.Machine.Wall == nil {
		c.Machine = ThisMachine()
	}
	a.Clock = NewClock(c.Machine)
	options, err := a.openReplica(ctx, c)
	if err != nil {
		return err
	}
	db, keys, ring, err := openData(ctx, c.Data, a.Clock.Now, publish, append(options, sqlite.Lag(a.Clock.Lag))...)
	if err != nil {
		return err
	}
	a.db = db
	if err := a.startClock(ctx, c.Committed); err != nil {
		return err
	}
	if err := warnOfLostKeys(ctx, keys, a.Origin); err != nil {
		return err
	}
	if a.Accounts, err = account.New(ctx, db, ring, a.Clock.Now, func(code string) { c.Announce(a.Origin, code) }); err != nil {
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
	box := system.Config{DB: db, Data: c.Data, CopyTo: c.BackupCopy, Clock: a.Clock.Now}
	if a.replica != nil {
		box.Replica = replicaOf{a.replica}
	}
	a.system = system.New(box)
	a.box = outbox.New(db, a.Clock.Now, rand.Float64)
	post := c.Mail.Post(filepath.Join(c.Data, "mail"), a.Origin)
	notify.HandleLetters(a.box, a.Accounts, post, a.Origin, a.Clock.Now)
	a.Accounts.UseMail(a.box, c.SignUp.joinRule())
	opens, err := metricsToken(filepath.Join(c.Data, "keys"))
	if err != nil {
		return err
	}
	a.remember = invitations.Remember
	messages := notify.New(db, a.box, invitations, post, a.Clock.Now)
	rsvps := rsvp.New(db, a.box, invitations, messages)
	events := event.New(db, invitations, rsvps, messages)
	scheduled, stop := context.WithCancel(context.Background())
	a.stopCron = stop
	if err := a.schedule(scheduled, locator, invitations, events); err != nil {
		return err
	}
	handler, err := httpapi.New(httpapi.Config{
		Accounts: a.Accounts, Keys: keys, System: a.system, Events: events, Guests: guest.New(db, invitations, rsvps), Invitations: invitations,
		Messages: messages, Teams: team.New(db, a.box, messages, ring, a.Origin),
		RSVPs: rsvps, Doors: door.New(db, invitations, a.Origin), Hub: a.hub,
		OpenSignUp: c.SignUp == SignUpOpen,
		Origin:     a.Origin, Names: ownNames(), TrustedProxies: c.TrustedProxies, Version: c.Version, Clock: a.Clock.Now, Steady: Wall, ClockState: a.Clock.State, Ping: db.Ping,
		Metrics: a.metrics(c, invitations), MetricsToken: opens,
		Replica: func() string { return string(a.Replica().State) },
	})
	if err != nil {
		return err
	}
	a.handler = handler
	a.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: httpapi.ReadWithin, WriteTimeout: httpapi.WriteWithin, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ConnState: a.conns.count, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
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

// Ping reports whether the database takes writes.
func (a *App) Ping(ctx context.Context) error { return a.db.Ping(ctx) }

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

// Serve answers requests until ctx ends. Then it takes no new connection, lets the requests that run come to their end,
// tells live streams to come back later, and closes everything; what takes longer than stopWithin is cut off.
func (a *App) Serve(ctx context.Context) error {
	a.cron.Start()
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	work.Go(func() { a.box.Run(working) })
	work.Go(func() { a.remember(working) })
	work.Go(func() { a.system.Run(working) })
	work.Go(func() { a.Clock.Run(working) })
	failed := make(chan error, 1)
	go func() { failed <- a.server.Serve(a.listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = a.drain(context.WithoutCancel(ctx), failed)
	}
	// After the last request, which may have added a job, and before the database closes.
	stopWork()
	work.Wait()
	return errors.Join(err, a.close())
}

func (a *App) close() error {
	a.hub.Close()
	if a.cron != nil {
		a.stopCron() // a drill would go on for as long as a download takes
		<-a.cron.Stop().Done()
	}
	if a.listener != nil {
		_ = a.listener.Close() // the server closed it if it ever took it
	}
	var err error
	if a.db != nil {
		err = a.db.Close()
	}
	if a.replica != nil { // after the database: it has the last commits, and closing its files would release the database's locks
		if late := a.replica.Close(context.Background()); late != nil {
			slog.Warn("the replica is behind", "error", late) // nothing is lost: it catches up with the next start
		}
	}
	return err
}
