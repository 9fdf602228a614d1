package onebot11

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
)

// caller asks an upstream for actions. The error is a *qq.Error, with the
// outcome unknown when the upstream may have done it.
type caller interface {
	call(ctx context.Context, c onebot11.Call) (onebot11.Answer, error)
}

// echoes are the calls over a WebSocket that wait for their answers.
type echoes struct {
	send func(frame []byte) error

	mu      sync.Mutex
	waiting map[string]chan onebot11.Answer
	last    uint64
	ended   error // no call is taken any more
	done    chan struct{}
}

func newEchoes(send func([]byte) error) *echoes {
	return &echoes{send: send, waiting: map[string]chan onebot11.Answer{}, done: make(chan struct{})}
}

func (e *echoes) call(ctx context.Context, c onebot11.Call) (onebot11.Answer, error) {
	echo, answer, err := e.begin()
	if err != nil {
		return onebot11.Answer{}, err
	}
	defer e.forget(echo)
	frame, err := c.Frame(echo)
	if err != nil {
		return onebot11.Answer{}, err
	}
	if err := e.send(frame); err != nil {
		return onebot11.Answer{}, unanswered(c, err)
	}
	select {
	case a := <-answer:
		return a, nil
	case <-ctx.Done():
		return onebot11.Answer{}, unanswered(c, ctx.Err())
	case <-e.done:
		return onebot11.Answer{}, unanswered(c, e.why())
	}
}

func unanswered(c onebot11.Call, err error) error {
	return &qq.Error{Kind: qq.ErrTimeout, Text: fmt.Sprintf("the upstream did not answer %s: %v", c.Action, err), Outcome: qq.Unknown, Cause: err}
}

func (e *echoes) begin() (string, chan onebot11.Answer, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended != nil {
		return "", nil, qq.Errorf(qq.ErrOffline, "the link to the upstream has ended: %w", e.ended)
	}
	e.last++
	echo := "llbot-" + strconv.FormatUint(e.last, 36)
	answer := make(chan onebot11.Answer, 1)
	e.waiting[echo] = answer
	return echo, answer, nil
}

func (e *echoes) forget(echo string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.waiting, echo)
}

// answered hands an answer to who waits for it; false when nobody does.
func (e *echoes) answered(a onebot11.Answer) bool {
	e.mu.Lock()
	answer := e.waiting[a.Echo]
	delete(e.waiting, a.Echo)
	e.mu.Unlock()
	if answer == nil {
		return false
	}
	answer <- a
	return true
}

// end refuses all calls from now on and ends those that wait.
func (e *echoes) end(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended == nil {
		e.ended = err
		close(e.done)
	}
}

func (e *echoes) why() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ended
}
