package doorward

import "time"

// EventState says whether an event still takes answers and check-ins.
type EventState string

const (
	EventOpen     EventState = "open"
	EventClosed   EventState = "closed"   // neither answers nor check-ins
	EventArchived EventState = "archived" // the same, and out of the way in lists
)

// Event is a party with a guest list.
type Event struct {
	ID              EventID
	Name            string
	Description     string
	Venue           string
	StartsAt        time.Time
	EndsAt          time.Time
	Timezone        string // IANA name; decides how times are shown to guests
	Capacity        int    // heads; 0 means no limit
	DefaultPlusOnes int    // party size of a new guest is one more than this
	RSVPDeadline    time.Time
	State           EventState
	Thresholds      Thresholds
	Waitlist        bool       // who finds no place may wait for one
	Questions       []Question // in the order they are asked
	AllowlistSeq    int64      // grows with every change of the allowlist, so that a cached one can be told stale
	Counts          Counts
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// Country is the ISO 3166 code of the country that the event's time zone lies in, like "PT"; "" when it lies in none, as
// UTC. Phone numbers without a country code are taken for ones of there.
func (e Event) Country() string { return zoneCountries[e.Timezone] }

// Counts are kept by the database as guests change; they are never counted on request.
type Counts struct {
	Guests        int `json:"guests"`
	Invited       int `json:"invited"` // guests with a live link
	Opened        int `json:"opened"`  // guests whose link a person opened
	Attending     int `json:"attending"`
	Maybe         int `json:"maybe"`
	Declined      int `json:"declined"`
	Waitlisted    int `json:"waitlisted"`
	HeadsExpected int `json:"heads_expected"` // attending guests and their plus-ones
	HeadsInside   int `json:"heads_inside"`
}

// Thresholds turn a score into a Band: a score of at least Medium is medium, and so on up.
// Each is 1–100, and they ascend.
type Thresholds struct {
	Medium int `json:"medium"`
	High   int `json:"high"`
	Block  int `json:"block"`
}

// DefaultThresholds are those of a new event.
func DefaultThresholds() Thresholds { return Thresholds{Medium: 30, High: 60, Block: 85} }

// Band returns the band of a score under these thresholds.
func (t Thresholds) Band(score int) Band {
	switch {
	case score >= t.Block:
		return BandBlock
	case score >= t.High:
		return BandHigh
	case score >= t.Medium:
		return BandMedium
	default:
		return BandLow
	}
}

// Check refuses thresholds that are not three ascending numbers from 1 to 100.
func (t Thresholds) Check() error {
	if t.Medium < 1 || t.Medium >= t.High || t.High >= t.Block || t.Block > 100 {
		return Invalid(FieldError{Field: "medium", Detail: "Use three numbers from 1 to 100 with medium below high below block."})
	}
	return nil
}

// AllowedNetwork is one entry of an event's allowlist: accesses from it are not scored.
type AllowedNetwork struct {
	CIDR    string // canonical: host bits cleared, see package cidr
	Note    string
	AddedAt time.Time
}

// UserEvent is an event with the role that a user has on it.
type UserEvent struct {
	Event
	Role Role
}

// DeletedEvent is an event that its owner can still bring back.
type DeletedEvent struct {
	UserEvent
	DeletedAt time.Time
}
