package router

import (
	"context"
	"sync"
	"sync/atomic"
)

// window counts the events that wait in the shards' mailboxes and holds back
// those who bring more: the mailboxes themselves have no bound, and a shard
// that writes to a thousand sockets is slower than a driver that talks.
type window struct {
	size   int64
	behind []atomic.Int64 // events posted to each shard and not yet taken

	waiting atomic.Bool
	mu      sync.Mutex
	room    chan struct{} // closed when a shard has taken something; nil: nobody waits
}

func newWindow(shards, size int) *window {
	return &window{size: int64(size), behind: make([]atomic.Int64, shards)}
}

func (w *window) posted(shard int) { w.behind[shard].Add(1) }

// taken notes what a shard took from its mailbox, before anything that could
// fail is done with it.
func (w *window) taken(shard, n int) {
	w.behind[shard].Add(-int64(n))
	if !w.waiting.Load() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.room != nil {
		close(w.room)
		w.room = nil
	}
	w.waiting.Store(false)
}

func (w *window) open() bool {
	for i := range w.behind {
		if w.behind[i].Load() > w.size {
			return false
		}
	}
	return true
}

func (w *window) wait(ctx context.Context) error {
	for !w.open() {
		room := w.announce()
		if w.open() { // what was taken before we announced ourselves woke nobody
			return nil
		}
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

func (w *window) announce() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.room == nil {
		w.room = make(chan struct{})
	}
	w.waiting.Store(true)
	return w.room
}
