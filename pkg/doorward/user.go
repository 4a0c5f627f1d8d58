package doorward

import (
	"strings"
	"time"
)

// User is a person with an account.
type User struct {
	ID                   UserID
	Email                string // as typed, trimmed; EmailKey is what is compared
	Name                 string
	EmailVerified        bool
	TermsAcceptedVersion string // "" when none was accepted
	Administrator        bool   // looks after the box: the first account that was made, and no other
	CreatedAt            time.Time
}

// Session is one signed-in browser: a family of refresh tokens. No token of it is stored, only the
// number of the newest one (see package account).
type Session struct {
	ID        SessionID
	UserID    UserID
	Counter   int64 // the number of the refresh token that is valid now
	RotatedAt time.Time
	CreatedAt time.Time
	ExpiresAt time.Time
	UserAgent string
}

// Role is what a user may do on one event.
type Role string

const (
	RoleNone   Role = ""
	RoleViewer Role = "viewer"
	RoleEditor Role = "editor"
	RoleOwner  Role = "owner"
)

func (r Role) rank() int {
	switch r {
	case RoleOwner:
		return 3
	case RoleEditor:
		return 2
	case RoleViewer:
		return 1
	default:
		return 0
	}
}

// AtLeast reports whether r includes everything that least may do.
func (r Role) AtLeast(least Role) bool { return r.rank() >= least.rank() }

// EmailKey is the form of an e-mail address that is compared: trimmed, ASCII letters in lower case. Other letters are
// left alone, because folding them can make two people's addresses one (a Turkish dotless ı becomes i).
func EmailKey(email string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, strings.TrimSpace(email))
}
