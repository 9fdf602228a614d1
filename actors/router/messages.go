package router

import (
	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// Subscription is a connection's wish for events.
type Subscription struct {
	Outbox    *Outbox
	Selection face.Selection
	Variant   face.Variant
	// After is the number that the connection has everything up to. Tail asks
	// for what comes from now on instead. After must not lie beyond the log's
	// end: the answer would wait for the log to get there.
	After qq.SN
	Tail  bool
	// Reply gets the answer, exactly once; it only posts to a mailbox.
	Reply func(Seat)
}

// Seat is the answer to a Subscription.
type Seat struct {
	// Joined: the events behind At come by themselves from now on, all those up
	// to At are queued. Not joined: read the log up to At, then join again.
	Joined bool
	At     qq.SN
	// Err, when set, says that there is no seat: ErrClosed, or an error of
	// package system. Nothing behind Outbox.Position was queued.
	Err error
}

// join asks a shard for a seat.
type join struct {
	Subscription
	answered bool
}

var _ system.Asker = (*join)(nil)

func (j *join) answer(seat Seat) {
	if j.answered {
		return
	}
	j.answered = true
	if j.Reply != nil {
		j.Reply(seat)
	}
}

// Fail implements system.Asker.
func (j *join) Fail(err error) { j.answer(Seat{Err: err}) }

// leave asks a shard to feed a connection no longer.
type leave struct{ outbox *Outbox }
