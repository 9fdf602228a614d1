package qq

import "context"

// Emit hands one event to the account and answers its sequence number. It
// waits while too many events are on their way to the connections and, when the
// log is strict, until the event is on disk. Events must be whole and come in
// order: call it from one goroutine at a time. An error means that the event
// was not accepted.
type Emit func(ctx context.Context, e Emission) (SN, error)

// Driver is the QQ side of one account.
type Driver interface {
	// Run keeps the link and emits events until ctx ends; last is the greatest
	// origin of this account that the log holds, 0 for none: the driver emits
	// again from there. Its return means that the link is lost; it is run again
	// with back-off, the longest for ErrForbidden, which a person has to mend. A
	// nil error after ctx ended is an orderly end.
	Run(ctx context.Context, emit Emit, last uint64) error
	// Do serves one operation; what the driver lacks answers ErrUnsupported.
	// Called from many goroutines at once, also before Run.
	Do(ctx context.Context, op Operation) (any, error)
	// Lacks names the operations that the driver cannot do.
	Lacks() []string
	// Name of the kind of driver, e.g. "sim".
	Name() string
}

// Expectant is a driver that may have to wait for somebody else before its
// account can be online.
type Expectant interface {
	Driver
	// Awaits says in one sentence for whom or what it waits now, and what went
	// wrong meanwhile; "" while it waits for nothing. Safe for concurrent use.
	Awaits() string
}

// Heeding is a driver that may say of itself that its Do returns soon after its
// context has ended, whatever it waits for. Its operations then run on their
// callers' goroutines, which is faster; a caller of others is let go when its
// context ends and leaves them behind.
type Heeding interface {
	Driver
	Heeds() bool
}
