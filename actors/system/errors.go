package system

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
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
	stack []uintptr
}

// Error names the place and the value, never the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("panic: %s: %v", e.Where, e.Value)
}

// Unwrap lets errors.Is find ErrPanicked and an error that was panicked with.
func (e *PanicError) Unwrap() []error {
	if cause, ok := e.Value.(error); ok {
		return []error{ErrPanicked, cause}
	}
	return []error{ErrPanicked}
}

// maxFrames is how deep the stack of a panic is kept.
const maxFrames = 48

// recovered turns a panic value into a PanicError; it is called while the stack of the
// panic is still there. Only the program counters are taken: an actor that panics serves
// again sooner than a stack is formatted.
func recovered(where string, value any) *PanicError {
	var frames [maxFrames]uintptr
	n := runtime.Callers(2, frames[:])
	return &PanicError{Where: where, Value: value, stack: append([]uintptr(nil), frames[:n]...)}
}

// Stack is the stack at the panic, the innermost call first, one "function file:line" a
// line. It is for logs, not for those who asked.
func (e *PanicError) Stack() string {
	var text strings.Builder
	frames := runtime.CallersFrames(e.stack)
	for more := len(e.stack) > 0; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		fmt.Fprintf(&text, "%s %s:%d\n", frame.Function, frame.File, frame.Line)
	}
	return text.String()
}
