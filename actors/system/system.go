package system

import (
	"log/slog"
	"sync"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/eventstream"
)

// Options says how New sets a System up. The zero value is a quiet system of its own.
type Options struct {
	// Logger takes what actors and the library log; nil discards it.
	Logger *slog.Logger
	// Existing is an embedding program's actor system to live in. Its configuration is
	// left alone and Shutdown never shuts it down.
	Existing *actor.ActorSystem
	// Strategy supervises actors whose parent was given none; nil takes Backoff{}.
	Strategy actor.SupervisorStrategy
}

// System is one actor system with the services of this package. All methods may be
// called from any goroutine.
type System struct {
	actors   *actor.ActorSystem
	root     *actor.RootContext
	log      *slog.Logger
	wheel    *Wheel
	strategy actor.SupervisorStrategy
	owned    bool
	events   *eventstream.Subscription
	once     sync.Once
	counters counters
}

// New makes a System, with an ActorSystem of its own unless o.Existing is set.
func New(o Options) *System {
	s := &System{log: o.Logger, actors: o.Existing, strategy: o.Strategy}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.strategy == nil {
		s.strategy = Backoff{}.Strategy()
	}
	if s.actors == nil {
		s.owned = true
		s.actors = NewActors(s.log)
	}
	// A root of our own: the embedding program's may carry middleware, which costs an
	// envelope for every message.
	s.root = actor.NewRootContext(s.actors, nil)
	s.wheel = newWheel(s.root)
	s.events = s.actors.EventStream.Subscribe(s.observe)
	return s
}

// Actors returns the wrapped ActorSystem.
func (s *System) Actors() *actor.ActorSystem { return s.actors }

// Root returns the context to send and spawn with from outside any actor.
func (s *System) Root() *actor.RootContext { return s.root }

// Logger returns the logger given to New, never nil.
func (s *System) Logger() *slog.Logger { return s.log }

// Wheel returns the timers of this system.
func (s *System) Wheel() *Wheel { return s.wheel }

// Shutdown ends the timers and, if the ActorSystem is our own, shuts that down. It stops
// no actor: do that before, with Stop. Calling it again does nothing. In an embedding
// program's system, asks sent to stopped actors afterwards are answered by their deadline
// only.
func (s *System) Shutdown() {
	s.once.Do(func() {
		s.wheel.close()
		if !s.owned {
			s.actors.EventStream.Unsubscribe(s.events)
			return
		}
		if !s.actors.IsStopped() {
			s.actors.Shutdown()
		}
	})
}
