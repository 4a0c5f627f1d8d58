package doorward

import "time"

// RSVPStatus is a guest's answer.
type RSVPStatus string

const (
	RSVPNone       RSVPStatus = "none"
	RSVPAttending  RSVPStatus = "attending"
	RSVPDeclined   RSVPStatus = "declined"
	RSVPMaybe      RSVPStatus = "maybe"
	RSVPWaitlisted RSVPStatus = "waitlisted"
)

// InvitationState says whether a guest has a link that works.
type InvitationState string

const (
	InvitationNone    InvitationState = "none"
	InvitationIssued  InvitationState = "issued"
	InvitationRevoked InvitationState = "revoked"
)

// Guest is one invited person or household.
type Guest struct {
	ID         GuestID
	EventID    EventID
	Name       string
	Email      string
	Phone      string // E.164
	PartySize  int    // invited heads including the guest
	Tags       []string
	Note       string
	RSVP       RSVP
	Invitation Invitation
	Risk       Risk
	Presence   Presence
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// RSVP is a guest's current answer.
type RSVP struct {
	Status     RSVPStatus
	PlusOnes   int
	Companions []string
	Answers    map[string]string
	Message    string
	AnsweredAt time.Time // zero when there is no answer
}

// Heads is how many people the answer brings.
func (r RSVP) Heads() int {
	if r.Status != RSVPAttending {
		return 0
	}
	return 1 + r.PlusOnes
}

// Invitation is the state of a guest's link. The token itself is never stored: it is computed from
// the guest's id and Generation.
type Invitation struct {
	State      InvitationState
	Generation int // 0 before the first issue; one more with every rotation
	IssuedAt   time.Time
	SentAt     time.Time
	OpenedAt   time.Time // first open by a person
}

// Risk is the most recent scored access that a person made of the guest's link.
type Risk struct {
	Band  Band
	Score int
}

// Presence is what the ledger says of a guest.
type Presence struct {
	HeadsInside int
	FirstAt     time.Time
	LastAt      time.Time
}

// GuestFilter narrows a list of guests; empty fields narrow nothing.
type GuestFilter struct {
	Query  string // a prefix of the name, of a word of it, of the e-mail address or of the phone number
	Status RSVPStatus
	Band   Band
	Tag    string
}
