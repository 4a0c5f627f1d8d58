//go:build !linux

package app

import "github.com/doorward/doorward/pkg/doorward"

// ClockState can ask nobody here.
func ClockState() doorward.ClockState { return doorward.ClockUnsynced }
