package account

import (
	"context"
	"sync"
	"time"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// admitted is the actor's answer to a call that its caller may make itself.
type admitted struct{}

// direct does an operation on the caller's goroutine, which the actor has
// admitted: it spares two changes of goroutine, which cost more than most
// operations of a driver in memory.
func (r Ref) direct(ctx context.Context, op qq.Operation) (v any, err error) {
	st := r.state
	v, err = st.calls.Ask(ctx, func(reply system.Reply[any]) {
		st.sys.Root().Send(r.pid, &call{Reply: reply, ctx: ctx, op: op, direct: true})
	})
	if _, ok := v.(admitted); !ok || err != nil {
		return v, err
	}
	defer st.work.Done()
	b := &bound{Context: ctx, account: st.ctx, until: time.Now().Add(opTimeout)}
	defer b.end()
	if fault := st.sys.Guard("operation", func() { v, err = st.Driver.Do(b, op) }); fault != nil {
		v, err = nil, fault
	}
	st.cache.touch(op) // a failure may have been applied all the same
	switch {
	case err != nil && st.ctx.Err() != nil:
		return nil, &qq.Error{Kind: qq.ErrOffline, Text: "the account is shutting down", Outcome: qq.Unknown, Cause: err}
	case err != nil:
		return nil, err
	}
	if fault := st.sys.Guard("ids of an operation", func() { st.stamp(v) }); fault != nil {
		return nil, fault
	}
	return v, nil
}

// bound is the context of a direct operation: it ends with its caller's, with
// the account, and after opTimeout when the caller set no deadline. Most
// operations never wait for its end, so that it is watched for only once
// somebody asks for Done.
type bound struct {
	context.Context // the caller's
	account         context.Context
	until           time.Time

	mu      sync.Mutex
	watched context.Context // once somebody asked
	cancel  context.CancelFunc
	ended   bool
}

// Deadline is the caller's, or that of opTimeout.
func (b *bound) Deadline() (time.Time, bool) {
	if at, ok := b.Context.Deadline(); ok {
		return at, true
	}
	return b.until, true
}

// Done is closed when the operation should end.
func (b *bound) Done() <-chan struct{} { return b.watch().Done() }

// Err tells why it should.
func (b *bound) Err() error {
	b.mu.Lock()
	watched, ended := b.watched, b.ended
	b.mu.Unlock()
	switch at, _ := b.Deadline(); {
	case watched != nil:
		return watched.Err()
	case b.Context.Err() != nil:
		return b.Context.Err()
	case ended || b.account.Err() != nil:
		return context.Canceled
	case !time.Now().Before(at):
		return context.DeadlineExceeded
	}
	return nil
}

// watch is a context that really ends.
func (b *bound) watch() context.Context {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.watched != nil {
		return b.watched
	}
	at, _ := b.Deadline()
	ctx, cancel := context.WithDeadline(b.Context, at)
	stop := context.AfterFunc(b.account, cancel)
	b.watched, b.cancel = ctx, func() { stop(); cancel() }
	if b.ended {
		b.cancel()
	}
	return ctx
}

// end ends it for those whom the operation has left behind.
func (b *bound) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	if b.cancel != nil {
		b.cancel()
	}
}
