package system

import (
	"log/slog"

	"github.com/asynkron/protoactor-go/actor"
)

// guard stands around an actor's Receive. It does what a receiver middleware would,
// without the envelope that the library allocates for each message when there is one.
type guard struct {
	inner   actor.Actor
	system  *System
	mailbox *Mailbox
}

// Receive lets panics in the handlers of the end of life go no further: the library
// would leave a zombie whose parent can never stop. All other panics reach supervision
// after the asker has its answer.
func (g *guard) Receive(ctx actor.Context) {
	message := ctx.Message()
	switch message.(type) {
	case *actor.Stopped:
		g.receiveQuietly(ctx)
		g.mailbox.Close()
	case *actor.Stopping, *actor.Restarting:
		g.receiveQuietly(ctx)
	default:
		defer g.escalate(ctx, message)
		g.inner.Receive(ctx)
	}
}

// escalate is deferred: it answers the ask in the message, then panics on.
func (g *guard) escalate(ctx actor.Context, message any) {
	r := recover()
	if r == nil {
		return
	}
	err := recovered(ctx.Self().Id, r)
	g.system.counters.panics.Add(1) // before the asker hears of it, who may look
	fail(message, err)
	g.report("actor panicked", message, err)
	panic(err)
}

func (g *guard) receiveQuietly(ctx actor.Context) {
	defer func() {
		if r := recover(); r != nil {
			g.system.counters.lifecyclePanics.Add(1)
			g.report("actor panicked while it ended", ctx.Message(), recovered(ctx.Self().Id, r))
		}
	}()
	g.inner.Receive(ctx)
}

func (g *guard) report(text string, message any, err *PanicError) {
	g.system.logPanic(text, err, slog.String("message", typeName(message)))
}
