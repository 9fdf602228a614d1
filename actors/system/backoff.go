package system

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// What the zero fields of a Backoff mean.
const (
	DefaultInitial    = 50 * time.Millisecond
	DefaultMax        = 30 * time.Second
	DefaultResetAfter = time.Minute
)

// Backoff describes one-for-one supervision: a child that fails is restarted, at once
// the first time, then after Initial, 2·Initial, 4·Initial … up to Max. Messages that
// wait in its mailbox are kept. Siblings are left alone.
type Backoff struct {
	Initial time.Duration // the delay of the second restart in a row; 0: DefaultInitial
	Max     time.Duration // no delay is longer; 0: DefaultMax
	// Steady turns the jitter off. By default each delay is drawn evenly between 0 and
	// its full length, so that actors that failed together do not come back together.
	Steady bool
	// ResetAfter is how long a child must have lived since its last restart to be
	// forgiven; 0: DefaultResetAfter.
	ResetAfter time.Duration
	// GiveUp stops a child at its GiveUp+1st failure; 0 never does.
	GiveUp int
	// Within is the time in which the failures count for GiveUp; 0: since the child was
	// last forgiven. Delays use this time up too.
	Within time.Duration
	// OnGiveUp, when set, is told each child that is stopped so, in the goroutine of the
	// supervisor (of the child, for one without a parent). It must not block. The parent
	// gets its Terminated as well.
	OnGiveUp func(child *actor.PID, reason error)
}

// Strategy makes the strategy. One value may serve many supervisors: it remembers the
// failures of each child and forgets them in time.
func (b Backoff) Strategy() actor.SupervisorStrategy {
	b.Initial = or(b.Initial, DefaultInitial)
	b.Max = or(b.Max, DefaultMax)
	b.ResetAfter = or(b.ResetAfter, DefaultResetAfter)
	return &backoff{
		Backoff:  b,
		children: map[*actor.RestartStatistics]*failures{},
		sweepAt:  minSweep,
		draw:     func(d time.Duration) time.Duration { return rand.N(d + 1) },
	}
}

// backoff is the strategy at work. The library's RestartStatistics serve only as the
// child's identity: they keep every failure for ever.
type backoff struct {
	Backoff
	draw func(time.Duration) time.Duration // evenly between 0 and its argument

	mu       sync.Mutex
	children map[*actor.RestartStatistics]*failures
	sweepAt  int // forget the forgiven when this many children are remembered
}

// HandleFailure implements actor.SupervisorStrategy. It never waits: a later restart is
// scheduled, and the supervisor goes on with its mailbox.
func (s *backoff) HandleFailure(system *actor.ActorSystem, supervisor actor.Supervisor, child *actor.PID,
	stats *actor.RestartStatistics, reason, _ any,
) {
	verdict, delay := s.record(stats, time.Now())
	switch verdict {
	case stopChild:
		publish(system, child, reason, actor.StopDirective)
		supervisor.StopChildren(child)
		s.giveUp(system, child, reason)
	case restartNow:
		publish(system, child, reason, actor.RestartDirective)
		supervisor.RestartChildren(child)
	case restartLater:
		publish(system, child, reason, actor.RestartDirective)
		// The child may be stopping or gone by then: its mailbox drops the message.
		time.AfterFunc(delay, func() {
			s.released(stats)
			supervisor.RestartChildren(child)
		})
	case restartPending:
	}
}

// giveUp tells the owner; a panic there must not hit the supervisor.
func (s *backoff) giveUp(system *actor.ActorSystem, child *actor.PID, reason any) {
	if s.OnGiveUp == nil {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			system.Logger().Error("OnGiveUp panicked", "panic", r)
		}
	}()
	err, ok := reason.(error)
	if !ok {
		err = fmt.Errorf("%w: %s: %v", ErrPanicked, child.Id, reason)
	}
	s.OnGiveUp(child, err)
}

// publish reports a decision as the library's own strategies do.
func publish(system *actor.ActorSystem, child *actor.PID, reason any, directive actor.Directive) {
	system.EventStream.Publish(&actor.SupervisorEvent{Child: child, Reason: reason, Directive: directive})
}
