package conn

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"

	"llbot/actors/router"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Live describes one live connection that has just been opened.
type Live struct {
	Name   string // the endpoint's, for logs
	Socket Socket
	Link   face.Link
	Stream bool // SSE: our messages go out as they are, nothing comes in
}

// SpawnLive starts the actor of a connection, which owns the socket from here
// on. It ends by itself with the connection.
func SpawnLive(parent actor.SpawnerContext, name string, env Env, l Live) (*actor.PID, error) {
	st := &live{Live: l, env: env, slots: make(chan struct{}, env.Limits.inFlight()), timers: map[string]*pendingTimer{}}
	st.ctx, st.cancel = context.WithCancel(context.Background())
	return env.Sys.Spawn(parent, name, func() actor.Actor { return &liveActor{st} }, spawning())
}

// live is what survives a restart of the actor: the socket, its outbox, the
// conversation and the reader. The producer rebuilds nothing else.
type live struct {
	Live
	env    Env
	out    *router.Outbox
	slots  chan struct{} // one for each call in flight
	ctx    context.Context
	cancel context.CancelFunc

	opened   bool
	reading  atomic.Bool
	catching atomic.Bool
	sub      *face.Subscribe
	timers   map[string]*pendingTimer
	number   uint64 // of the newest timer
	drains   []*drain
}

type liveActor struct{ *live }

// errNoClose is the end of a peer that did not answer our close frame.
var errNoClose = errors.New("peer did not close in time")

// The messages of a live connection.
type (
	inbound struct{ frame Frame }
	hungUp  struct{ err error }          // the reader ended
	dead    struct{ cause error }        // the outbox was cut
	further struct{ list []face.Effect } // what a Run answered
	expired struct{}                     // the peer did not close in time
)

// Receive carries the conversation.
func (c *liveActor) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		c.begin(ctx.Self())
	case *inbound:
		c.take(ctx.Self(), m.frame)
	case *further:
		c.apply(ctx.Self(), m.list, false)
	case *fired:
		c.fire(ctx.Self(), m)
	case *lagging:
		c.catchUp(ctx.Self(), m.after)
	case *caughtUp:
		c.settle(ctx.Self(), m)
	case *behind:
		c.readFurther(ctx.Self(), m.seat)
	case *hungUp:
		c.hangUp(ctx, m.err)
	case *dead:
		c.log("connection cut", m.cause)
		ctx.Stop(ctx.Self())
	case *expired:
		c.out.Abort(errNoClose)
		ctx.Stop(ctx.Self())
	case *drain:
		c.drains = append(c.drains, m)
		c.close(ctx.Self(), closeGoingAway, "server is shutting down")
	case *actor.Stopping:
		c.end()
	}
}

// begin opens the conversation; a restarted actor finds it open.
func (c *live) begin(self *actor.PID) {
	switch {
	case c.out == nil:
		c.out = c.env.Routes.Outbox(c.Socket, owner{c.env.Sys.Root(), self}, c.env.Limits.outbox())
		c.apply(self, c.Link.Open(c.env.Now()), false)
		c.opened = true
	case !c.opened: // it panicked: there is no conversation to go on with
		c.close(self, closeInternal, "internal error")
	}
	if !c.reading.CompareAndSwap(false, true) {
		return
	}
	root := c.env.Sys.Root()
	c.env.Sys.Go("reader of "+self.Id, func() {
		err := c.Socket.Receive(func(f Frame) bool {
			if f.Kind == FrameMessage && !c.takeSlot() {
				return false
			}
			root.Send(self, &inbound{f})
			return true
		})
		root.Send(self, &hungUp{err})
	}, func(err error) { root.Send(self, &hungUp{err}) })
}

// takeSlot waits while as many calls as allowed are in flight: the peer's
// further frames stay in the kernel.
func (c *live) takeSlot() bool {
	select {
	case c.slots <- struct{}{}:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// take handles one frame; the reader holds a slot for each message.
func (c *live) take(self *actor.PID, f Frame) {
	switch f.Kind {
	case FrameMessage:
		c.message(self, f.Data)
	case FramePing:
		c.out.Send(face.AppendControl(nil, face.OpPong, f.Data, c.Socket.Masked(), newMask()))
	case FrameClose:
		code := f.Code
		if code == closeNoStatus {
			code = closeNormal
		}
		c.close(self, code, "")
	}
}

// message passes on what the peer said. Its slot is given back even when the
// link panics: a leak would stop the reader in the end.
func (c *live) message(self *actor.PID, data []byte) {
	held := true
	defer func() {
		if held {
			<-c.slots
		}
	}()
	effects := c.Link.Frame(c.env.Now(), data)
	held = false
	c.apply(self, effects, true)
}

// hangUp ends the connection after the reader did. A reader that gave up on a
// frame says so to the peer first.
func (c *live) hangUp(ctx actor.Context, err error) {
	if fault, ok := err.(interface{ CloseCode() (int, string) }); ok {
		code, reason := fault.CloseCode()
		c.out.Finish(c.closeFrame(code, reason))
	} else {
		c.log("connection ended", err)
		c.out.Finish(nil)
	}
	ctx.Stop(ctx.Self())
}

// end releases everything; it runs once, when the actor stops for good.
func (c *live) end() {
	c.cancel()
	c.env.Routes.Leave(c.out)
	c.out.Finish(c.closeFrame(closeGoingAway, ""))
	for _, t := range c.timers {
		t.timer.Stop()
	}
	for _, d := range c.drains {
		d.done()
	}
}

func (c *live) log(what string, err error) {
	c.env.Sys.Logger().Debug(what, slog.String("endpoint", c.Name), slog.String("peer", c.Socket.Remote()), slog.Any("error", err))
}

// owner turns what happens to an outbox into messages.
type owner struct {
	root *actor.RootContext
	pid  *actor.PID
}

// Lagging implements router.Owner.
func (o owner) Lagging(after qq.SN) { o.root.Send(o.pid, &lagging{after}) }

// Dead implements router.Owner.
func (o owner) Dead(cause error) { o.root.Send(o.pid, &dead{cause}) }
