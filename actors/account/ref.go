package account

import (
	"context"
	"errors"
	"fmt"

	"llbot/actors/journal"
	"llbot/actors/system"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// IDs gives messages their 32-bit ids and finds them again, also after a
// restart. Implementations are safe for concurrent use and do not wait for the
// disk.
type IDs interface {
	// Stamp answers the id of a message, making one when it has none: non-
	// negative, the same for the same message for ever, never that of another.
	Stamp(account qq.UserID, ref qq.MessageRef) qq.MessageID
	// Resolve finds the message of an id.
	Resolve(account qq.UserID, id qq.MessageID) (qq.MessageRef, bool)
}

// Ingester takes blobs that a bot names by URI into the store and fills in
// what is known of them. Failures are *qq.Error, ErrMedia mostly.
type Ingester interface {
	Ingest(ctx context.Context, m *qq.Media) error
}

// Options is what an account needs.
type Options struct {
	ID       qq.UserID
	Driver   qq.Driver
	Journal  journal.Ref
	IDs      IDs
	Ingester Ingester
	// Keys remember what was done under idempotency keys; nil takes none.
	Keys Keys
	// LastOrigin answers the greatest origin of this account in the log.
	LastOrigin func(qq.UserID) uint64
	Now        func() qq.Time
	// Held keeps the driver from running until Begin. Operations are served
	// before, as far as the driver does so.
	Held bool
}

// Ref addresses one account. It implements qq.Caller and may be copied.
type Ref struct {
	pid   *actor.PID
	state *state
}

// Spawn starts the account's actor and, with it, the driver.
func Spawn(sys *system.System, parent actor.SpawnerContext, o Options) (Ref, error) {
	st := newState(sys, o)
	pid, err := sys.Spawn(parent, "account/"+o.ID.String(), func() actor.Actor { return &account{state: st} },
		system.Spawning{Dispatcher: system.Synchronized()})
	if err != nil {
		return Ref{}, err
	}
	return Ref{pid: pid, state: st}, nil
}

// Begin lets the driver of an account that was spawned Held run.
func (r Ref) Begin() {
	r.state.begun.Store(true)
	r.state.sys.Root().Send(r.pid, &relink{})
}

// Settled waits, until ctx ends, for the first word on the driver's link: that
// the account is online, or that it is not.
func (r Ref) Settled(ctx context.Context) {
	select {
	case <-r.state.settled:
	case <-ctx.Done():
	}
}

// PID is the account's actor, for stopping it.
func (r Ref) PID() *actor.PID { return r.pid }

// Close stops the account and waits for its driver's Run and the operations
// under way, which are told to end, until ctx ends.
func (r Ref) Close(ctx context.Context) error {
	err := r.state.sys.Stop(ctx, r.pid)
	ended := make(chan struct{})
	go func() { r.state.work.Wait(); close(ended) }()
	select {
	case <-ended:
		return err
	case <-ctx.Done():
		return errors.Join(err, fmt.Errorf("driver of account %d: %w", r.state.ID, ctx.Err()))
	}
}

// Account is the account's number.
func (r Ref) Account() qq.UserID { return r.state.ID }

// Status is how the account and its driver are doing now.
func (r Ref) Status() qq.Status { return r.state.status() }

// Do runs one operation: references are resolved, media ingested, reads
// answered from the cache where it holds them, and 32-bit ids stamped into the
// result. A qq.Keyed operation is done at most once under its key. Every
// failure is a *qq.Error.
func (r Ref) Do(ctx context.Context, op qq.Operation) (any, error) {
	v, err := r.do(ctx, op)
	if err != nil {
		return nil, failure(op, err)
	}
	return v, nil
}

func (r Ref) do(ctx context.Context, op qq.Operation) (any, error) {
	switch op := op.(type) {
	case qq.GetStatus:
		return r.state.status(), nil
	case qq.Keyed:
		return r.once(ctx, op)
	}
	op, err := r.state.prepare(ctx, op)
	if err != nil {
		return nil, err
	}
	ticket, v, hit := r.state.cache.lookup(op)
	if hit {
		return v, nil
	}
	if r.state.heeds {
		v, err = r.direct(ctx, op)
	} else {
		v, err = r.state.calls.Ask(ctx, func(reply system.Reply[any]) {
			r.state.sys.Root().Send(r.pid, &call{Reply: reply, ctx: ctx, op: op})
		})
	}
	if err == nil {
		r.state.cache.store(ticket, v)
	}
	return v, err
}

// Held is the answer of a read that the cache holds. Operations that name
// messages or carry media are not looked for: Do resolves them first.
func (r Ref) Held(op qq.Operation) (answer any, made qq.Made, ok bool) {
	switch op.(type) {
	case qq.Resolving, qq.Carrying:
		return nil, nil, false
	}
	return r.state.cache.held(op)
}

// Standing is the part of Status that is shown wherever the account is.
func (r Ref) Standing() (online bool, missing []string) {
	return r.state.online.Load(), r.state.Driver.Lacks()
}

var (
	_ qq.Holder   = Ref{}
	_ qq.Standing = Ref{}
)

// failure gives err the operation's name and turns what came from outside the
// domain into a kind. It never changes an error that others may hold.
func failure(op qq.Operation, err error) *qq.Error {
	e := *domainError(err)
	if k, ok := op.(qq.Keyed); ok {
		op = k.Op
	}
	if e.Op == "" {
		e.Op = qq.OpName(op)
	}
	return &e
}

func domainError(err error) *qq.Error {
	var known *qq.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, system.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return &qq.Error{Kind: qq.ErrTimeout, Text: "no answer in time", Outcome: qq.Unknown, Cause: err}
	case errors.Is(err, context.Canceled):
		return &qq.Error{Kind: qq.ErrTimeout, Text: "the caller went away", Outcome: qq.Unknown, Cause: err}
	case errors.Is(err, system.ErrStopped):
		return &qq.Error{Kind: qq.ErrOffline, Text: "the account is shutting down", Cause: err}
	case errors.Is(err, system.ErrPanicked):
		return &qq.Error{Kind: qq.ErrInternal, Text: "the operation failed inside; see the log", Outcome: qq.Unknown, Cause: err}
	}
	return qq.AsError(err)
}
