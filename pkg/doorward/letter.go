package doorward

import "time"

// RequestID names what somebody asked for by an address alone: req_…
type RequestID string

// NewRequestID makes a fresh random id.
func NewRequestID() RequestID { return RequestID(newID("req_")) }

// RequestKind says what was asked for.
type RequestKind string

const (
	RequestSignUp RequestKind = "sign_up"
	RequestReset  RequestKind = "reset"  // a new password
	RequestReplay RequestKind = "replay" // to be told of a copied sign-in: we ask ourselves
	RequestLocked RequestKind = "locked" // to be told that the address is locked: likewise
)

// AccountRequest is something that anybody may ask for by an address alone, and that its owner gets by mail. It is
// written down alike whether the address has an account or not.
type AccountRequest struct {
	ID           RequestID
	Kind         RequestKind
	Email        string // as typed, trimmed
	Name         string // for RequestSignUp, like the rest of these
	PasswordHash Secret
	TermsVersion string
	CreatedAt    time.Time
	ExpiresAt    time.Time
}

// JobAccountRequest is the kind of the jobs that send letters: package account adds them, package notify does them. The
// payload is a RequestID.
const JobAccountRequest = "account-request"

// LetterKind says what a letter is about.
type LetterKind string

const (
	LetterVerify            LetterKind = "verify"             // confirm the address of a new account
	LetterAlreadyRegistered LetterKind = "already_registered" // signing up with the address of an account
	LetterReset             LetterKind = "reset"              // the link that sets a new password
	LetterSessionReplay     LetterKind = "session_replay"     // a copied sign-in was ended
	LetterLocked            LetterKind = "locked"             // too many wrong passwords; the link sets a new one
)

// Letter is a mail about an account. It is made when it is sent, and not kept.
type Letter struct {
	ID    RequestID // the same when it is sent again
	At    time.Time // when it was asked for
	Kind  LetterKind
	Email string
	Name  string // "" when nobody vouches for it: see account.RequestLetter
	Token Secret // of its link; "" when the letter has none
}
