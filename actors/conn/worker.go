package conn

import (
	"context"
	"log/slog"
	"time"

	"llbot/actors/system"

	"github.com/asynkron/protoactor-go/actor"
)

// worker is an actor that works through a single goroutine of its own, which
// outlives restarts of the actor: a webhook target or a subscriber.
type worker struct {
	sys    *system.System
	name   string
	work   func(ctx context.Context) error
	finish func() // called once the goroutine is through, before the actor stops; may wait
	ctx    context.Context
	cancel context.CancelFunc
	busy   chan struct{} // cap 1: held while the goroutine runs
}

// workAgain is the wait after a fault of ours or of the log.
const workAgain = time.Second

func newWorker(sys *system.System, name string, work func(context.Context) error) *worker {
	w := &worker{sys: sys, name: name, work: work, finish: func() {}, busy: make(chan struct{}, 1)}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

func (w *worker) spawn(parent actor.SpawnerContext, name string) (*actor.PID, error) {
	return w.sys.Spawn(parent, name, func() actor.Actor { return workerActor{w} }, spawning())
}

type workerActor struct{ *worker }

// failed tells an actor that its goroutine ended for no good reason.
type failed struct{ err error }

// begin tells an actor to start its goroutine again.
type begin struct{}

func (w workerActor) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started, *begin:
		w.start(ctx.Self())
	case *failed:
		w.again(ctx.Self(), m.err)
	case *drain:
		w.end(ctx.Self(), m)
	case *actor.Stopping:
		w.cancel()
	}
}

// start runs the goroutine, unless it runs.
func (w *worker) start(self *actor.PID) {
	select {
	case w.busy <- struct{}{}:
	default:
		return
	}
	end := func(err error) {
		<-w.busy
		if w.ctx.Err() == nil {
			w.sys.Root().Send(self, &failed{err})
		}
	}
	w.sys.Go(w.name, func() { end(w.work(w.ctx)) }, end)
}

func (w *worker) again(self *actor.PID, err error) {
	w.sys.Logger().Error("delivery interrupted", slog.String("target", w.name), slog.Any("error", err))
	w.sys.Wheel().After(workAgain, self, &begin{})
}

// end lets the goroutine finish what it has in hand and then stops the actor.
func (w *worker) end(self *actor.PID, d *drain) {
	w.cancel()
	w.sys.Go("end of "+self.Id, func() {
		w.busy <- struct{}{}
		w.finish()
		<-w.busy // another drain may wait too
		// Only the context could make it fail.
		_ = w.sys.Stop(context.Background(), self)
		d.done()
	}, d.Fail)
}
