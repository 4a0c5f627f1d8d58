package doorward

import (
	"encoding/json"
	"time"
)

// ActivityKind says what an Activity tells of.
type ActivityKind string

const (
	ActivityAccess  ActivityKind = "access"
	ActivityRSVP    ActivityKind = "rsvp"
	ActivityCheckin ActivityKind = "checkin"
	ActivityGuest   ActivityKind = "guest"
	ActivityEvent   ActivityKind = "event"
	// ActivityResync is never stored: the live stream sends it when it cannot replay a gap.
	ActivityResync ActivityKind = "resync"
)

// Activity is one row of an event's history, and one message of its live stream.
type Activity struct {
	ID      int64 // grows with every row of any event; the cursor of the live stream
	EventID EventID
	Kind    ActivityKind
	At      time.Time
	Data    json.RawMessage // one of the …Activity types below
}

// GuestRef names a guest inside an activity.
type GuestRef struct {
	ID   GuestID `json:"id"`
	Name string  `json:"name"`
}

// AccessActivity is the data of ActivityAccess.
type AccessActivity struct {
	AccessID AccessID   `json:"access_id"`
	Guest    GuestRef   `json:"guest"`
	Kind     AccessKind `json:"kind"`
	Class    Class      `json:"class"`
	Band     Band       `json:"band"`
	Score    int        `json:"score"`
	Action   Action     `json:"action"`
	Reasons  []Reason   `json:"reasons"`
}

// RSVPActivity is the data of ActivityRSVP.
type RSVPActivity struct {
	Guest    GuestRef   `json:"guest"`
	Status   RSVPStatus `json:"status"`
	PlusOnes int        `json:"plus_ones"`
	Message  string     `json:"message,omitempty"`
	Promoted bool       `json:"promoted,omitempty"` // a place became free, and the guest had waited for it
}

// CheckinActivity is the data of ActivityCheckin. Guest is empty when the token named nobody.
type CheckinActivity struct {
	CheckinID   CheckinID `json:"checkin_id"`
	Guest       GuestRef  `json:"guest"`
	PartySize   int       `json:"party_size"`
	HeadsInside int       `json:"heads_inside"`
	Direction   Direction `json:"direction"`
	Heads       int       `json:"heads"`
	Outcome     Outcome   `json:"outcome"`
	Reason      Refusal   `json:"reason,omitempty"`
	Entrance    string    `json:"entrance"`
	By          string    `json:"by"` // the device's or the person's name
	Override    bool      `json:"override,omitempty"`
	Conflict    bool      `json:"conflict,omitempty"`
	Undone      bool      `json:"undone,omitempty"`
}

// GuestActivity is the data of ActivityGuest: the list or a link changed.
type GuestActivity struct {
	Change string   `json:"change"` // created, updated, deleted, imported, issued, rotated, revoked, resent, sent, unsent
	Guest  GuestRef `json:"guest"`
	Count  int      `json:"count,omitempty"` // guests touched, when it is not one
	By     string   `json:"by"`
}

// EventActivity is the data of ActivityEvent: the event, its settings, its devices or its team changed.
type EventActivity struct {
	// Change is one of created, updated, duplicated, deleted, restored, thresholds, allowlist, device_added, device_paired, device_revoked, member_invited,
	// invite_cancelled, member_joined, member_role, member_left and member_removed.
	Change string `json:"change"`
	Detail string `json:"detail,omitempty"`
	By     string `json:"by"`
}
