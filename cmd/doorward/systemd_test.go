//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// unit is the program as systemd runs it: with a socket that somebody else holds, and a place to tell how it is.
type unit struct {
	t      *testing.T
	data   string
	socket *os.File          // what systemd would keep open
	origin string            // where the socket is
	told   *net.UnixConn     // receives what the program says to systemd
	env    []string          // besides systemd's own
	client *http.Client      // whose connections are not used twice
	log    *lockedBuffer     // of all runs
	runs   map[*exec.Cmd]int // which have not ended
}

// lockedBuffer is written to by the goroutine that copies a program's output.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newUnit(t *testing.T, env ...string) *unit {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u := &unit{t: t, data: t.TempDir(), origin: "http://" + l.Addr().String(), env: env, log: &lockedBuffer{}, runs: map[*exec.Cmd]int{}}
	if u.socket, err = l.(*net.TCPListener).File(); err != nil {
		t.Fatal(err)
	}
	l.Close()
	// A short path: t.TempDir's may be longer than a socket's name can be.
	dir, err := os.MkdirTemp("", "sd")
	if err != nil {
		t.Fatal(err)
	}
	if u.told, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram", Name: filepath.Join(dir, "n")}); err != nil {
		t.Fatal(err)
	}
	u.client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}
	t.Cleanup(func() {
		for c := range u.runs {
			c.Process.Kill()
			c.Wait()
		}
		u.socket.Close()
		u.told.Close()
		os.RemoveAll(dir)
		if t.Failed() {
			t.Logf("the program said:\n%s", u.log)
		}
	})
	return u
}

// start runs the program with the socket as its file 3. The shell in between is there to know its own process id.
func (u *unit) start() *exec.Cmd {
	u.t.Helper()
	c := exec.CommandContext(context.WithoutCancel(u.t.Context()), "/bin/sh", "-c", `LISTEN_PID=$$ WATCHDOG_PID=$$ exec "$0" serve --data "$1"`, os.Args[0], u.data)
	c.Env = append(os.Environ(), "DOORWARD_TEST_MAIN=1", "LISTEN_FDS=1", "NOTIFY_SOCKET="+u.told.LocalAddr().String())
	c.Env = append(c.Env, u.env...)
	c.ExtraFiles = []*os.File{u.socket}
	c.Stdout, c.Stderr = u.log, u.log
	if err := c.Start(); err != nil {
		u.t.Fatal(err)
	}
	u.runs[c] = c.Process.Pid
	return c
}

// wait waits for the end of a run.
func (u *unit) wait(c *exec.Cmd) error {
	delete(u.runs, c)
	return c.Wait()
}

// hears fails the test unless the program soon says one thing to systemd.
func (u *unit) hears(want string) {
	u.t.Helper()
	if err := u.told.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		u.t.Fatal(err)
	}
	b := make([]byte, 200)
	n, err := u.told.Read(b)
	if err != nil || string(b[:n]) != want {
		u.t.Fatalf("systemd was told %q (%v), want %q", b[:n], err, want)
	}
}

func (u *unit) get(path string) (status int, err error) {
	resp, err := u.client.Get(u.origin + path)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

// Systemd is told when the program is up, that it lives and that it stops, and what the socket holds is answered.
func TestSystemd(t *testing.T) {
	u := newUnit(t, "WATCHDOG_USEC=300000")
	c := u.start()
	u.hears("READY=1")
	if status, err := u.get("/readyz"); status != 200 {
		t.Errorf("through the inherited socket: %d %v", status, err)
	}
	u.hears("WATCHDOG=1")
	u.hears("WATCHDOG=1")
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for said := ""; said != "STOPPING=1"; {
		b := make([]byte, 200)
		n, err := u.told.Read(b)
		if err != nil {
			t.Fatalf("after %q: %v", said, err)
		}
		if said = string(b[:n]); said != "STOPPING=1" && said != "WATCHDOG=1" {
			t.Errorf("systemd was told %q", said)
		}
	}
	if err := u.wait(c); err != nil {
		t.Errorf("a stop that was asked for: %v", err)
	}
}

// A database that refuses has answered; one that hangs has not.
func TestWatchdogIsFedByAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		ping func(context.Context) error
		want bool
	}{
		"works":   {func(context.Context) error { return nil }, true},
		"refuses": {func(context.Context) error { return errors.New("disk full") }, true},
		"hangs": {func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}, false},
	} {
		if got := answers(t.Context(), 10*time.Millisecond, c.ping); got != c.want {
			t.Errorf("a database that %s: %v", name, got)
		}
	}
}

// Restarts under load: connections wait in the socket, and every request is answered.
func TestRestartDropsNothing(t *testing.T) {
	u := newUnit(t)
	run := u.start()
	u.hears("READY=1")
	var asked atomic.Int64
	var slowest atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for ctx.Err() == nil {
				began := time.Now()
				status, err := u.get("/readyz")
				if status != 200 {
					t.Errorf("request %d: %d %v", asked.Load(), status, err)
					return
				}
				asked.Add(1)
				took := time.Since(began).Milliseconds()
				for old := slowest.Load(); took > old && !slowest.CompareAndSwap(old, took); old = slowest.Load() {
				}
			}
		})
	}
	restarts := 4
	if n, err := strconv.Atoi(os.Getenv("DOORWARD_RESTARTS")); err == nil {
		restarts = n // for the figure in the README
	}
	for range restarts {
		for before := asked.Load(); asked.Load() < before+20; {
			if t.Failed() || ctx.Err() != nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if err := run.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		u.hears("STOPPING=1")
		if err := u.wait(run); err != nil {
			t.Error(err)
		}
		run = u.start()
		u.hears("READY=1")
	}
	stop()
	load.Wait()
	t.Logf("%d requests over %d restarts, all answered; the slowest took %d ms", asked.Load(), restarts, slowest.Load())
}

// A request that has begun is answered after the stop was asked for; a second signal does not wait for it.
func TestStopWithARequestInFlight(t *testing.T) {
	for _, signals := range []int{1, 2} {
		u := newUnit(t)
		c := u.start()
		u.hears("READY=1")
		conn, err := net.Dial("tcp", strings.TrimPrefix(u.origin, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		body := `{"email":"ana@example.com","password":"wrong horse battery"}`
		fmt.Fprintf(conn, "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body))
		answer := bufio.NewReader(conn)
		if line, err := answer.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
			t.Fatalf("%q %v", line, err) // the handler reads the body now
		}
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		u.hears("STOPPING=1")
		if signals == 2 {
			if err := c.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := u.wait(c); err == nil {
				t.Error("a second signal waited for the request")
			}
			continue
		}
		io.WriteString(conn, body)
		answer.ReadString('\n') // the empty line after 100 Continue
		if line, err := answer.ReadString('\n'); err != nil || !strings.Contains(line, " 401 ") {
			t.Errorf("the request in flight got %q %v", line, err)
		}
		if err := u.wait(c); err != nil {
			t.Error(err)
		}
	}
}
