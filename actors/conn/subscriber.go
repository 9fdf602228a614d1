package conn

import (
	"context"

	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Subscriber is somebody inside the process who wants events.
type Subscriber struct {
	Name string
	Want face.Selection
	// After is the number behind which to begin; 0 begins with the next event.
	After qq.SN
	// Do gets each event in order. It may take its time: nobody else waits for
	// it, and what it has not seen yet stays in the log.
	Do func(ctx context.Context, e *qq.Entry)
}

// SpawnSubscriber starts a subscription; stopping the PID ends it.
func SpawnSubscriber(parent actor.SpawnerContext, name string, env Env, s Subscriber) (*actor.PID, error) {
	state := &subscriber{Subscriber: &s, env: env, follow: newFollower(env, s.Name, s.Want), work: newWorker()}
	if s.After != 0 {
		state.follow.after = s.After
	}
	return env.Sys.Spawn(parent, name, func() actor.Actor { return &subscriberActor{state} }, spawning())
}

type subscriber struct {
	*Subscriber
	env    Env
	follow *follower
	work   *worker
}

type subscriberActor struct{ *subscriber }

func (s *subscriberActor) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.start(ctx.Self())
	case *drain:
		s.work.finish(m, s.env.Sys, ctx.Self())
	case *ended:
		if m.err != nil && s.work.ctx.Err() == nil {
			s.follow.skip()
			s.start(ctx.Self())
		}
	case *actor.Stopping:
		s.work.cancel()
	}
}

func (s *subscriberActor) start(self *actor.PID) {
	s.work.start(s.env.Sys, "subscriber "+s.Name, func(ctx context.Context) {
		_ = s.follow.run(ctx, func(ctx context.Context, e *qq.Entry) error {
			s.Do(ctx, e)
			return nil
		})
	}, func(err error) { s.env.Sys.Root().Send(self, &ended{err}) })
}
