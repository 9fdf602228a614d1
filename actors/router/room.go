package router

import (
	"context"
	"fmt"
)

// await blocks until n bytes of events have room.
func (o *Outbox) await(ctx context.Context, n int) error {
	for {
		o.mu.Lock()
		if o.state != open {
			o.mu.Unlock()
			return ErrClosed
		}
		if o.roomFor(n) {
			o.mu.Unlock()
			return nil
		}
		if o.room == nil {
			o.room = make(chan struct{})
		}
		room := o.room
		o.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return fmt.Errorf("wait for room: %w", context.Cause(ctx))
		}
	}
}

// roomFor tells whether a reader may queue n bytes; mu is held.
func (o *Outbox) roomFor(n int) bool {
	queued := len(o.backlog)
	return queued == 0 || queued < o.limits.Budget/2 && queued+n <= o.limits.Budget
}

// wake lets those who wait for room look again; mu is held.
func (o *Outbox) wake() {
	if o.room != nil {
		close(o.room)
		o.room = nil
	}
}
