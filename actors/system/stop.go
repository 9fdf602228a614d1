package system

import (
	"context"
	"fmt"
	"sync"

	"github.com/asynkron/protoactor-go/actor"
)

// Stop stops actors with all their descendants and returns when they are gone; messages
// that wait in their mailboxes are refused. It must not be called from Receive. When ctx
// ends first it returns the context's error, matching ErrTimeout for a deadline, and the
// actors go on stopping.
func (s *System) Stop(ctx context.Context, pids ...*actor.PID) error {
	return s.end(ctx, s.root.Stop, pids)
}

// Drain is Stop, but each actor first handles the messages that wait in its mailbox. An
// actor whose restart is held back by its supervisor drains only after that.
func (s *System) Drain(ctx context.Context, pids ...*actor.PID) error {
	return s.end(ctx, s.root.Poison, pids)
}

func (s *System) end(ctx context.Context, end func(*actor.PID), pids []*actor.PID) error {
	f := newFarewell(pids)
	registry := s.actors.ProcessRegistry
	self, _ := registry.Add(f, "farewell"+registry.NextId())
	defer registry.Remove(self)
	for _, pid := range pids {
		process, _ := registry.Get(pid) // the dead-letter process answers for a dead one
		process.SendSystemMessage(pid, &actor.Watch{Watcher: self})
		end(pid)
	}
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop: %d of %d actors still there: %w", f.remaining(), len(pids), interrupted(ctx.Err()))
	}
}

// farewell is a process that waits for the end of some actors. The library's futures for
// this always wait ten seconds at most.
type farewell struct {
	mu   sync.Mutex
	left map[string]struct{}
	done chan struct{}
}

var _ actor.Process = (*farewell)(nil)

func newFarewell(pids []*actor.PID) *farewell {
	f := &farewell{left: make(map[string]struct{}, len(pids)), done: make(chan struct{})}
	for _, pid := range pids {
		f.left[key(pid)] = struct{}{}
	}
	if len(pids) == 0 {
		close(f.done)
	}
	return f
}

func key(pid *actor.PID) string { return pid.Address + "/" + pid.Id }

// SendSystemMessage takes the news of an actor's end.
func (f *farewell) SendSystemMessage(_ *actor.PID, message any) {
	gone, ok := message.(*actor.Terminated)
	if !ok {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	before := len(f.left)
	delete(f.left, key(gone.Who))
	if before > 0 && len(f.left) == 0 {
		close(f.done)
	}
}

// SendUserMessage ignores what nobody should send.
func (f *farewell) SendUserMessage(*actor.PID, any) {}

// Stop does nothing: a farewell ends by itself.
func (f *farewell) Stop(*actor.PID) {}

func (f *farewell) remaining() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.left)
}
