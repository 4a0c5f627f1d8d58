package replica

import (
	"cmp"
	"errors"
	"log/slog"
	"time"
)

// State of a replica, in one word.
type State string

// States.
const (
	StateOff    State = "off"    // there is none
	StateOK     State = "ok"     // every commit reaches it within seconds
	StateBehind State = "behind" // commits wait, or something needs a look
)

// behindAfter is how long a commit may wait before the replica counts as behind.
const behindAfter = 10 * time.Second

// Status says how well replication goes.
type Status struct {
	State      State
	Lag        time.Duration // since the oldest commit that is not with the replica; 0 when all are
	Error      string        // the last failure in words, without secrets; "" after the next success
	Alarm      string        // what the operator should look at; "" when nothing
	Position   uint64        // the newest transaction that was read from the database
	Replicated uint64        // the newest that is with the replica; a new one starts at 1
	Uploaded   time.Time     // when something last reached the replica, zero before
	LocalBytes int64         // kept on this disk for the replica
	WALBytes   int64         // of the database's write-ahead log
}

// Status of a replication that is off is that of a nil Replica.
func (r *Replica) Status() Status {
	if r == nil {
		return Status{State: StateOff}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.status(r.options.Clock())
}

// progress is what is known of a running replication.
type progress struct {
	position, replicated uint64
	waitingSince         time.Time // of the oldest commit that waits; zero when none does
	looked               time.Time // when commits were last read: what came later is newer
	lastUpload           time.Time
	failure, alarm       string
	lost                 bool   // the failure is that the replica is empty
	note                 string // for the operator, while the replica itself is well
	localBytes, walBytes int64
}

// local notes that commits up to a transaction were read, beginning at a time.
func (p *progress) local(at uint64, began time.Time) {
	if at > p.replicated && p.waitingSince.IsZero() {
		p.waitingSince = p.looked
	}
	if at != 0 && at <= p.replicated {
		p.waitingSince = time.Time{}
	}
	p.position, p.looked = at, began
}

// uploaded notes that transactions up to one are with the replica.
func (p *progress) uploaded(at uint64, now time.Time) {
	if at > p.replicated {
		p.replicated, p.lastUpload = at, now
	}
	if p.replicated >= p.position {
		p.waitingSince = time.Time{}
	}
}

func (p *progress) fail(doing string, err error) {
	text := doing + ": " + words(err)
	p.lost = errors.Is(err, errLost)
	if p.lost {
		text = words(err) + ": " + CureLost
	}
	if text != p.failure {
		slog.Warn("replication waits", "error", text)
	}
	p.failure = text
}

func (p *progress) recovered() {
	if p.failure != "" {
		slog.Info("replication goes on")
	}
	p.failure, p.lost = "", false
}

func (p *progress) status(now time.Time) Status {
	s := Status{
		State: StateOK, Error: p.failure, Alarm: p.alarm, Position: p.position, Replicated: p.replicated, Uploaded: p.lastUpload,
		LocalBytes: p.localBytes, WALBytes: p.walBytes,
	}
	if !p.waitingSince.IsZero() {
		s.Lag = max(0, now.Sub(p.waitingSince))
	}
	if s.Lag > behindAfter || s.Alarm != "" || p.lost {
		s.State = StateBehind
	}
	s.Alarm = cmp.Or(s.Alarm, p.note)
	return s
}
