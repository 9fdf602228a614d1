package conn

import (
	"errors"
	"log/slog"
	"time"

	"llbot/actors/router"
	"llbot/actors/system"
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
	// Target, when set, is whose deliveries these are: events go on where its
	// last connection proved to have come, under Replay.
	Target *Target
	Replay Replay
}

// SpawnLive starts the actor of a connection, which owns the socket from here
// on. It ends by itself with the connection. env is not copied: all connections
// of an endpoint share it, and nobody changes it.
func SpawnLive(parent actor.SpawnerContext, name string, env *Env, l Live) (*actor.PID, error) {
	st := &live{name: l.Name, socket: l.Socket, link: l.Link, stream: l.Stream, env: env}
	if l.Target != nil {
		st.proofs = &proofs{Target: l.Target, policy: l.Replay}
	}
	return env.Sys.Spawn(parent, name, func() actor.Actor { return &liveActor{st} }, system.Spawning{})
}

// live is what survives a restart of the actor: the socket, its outbox, the
// conversation and the reader. The producer rebuilds nothing else. There is one
// for each connection: what few of them need is made when they need it.
type live struct {
	name   string
	socket Socket
	link   face.Link
	env    *Env
	out    *router.Outbox
	slots  chan struct{} // one for each call in flight; the reader makes it for the first
	life   lifetime

	stream     bool
	opened     bool // the conversation
	closing    bool // and its end, as far as we are concerned
	reading    bool
	catching   bool
	wasLive    bool // it had caught up once
	subscribed bool

	sub      subscription
	from     qq.SN         // the subscription begins behind it
	replayed qq.SN         // what lies behind it happened after subscribing
	timers   *fired        // those that are pending
	expiry   *system.Timer // of our wait for the peer's close
	drains   *drain
	proofs   *proofs // of a durable target, or nil
}

// subscription is what of a face.Subscribe is needed for as long as it lasts.
type subscription struct {
	selection face.Selection
	variant   face.Variant
	noReplay  func(qq.Event) bool
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
	retry   struct{}                     // the router had no seat for want of a shard
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
		c.apply(ctx.Self(), m.list, nil)
	case *fired:
		c.fire(ctx.Self(), m)
	case *lagging:
		c.catchUp(ctx.Self(), m.after)
	case *caughtUp:
		c.settle(ctx.Self(), m)
	case *behind:
		c.readFurther(ctx.Self(), m.seat)
	case *retry:
		c.catchUp(ctx.Self(), c.position())
	case *claimed:
		c.begun(ctx.Self())
	case *barrier:
		c.probe(ctx.Self())
	case *proven:
		c.prove(m)
	case *redelivered:
		c.proofs.waiting = append(c.proofs.waiting, m.list...)
	case *carriedOut:
		c.proofs.busy = false
	case *evicted:
		c.close(ctx.Self(), closeTakenOver, "a newer connection has this durable name")
	case *hungUp:
		c.hangUp(ctx, m.err)
	case *dead:
		c.log("connection cut", m.cause)
		ctx.Stop(ctx.Self())
	case *expired:
		c.out.Abort(errNoClose)
		c.socket.Abort() // an outbox that has written everything leaves the rest to the peer
		ctx.Stop(ctx.Self())
	case *drain:
		m.next, c.drains = c.drains, m
		c.close(ctx.Self(), closeGoingAway, "server is shutting down")
	case *actor.Stopping:
		c.end()
	}
}

// begin opens the conversation; a restarted actor finds it open.
func (c *live) begin(self *actor.PID) {
	switch {
	case c.out == nil:
		c.out = c.env.Routes.Outbox(c.socket, owner{c.env.Sys.Root(), self}, c.env.Limits.outbox())
		last := c.env.Log.Last()
		c.apply(self, since(last, c.link.Open(c.env.Now())), nil)
		c.opened = true
	case !c.opened: // it panicked: there is no conversation to go on with
		c.close(self, closeInternal, "internal error")
	}
	if c.reading {
		return
	}
	c.reading = true
	c.prompt()
	root := c.env.Sys.Root()
	c.env.Sys.Go(self.Id, func() { // its reader
		err := c.socket.Receive(func(f Frame) bool { return c.read(self, f) })
		root.Send(self, &hungUp{err})
	}, func(err error) { root.Send(self, &hungUp{err}) })
}

// read takes a frame on the reader's goroutine. Only messages, which wait for
// a slot, and the one close frame enter the mailbox: a peer could fill it with
// anything else. Pings are answered here.
func (c *live) read(self *actor.PID, f Frame) (more bool) {
	switch f.Kind {
	case FramePing:
		c.out.Send(face.AppendControl(nil, face.OpPong, f.Data, c.socket.Masked(), newMask()))
		return true
	case FrameMessage:
		if !c.takeSlot() {
			return false
		}
	case FramePong:
		c.ponged(self, f.Data)
		return true
	}
	c.env.Sys.Root().Send(self, &inbound{f})
	return true
}

// takeSlot waits while as many calls as allowed are in flight: the peer's
// further frames stay in the kernel.
func (c *live) takeSlot() bool {
	if c.slots == nil {
		c.slots = make(chan struct{}, c.env.Limits.inFlight())
	}
	select {
	case c.slots <- struct{}{}:
		return true
	default:
	}
	select {
	case c.slots <- struct{}{}:
		return true
	case <-c.life.context().Done():
		return false
	}
}

// take handles one frame; the reader took a slot for each message.
func (c *live) take(self *actor.PID, f Frame) {
	switch f.Kind {
	case FrameMessage:
		c.message(self, f.Data)
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
	held := slot{c.slots}
	defer held.free()
	if !c.closing {
		c.apply(self, c.link.Frame(c.env.Now(), data), &held)
	}
}

// hangUp ends the connection after the reader did. A reader that gave up on a
// frame has the peer told first. Else the peer is gone, and what is queued for
// it has nobody to read it: the next link to a target may follow at once.
func (c *live) hangUp(ctx actor.Context, err error) {
	c.log("connection ended", err)
	var broken Breach
	if errors.As(err, &broken) && !c.closing {
		c.close(ctx.Self(), broken.CloseCode(), broken.CloseReason())
		return
	}
	c.out.Finish(nil) // in order when nothing is queued
	c.out.Abort(err)
	ctx.Stop(ctx.Self())
}

// end releases everything; it runs once, when the actor stops for good. What is
// still queued has a moment to go out: the socket must not outlive its actor.
func (c *live) end() {
	defer func() {
		for d := c.drains; d != nil; d = d.next {
			d.done()
		}
	}()
	c.life.end()
	c.leaveTarget()
	if c.out == nil { // it never began
		c.socket.Abort()
		return
	}
	c.stopTimers()
	c.expiry.Stop()
	c.env.Routes.Leave(c.out)
	c.out.Finish(c.closeFrame(closeGoingAway, ""))
	time.AfterFunc(closeWait, func() { c.out.Abort(errNoClose) })
}

func (c *live) log(what string, err error) {
	c.env.Sys.Logger().Debug(what, slog.String("endpoint", c.name), slog.String("peer", c.socket.Remote()), slog.Any("error", err))
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
