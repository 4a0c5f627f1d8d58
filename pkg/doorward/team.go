package doorward

import "time"

// Collaborator is a member of an event's team.
type Collaborator struct {
	UserID UserID
	Email  string
	Name   string
	Role   Role
	Since  time.Time
}

// InviteID names an invitation to a team: inv_…
type InviteID string

// NewInviteID makes a fresh random id.
func NewInviteID() InviteID { return InviteID(newID("inv_")) }

// InviteEnd says how an invite ended.
type InviteEnd string

const (
	InvitePending   InviteEnd = "" // it can be accepted until it expires
	InviteAccepted  InviteEnd = "accepted"
	InviteReplaced  InviteEnd = "replaced" // by a newer one to the same address
	InviteCancelled InviteEnd = "cancelled"
)

// InviteMail is how far the mail with an invite came.
type InviteMail string

const (
	InviteMailQueued InviteMail = "queued"
	InviteMailSent   InviteMail = "sent" // taken by the mail server; no more is known
	InviteMailFailed InviteMail = "failed"
)

// Invite is an invitation to work on an event, bound to an e-mail address. Guests have a link instead.
type Invite struct {
	ID           InviteID
	EventID      EventID
	EventName    string
	EventDeleted bool   // and not brought back: nobody can accept
	Email        string // as typed, trimmed; EmailKey is what is compared
	Role         Role
	InviterID    UserID
	InviterName  string
	Ended        InviteEnd
	Mail         InviteMail
	CreatedAt    time.Time
	ExpiresAt    time.Time
}
