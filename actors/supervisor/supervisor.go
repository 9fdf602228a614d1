package supervisor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"llbot/actors/account"
	"llbot/actors/conn"
	"llbot/actors/endpoint"
	"llbot/actors/journal"
	"llbot/actors/router"
	"llbot/actors/system"

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
		o.Journal, o.Held = t.journal, true
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
	if err := t.open(ctx, parent, endpoints); err != nil {
		return err
	}
	for _, a := range t.accounts {
		a.Begin()
	}
	return nil
}

// open opens the endpoints, ports first: nobody is dialed or posted to, and no
// driver runs, before every port is bound.
func (t *Tree) open(ctx context.Context, parent actor.Context, endpoints []endpoint.Options) error {
	opened := make([]endpoint.Ref, len(endpoints))
	for _, ports := range []bool{true, false} {
		for i, o := range endpoints {
			if (o.Server != nil) != ports {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			ref, err := endpoint.Open(t.sys, parent, o)
			if err != nil {
				return err
			}
			opened[i] = ref
			t.endpoints = append(t.endpoints, ref)
		}
	}
	t.endpoints = opened // in configured order
	for _, ref := range opened {
		ref.Begin()
	}
	return nil
}
