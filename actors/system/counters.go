package system

import (
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
)

// Stats is what happened in a System since it was made.
type Stats struct {
	DeadLetters     uint64 // user messages that no actor received
	Panics          uint64 // panics in Receive, each followed by supervision
	LifecyclePanics uint64 // panics swallowed in Stopping, Stopped and Restarting handlers
	WorkPanics      uint64 // panics in functions run by Go and Guard
	Restarts        uint64 // restarts decided by supervision
	GivenUp         uint64 // actors stopped by supervision
}

type counters struct {
	deadLetters, panics, lifecyclePanics, workPanics, restarts, givenUp atomic.Uint64
}

// Stats returns the counters, each read atomically.
func (s *System) Stats() Stats {
	c := &s.counters
	return Stats{
		DeadLetters:     c.deadLetters.Load(),
		Panics:          c.panics.Load(),
		LifecyclePanics: c.lifecyclePanics.Load(),
		WorkPanics:      c.workPanics.Load(),
		Restarts:        c.restarts.Load(),
		GivenUp:         c.givenUp.Load(),
	}
}

// DeadLetters counts the user messages that no actor received: sent to an actor that is
// gone, or still queued when it stopped.
func (s *System) DeadLetters() uint64 { return s.counters.deadLetters.Load() }

// observe listens to the library's event stream, in the goroutine of the publisher.
func (s *System) observe(event any) {
	switch e := event.(type) {
	case *actor.DeadLetterEvent:
		s.refuse(e.Message)
	case *actor.SupervisorEvent:
		switch e.Directive {
		case actor.RestartDirective:
			s.counters.restarts.Add(1)
		case actor.StopDirective:
			s.counters.givenUp.Add(1)
		}
	}
}

// refuse counts a message that no actor will receive and answers its asker at once. The
// library's own messages to the dead (stop, watch, poison) are routine and not counted.
func (s *System) refuse(message any) {
	switch actor.UnwrapEnvelopeMessage(message).(type) {
	case actor.SystemMessage, actor.AutoReceiveMessage, actor.MailboxMessage:
		return
	}
	s.counters.deadLetters.Add(1)
	fail(message, ErrStopped)
}
