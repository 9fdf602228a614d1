package supervisor

import (
	"context"

	"llbot/actors/system"

	"github.com/asynkron/protoactor-go/actor"
)

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

// within runs fn in the root's Receive, where children can be spawned. A child
// that fn answers is stopped again when the caller is gone by then.
func (t *Tree) within(ctx context.Context, fn func(actor.Context) (*actor.PID, error)) (*actor.PID, error) {
	return t.grow.Ask(ctx, func(reply system.Reply[*actor.PID]) { t.sys.Root().Send(t.root, &spawn{reply, fn}) })
}
