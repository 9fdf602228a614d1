package sim

import (
	"context"
	"maps"
	"slices"
	"sync"

	"llbot/protocols/qq"
)

// World is a simulated QQ. Its methods may be called from many goroutines.
type World struct {
	opt     Options
	clock   timepiece
	faults  faultSet
	folder  *folder  // nil in memory
	journal *journal // nil in memory

	mu     sync.Mutex
	st     *state
	queues map[qq.UserID]*queue
	out    telling // reused; its watchers are the accounts that have a queue
	closed bool
	actors map[qq.UserID]*actor
	able   *abilities // does not change

	background sync.WaitGroup
	snapshots  chan uint64
}

// commit decides on the state and makes the change that was decided, if any:
// applies it, hands its events to the queues and its record to the journal.
// It answers the record's number, 0 when nothing changed.
func (w *World) commit(ctx context.Context, decide decision) (uint64, error) {
	return w.commitFor(ctx, decide, "", nil)
}

// decision looks at the state and answers the change to be made; nil when
// there is nothing to change. It must not change the state.
type decision func(st *state, now qq.Time) (change, error)

// commitFor is commit under a nonce, unless that is "": errDone when it was
// used before.
func (w *World) commitFor(ctx context.Context, decide decision, nonce string, receipts map[qq.UserID]*receipt) (uint64, error) {
	if err := w.lockWithRoom(ctx); err != nil {
		return 0, err
	}
	defer w.mu.Unlock()
	if w.closed {
		return 0, errClosed()
	}
	if nonce != "" && w.st.deeds()[nonce] != nil {
		return 0, errDone
	}
	now := qq.TimeOf(w.opt.Now())
	c, err := decide(w.st, now)
	if err != nil || c == nil {
		return 0, err
	}
	r := record{number: w.st.Record + 1, time: now, change: c, nonce: nonce}
	if nonce != "" && w.st.Clock != nil {
		r.real = qq.TimeOf(w.clock.machine())
	}
	return r.number, w.admit(r, receipts)
}

// admit makes a record part of the world. The journal comes first: what it
// refuses has not happened.
func (w *World) admit(r record, receipts map[qq.UserID]*receipt) error {
	if w.journal != nil {
		if err := w.journal.append(r); err != nil {
			return qq.Errorf(qq.ErrInternal, "the change could not be written down: %w", err)
		}
	}
	w.out.told = w.out.told[:0]
	apply(w.st, r, &w.out)
	w.clock.follow(w.st)
	if c, ok := r.change.(*loginMoved); ok && w.actors[c.User] != nil {
		w.actors[c.User].noteLogin()
	}
	for _, t := range w.out.told {
		var paper *receipt
		if receipts != nil {
			paper = receiptOf(receipts, t.account)
		}
		w.tell(r, t, paper)
	}
	clear(w.out.told)
	return nil
}

func receiptOf(receipts map[qq.UserID]*receipt, account qq.UserID) *receipt {
	r := receipts[account]
	if r == nil {
		r = newReceipt()
		receipts[account] = r
	}
	r.hand()
	return r
}

func errClosed() error { return qq.Errorf(qq.ErrOffline, "the simulated QQ is closed") }

// lockWithRoom takes the world's lock at a moment when the journal takes a record.
func (w *World) lockWithRoom(ctx context.Context) error {
	for {
		w.mu.Lock()
		if w.journal == nil || w.closed {
			return nil
		}
		full, err := w.journal.room()
		if full == nil && err == nil {
			return nil
		}
		w.mu.Unlock()
		if err != nil {
			return qq.Errorf(qq.ErrInternal, "the change could not be written down: %w", err)
		}
		select {
		case <-full:
		case <-ctx.Done():
			return qq.Errorf(qq.ErrTimeout, "the simulated QQ's disk is too slow: %w", ctx.Err())
		}
	}
}

// read looks at the state.
func (w *World) read(look func(v viewing, now qq.Time) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return errClosed()
	}
	now := qq.TimeOf(w.opt.Now())
	return look(viewing{w.st, w.opt.Blobs.Link, now}, now)
}

// synced waits until a record is on disk; at once in memory.
func (w *World) synced(ctx context.Context, number uint64) error {
	if w.journal == nil || number == 0 {
		return nil
	}
	return w.journal.wait(ctx, number)
}

// Trouble is why the world takes no change now, its journal's failure; nil when
// all is well.
func (w *World) Trouble() error {
	if w.journal == nil {
		return nil
	}
	return w.journal.failing()
}

// passOver makes the numbers up to number unused, so that no event gets the
// origin of one that a log from another life of this world already holds. A
// record marks the leap: the newest number is always that of a record.
func (w *World) passOver(ctx context.Context, number uint64) error {
	w.mu.Lock()
	known := number <= w.st.Record
	w.mu.Unlock()
	if known { // also while the journal takes nothing
		return nil
	}
	if err := w.lockWithRoom(ctx); err != nil {
		return err
	}
	defer w.mu.Unlock()
	if w.closed || number <= w.st.Record {
		return nil
	}
	w.opt.Logger.Warn("simulated QQ: the event log is ahead of the world", "world_record", w.st.Record, "log_record", number)
	return w.admit(record{number: number + 1, time: qq.TimeOf(w.opt.Now()), change: &recovered{}}, nil)
}

// Do runs any user's operation: an account's, or that of a person who is
// played. Failures are *qq.Error.
func (w *World) Do(ctx context.Context, as qq.UserID, op qq.Operation) (any, error) {
	a, err := w.actor(as)
	if err != nil {
		return nil, err
	}
	return a.do(ctx, op)
}

func (w *World) actor(user qq.UserID) (*actor, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a := w.actors[user]; a != nil {
		return a, nil
	}
	if w.st.Users[user] == nil {
		return nil, noUser(user)
	}
	a := newActor(w, user)
	a.noteLogin()
	w.actors[user] = a
	return a, nil
}

// Driver gives the QQ side of an account. A number that the world does not
// know becomes a new account, as by EnsureAccount. From the first call on, the
// account's events are kept for its Run.
func (w *World) Driver(uin qq.UserID) (qq.Driver, error) {
	if err := w.EnsureAccount(context.Background(), uin, ""); err != nil {
		return nil, err
	}
	a, err := w.actor(uin)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.queues[uin]
	if q == nil {
		q = newQueue(w.opt.Queue, w.journal != nil, w.st.Record)
		w.queues[uin] = q
		w.out.watchers = slices.Sorted(maps.Keys(w.queues))
	}
	return &driver{actor: a, queue: q}, nil
}
