package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// Machine is what a machine tells of time.
type Machine struct {
	Wall    func() time.Time           // the wall clock, which anybody may set
	Elapsed func() time.Duration       // since some moment; nobody can set it
	Kept    func() doorward.ClockState // whether somebody keeps the wall clock in time: synced or unsynced
}

// ThisMachine is the one that the program runs on.
func ThisMachine() Machine { return Machine{Wall: Wall, Elapsed: elapsed, Kept: ClockState} }

// Wall reads the wall clock, as it is.
func Wall() time.Time { return time.Now() }

const (
	lookEvery = 10 * time.Second
	// tolerance is how much the wall clock may leave the elapsed time between two looks before it was set and not
	// merely corrected.
	tolerance = 2 * time.Second
	// settled is how long the kernel has to call a clock that was set kept in time before it is believed.
	settled = time.Minute
	// forgiven is how long, from then on, what expires is given the time that was jumped over.
	forgiven = 24 * time.Hour
)

// Clock is the time that the whole program goes by, on a box that may have no clock of its own. It follows the wall clock
// while that moves as time does. When somebody sets the wall clock, or it starts behind what the database knows, the Clock
// goes on by the elapsed time and says that it jumped, until the wall clock is back or the kernel has kept it in time for a
// minute: only then is it believed, and followed.
//
// A step forward that was followed is no time that passed: for a day, in which whoever is still there comes by, Lag tells
// how much later what expires is to be judged.
type Clock struct {
	machine Machine

	mu     sync.Mutex    // guards the rest
	at     time.Time     // the program's time at the last look
	wall   time.Time     // the machine's
	looked time.Duration // the elapsed time
	calm   time.Duration // since when, in elapsed time, the kernel keeps the clock and nobody set it
	jumped bool
	lag    time.Duration
}

// NewClock starts a clock at the wall clock of a machine.
func NewClock(m Machine) *Clock {
	now, elapsed := m.Wall(), m.Elapsed()
	return &Clock{machine: m, at: now, wall: now, looked: elapsed, calm: elapsed}
}

// startAfter tells a clock that just began the newest time in the database and when the program's source was committed, zero
// when there is none. It can't be earlier now. How long the box was off only a clock that is kept in time can tell; any other
// may have woken in another year, so that time is forgiven as a jump is.
func (c *Clock) startAfter(newest, committed time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	floor := newest
	if committed.After(floor) {
		floor = committed
	}
	switch {
	case c.at.Before(floor):
		slog.Warn("the machine's clock is behind the time of the database, or of the program; going on from there", "wall", c.at.UTC(), "time", floor.UTC())
		c.at, c.jumped = floor, true
	case c.machine.Kept() != doorward.ClockSynced && !newest.IsZero():
		c.lag = c.at.Sub(newest)
	}
}

// Now is the time that the program goes by. It carries no monotonic reading: it is one.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now(c.machine.Elapsed())
}

func (c *Clock) now(elapsed time.Duration) time.Time { return c.at.Round(0).Add(elapsed - c.looked) }

// Lag is how far what expires is to be judged behind Now: the time that was jumped over and not lived through.
func (c *Clock) Lag() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lag
}

// State looks at the machine's clock and says how far it can be believed.
func (c *Clock) State() doorward.ClockState {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.machine.Kept()
	c.look(kept)
	if c.jumped {
		return doorward.ClockJumped
	}
	return kept
}

// Run looks at the machine's clock until ctx ends.
func (c *Clock) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			c.State()
		}
	}
}

func (c *Clock) look(kept doorward.ClockState) {
	wall, elapsed := c.machine.Wall().Round(0), c.machine.Elapsed()
	set := wall.Sub(c.wall.Round(0).Add(elapsed-c.looked)).Abs() > tolerance
	if set || kept != doorward.ClockSynced {
		c.calm = elapsed
	}
	own := c.now(elapsed)
	gap := wall.Sub(own)
	c.at, c.wall, c.looked = own, wall, elapsed
	switch {
	case gap.Abs() <= tolerance:
		if c.jumped {
			slog.Info("the machine's clock is right again", "time", own.UTC())
		}
		c.at, c.jumped = wall, false
	case !c.jumped:
		slog.Warn("the machine's clock was set; going on without it until the network keeps it in time or the program starts anew",
			"wall", wall.UTC(), "time", own.UTC())
		c.jumped = true
	case elapsed-c.calm >= settled:
		slog.Info("the machine's clock is kept in time; following it", "from", own.UTC(), "to", wall.UTC())
		c.at, c.jumped, c.lag = wall, false, max(0, c.lag+gap)
	}
	if !c.jumped && elapsed-c.calm >= forgiven {
		c.lag = 0
	}
}
