package router

import (
	"fmt"

	"llbot/actors/system"

	"github.com/asynkron/protoactor-go/actor"
)

// router is the parent of the shards. It only spawns: a parent that fails takes
// its children with it. The shards' values outlive even that.
type router struct {
	*hub
	shards []*shard
	pids   []*actor.PID // the same ones for ever: shards are found by name
	err    error        // why a shard could not be started the first time
}

func newRouter(sys *system.System, o Options) *router {
	o = o.orDefaults()
	r := &router{hub: newHub(sys, o)}
	for i := range o.Shards {
		r.shards = append(r.shards, newShard(r.hub, i, o.Last))
	}
	return r
}

// Receive implements actor.Actor.
func (r *router) Receive(ctx actor.Context) {
	if _, ok := ctx.Message().(*actor.Started); ok {
		r.start(ctx)
	}
}

// start spawns the shards. On a restart it must not touch what callers read by
// then without a lock.
func (r *router) start(ctx actor.Context) {
	again := len(r.pids) == len(r.shards)
	for i, s := range r.shards {
		pid, err := r.sys.Spawn(ctx, fmt.Sprintf("shard-%d", i), func() actor.Actor { return s },
			system.Spawning{Dispatcher: system.Adaptive(&r.inline[i]), Batch: &r.options.Batch})
		switch {
		case err != nil && again:
			panic(err)
		case err != nil:
			r.err = err
			return
		case !again:
			r.pids = append(r.pids, pid)
		}
	}
}
