package doorward

import (
	"errors"
	"fmt"
	"time"
)

// Code says what kind of failure an Error is. The list is closed; httpapi maps each to a status.
type Code string

const (
	CodeInvalid         Code = "invalid"         // the input breaks a rule; see Fields
	CodeLastOwner       Code = "last_owner"      // it would leave an event without an owner
	CodeUnauthenticated Code = "unauthenticated" // no credential, or a dead one
	CodeForbidden       Code = "forbidden"       // a member with too small a role
	CodeAccessBlocked   Code = "access_blocked"  // the engine's verdict on this use of a link
	CodeNotFound        Code = "not_found"       // unknown, or not yours
	CodeConflict        Code = "conflict"        // duplicate, stale, or a race lost
	CodeFull            Code = "full"            // no seat left
	CodeGone            Code = "gone"            // expired or used
	CodeReplaced        Code = "replaced"        // a link that a newer one took the place of
	CodeRevoked         Code = "revoked"         // a link that was taken back
	CodeClosed          Code = "closed"          // the event no longer takes answers
	CodeTooLarge        Code = "too_large"       // a body over its cap
	CodeUnsupported     Code = "unsupported_media_type"
	CodeMisdirected     Code = "misdirected"    // asked under a name that is not the appliance's
	CodeAccountLocked   Code = "account_locked" // too many failed sign-ins; setting a new password unlocks
	CodeTooMany         Code = "too_many"       // over a rate limit; see RetryAfter
	CodeUnavailable     Code = "unavailable"    // busy, disk full, read-only; see RetryAfter
	CodeInternal        Code = "internal"       // everything else; the cause is for the log alone
)

// Codes lists every Code, for tables that must cover them all.
func Codes() []Code {
	return []Code{
		CodeInvalid, CodeLastOwner, CodeUnauthenticated, CodeForbidden, CodeAccessBlocked, CodeNotFound, CodeConflict, CodeFull,
		CodeGone, CodeReplaced, CodeRevoked, CodeClosed, CodeTooLarge, CodeUnsupported, CodeMisdirected,
		CodeAccountLocked, CodeTooMany, CodeUnavailable, CodeInternal,
	}
}

// FieldError is one broken rule: the field's name as the caller wrote it, and what to do about it.
type FieldError struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Error is a failure that somebody outside is told about.
type Error struct {
	Code       Code
	Message    string        // shown to the user: plain words with the next step
	Hint       string        // for the operator, in the log
	Fields     []FieldError  // for CodeInvalid, and for CodeConflict where it is about a field
	RetryAfter time.Duration // for CodeTooMany and CodeUnavailable
	Err        error         // the cause, for the log alone
}

// Error implements error. It is for logs: it includes the cause.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Err)
	}
	return e.Message
}

// Unwrap implements errors.Unwrap.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error with a message for the user.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid makes a CodeInvalid error that names its fields.
func Invalid(fields ...FieldError) *Error {
	return &Error{Code: CodeInvalid, Message: "Some of this needs another look.", Fields: fields}
}

// ErrorCode returns the code of err, or CodeInternal when err carries none, so that a foreign error
// never reaches a user. It returns "" for nil.
func ErrorCode(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
