package app

import (
	"io"
	"net"
	"net/netip"
	"testing"
	"time"
)

// One address has its share of the connections, and all together have theirs; a closed one makes room. A trusted proxy
// brings many people, so only the total counts for it.
func TestConnectionsAreLimited(t *testing.T) {
	proxy := Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}}
	inner, err := net.Listen("tcp", "0.0.0.0:0") //nolint:noctx,gosec // it is closed below
	if err != nil {
		t.Fatal(err)
	}
	l := newLimitedListener(inner, 5, 2, proxy.exempt)
	defer l.Close()
	accepted := make(chan net.Conn, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	_, port, _ := net.SplitHostPort(inner.Addr().String())
	dial := func(from string) net.Conn {
		t.Helper()
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 5 * time.Second}
		c, err := d.DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	taken := func(from string) net.Conn { t.Helper(); dial(from); return <-accepted }
	refused := func(from string) {
		t.Helper()
		c := dial(from)
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := c.Read(make([]byte, 1)); err == nil || err != io.EOF && err.(net.Error).Timeout() { //nolint:errorlint // a plain read
			t.Errorf("a connection from %s too many stays open: %v", from, err)
		}
	}
	first := taken("127.0.0.1")
	taken("127.0.0.1")
	refused("127.0.0.1")
	for range 3 {
		taken("127.0.0.2")
	}
	refused("127.0.0.2")
	refused("127.0.0.3")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	_ = first.Close() // net/http closes more than once
	taken("127.0.0.3")
	refused("127.0.0.1")
}
