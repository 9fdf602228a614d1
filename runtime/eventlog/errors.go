package eventlog

import "errors"

// The errors of a log; test with errors.Is. Each comes wrapped with its cause.
var (
	// ErrInUse tells that another process holds the folder.
	ErrInUse = errors.New("the event log is in use by another llbot")
	// ErrFailed tells that a sync failed: nothing is accepted until the log is
	// opened again.
	ErrFailed = errors.New("the event log failed to sync")
	// ErrFull tells that the disk does not take what is written. It may heal.
	ErrFull = errors.New("the event log cannot be written")
	// ErrBusy tells that too much waits for the disk; later may work.
	ErrBusy = errors.New("too many events wait for the disk")
	// ErrClosed tells that the log was closed.
	ErrClosed = errors.New("the event log is closed")
	// ErrTooBig tells that an event is larger than a record may be.
	ErrTooBig = errors.New("the event is too big for the event log")
)

var (
	errCorrupt = errors.New("corrupt")
	errShort   = errors.New("cut short")
)
