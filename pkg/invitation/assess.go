package invitation

import (
	"fmt"
	"net/netip"
	"sync"

	"github.com/doorward/doorward/pkg/cidr"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Codes of the reasons that an access was not scored.
const (
	allowlisted = "allowlisted"
	ofHost      = "host"
)

// Assess judges one use of a guest's link and logs it; s.At is set to the time of the transaction. The caller acts on
// the Action of what it returns.
func (i *Invitations) Assess(tx *sqlite.Tx, e doorward.Event, g doorward.Guest, s doorward.Signals) (doorward.Access, error) {
	s.At = tx.Now
	a := doorward.Access{ID: doorward.NewAccessID(), EventID: e.ID, GuestID: g.ID, GuestName: g.Name, Link: g.Invitation.Generation, Signals: s}
	why, err := i.exempt(tx, e, s)
	if err != nil {
		return a, err
	}
	if why.Code != "" {
		a.Assessment = doorward.Assessment{
			Class: fraud.Classify(&fraud.Access{Signals: s}), Evaluated: true, Reasons: []doorward.Reason{why},
		}
	} else if a.Assessment, err = i.engine.assess(tx, e.ID, g, sqlite.HashCookies(s)); err != nil {
		return a, err
	}
	if why.Code == ofHost {
		a.Signals.IssuedToken = "" // no guest's device
	}
	if a.Assessment.Evaluated {
		i.evaluated.Add(1)
	} else {
		i.unevaluated.Add(1)
	}
	a.Band = e.Thresholds.Band(a.Assessment.Score)
	a.Action = a.Band.Action()
	return a, i.log(tx, a)
}

// exempt returns why an access is not for the engine: it came from a device of one of the event's own hosts, who looks at
// what the guests get, or from a trusted network. The host comes first, as the network may be theirs. Code is "" for
// everybody else.
func (i *Invitations) exempt(tx *sqlite.Tx, e doorward.Event, s doorward.Signals) (why doorward.Reason, err error) {
	if s.User != "" && s.Kind != doorward.AccessScan {
		role, err := tx.Role(e.ID, s.User)
		if err != nil {
			return why, err
		}
		if role != doorward.RoleNone {
			return doorward.Reason{Code: ofHost, Text: "Opened by a host: somebody of this event's team is signed in on the device"}, nil
		}
	}
	trusted, err := i.allowed(tx, e, s.IP)
	if trusted {
		why = doorward.Reason{Code: allowlisted, Text: "From a network that you trust"}
	}
	return why, err
}

// log stores an access with what follows from it for the guest.
func (i *Invitations) log(tx *sqlite.Tx, a doorward.Access) error {
	if err := tx.InsertAccess(a); err != nil {
		return err
	}
	class := a.Assessment.Class
	if a.Signals.Kind == doorward.AccessScan {
		// The door's own phone says nothing about who holds the link, and the check-in is in the history already.
		return nil
	}
	scored := a.Assessment.Evaluated && !isExempt(a.Assessment)
	if scored && (class == doorward.ClassHuman || class == doorward.ClassAutomation) {
		if err := tx.SetRisk(a.GuestID, doorward.Risk{Band: a.Band, Score: a.Assessment.Score}); err != nil {
			return err
		}
	}
	if class == doorward.ClassHuman && a.Action != doorward.ActionBlocked && !isBy(a.Assessment, ofHost) {
		if err := tx.MarkOpened(a.GuestID); err != nil {
			return err
		}
	}
	return tx.InsertActivity(a.EventID, doorward.ActivityAccess, a.GuestID, doorward.AccessActivity{
		AccessID: a.ID, Guest: doorward.GuestRef{ID: a.GuestID, Name: a.GuestName}, Kind: a.Signals.Kind, Class: class,
		Band: a.Band, Score: a.Assessment.Score, Action: a.Action, Reasons: a.Assessment.Reasons,
	})
}

// isExempt reports whether an access was not for the engine: it says nothing about whose device the guest's is.
func isExempt(a doorward.Assessment) bool { return isBy(a, allowlisted) || isBy(a, ofHost) }

func isBy(a doorward.Assessment, code string) bool {
	return len(a.Reasons) == 1 && a.Reasons[0].Code == code
}

// allowlists keeps the lookup tables of allowlists between accesses.
type allowlists struct {
	mu     sync.Mutex // guards tables
	tables map[doorward.EventID]cached
}

// cached is the table of an allowlist as it was at a sequence number.
type cached struct {
	seq   int64
	table *cidr.Table
}

// maxTables bounds how many events' tables are kept; beyond it all are dropped, and made anew as they are asked for.
const maxTables = 1000

// allowed reports whether an address is on the event's allowlist.
func (i *Invitations) allowed(tx *sqlite.Tx, e doorward.Event, ip netip.Addr) (bool, error) {
	i.allowlists.mu.Lock()
	c, ok := i.allowlists.tables[e.ID]
	i.allowlists.mu.Unlock()
	if !ok || c.seq != e.AllowlistSeq {
		list, err := tx.Allowlist(e.ID)
		if err != nil {
			return false, err
		}
		prefixes := make([]netip.Prefix, len(list))
		for n, entry := range list {
			if prefixes[n], err = netip.ParsePrefix(entry.CIDR); err != nil {
				return false, fmt.Errorf("reading the allowlist of %s: %w", e.ID, err)
			}
		}
		c = cached{seq: e.AllowlistSeq, table: cidr.NewTable(prefixes)}
		// Only after the commit: a change that is rolled back would leave its table under a number that comes again.
		tx.AfterCommit(func() { i.allowlists.keep(e.ID, c) })
	}
	return c.table.Contains(ip), nil
}

func (a *allowlists) keep(id doorward.EventID, c cached) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.tables) >= maxTables {
		clear(a.tables)
	}
	a.tables[id] = c
}
