// Package system is the ground that every actor of llbot stands on: one wrapped
// protoactor ActorSystem with the parts that the library lacks or gets wrong.
//
//   - System: set-up, counters, stopping actors with an acknowledgement of our own.
//   - Spawn: the only way an actor is started, so that all of them have our mailbox,
//     our supervision and a guard around Receive.
//   - Asks and Reply: request and answer through pooled cells. Every ask has a deadline
//     and is answered exactly once, also when the actor panics, stops or is gone.
//   - Backoff: one-for-one supervision with true exponential back-off.
//   - Mailbox: never loses or reorders a message, hands batchable ones over in batches,
//     gives memory back, answers what was queued when it closes.
//   - Goroutines, Synchronized, Adaptive: where Receive runs.
//   - Wheel: time as messages.
//   - Go and Guard: work off the mailbox that cannot kill the process.
//
// The package knows nothing of QQ and imports nothing of ours.
package system
