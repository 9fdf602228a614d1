package system

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// DefaultTimeout bounds an ask whose context has no deadline and whose Asks has no
// Timeout.
const DefaultTimeout = 15 * time.Second

// Asks makes asks with answers of one type and pools their cells. A ref holds one for
// each answer type; the zero value is ready and must not be copied once used.
type Asks[T any] struct {
	// Timeout bounds asks whose context has no deadline; 0 takes DefaultTimeout.
	Timeout time.Duration

	cells sync.Pool
}

// Ask calls send with a fresh Reply, which send puts into a message and tells to an
// actor, and waits for the answer. It fails with the actor's error, with an error
// matching ErrPanicked, ErrStopped or ErrTimeout, or with the context's error.
// Apart from what send allocates, nothing is allocated once the pool is warm.
func (a *Asks[T]) Ask(ctx context.Context, send func(Reply[T])) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, interrupted(err)
	}
	c := a.take()
	generation := c.state.Load() >> phaseBits
	send(Reply[T]{cell: c, generation: generation})
	select {
	case <-c.done: // an actor that runs in the sender's goroutine has answered by now
	default:
		if err := a.wait(ctx, c, generation); err != nil {
			return none, err // the cell is left to whoever still holds the Reply
		}
	}
	value, err := c.value, c.err
	a.put(c, generation)
	return value, err
}

// wait blocks until the answer, the deadline or the end of the context.
func (a *Asks[T]) wait(ctx context.Context, c *cell[T], generation uint64) error {
	var expired <-chan time.Time
	if _, bounded := ctx.Deadline(); !bounded {
		expired = c.arm(a.timeout())
		defer c.timer.Stop()
	}
	var err error
	select {
	case <-c.done:
		return nil
	case <-expired:
		err = ErrTimeout
	case <-ctx.Done():
		err = interrupted(ctx.Err())
	}
	if c.settle(generation, phaseAbandoned) {
		return err
	}
	<-c.done // the answer was being written just now: take it
	return nil
}

func (a *Asks[T]) timeout() time.Duration {
	if a.Timeout > 0 {
		return a.Timeout
	}
	return DefaultTimeout
}

func (a *Asks[T]) take() *cell[T] {
	if c, ok := a.cells.Get().(*cell[T]); ok {
		return c
	}
	return newCell[T]()
}

// put opens the next generation before anybody else can get the cell.
func (a *Asks[T]) put(c *cell[T], generation uint64) {
	var none T
	c.value, c.err = none, nil
	c.state.Store(word(generation+1, phaseWaiting))
	a.cells.Put(c)
}

// interrupted tells a deadline from a caller that went away.
func interrupted(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", ErrTimeout, err)
	}
	return fmt.Errorf("ask: %w", err)
}
