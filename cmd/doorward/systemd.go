package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/coreos/go-systemd/v22/daemon"
)

// inheritedListener returns the socket that systemd holds for this program, nil when there is none. While the program
// restarts, connections wait in it.
func inheritedListener() (net.Listener, error) {
	all, err := activation.Listeners()
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if len(all) > 1 || all[0] == nil || all[0].Addr().Network() != "tcp" {
		return nil, errors.New("the socket unit must have exactly one ListenStream=, with a port")
	}
	return all[0], nil
}

// tellSystemd says that the program is up, and until ctx ends, as often as systemd asked for it, that it works. Without
// systemd it does nothing. The function that it returns waits for the last word.
func tellSystemd(ctx context.Context, ping func(context.Context) error) (wait func()) {
	notify := func(state string) {
		if _, err := daemon.SdNotify(false, state); err != nil {
			slog.Warn("systemd does not listen", "error", err)
		}
	}
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		slog.Warn("the watchdog is off", "error", err)
	}
	notify(daemon.SdNotifyReady)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var tick <-chan time.Time // nil, and never, without a watchdog
		if every > 0 {
			ticker := time.NewTicker(every / 3)
			defer ticker.Stop()
			tick = ticker.C
		}
		for {
			select {
			case <-ctx.Done():
				notify(daemon.SdNotifyStopping)
				return
			case <-tick:
				if !answers(ctx, every/3, ping) {
					slog.Error("the database does not answer; systemd will start the program anew", "waited", every/3)
					continue
				}
				notify(daemon.SdNotifyWatchdog)
			}
		}
	}()
	return func() { <-done }
}

// answers reports whether the database answers in time. That it refuses is an answer: a restart does not empty a full disk,
// and reading goes on meanwhile.
func answers(ctx context.Context, within time.Duration, ping func(context.Context) error) bool {
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return !errors.Is(ping(waiting), context.DeadlineExceeded)
}
