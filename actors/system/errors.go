package system

import (
	"errors"
	"fmt"
	"runtime/debug"
)

var (
	// ErrPanicked answers an ask whose handler panicked. What was begun may or may not
	// have been applied.
	ErrPanicked = errors.New("actor panicked")
	// ErrStopped answers an ask that an actor will never see because it has stopped.
	ErrStopped = errors.New("actor stopped")
	// ErrTimeout is returned when nobody answered before the deadline. The work may still
	// be done later.
	ErrTimeout = errors.New("no answer in time")
)

// PanicError is a recovered panic. It matches ErrPanicked and, when the panic value was
// an error, that error too.
type PanicError struct {
	Where string // the actor's id, or the name given to Go or Guard
	Value any    // what was passed to panic
	Stack []byte // the stack at the panic, for logs only
}

// Error names the place and the value, never the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("%v: %s: %v", ErrPanicked, e.Where, e.Value)
}

// Unwrap lets errors.Is find ErrPanicked and an error that was panicked with.
func (e *PanicError) Unwrap() []error {
	if cause, ok := e.Value.(error); ok {
		return []error{ErrPanicked, cause}
	}
	return []error{ErrPanicked}
}

// recovered turns a panic value into a PanicError; it is called while the stack of the
// panic is still there. A panic that passes several guards is wrapped once.
func recovered(where string, value any) *PanicError {
	if already, ok := value.(*PanicError); ok {
		return already
	}
	return &PanicError{Where: where, Value: value, Stack: debug.Stack()}
}
