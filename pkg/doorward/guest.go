package doorward

import (
	"encoding/base32"
	"strconv"
	"strings"
	"time"
)

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
	Companions []string // names of those they bring, in order; "" for one without a name
	// Answers are by AnswerKey where the event has questions. Those to a question that is gone stay. Where it never had
	// any they are by whatever the sender chose.
	Answers     map[string]string
	Message     string
	AnsweredAt  time.Time // zero when there is no answer
	WaitlistSeq int64     // place in the event's queue, the lowest is next; 0 unless waitlisted
}

// AnswerKey is the key of an answer to a question: of the guest for head 0, and of the companions from 1 on where the
// question is PerHead.
func AnswerKey(q QuestionID, head int) string {
	if head == 0 {
		return string(q)
	}
	return string(q) + "." + strconv.Itoa(head)
}

// Heads is how many people the answer brings.
func (r RSVP) Heads() int {
	if r.Status != RSVPAttending {
		return 0
	}
	return 1 + r.PlusOnes
}

// Wanted is how many places the answer has or waits for.
func (r RSVP) Wanted() int {
	if r.Status != RSVPAttending && r.Status != RSVPWaitlisted {
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

// codeLetters spell a guest's code: no I, L, O and U, which are heard and read as others.
const codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeLength is how many letters a guest's code has: 30 of the id's 80 bits, so that two guests of an event seldom share one.
const codeLength = 6

// Code is what a guest can say at the door instead of showing the link: the first letters of the id, spelled so that they
// can be told apart. It finds the guest in a search and opens nothing: ids are no secrets. "" when the id was not made by
// NewGuestID.
func (id GuestID) Code() string {
	b, ok := id.Bytes()
	if !ok {
		return ""
	}
	return base32.NewEncoding(codeLetters).EncodeToString(b[:])[:codeLength]
}

// CodePrefix reads a code as people type it, in either case, with or without spaces and dashes, O for 0, I or L for 1,
// and returns what the ids begin with that have it.
func CodePrefix(typed string) (prefix GuestID, ok bool) {
	code := strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
	if len(code) != codeLength {
		return "", false
	}
	var text strings.Builder
	for _, letter := range code {
		at := strings.IndexRune(codeLetters, letter)
		if at < 0 {
			return "", false
		}
		text.WriteByte("abcdefghijklmnopqrstuvwxyz234567"[at])
	}
	return prefixGuest + GuestID(text.String()), true
}

// Skipped says why a guest's link was left as it is, or was not mailed.
type Skipped string

// The reasons to skip a guest.
const (
	SkippedNoEmail  Skipped = "no_email"  // the guest has no address
	SkippedJustSent Skipped = "just_sent" // the same link was mailed a moment ago
	SkippedNoLink   Skipped = "no_link"   // the guest never had one
	SkippedRevoked  Skipped = "revoked"   // it was taken back before
	SkippedDeleted  Skipped = "deleted"   // somebody deleted the guest meanwhile
)

// GuestFilter narrows a list of guests; empty fields narrow nothing.
type GuestFilter struct {
	Query  string // beginnings of words of the name in any order, or the beginning of the e-mail address or of the phone number
	Status RSVPStatus
	Inside bool // somebody of the party is inside
	Band   Band
	Tag    string
}

// GuestCounts is how many guests of an event each filter finds.
type GuestCounts struct {
	Total  int
	Status map[RSVPStatus]int
	Inside int
	Band   map[Band]int
	Tags   []TagCount // most guests first
}

// TagCount is how many guests have a tag.
type TagCount struct {
	Tag    string
	Guests int
}
