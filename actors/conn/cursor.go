package conn

import (
	"context"
	"sync/atomic"

	"llbot/protocols/qq"
)

// Cursor is where a reader has come to in the log: everything up to it is done
// with. Whoever wants a reader to go on after its actor is gone holds the
// Cursor. Nobody works from one before its former user is through.
type Cursor struct {
	after atomic.Uint64
	used  chan struct{}  // cap 1
	keep  func(to qq.SN) // where it is kept beyond this process, or nil; never waits
}

// NewCursor is nowhere yet: a reader begins with the next event.
func NewCursor() *Cursor { return &Cursor{used: make(chan struct{}, 1)} }

// take waits for the former user; false when ctx ended before.
func (c *Cursor) take(ctx context.Context) bool {
	select {
	case c.used <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *Cursor) release() { <-c.used }

// At is the number of the last entry that is done with, 0 for nowhere yet.
func (c *Cursor) At() qq.SN { return qq.SN(c.after.Load()) }

// Move sets the cursor. A kept one goes forward only, in its keeping.
func (c *Cursor) Move(to qq.SN) {
	if c.after.Swap(uint64(to)) != uint64(to) && c.keep != nil {
		c.keep(to)
	}
}
