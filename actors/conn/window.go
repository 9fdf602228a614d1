package conn

import (
	"context"
	"slices"
	"sync"

	"llbot/protocols/qq"
)

// window bounds how many events are in flight to one target and moves the
// cursor over those that are done with, without leaving a hole: an event may
// begin only while fewer than the window's size lie between it and the oldest
// that is not done with. So no more than that come twice after a crash.
type window struct {
	cursor *Cursor
	room   chan struct{} // holds one for each place taken

	mu     sync.Mutex
	read   qq.SN   // everything up to it has begun, or is for others
	places []place // in order of their numbers
}

type place struct {
	sn   qq.SN
	done bool
}

func newWindow(cursor *Cursor, size int) *window {
	return &window{cursor: cursor, room: make(chan struct{}, size), read: cursor.At()}
}

// enter takes a place for an event once there is one; the events come in order.
func (w *window) enter(ctx context.Context, sn qq.SN) error {
	select {
	case w.room <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.places = append(w.places, place{sn: sn})
	return nil
}

// leave tells that an event is done with.
func (w *window) leave(sn qq.SN) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.places, func(p place) bool { return p.sn == sn })
	w.places[i].done = true
	w.read = max(w.read, sn)
	w.move()
}

// passed tells that everything up to a number has begun, or is for others.
func (w *window) passed(to qq.SN) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read = max(w.read, to)
	w.move()
}

// move frees the places up to the oldest event that is not done with, and
// brings the cursor there.
func (w *window) move() {
	to := w.read
	for len(w.places) > 0 {
		oldest := w.places[0]
		if !oldest.done {
			to = max(w.cursor.At(), min(to, oldest.sn-1))
			break
		}
		w.places = slices.Delete(w.places, 0, 1)
		<-w.room
	}
	w.cursor.Move(to)
}
