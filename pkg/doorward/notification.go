package doorward

import "time"

// NotificationID names a message to a guest: ntf_…
type NotificationID string

// NewNotificationID makes a fresh random id.
func NewNotificationID() NotificationID { return NotificationID(newID("ntf_")) }

// NotificationKind says what a message is about.
type NotificationKind string

const (
	NotificationInvitation NotificationKind = "invitation" // the host sends a guest the link
	NotificationLink       NotificationKind = "link"       // the guest's page was asked for a fresh link
	NotificationPlace      NotificationKind = "place"      // a place became free for a guest who waited
)

// NotificationState is how far a message came.
type NotificationState string

const (
	NotificationQueued     NotificationState = "queued"
	NotificationSent       NotificationState = "sent" // taken by the mail server; no more is known
	NotificationFailed     NotificationState = "failed"
	NotificationSuppressed NotificationState = "suppressed" // not sent on purpose
)

// Notification is a message to a guest. Its text is made when it is sent, and not kept.
type Notification struct {
	ID         NotificationID
	EventID    EventID
	Guest      GuestRef
	Kind       NotificationKind
	Generation int // of the guest's link when the message was queued
	State      NotificationState
	Address    string // where it went, or will go
	Detail     string // why it failed or was suppressed, a sentence for the host
	CreatedAt  time.Time
	SentAt     time.Time
	UpdatedAt  time.Time // when State last changed
}
