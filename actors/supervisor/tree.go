package supervisor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"llbot/actors/account"
	"llbot/actors/conn"
	"llbot/actors/endpoint"
	"llbot/actors/journal"
	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Tree is a running tree.
type Tree struct {
	sys  *system.System
	root *actor.PID
	grow *system.Asks[*actor.PID]
	env  conn.Env

	routes    router.Ref
	journal   journal.Ref
	accounts  []account.Ref
	endpoints []endpoint.Ref

	mu   sync.Mutex
	next int
	subs map[*actor.PID]struct{}
}

// Account finds an account of the tree.
func (t *Tree) Account(id qq.UserID) (account.Ref, bool) {
	for _, a := range t.accounts {
		if a.Account() == id {
			return a, true
		}
	}
	return account.Ref{}, false
}

// Accounts lists the accounts in configured order.
func (t *Tree) Accounts() []account.Ref { return t.accounts }

// Endpoints lists the endpoints in configured order.
func (t *Tree) Endpoints() []endpoint.Ref { return t.endpoints }

// Routes is the event router, for its figures.
func (t *Tree) Routes() router.Ref { return t.routes }

// Subscribe starts a subscriber; the function that it answers ends it and
// waits for the handler's last call.
func (t *Tree) Subscribe(ctx context.Context, s conn.Subscriber) (end func(), err error) {
	t.mu.Lock()
	t.next++
	name := fmt.Sprintf("subscriber/%d", t.next)
	t.mu.Unlock()
	pid, err := t.within(ctx, func(parent actor.Context) (*actor.PID, error) {
		return conn.SpawnSubscriber(parent, name, t.env, s)
	})
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	t.subs[pid] = struct{}{}
	t.mu.Unlock()
	return func() { t.endSubscribers(context.Background(), pid) }, nil
}

// endSubscribers drains those that are still there.
func (t *Tree) endSubscribers(ctx context.Context, pids ...*actor.PID) {
	t.mu.Lock()
	pids = slices.DeleteFunc(pids, func(pid *actor.PID) bool {
		_, there := t.subs[pid]
		return !there
	})
	t.mu.Unlock()
	conn.Drain(ctx, t.sys, pids...)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, pid := range pids {
		delete(t.subs, pid)
	}
}

// Stop takes the tree down in order until ctx ends: endpoints (close frames
// sent, exchanges under way finished), subscribers, accounts with their
// drivers, the journal, the router. What does not end in time is stopped all
// the same, and the error tells what it was.
func (t *Tree) Stop(ctx context.Context) error {
	polite, cancel := most(ctx)
	defer cancel()
	ended := together(t.endpoints, func(e endpoint.Ref) error { return e.Drain(polite) })
	t.mu.Lock()
	subs := slices.Collect(maps.Keys(t.subs))
	t.mu.Unlock()
	t.endSubscribers(polite, subs...)
	ended = errors.Join(ended, together(t.accounts, func(a account.Ref) error { return a.Close(ctx) }))
	if pid := t.journal.PID(); pid != nil {
		ended = errors.Join(ended, t.sys.Drain(ctx, pid), t.routes.Stop(ctx))
	}
	return errors.Join(ended, t.sys.Stop(ctx, t.root))
}

// most is four fifths of the time that ctx leaves: peers and targets that take
// their time must not use up what accounts, journal and log need to end.
func most(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)*4/5)
}

// together runs fn for each at the same time and joins what fails.
func together[T any](all []T, fn func(T) error) error {
	var wait sync.WaitGroup
	failed := make([]error, len(all))
	for i, one := range all {
		wait.Go(func() { failed[i] = fn(one) })
	}
	wait.Wait()
	return errors.Join(failed...)
}
