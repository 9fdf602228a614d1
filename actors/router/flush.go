package router

import (
	"errors"
	"fmt"
	"os"
)

// try is the sink's TryWrite; a fault in it is the end of this connection only.
func (o *Outbox) try(p []byte) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("write panicked: %v", r)
		}
	}()
	n, err = o.sink.TryWrite(p)
	return min(max(n, 0), len(p)), err
}

// flush writes the backlog out piece by piece, waiting for the peer.
func (o *Outbox) flush() {
	for piece := o.piece(0); piece != nil; piece = o.piece(len(piece)) {
		if err := o.sink.WriteAll(piece, o.limits.Stall); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, ErrStalled) {
				o.tally.aborted.Add(1)
				err = fmt.Errorf("%w for %v: %w", ErrStalled, o.limits.Stall, err)
			}
			o.Abort(err)
			return
		}
	}
}

// piece forgets the bytes that were written and gives the next to write, nil
// at the end. Others may append to the backlog while a piece is being written:
// they touch only what lies behind it.
func (o *Outbox) piece(written int) []byte {
	o.mu.Lock()
	if o.state == over {
		o.mu.Unlock()
		return nil
	}
	left := copy(o.backlog, o.backlog[written:])
	o.backlog = o.backlog[:left]
	if o.roomFor(0) {
		o.wake()
	}
	if left > 0 {
		piece := o.backlog[:min(left, flushPiece)]
		o.mu.Unlock()
		return piece
	}
	o.backlog = nil // most connections need one rarely
	done := o.state == finishing
	if done {
		o.state = over
	}
	o.mu.Unlock()
	if done {
		o.sink.Close()
	}
	return nil
}
