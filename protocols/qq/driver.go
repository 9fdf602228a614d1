package qq

import (
	"context"
	"reflect"
	"slices"
)

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
	// with back-off. A nil error after ctx ended is an orderly end.
	Run(ctx context.Context, emit Emit, last uint64) error
	// Do serves one operation; what the driver lacks answers ErrUnsupported.
	// Called from many goroutines at once, also before Run.
	Do(ctx context.Context, op Operation) (any, error)
	// Lacks names the operations that the driver cannot do.
	Lacks() []string
	// Name of the kind of driver, e.g. "sim".
	Name() string
}

// Handlers is a driver's table of operations. The zero value serves nothing.
type Handlers struct {
	serve map[reflect.Type]func(context.Context, Operation) (any, error)
}

// Serve adds a handler for one kind of operation, typed both ways.
func Serve[O Op[R], R any](h *Handlers, fn func(context.Context, O) (R, error)) {
	if h.serve == nil {
		h.serve = map[reflect.Type]func(context.Context, Operation) (any, error){}
	}
	h.serve[reflect.TypeFor[O]()] = func(ctx context.Context, op Operation) (any, error) {
		return fn(ctx, op.(O))
	}
}

// Do runs the handler of op, or answers ErrUnsupported.
func (h *Handlers) Do(ctx context.Context, op Operation) (any, error) {
	fn := h.serve[reflect.TypeOf(op)]
	if fn == nil {
		return nil, Errorf(ErrUnsupported, "this account's driver cannot do %s", OpName(op))
	}
	return fn(ctx, op)
}

// Lacks names the operations of the catalogue that have no handler, sorted.
// GetStatus is not counted: accounts answer it themselves.
func (h *Handlers) Lacks() []string {
	var names []string
	for _, op := range Catalogue() {
		if _, own := op.(GetStatus); own {
			continue
		}
		if h.serve[reflect.TypeOf(op)] == nil {
			names = append(names, OpName(op))
		}
	}
	slices.Sort(names)
	return names
}
