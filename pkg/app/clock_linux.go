package app

import (
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
