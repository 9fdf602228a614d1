package system

import (
	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/eventstream"
)

// replaceDeadLetterHandling gives a new ActorSystem an event stream without the library's
// dead-letter listeners. Those start a goroutine with a timer to throttle a log that we do
// not want, whatever they are configured to; what they do for correctness is done here.
func replaceDeadLetterHandling(system *actor.ActorSystem) {
	system.EventStream = eventstream.NewEventStream()
	system.EventStream.Subscribe(func(event any) {
		letter, ok := event.(*actor.DeadLetterEvent)
		if !ok {
			return
		}
		if letter.Sender != nil { // spares a future of the library its timeout
			system.Root.Send(letter.Sender, &actor.DeadLetterResponse{})
		}
		if watch, ok := letter.Message.(*actor.Watch); ok {
			watcher, _ := system.ProcessRegistry.Get(watch.Watcher)
			watcher.SendSystemMessage(watch.Watcher, &actor.Terminated{
				Who: letter.PID,
				Why: actor.TerminatedReason_NotFound,
			})
		}
	})
}
