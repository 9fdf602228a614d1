package router

import (
	"context"
	"sync"
	"sync/atomic"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// flushPiece is how much the flusher gives to the sink at once; after each
// piece it makes room.
const flushPiece = 64 << 10

// state is the stage of an outbox's life.
type state uint8

const (
	open      state = iota
	finishing       // takes nothing more, closes when the backlog is out
	over            // cut, or closed in order
)

// Outbox is the only writer of one connection: events, replies, pongs and the
// close frame all pass through it whole and in order. Writing never waits for
// the peer: what the kernel does not take is queued, and only then a goroutine
// is started, which lives until the queue is empty. Safe for concurrent use.
type Outbox struct {
	sys    *system.System
	sink   Sink
	owner  Owner
	tally  *tally
	limits Limits
	home   int // the shard that feeds it

	mu    sync.Mutex
	state state
	// backlog is what the sink has not taken, oldest first. It is not empty
	// exactly while the flusher runs, and then nobody else calls the sink.
	backlog []byte
	room    chan struct{}  // closed when there is room again; nil: nobody waits
	last    qq.SN          // all events up to here are queued
	feed    *atomic.Uint64 // live: the position of the lane, when that is further
}

// Write queues joined frames of events, or nothing: over the budget it answers
// Lagging. last is the number up to which the frames bring the connection;
// frames that bring it no further were queued before and are not written
// again. Empty frames only move the position. Frames are not kept.
func (o *Outbox) Write(frames []byte, last qq.SN) WriteResult {
	o.mu.Lock()
	if o.state == open && last != 0 && last <= o.last {
		o.mu.Unlock()
		return Accepted
	}
	result, err := o.accept(frames, o.limits.Budget)
	if result == Accepted && last != 0 {
		o.last = last
	}
	o.mu.Unlock()
	if err != nil {
		o.Abort(err)
	}
	return result
}

// Push is Write for a goroutine that reads the log: it waits until there is
// room for all of it, or nothing else is queued.
func (o *Outbox) Push(ctx context.Context, frames []byte, last qq.SN) error {
	for {
		if err := o.await(ctx, len(frames)); err != nil {
			return err
		}
		switch o.Write(frames, last) {
		case Accepted:
			return nil
		case Closed:
			return ErrClosed
		}
	}
}

// WaitRoom blocks until less than half of the budget is queued. It fails with
// ErrClosed, or with the context's error.
func (o *Outbox) WaitRoom(ctx context.Context) error { return o.await(ctx, 0) }

// HasRoom tells whether WaitRoom would return at once.
func (o *Outbox) HasRoom() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.state != open || o.roomFor(0)
}

// Send queues a reply, a pong or the like behind what is queued. It may exceed
// the budget of events; a peer that lets more than the hard limit pile up is
// cut with ErrSlow. It answers false when p will not be sent.
func (o *Outbox) Send(p []byte) bool {
	_, ok := o.Mark(p)
	return ok
}

// Mark is Send, and tells the number up to which all events stand before p: a
// peer that answers p has read them.
func (o *Outbox) Mark(p []byte) (qq.SN, bool) {
	o.mu.Lock()
	at := o.position()
	result, err := o.accept(p, o.limits.Hard)
	o.mu.Unlock()
	switch {
	case err != nil:
		o.Abort(err)
	case result == Lagging:
		o.tally.aborted.Add(1)
		o.Abort(ErrSlow)
	}
	return at, result == Accepted
}

// Position is the number up to which all events are queued or written.
func (o *Outbox) Position() qq.SN {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.position()
}

// Idle tells that the sink has taken everything.
func (o *Outbox) Idle() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.backlog) == 0
}

// Finish queues final, a close frame or nothing, behind what is queued, and
// closes the connection when all of it is written. Nothing is taken afterwards.
func (o *Outbox) Finish(final []byte) {
	o.mu.Lock()
	if o.state != open {
		o.mu.Unlock()
		return
	}
	_, err := o.accept(final, len(o.backlog)+len(final))
	o.state = finishing
	done := err == nil && len(o.backlog) == 0
	if done {
		o.state = over
	}
	o.wake()
	o.mu.Unlock()
	switch {
	case err != nil:
		o.Abort(err)
	case done:
		o.sink.Close()
	}
}

// Abort cuts the connection at once, drops what is queued and tells the owner
// the cause, unless the outbox had ended before.
func (o *Outbox) Abort(cause error) {
	o.mu.Lock()
	if o.state == over {
		o.mu.Unlock()
		return
	}
	o.state = over
	o.backlog = nil
	o.wake()
	o.mu.Unlock()
	o.sink.Abort()
	o.owner.Dead(cause)
}

// accept writes or queues p whole, or takes nothing; mu is held. An error is
// the end of the connection and for Abort to carry out, without the lock.
func (o *Outbox) accept(p []byte, limit int) (WriteResult, error) {
	switch {
	case o.state != open:
		return Closed, nil
	case len(o.backlog) == 0 && len(p) > 0:
		n, err := o.try(p)
		if err != nil {
			return Closed, err
		}
		if n < len(p) {
			o.queue(p[n:], limit)
			o.sys.Go("outbox", o.flush, o.Abort)
		}
	case len(o.backlog)+len(p) > limit && len(p) > 0:
		return Lagging, nil
	default:
		o.queue(p, limit)
	}
	o.tally.bytes.Add(uint64(len(p)))
	return Accepted, nil
}

// queue puts p behind the backlog, whose memory grows as append's does but not
// past the limit: a peer that takes nothing holds no more than it may; mu is held.
func (o *Outbox) queue(p []byte, limit int) {
	if need := len(o.backlog) + len(p); need > cap(o.backlog) {
		room := max(need, min(2*cap(o.backlog), limit))
		o.backlog = append(make([]byte, 0, room), o.backlog...)
	}
	o.backlog = append(o.backlog, p...)
}

// position is Position; mu is held.
func (o *Outbox) position() qq.SN {
	if o.feed == nil {
		return o.last
	}
	return max(o.last, qq.SN(o.feed.Load()))
}

// reach notes that the connection has everything up to sn.
func (o *Outbox) reach(sn qq.SN) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = max(o.last, sn)
}

// attach makes the outbox follow the position of a lane: events that the lane
// does not select move it too, at no cost for each connection.
func (o *Outbox) attach(feed *atomic.Uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.feed = feed
}

// detach leaves the outbox at the position it has.
func (o *Outbox) detach() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last, o.feed = o.position(), nil
}
