package system

import (
	"fmt"

	"github.com/asynkron/protoactor-go/actor"
)

// Spawning says how an actor runs. The zero value is a plain actor on goroutines under
// the system's strategy.
type Spawning struct {
	// Dispatcher says where Receive runs; nil takes Goroutines.
	Dispatcher actor.Dispatcher
	// Batch, when set, makes Batchable messages arrive in a *Batch.
	Batch *BatchLimits
	// Strategy supervises the children of this actor; nil takes the system's. A Receive
	// type that is a strategy itself is not asked.
	Strategy actor.SupervisorStrategy
	// Guardian supervises this actor when it has no parent; nil takes the system's.
	Guardian actor.SupervisorStrategy
}

// Spawn starts an actor under parent, which is the context of the parent actor's Receive,
// or nil for the root. The producer runs now and again at each restart; what it captures
// survives. It returns actor.ErrNameExists when the name is taken among the siblings and
// an error matching ErrPanicked when the producer panics.
func (s *System) Spawn(parent actor.SpawnerContext, name string, producer actor.Producer, how Spawning) (pid *actor.PID, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.counters.panics.Add(1)
			pid, err = nil, fmt.Errorf("spawn %q: %w", name, recovered(name, r))
		}
	}()
	props := s.props(producer, how)
	if parent == nil {
		parent = s.root
	}
	if _, isRoot := parent.(*actor.RootContext); isRoot {
		props.Configure(actor.WithGuardian(or(how.Guardian, s.strategy)))
	}
	if pid, err = parent.SpawnNamed(props, name); err != nil {
		return nil, fmt.Errorf("spawn %q: %w", name, err)
	}
	return pid, nil
}

// props are made for each actor anew: the guard must know the mailbox that it closes.
func (s *System) props(producer actor.Producer, how Spawning) *actor.Props {
	mailbox := NewMailbox(MailboxOptions{Batch: how.Batch, Refused: s.refuse})
	return actor.PropsFromProducerWithActorSystem(
		func(*actor.ActorSystem) actor.Actor { return &guard{inner: producer(), system: s, mailbox: mailbox} },
		actor.WithMailbox(func() actor.Mailbox { return mailbox }),
		actor.WithDispatcher(or(how.Dispatcher, Goroutines())),
		actor.WithSupervisor(or(how.Strategy, s.strategy)),
	)
}

// or returns the chosen value, or the other when nothing was chosen.
func or[T comparable](chosen, other T) T {
	var none T
	if chosen != none {
		return chosen
	}
	return other
}

// typeName names a message in logs without its content, which may be private.
func typeName(message any) string { return fmt.Sprintf("%T", actor.UnwrapEnvelopeMessage(message)) }
