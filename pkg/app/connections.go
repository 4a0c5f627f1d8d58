package app

import (
	"log/slog"
	"net"
	"sync"

	"github.com/doorward/doorward/pkg/limit"
)

const (
	// maxConnections is how many connections may be open: each costs some kilobytes and a file descriptor.
	maxConnections = 2000
	// maxConnectionsEach is how many of them one address, or one IPv6 /64, may have. A venue's Wi-Fi brings all its guests
	// from one address, and a browser opens several, so it is no small number: it keeps half of the box for the others.
	maxConnectionsEach = 1000
)

// limitedListener closes what connects beyond the limits, at once: somebody who holds connections open doesn't make
// others wait in line. Connections from exempt networks, the trusted proxies, count in total alone.
type limitedListener struct {
	net.Listener
	most, mostEach int
	exempt         func(net.Addr) bool

	mu    sync.Mutex // guards the rest
	total int
	from  map[string]int // by limit.Network
}

func newLimitedListener(l net.Listener, most, mostEach int, exempt func(net.Addr) bool) *limitedListener {
	return &limitedListener{Listener: l, most: most, mostEach: mostEach, exempt: exempt, from: map[string]int{}}
}

// Accept implements net.Listener.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		network := ""
		if !l.exempt(conn.RemoteAddr()) {
			host, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
			network = limit.Network(host)
		}
		if l.take(network) {
			return &countedConn{Conn: conn, give: sync.OnceFunc(func() { l.give(network) })}, nil
		}
		slog.Debug("closed a connection: there are too many", "error", conn.Close())
	}
}

func (l *limitedListener) take(network string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= l.most || network != "" && l.from[network] >= l.mostEach {
		return false
	}
	l.total++
	if network != "" {
		l.from[network]++
	}
	return true
}

func (l *limitedListener) give(network string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if network == "" {
		return
	}
	if l.from[network]--; l.from[network] == 0 {
		delete(l.from, network)
	}
}

// countedConn gives its place back when it is closed.
type countedConn struct {
	net.Conn
	give func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	defer c.give()
	return c.Conn.Close()
}

// exempt says whether an address is one of the trusted proxies.
func (c Config) exempt(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return false
	}
	for _, p := range c.TrustedProxies {
		if p.Contains(tcp.AddrPort().Addr().Unmap()) {
			return true
		}
	}
	return false
}
