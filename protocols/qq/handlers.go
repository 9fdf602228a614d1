package qq

import (
	"context"
	"reflect"
	"slices"
	"sync"
)

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
		return nil, notServed(op)
	}
	return fn(ctx, op)
}

// Lacks names the operations of the catalogue that have no handler, sorted.
// GetStatus is not counted: accounts answer it themselves.
func (h *Handlers) Lacks() []string { return lacking(h.serve) }

// SharedHandlers is one table of operations for many who act: A is who does
// one. The zero value serves nothing; it must not change once it is in use.
type SharedHandlers[A any] struct {
	serve map[reflect.Type]func(A, context.Context, Operation) (any, error)

	counted sync.Mutex
	lacks   []string // nil until counted: every question for a status asks for it
}

// ServeShared is Serve for a table of many; fn may be a method expression.
func ServeShared[A any, O Op[R], R any](h *SharedHandlers[A], fn func(A, context.Context, O) (R, error)) {
	if h.serve == nil {
		h.serve = map[reflect.Type]func(A, context.Context, Operation) (any, error){}
	}
	h.lacks = nil
	h.serve[reflect.TypeFor[O]()] = func(who A, ctx context.Context, op Operation) (any, error) {
		return fn(who, ctx, op.(O))
	}
}

// Do runs the handler of op for who does it, or answers ErrUnsupported.
func (h *SharedHandlers[A]) Do(ctx context.Context, who A, op Operation) (any, error) {
	fn := h.serve[reflect.TypeOf(op)]
	if fn == nil {
		return nil, notServed(op)
	}
	return fn(who, ctx, op)
}

// Lacks is that of Handlers; the answer is shared.
func (h *SharedHandlers[A]) Lacks() []string {
	h.counted.Lock()
	defer h.counted.Unlock()
	if h.lacks == nil {
		h.lacks = append([]string{}, lacking(h.serve)...)
	}
	return h.lacks
}

func notServed(op Operation) error {
	return Errorf(ErrUnsupported, "this account's driver cannot do %s", OpName(op))
}

func lacking[F any](serve map[reflect.Type]F) []string {
	var names []string
	for _, op := range Catalogue() {
		_, own := op.(GetStatus)
		if _, served := serve[reflect.TypeOf(op)]; !own && !served {
			names = append(names, OpName(op))
		}
	}
	slices.Sort(names)
	return names
}
