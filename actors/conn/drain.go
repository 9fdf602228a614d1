package conn

import (
	"context"
	"sync"

	"llbot/actors/system"

	"github.com/asynkron/protoactor-go/actor"
)

// drain asks a conn to end in order; it calls done once it has.
type drain struct {
	done func()
	next *drain // that the same conn was asked before
}

// Fail makes drain an ask for system's purposes: a conn that is gone already
// has ended.
func (d *drain) Fail(error) { d.done() }

// Drain asks conns to end in order (close frames sent, exchanges under way
// finished) and waits for them until ctx ends.
func Drain(ctx context.Context, sys *system.System, conns ...*actor.PID) {
	var left sync.WaitGroup
	for _, pid := range conns {
		left.Add(1)
		sys.Root().Send(pid, &drain{done: sync.OnceFunc(left.Done)})
	}
	all := make(chan struct{})
	go func() { left.Wait(); close(all) }()
	select {
	case <-all:
	case <-ctx.Done():
	}
}
