//go:build !linux

package app

import "github.com/doorward/doorward/pkg/doorward"

func clockState() doorward.ClockState { return doorward.ClockUnsynced }
