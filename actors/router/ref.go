package router

import (
	"context"
	"fmt"
	"time"

	"llbot/actors/system"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Ref addresses the router. All methods but Publish may be called from any
// goroutine.
type Ref struct {
	router *router
	pid    *actor.PID
}

// restartMax bounds the wait before a failing shard is tried again: meanwhile its
// connections get nothing.
const restartMax = time.Second

// Spawn starts the router and its shards under parent, nil for the root.
func Spawn(sys *system.System, parent actor.SpawnerContext, o Options) (Ref, error) {
	r := newRouter(sys, o)
	// On the synchronized dispatcher Started is handled before Spawn returns.
	pid, err := sys.Spawn(parent, "router", func() actor.Actor { return r },
		system.Spawning{Dispatcher: system.Synchronized(), Strategy: system.Backoff{Max: restartMax}.Strategy()})
	if err != nil {
		return Ref{}, err
	}
	if r.err != nil {
		sys.Root().Stop(pid)
		return Ref{}, fmt.Errorf("start the router: %w", r.err)
	}
	return Ref{r, pid}, nil
}

// PID is the router's actor, for stopping it.
func (r Ref) PID() *actor.PID { return r.pid }

// Stop lets the shards deliver what they were given, then stops the router.
// Outboxes go on: they are their owners' to finish.
func (r Ref) Stop(ctx context.Context) error {
	if err := r.router.sys.Drain(ctx, r.router.pids...); err != nil {
		return err
	}
	return r.router.sys.Stop(ctx, r.pid)
}

// Publish hands an event, which the log holds by now, to all live connections
// and tells the watchers. Events come in the order of their numbers, from one
// goroutine at a time; the event is the router's from here on. It never waits.
func (r Ref) Publish(e *Event) {
	e.desk = r.router.desk
	r.router.recent.put(e)
	r.router.tally.published.Add(1)
	r.router.keepPace()
	for i, pid := range r.router.pids {
		r.router.window.posted(i)
		r.router.sys.Root().Send(pid, e)
	}
	r.router.notify(e.SN())
}

// WaitRoom blocks while a shard has more events waiting than Options.Window:
// publishing never waits, so whoever brings events has to. It fails with the
// context's error.
func (r Ref) WaitRoom(ctx context.Context) error { return r.router.window.wait(ctx) }

// Of is the event of an entry that was read from the log, with the encodings
// that others had made of it.
func (r Ref) Of(entry *qq.Entry) *Event { return r.router.recent.Of(entry) }

// Outbox makes the writer of one connection. From here on nobody else may write
// to the sink.
func (r Ref) Outbox(sink Sink, owner Owner, l Limits) *Outbox {
	return &Outbox{
		sys: r.router.sys, sink: sink, owner: owner, tally: &r.router.tally,
		limits: l.orDefaults(), home: r.router.home(),
	}
}

// Join asks for a seat among the live connections; s.Reply gets the answer. A
// join of a seated connection is answered and changes nothing. Whatever the
// answer is, the outbox stands at s.After at least from here on: its Position
// is where to read on.
func (r Ref) Join(s Subscription) {
	if !s.Tail {
		s.Outbox.reach(s.After)
	}
	r.send(s.Outbox, &join{Subscription: s})
}

// Leave ends the live events of a connection, also of a closed one: the shard
// would keep it until the next event it wants. What is just being written may
// still come.
func (r Ref) Leave(o *Outbox) { r.send(o, &leave{o}) }

func (r Ref) send(o *Outbox, message any) {
	r.router.sys.Root().Send(r.router.pids[o.home], message)
}

// Watch calls fn with the number of each event after it went to the shards,
// for those who read the log themselves. It is called from the publisher and
// must not wait. After cancel at most the call that is under way still comes.
func (r Ref) Watch(fn func(last qq.SN)) (cancel func()) { return r.router.watch(fn) }

// Stats is what a router has done since its start, and how many it feeds.
type Stats struct {
	Published     uint64 // events
	Frames        uint64 // events delivered by shards, each connection counted
	Bytes         uint64 // taken by outboxes, replies and caught-up events included
	Lagged        uint64 // times that a connection was put out of its lane
	Aborted       uint64 // connections cut for taking too little
	EncoderPanics uint64
	Live          int // connections fed by shards now
}

// Stats reads the counters.
func (r Ref) Stats() Stats {
	t := &r.router.tally
	r.router.mu.Lock()
	live := r.router.total()
	r.router.mu.Unlock()
	return Stats{
		Published: t.published.Load(), Frames: t.frames.Load(), Bytes: t.bytes.Load(),
		Lagged: t.lagged.Load(), Aborted: t.aborted.Load(),
		EncoderPanics: r.router.desk.panics.Load(), Live: live,
	}
}
