package account

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// state survives restarts of the actor. Everything in it is valid after a
// panic at any line: atomics, and fields that only change whole.
type state struct {
	Options
	sys   *system.System
	calls system.Asks[any]
	emits system.Asks[qq.SN]
	cache cache
	heeds bool                 // operations run on their callers' goroutines
	name  func(*qq.MessageRef) // gives a message its 32-bit id; made once, not for each event

	begun, online, linked, announced, running atomic.Bool
	last                                      atomic.Pointer[qq.Login] // while it was online
	events, received, sent, lastMessage       atomic.Int64
	started                                   qq.Time
	linkedAt, losses                          atomic.Int64           // Unix ms; links lost in a row
	reason                                    atomic.Pointer[string] // why it is not online, nil when nobody said
	told                                      atomic.Pointer[string] // why the link was lost last, as the log says

	settled chan struct{} // closed by settle
	settle  func()

	ctx    context.Context // ends when the account stops
	cancel context.CancelFunc
	work   sync.WaitGroup // the driver's Run and operations under way
}

const (
	// opTimeout bounds an operation whose caller set no deadline.
	opTimeout = 30 * time.Second
	// loginTimeout bounds the question that comes before the driver's Run.
	loginTimeout = 10 * time.Second
)

func newState(sys *system.System, o Options) *state {
	st := &state{Options: o, sys: sys, started: o.Now()}
	st.calls.Timeout = opTimeout
	// An emit waits as long as the journal needs: back-pressure, not an error.
	st.emits.Timeout = time.Hour
	if h, ok := o.Driver.(qq.Heeding); ok {
		st.heeds = h.Heeds()
	}
	st.name = func(ref *qq.MessageRef) {
		if ref.Resolved() {
			ref.ID = st.IDs.Stamp(st.ID, *ref)
		}
	}
	st.settled = make(chan struct{})
	st.settle = sync.OnceFunc(func() { close(st.settled) })
	st.cache.room.Store(madeLimit)
	st.ctx, st.cancel = context.WithCancel(context.Background())
	return st
}

func (st *state) status() qq.Status {
	return qq.Status{
		Online: st.online.Load(), Good: st.linked.Load(), Reason: st.why(),
		Events: st.events.Load(), Received: st.received.Load(), Sent: st.sent.Load(),
		LastMessage: qq.Time(st.lastMessage.Load()), Started: st.started,
		Driver: st.Driver.Name(), MissingFeatures: st.Driver.Lacks(),
	}
}

// why is the reason for which the account is not online, "" when it is, or
// when nobody said.
func (st *state) why() string {
	if st.online.Load() {
		return ""
	}
	var said []string
	if e, ok := st.Driver.(qq.Expectant); ok {
		if awaited := e.Awaits(); awaited != "" {
			said = append(said, awaited)
		}
	}
	if reason := st.reason.Load(); reason != nil {
		said = append(said, *reason)
	}
	return strings.Join(said, "; before: ")
}

// offline is what an operation is told while the account is not logged in.
func (st *state) offline() error {
	if reason := st.why(); reason != "" {
		return qq.Errorf(qq.ErrOffline, "account %d is not logged in: %s", st.ID, reason)
	}
	return qq.Errorf(qq.ErrOffline, "account %d is not logged in", st.ID)
}

// prepare resolves references and ingests media, on the caller's goroutine.
func (st *state) prepare(ctx context.Context, op qq.Operation) (qq.Operation, error) {
	op, err := st.resolved(op)
	if err != nil {
		return nil, err
	}
	return op, st.ingest(ctx, op)
}

// resolved is the operation with its references resolved, and its own copy of
// its content.
func (st *state) resolved(op qq.Operation) (qq.Operation, error) {
	if r, ok := op.(qq.Resolving); ok {
		return r.Resolve(st.resolve)
	}
	return op, nil
}

// ingest takes the blobs of a resolved operation into the store.
func (st *state) ingest(ctx context.Context, op qq.Operation) error {
	if c, ok := op.(qq.Carrying); ok {
		return c.EachMedia(func(m *qq.Media) error { return st.Ingester.Ingest(ctx, m) })
	}
	return nil
}

func (st *state) resolve(ref qq.MessageRef) (qq.MessageRef, error) {
	if ref.Resolved() {
		return ref, nil
	}
	found, ok := st.IDs.Resolve(st.ID, ref.ID)
	if !ok {
		return ref, qq.Errorf(qq.ErrNotFound, "no message has the id %d", ref.ID)
	}
	return found, nil
}

// stamp gives every message named in v its 32-bit id.
func (st *state) stamp(v any) {
	if r, ok := v.(qq.Referrer); ok {
		r.EachRef(st.name)
	}
}
