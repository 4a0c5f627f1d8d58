package app

import (
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"golang.org/x/sys/unix"
)

// ClockState asks the kernel whether anybody keeps its clock in time.
func ClockState() doorward.ClockState {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	if err != nil || state == unix.TIME_ERROR || t.Status&unix.STA_UNSYNC != 0 {
		return doorward.ClockUnsynced
	}
	return doorward.ClockSynced
}

// elapsed is the time since the machine was switched on. Unlike the monotonic clock of Go it goes on while the machine
// sleeps, so that waking up is no jump.
func elapsed() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		panic("reading the time since boot: " + err.Error()) // every Linux since 2.6.39 has it
	}
	return time.Duration(t.Nano())
}
