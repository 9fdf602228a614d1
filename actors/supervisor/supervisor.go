package supervisor

import (
	"context"
	"errors"
	"fmt"
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
	Name     string
	Log      journal.Log
	Env      conn.Env
	Router   router.Options
	Accounts []account.Options
	// Endpoints answers the endpoints once the accounts are there.
	Endpoints func(accounts endpoint.Accounts, env conn.Env) ([]endpoint.Options, error)
}

// Tree is a running tree.
type Tree struct {
	sys  *system.System
	root *actor.PID
	grow *system.Asks[struct{}]
	env  conn.Env

	routes    router.Ref
	journal   journal.Ref
	accounts  []account.Ref
	endpoints []endpoint.Ref

	mu   sync.Mutex
	next int
	subs map[*actor.PID]struct{}
}

// Start grows the tree. When anything fails, an address in use above all, what
// was already started is taken down again and the error tells what it was.
func Start(ctx context.Context, sys *system.System, plan Plan) (*Tree, error) {
	name := plan.Name
	if name == "" {
		name = "llbot"
	}
	root, err := sys.Spawn(nil, name, func() actor.Actor { return &supervisor{} }, system.Spawning{Strategy: strategy()})
	if err != nil {
		return nil, err
	}
	t := &Tree{sys: sys, root: root, grow: &system.Asks[struct{}]{}, env: plan.Env, subs: map[*actor.PID]struct{}{}}
	if err := t.within(ctx, func(parent actor.Context) error { return t.plant(parent, plan) }); err != nil {
		return nil, errors.Join(err, t.Stop(ctx))
	}
	return t, nil
}

func strategy() actor.SupervisorStrategy {
	return system.Backoff{Initial: 50 * time.Millisecond, Max: 10 * time.Second}.Strategy()
}

// plant starts the parts in the order in which they need each other.
func (t *Tree) plant(parent actor.Context, plan Plan) (err error) {
	if t.routes, err = router.Spawn(t.sys, parent, plan.Router); err != nil {
		return fmt.Errorf("router: %w", err)
	}
	t.env.Routes, t.env.Sys = t.routes, t.sys
	if t.journal, err = journal.Spawn(t.sys, parent, plan.Log, t.routes); err != nil {
		return fmt.Errorf("journal: %w", err)
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
		ref, err := endpoint.Open(t.sys, parent, o)
		if err != nil {
			return err
		}
		t.endpoints = append(t.endpoints, ref)
	}
	return nil
}

// within runs fn in the root's Receive, where children can be spawned.
func (t *Tree) within(ctx context.Context, fn func(actor.Context) error) error {
	_, err := t.grow.Ask(ctx, func(reply system.Reply[struct{}]) { t.sys.Root().Send(t.root, &spawn{reply, fn}) })
	return err
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
	var pid *actor.PID
	err = t.within(ctx, func(parent actor.Context) error {
		pid, err = conn.SpawnSubscriber(parent, name, t.env, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	t.subs[pid] = struct{}{}
	t.mu.Unlock()
	return func() { t.endSubscribers(context.Background(), pid) }, nil
}

func (t *Tree) endSubscribers(ctx context.Context, pids ...*actor.PID) {
	conn.Drain(ctx, t.sys, pids...)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, pid := range pids {
		delete(t.subs, pid)
	}
}

// Stop takes the tree down in order until ctx ends: endpoints (close frames
// sent, exchanges under way finished), subscribers, accounts with their
// drivers, the journal, the router.
func (t *Tree) Stop(ctx context.Context) error {
	var all sync.WaitGroup
	for _, e := range t.endpoints {
		all.Go(func() { _ = e.Drain(ctx) })
	}
	all.Wait()
	t.mu.Lock()
	subs := make([]*actor.PID, 0, len(t.subs))
	for pid := range t.subs {
		subs = append(subs, pid)
	}
	t.mu.Unlock()
	t.endSubscribers(ctx, subs...)
	closed := make([]error, len(t.accounts))
	for i, a := range t.accounts {
		all.Go(func() { closed[i] = a.Close(ctx) })
	}
	all.Wait()
	return errors.Join(errors.Join(closed...), t.sys.Stop(ctx, t.root))
}

// spawn runs a function in the root's Receive.
type spawn struct {
	system.Reply[struct{}]
	fn func(actor.Context) error
}

type supervisor struct{}

func (*supervisor) Receive(ctx actor.Context) {
	m, ok := ctx.Message().(*spawn)
	if !ok {
		return
	}
	if err := m.fn(ctx); err != nil {
		m.Fail(err)
		return
	}
	m.Answer(struct{}{})
}
