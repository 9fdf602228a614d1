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

// Plan is what a tree is made of. Router, Journal and Routes fields that the
// tree fills in itself are left empty by the caller.
type Plan struct {
	// Name of the root actor; "" is "llbot". Two trees in one actor system need
	// two names.
	Name   string
	Log    journal.Log
	Env    conn.Env
	Router router.Options
	// Subscribers are there before the first event.
	Subscribers []conn.Subscriber
	Accounts    []account.Options
	// Endpoints answers the endpoints once the accounts are there.
	Endpoints func(accounts endpoint.Accounts, env conn.Env) ([]endpoint.Options, error)
}

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

const (
	// plantTimeout bounds the start: nothing in it waits for anybody.
	plantTimeout = time.Minute
	// felling bounds taking down again what was started in vain.
	felling = 5 * time.Second
)

// Start grows the tree. When anything fails, an address in use above all, what
// was already started is taken down again and the error tells what it was.
func Start(ctx context.Context, sys *system.System, plan Plan) (*Tree, error) {
	name := plan.Name
	if name == "" {
		name = "llbot"
	}
	root, err := sys.Spawn(nil, name, func() actor.Actor { return &supervisor{sys} }, system.Spawning{Strategy: strategy()})
	if err != nil {
		return nil, err
	}
	t := &Tree{sys: sys, root: root, grow: &system.Asks[*actor.PID]{}, env: plan.Env, subs: map[*actor.PID]struct{}{}}
	// The plant is not left alone when the caller goes: half of it would stay.
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), plantTimeout)
	defer cancel()
	_, err = t.within(limited, func(parent actor.Context) (*actor.PID, error) { return nil, t.plant(ctx, parent, plan) })
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), felling)
		defer cancel()
		return nil, errors.Join(err, t.Stop(limited))
	}
	return t, nil
}

func strategy() actor.SupervisorStrategy {
	return system.Backoff{Initial: 50 * time.Millisecond, Max: 10 * time.Second}.Strategy()
}

// plant starts the parts in the order in which they need each other.
func (t *Tree) plant(ctx context.Context, parent actor.Context, plan Plan) (err error) {
	if t.routes, err = router.Spawn(t.sys, parent, plan.Router); err != nil {
		return fmt.Errorf("router: %w", err)
	}
	t.env.Routes, t.env.Sys = t.routes, t.sys
	if t.journal, err = journal.Spawn(t.sys, parent, plan.Log, t.routes); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	for i, sub := range plan.Subscribers {
		pid, err := conn.SpawnSubscriber(parent, fmt.Sprintf("subscriber/%d", i+1), t.env, sub)
		if err != nil {
			return fmt.Errorf("subscriber %s: %w", sub.Name, err)
		}
		t.subs[pid], t.next = struct{}{}, i+1
	}
	var callers endpoint.Accounts
	for _, o := range plan.Accounts {
		o.Journal = t.journal
		ref, err := account.Spawn(t.sys, parent, o)
		if err != nil {
			return fmt.Errorf("account %d: %w", o.ID, err)
		}
		t.accounts = append(t.accounts, ref)
		callers = append(callers, ref)
	}
	endpoints, err := plan.Endpoints(callers, t.env)
	if err != nil {
		return err
	}
	for _, o := range endpoints {
		if err := ctx.Err(); err != nil {
			return err
		}
		ref, err := endpoint.Open(t.sys, parent, o)
		if err != nil {
			return err
		}
		t.endpoints = append(t.endpoints, ref)
	}
	return nil
}

// within runs fn in the root's Receive, where children can be spawned. A child
// that fn answers is stopped again when the caller is gone by then.
func (t *Tree) within(ctx context.Context, fn func(actor.Context) (*actor.PID, error)) (*actor.PID, error) {
	return t.grow.Ask(ctx, func(reply system.Reply[*actor.PID]) { t.sys.Root().Send(t.root, &spawn{reply, fn}) })
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
	ended := together(t.endpoints, func(e endpoint.Ref) error { return e.Drain(ctx) })
	t.mu.Lock()
	subs := slices.Collect(maps.Keys(t.subs))
	t.mu.Unlock()
	t.endSubscribers(ctx, subs...)
	ended = errors.Join(ended, together(t.accounts, func(a account.Ref) error { return a.Close(ctx) }))
	if pid := t.journal.PID(); pid != nil {
		ended = errors.Join(ended, t.sys.Drain(ctx, pid), t.routes.Stop(ctx))
	}
	return errors.Join(ended, t.sys.Stop(ctx, t.root))
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

// spawn runs a function in the root's Receive.
type spawn struct {
	system.Reply[*actor.PID]
	fn func(actor.Context) (*actor.PID, error)
}

// supervisor is the root. It must not panic: its restart would take all down.
type supervisor struct{ sys *system.System }

func (s *supervisor) Receive(ctx actor.Context) {
	m, ok := ctx.Message().(*spawn)
	if !ok {
		return
	}
	var child *actor.PID
	var err error
	if fault := s.sys.Guard("growth of "+ctx.Self().Id, func() { child, err = m.fn(ctx) }); fault != nil {
		err = fault
	}
	if err != nil {
		m.Fail(err)
		return
	}
	if !m.Answer(child) && child != nil {
		ctx.Stop(child)
	}
}
