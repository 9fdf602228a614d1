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
	// it, and what it has not seen yet stays in the log. An event that it panics
	// on is left behind.
	Do func(ctx context.Context, e *qq.Entry)
}

// SpawnSubscriber starts a subscription; draining the PID ends it.
func SpawnSubscriber(parent actor.SpawnerContext, name string, env Env, s Subscriber) (*actor.PID, error) {
	at := NewCursor()
	at.Move(s.After)
	follow := newFollower(env, s.Name, s.Want, at)
	return newWorker(env.Sys, "subscriber "+s.Name, func(ctx context.Context) error {
		return follow.run(ctx, func(ctx context.Context, e *qq.Entry) error {
			at.Move(e.SN) // whatever becomes of it
			s.Do(ctx, e)
			return nil
		})
	}).spawn(parent, name)
}
