//go:build !linux

package app

import (
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// ClockState can ask nobody here.
func ClockState() doorward.ClockState { return doorward.ClockUnsynced }

var started = time.Now()

func elapsed() time.Duration { return time.Since(started) }
