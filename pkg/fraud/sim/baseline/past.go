package baseline

import (
	"net/netip"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

const (
	// historyLimit is how many earlier accesses of a guest the engine looks at.
	historyLimit = 32

	// oldestKept of these are the oldest, so that a link going round cannot push its owner out of sight.
	oldestKept = 8

	// learnBelow is the learning gate: an access of at least this score does not become part of the
	// baseline, so that a stranger cannot make himself known by coming again.
	learnBelow = 30

	// firstBelow is the learning gate of the first access. There is nothing to compare it with, so it
	// is taken as the guest's until others disagree; no truly first one of a person scores higher.
	firstBelow = 60
)

// entry is one earlier access, made comparable.
type entry struct {
	access   *doorward.Access
	device   device
	baseline bool // is taken to be the guest's own
	group    int  // accesses of one group are of one device
}

// past is a guest's history as the heuristics see it, together with the access at hand.
type past struct {
	entries [historyLimit]entry // accesses of people and scripts, but not at the door
	n       int
	groups  int

	now     doorward.Signals
	device  device // of now
	matched bool   // now presents the cookie of a baseline access
	nearest int    // distance of the device to the one of the baseline that it resembles most
	known   int    // accesses in the baseline; 1 when nothing has confirmed them yet, 0 when there are none
}

// read fills p. It is a method so that the memory is the caller's, on its stack.
func (p *past) read(history []doorward.Access, s doorward.Signals) {
	p.now = s
	p.add(history)
	p.device = deviceOf(&p.now, p.agentOf(s.UserAgent))
	p.learn()
	p.nearest = distanceMax
	for i := range p.n {
		if e := &p.entries[i]; e.baseline {
			p.nearest = min(p.nearest, p.device.distance(&e.device))
		}
	}
}

func (p *past) add(accesses []doorward.Access) {
	for i := range accesses {
		a := &accesses[i]
		isOpen := a.Signals.Kind == doorward.AccessOpen || a.Signals.Kind == doorward.AccessRSVP
		isCounted := a.Assessment.Class == doorward.ClassHuman || a.Assessment.Class == doorward.ClassAutomation
		if !isOpen || !isCounted {
			continue
		}
		e := &p.entries[p.n]
		e.access = a
		e.device = deviceOf(&a.Signals, p.agentOf(a.Signals.UserAgent))
		if same := p.sameDevice(&a.Signals, &e.device); same != nil {
			e.group = same.group
			e.device.complete(&same.device)
		} else {
			e.group = p.groups
			p.groups++
		}
		p.n++
	}
}

// agentOf parses a user agent, or finds it among the entries: most accesses repeat one.
func (p *past) agentOf(ua string) agent {
	for i := p.n - 1; i >= 0; i-- {
		if e := &p.entries[i]; e.access.Signals.UserAgent == ua {
			return e.device.agent
		}
	}
	return parseAgent(ua)
}

// sameDevice finds an entry of the same device as an access: by its cookie, else by what it looks like.
// It returns nil when the device is none of them.
func (p *past) sameDevice(s *doorward.Signals, d *device) *entry {
	if s.DeviceToken != "" {
		for i := p.n - 1; i >= 0; i-- {
			if e := &p.entries[i]; carries(&e.access.Signals, s.DeviceToken) {
				return e
			}
		}
	}
	for i := range p.n {
		if e := &p.entries[i]; d.distance(&e.device) < otherDevice {
			return e
		}
	}
	return nil
}

// carries reports whether an access presented or was given the cookie.
func carries(s *doorward.Signals, token string) bool {
	return s.IssuedToken == token || s.DeviceToken == token
}

// learn marks the baseline. It counts as one access until an answer or a returning cookie confirms it:
// a link may have been opened by somebody else first.
func (p *past) learn() {
	count, confirmed, first := 0, false, true
	for i := range p.n {
		e := &p.entries[i]
		if e.access.Assessment.Class != doorward.ClassHuman {
			continue
		}
		score := e.access.Assessment.Score
		pass := score < learnBelow || first && score < firstBelow
		first = false
		if !pass || !e.access.Assessment.Evaluated || e.access.Action == doorward.ActionBlocked {
			continue
		}
		e.baseline = true
		count++
		confirmed = confirmed || e.access.Signals.Kind == doorward.AccessRSVP ||
			p.isBaselineToken(e.access.Signals.DeviceToken, i)
	}
	p.matched = p.isBaselineToken(p.now.DeviceToken, p.n)
	p.known = count
	if !confirmed {
		p.known = min(count, 1)
	}
}

// isBaselineToken reports whether one of the first n entries is of the baseline and carries the cookie.
func (p *past) isBaselineToken(token string, n int) bool {
	if token == "" {
		return false
	}
	for i := n - 1; i >= 0; i-- {
		if e := &p.entries[i]; e.baseline && carries(&e.access.Signals, token) {
			return true
		}
	}
	return false
}

// within reports whether an entry is at most d away from now. A clock that stepped back can make an
// earlier access look later, so the distance counts in both directions.
func (p *past) within(e *entry, d time.Duration) bool {
	return p.now.At.Sub(e.access.Signals.At).Abs() <= d
}

// Distances between two addresses, 0–100.
const (
	networkNear   = 5  // IPv4: the same /24
	networkSite   = 10 // IPv6: the same /48
	networkFamily = 40 // IPv4 and IPv6: homes have both, and which one is used changes by the minute
	networkOther  = 70
)

// networkDistance is how far apart two addresses are. An unknown one is near everything.
func networkDistance(a, b netip.Addr) int {
	a, b = a.Unmap(), b.Unmap()
	switch {
	case a == b || !a.IsValid() || !b.IsValid():
		return 0
	case a.Is4() != b.Is4():
		return networkFamily
	case a.Is4():
		x, y := a.As4(), b.As4()
		if [3]byte(x[:3]) == [3]byte(y[:3]) {
			return networkNear
		}
		return networkOther
	default:
		x, y := a.As16(), b.As16()
		switch {
		case [8]byte(x[:8]) == [8]byte(y[:8]): // a device makes itself new addresses in its /64
			return 0
		case [6]byte(x[:6]) == [6]byte(y[:6]):
			return networkSite
		}
		return networkOther
	}
}
