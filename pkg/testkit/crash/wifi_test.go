package crash

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// wifi is a bad network before a server: of ten connections it drops three, half of them after the server has got the
// request, and delivers one in ten twice. It can be cut for a while.
type wifi struct {
	listener net.Listener
	to       string
	running  sync.WaitGroup

	number, dropped, repeated, refused atomic.Int64 // connections

	mu     sync.Mutex
	random *rand.Rand
	open   map[net.Conn]bool
	down   bool
}

// newWifi begins to listen. close ends it.
func newWifi(to string, random *rand.Rand) (*wifi, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &wifi{listener: l, to: to, random: rand.New(rand.NewPCG(random.Uint64(), 6)), open: map[net.Conn]bool{}}
	w.running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed
			}
			w.running.Go(func() { w.serve(c) })
		}
	})
	return w, nil
}

func (w *wifi) close() {
	_ = w.listener.Close() // nothing can be done about it
	w.hold(true)
	w.running.Wait()
}

// cut drops all connections, and all new ones for a while.
func (w *wifi) cut(d time.Duration) {
	w.hold(true)
	time.Sleep(d) // the length of the fault is a length of time
	w.hold(false)
}

func (w *wifi) hold(down bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = down
	if down {
		for c := range w.open {
			_ = c.Close()
		}
	}
}

// keep remembers a connection for hold. It is false while the network is down.
func (w *wifi) keep(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open[c] = true
	return !w.down
}

func (w *wifi) end(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.open, c)
	_ = c.Close()
}

// What becomes of a connection.
const (
	dropBefore = iota // the request never arrives
	dropAfter         // it arrives, the answer does not
	repeat            // it arrives twice
	pass
)

func (w *wifi) fate() (kind int, late time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	late = time.Duration(w.random.IntN(30)) * time.Millisecond
	switch n := w.random.IntN(100); {
	case n < 15:
		return dropBefore, late
	case n < 30:
		return dropAfter, late
	case n < 40:
		return repeat, late
	default:
		return pass, late
	}
}

func (w *wifi) serve(c net.Conn) {
	defer w.end(c)
	w.number.Add(1)
	if !w.keep(c) {
		w.refused.Add(1)
		return
	}
	kind, late := w.fate()
	if kind == dropBefore {
		w.dropped.Add(1)
		return
	}
	up, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer w.end(up)
	if !w.keep(up) {
		return
	}
	var twin net.Conn
	if kind == repeat {
		if twin, err = net.Dial("tcp", w.to); err != nil {
			return
		}
		defer w.end(twin)
		w.keep(twin)
		w.repeated.Add(1)
	}
	w.running.Go(func() { forward(c, up, twin, late) })
	switch kind {
	case dropAfter:
		w.dropped.Add(1)
		_, _ = up.Read(make([]byte, 1)) // the server has done it
	default:
		_, _ = io.Copy(c, up) // until one of both ends is closed
	}
	if twin != nil {
		_ = twin.SetReadDeadline(time.Now().Add(3 * time.Second))
		_, _ = twin.Read(make([]byte, 1))
	}
}

// forward hands on what a client sends, and a little later the same to twin, when there is one.
func forward(c, up, twin net.Conn, late time.Duration) {
	b := make([]byte, 64<<10)
	for {
		n, err := c.Read(b)
		if _, failed := up.Write(b[:n]); errors.Join(err, failed) != nil {
			return
		}
		if twin != nil {
			time.Sleep(late) // the twin is a packet that took the longer way
			_, _ = twin.Write(b[:n])
		}
	}
}
