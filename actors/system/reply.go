package system

import (
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// Asker is a message somebody waits for an answer to. The guard, closing mailboxes and
// the dead-letter listener fail what they find to be one; embedding a Reply makes a
// message an Asker.
type Asker interface {
	// Fail answers with an error. It does nothing if the ask was answered or abandoned.
	Fail(err error)
}

// fail answers a message that carries an ask, also inside an envelope.
func fail(message any, err error) {
	if asker, ok := actor.UnwrapEnvelopeMessage(message).(Asker); ok {
		asker.Fail(err)
	}
}

// The phases of one use of a cell; they share a word with the generation, which counts
// the uses.
const (
	phaseWaiting uint64 = iota + 1
	phaseAnswered
	phaseAbandoned

	phaseBits = 2
)

// cell is the place one answer is put into. Cells are pooled; the generation keeps an
// actor that answers twice, or late, from answering the next ask that uses the cell.
type cell[T any] struct {
	state atomic.Uint64 // generation<<phaseBits | phase
	done  chan struct{} // capacity 1, one token for each answered generation
	timer *time.Timer   // made when first needed
	value T
	err   error
}

// word is the state of a cell in one phase of one use.
func word(generation, phase uint64) uint64 { return generation<<phaseBits | phase }

func newCell[T any]() *cell[T] {
	c := &cell[T]{done: make(chan struct{}, 1)}
	c.state.Store(word(0, phaseWaiting))
	return c
}

// arm returns a channel that fires after d.
func (c *cell[T]) arm(d time.Duration) <-chan time.Time {
	if c.timer == nil {
		c.timer = time.NewTimer(d)
	} else {
		c.timer.Reset(d)
	}
	return c.timer.C
}

// settle moves this generation from waiting to the phase; only one caller succeeds.
func (c *cell[T]) settle(generation, phase uint64) bool {
	return c.state.CompareAndSwap(word(generation, phaseWaiting), word(generation, phase))
}

// Reply is the actor's end of one ask: a value to embed in the message, copied freely,
// used from any goroutine, after Receive too. The first answer counts, later ones and
// those after the asker left do nothing. The zero Reply takes answers for nobody.
type Reply[T any] struct {
	cell       *cell[T]
	generation uint64
}

// Answer gives the asker its result and reports whether it was still waiting.
func (r Reply[T]) Answer(value T) bool { return r.resolve(value, nil) }

// Fail gives the asker an error instead of a result.
func (r Reply[T]) Fail(err error) {
	var none T
	r.resolve(none, err)
}

// Waiting reports whether an answer would still be taken; work for an asker that left
// can be skipped.
func (r Reply[T]) Waiting() bool {
	return r.cell != nil && r.cell.state.Load() == word(r.generation, phaseWaiting)
}

// resolve claims the cell before it writes, so that nothing is written for an asker that
// left; after the token is sent the cell belongs to the asker again.
func (r Reply[T]) resolve(value T, err error) bool {
	if r.cell == nil || !r.cell.settle(r.generation, phaseAnswered) {
		return false
	}
	r.cell.value, r.cell.err = value, err
	r.cell.done <- struct{}{}
	return true
}
