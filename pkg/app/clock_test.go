package app_test

import (
	"testing"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
)

// box is a machine with a clock that is set by hand.
type box struct {
	wall    time.Time
	elapsed time.Duration
	kept    doorward.ClockState
}

func newBox(kept doorward.ClockState) (*box, *app.Clock) {
	b := &box{wall: time.Date(2030, 6, 12, 20, 0, 0, 0, time.UTC), kept: kept}
	return b, app.NewClock(app.Machine{
		Wall:    func() time.Time { return b.wall },
		Elapsed: func() time.Duration { return b.elapsed },
		Kept:    func() doorward.ClockState { return b.kept },
	})
}

// wait lets time pass as the program sees it: with a look every ten seconds.
func (b *box) wait(c *app.Clock, d time.Duration) {
	for end := b.elapsed + d; b.elapsed < end; c.State() {
		step := min(10*time.Second, end-b.elapsed)
		b.wall, b.elapsed = b.wall.Add(step), b.elapsed+step
	}
}

func TestClockFollowsWhatIsKeptInTime(t *testing.T) {
	b, c := newBox(doorward.ClockSynced)
	b.wall = b.wall.Add(1900 * time.Millisecond) // corrected, not set
	if got := c.State(); got != doorward.ClockSynced || !c.Now().Equal(b.wall) {
		t.Errorf("after a correction it is %s at %v, want synced at %v", got, c.Now(), b.wall)
	}
	before := c.Now()
	b.wall, b.kept = b.wall.Add(time.Hour), doorward.ClockUnsynced
	b.wait(c, 10*time.Minute)
	if got := c.State(); got != doorward.ClockJumped || !c.Now().Equal(before.Add(10*time.Minute)) {
		t.Errorf("while nobody keeps it, it is %s at %v, want jumped at %v", got, c.Now(), before.Add(10*time.Minute))
	}
	b.kept = doorward.ClockSynced
	b.wait(c, 50*time.Second)
	b.wall = b.wall.Add(time.Hour) // once more: it is not settled
	b.wait(c, 60*time.Second)
	if c.State() != doorward.ClockJumped {
		t.Error("a clock that was set again within a minute is believed")
	}
	b.wait(c, 10*time.Second)
	if got := c.State(); got != doorward.ClockSynced || !c.Now().Equal(b.wall) || c.Lag() != 2*time.Hour {
		t.Errorf("a settled one is %s at %v, %v behind; want synced at %v, two hours behind", got, c.Now(), c.Lag(), b.wall)
	}
	b.wait(c, 23*time.Hour)
	if c.Lag() == 0 {
		t.Error("what was jumped over counts within the day")
	}
	b.wait(c, time.Hour)
	if c.Lag() != 0 {
		t.Errorf("after a day it is still %v behind", c.Lag())
	}
}

func TestClockThatComesBackIsNoJump(t *testing.T) {
	b, c := newBox(doorward.ClockUnsynced)
	b.wall = b.wall.Add(-7 * 24 * time.Hour)
	if c.State() != doorward.ClockJumped {
		t.Error("a week back is no jump")
	}
	b.wall = b.wall.Add(7 * 24 * time.Hour)
	if got := c.State(); got != doorward.ClockUnsynced || c.Lag() != 0 || !c.Now().Equal(b.wall) {
		t.Errorf("back again it is %s at %v, %v behind", got, c.Now(), c.Lag())
	}
}
