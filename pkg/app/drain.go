package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// settleWithin is how long a connection that has asked for nothing yet may take to do so after a stop was asked for.
	settleWithin = time.Second
	// stopWithin is how long requests that run may take to end after that.
	stopWithin = 10 * time.Second
)

// connections counts the open ones, without those that became live streams.
type connections struct{ open atomic.Int64 }

// count implements http.Server.ConnState.
func (c *connections) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		c.open.Add(-1)
	case http.StateActive, http.StateIdle:
	}
}

// drain takes no new connection and lets what runs come to its end. served is what server.Serve returns.
func (a *App) drain(ctx context.Context, served <-chan error) (err error) {
	a.hub.Close() // ends the live streams
	// Shutdown alone would hang up on connections that came a moment ago and whose request is not read yet. So none is
	// taken any more, each that is there may finish what it asked for, and only then the rest is shut down. What is in an
	// inherited socket waits for the next start.
	_ = a.listener.Close()
	if e := <-served; !errors.Is(e, net.ErrClosed) {
		err = e
	}
	a.server.SetKeepAlivesEnabled(false)
	a.settle(ctx)
	stop, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	if e := a.server.Shutdown(stop); e != nil {
		err = errors.Join(err, fmt.Errorf("waiting %v for the last requests: %w", stopWithin, e), a.server.Close())
	}
	return errors.Join(err, a.handler.Wait(stop)) // for the live streams, which Shutdown does not wait for
}

// settle waits until no connection is open, for settleWithin at most.
func (a *App) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for a.conns.open.Load() > 0 {
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}
