package qq

import (
	"errors"
	"fmt"
)

// The kinds of failure. Each face turns them into its codes in one function;
// test with errors.Is(err, qq.ErrNotFound).
var (
	ErrInvalid     = errors.New("invalid")           // a parameter makes no sense
	ErrNotFound    = errors.New("not found")         // no such group, member, friend, message, request
	ErrForbidden   = errors.New("not allowed")       // the account lacks the right
	ErrMuted       = errors.New("muted")             // the account may not speak here now
	ErrUnsupported = errors.New("unsupported")       // this driver cannot do it
	ErrOffline     = errors.New("offline")           // the account is not logged in
	ErrRateLimited = errors.New("rate limited")      // too often; later may work
	ErrRiskControl = errors.New("risk control")      // QQ refuses to protect itself
	ErrConflict    = errors.New("conflict")          // already done or handled
	ErrMedia       = errors.New("media")             // a blob cannot be fetched, read or accepted
	ErrTimeout     = errors.New("timed out")         // no answer in time
	ErrUpstream    = errors.New("refused by QQ")     // QQ's own code and text
	ErrInternal    = errors.New("internal error")    // a fault of ours, e.g. a panic
	ErrCursorGone  = errors.New("position has gone") // an event-log position that is no longer held
)

// Outcome tells whether a failed operation took effect.
type Outcome uint8

// The outcomes of a failed operation.
const (
	NotApplied Outcome = iota
	Applied
	Unknown // e.g. a timeout: it may have happened
)

// Error is a failure of an operation. Kind is one of the sentinels above.
type Error struct {
	Kind    error
	Op      string // operation name, filled by the account
	Text    string // what a person is told
	Code    int    // QQ's own code, ErrUpstream only
	Outcome Outcome
	Cause   error
}

// Error is "<op>: <text>", or the kind where there is no text.
func (e *Error) Error() string {
	text := e.Text
	if text == "" {
		text = e.Kind.Error()
	}
	if e.Op == "" {
		return text
	}
	return e.Op + ": " + text
}

// Unwrap makes errors.Is find the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// Errorf makes an Error of a kind; %w operands become its cause.
func Errorf(kind error, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	cause := errors.Unwrap(err)
	if _, several := err.(interface{ Unwrap() []error }); several {
		cause = err
	}
	return &Error{Kind: kind, Text: err.Error(), Cause: cause}
}

// AsError gives err as an *Error; anything else becomes ErrInternal.
func AsError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: ErrInternal, Text: err.Error(), Cause: err, Outcome: Unknown}
}
