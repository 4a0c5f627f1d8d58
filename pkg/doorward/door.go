package doorward

import "time"

// Scope is one thing a paired device may do.
type Scope string

const (
	ScopeScan   Scope = "scan"
	ScopeSearch Scope = "search"
	ScopeUndo   Scope = "undo"
	ScopeWalkIn Scope = "walk_in"
)

// Scopes lists every Scope.
func Scopes() []Scope { return []Scope{ScopeScan, ScopeSearch, ScopeUndo, ScopeWalkIn} }

// Device is a phone or tablet at an entrance.
type Device struct {
	ID        DeviceID
	EventID   EventID
	Name      string
	Entrance  string
	Scopes    []Scope
	CreatedAt time.Time
	ExpiresAt time.Time // zero: with the event
	PairedAt  time.Time // zero until the pairing code was used
	LastSeen  time.Time
	RevokedAt time.Time
}

// Has reports whether the device holds a scope.
func (d Device) Has(s Scope) bool {
	for _, have := range d.Scopes {
		if have == s {
			return true
		}
	}
	return false
}

// Direction is the way through a door.
type Direction string

const (
	DirectionIn  Direction = "in"
	DirectionOut Direction = "out"
)

// Outcome is the answer to a check-in.
type Outcome string

const (
	OutcomeAdmitted Outcome = "admitted"
	OutcomeRefused  Outcome = "refused"
)

// Refusal says why a check-in was refused. The list is closed.
type Refusal string

const (
	RefusalInvalid       Refusal = "invalid"
	RefusalWrongEvent    Refusal = "wrong_event"
	RefusalReplaced      Refusal = "replaced"
	RefusalRevoked       Refusal = "revoked"
	RefusalAlreadyInside Refusal = "already_inside"
	RefusalPartyFull     Refusal = "party_full"
	RefusalEventClosed   Refusal = "event_closed"
	RefusalBlocked       Refusal = "blocked"
	RefusalExpiredDevice Refusal = "expired_device"
	RefusalNotInside     Refusal = "not_inside"
	RefusalCapacity      Refusal = "capacity"
)

// Overridable reports whether a person at the door may admit a known guest in spite of r.
func (r Refusal) Overridable() bool {
	switch r {
	case RefusalAlreadyInside, RefusalPartyFull, RefusalCapacity, RefusalBlocked:
		return true
	default:
		return false
	}
}

// Checkin is one row of the ledger: an attempt to move heads through a door, admitted or refused.
type Checkin struct {
	ID         CheckinID
	EventID    EventID
	GuestID    GuestID // "" when the token named no guest of the event
	Nonce      string  // unique per event and source; the same nonce is the same row
	DeviceID   DeviceID
	UserID     UserID // set instead of DeviceID when a person did it by hand
	Entrance   string
	Direction  Direction
	Heads      int
	At         time.Time // the scan's own time; the ledger is ordered by it
	ReceivedAt time.Time
	Outcome    Outcome
	Reason     Refusal
	Override   bool
	Conflict   bool // two doors admitted the same heads without knowing of each other
	// InsideAfter is how many heads of the guest were inside after this row, so that the answer can be repeated.
	InsideAfter int
	UndoneAt    time.Time
}

// LedgerRow is a check-in with the names that a list shows.
type LedgerRow struct {
	Checkin
	GuestName string
	By        string // the device's or the person's name
}

// Entrance is how many heads went through one door.
type Entrance struct {
	Name    string
	In, Out int
}
