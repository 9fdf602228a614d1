package system

import (
	"container/heap"
	"math"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// Wheel posts messages to actors when their time has come; it never runs anybody's code.
//
// It is a heap with one runtime timer for the earliest entry rather than a ring of ticks:
// as little code, exact, no goroutine and no wake-up while nothing is due, and what is
// due together is posted together. With the thousands of timers that a server of ours
// holds, the logarithm does not matter.
type Wheel struct {
	root  *actor.RootContext
	begun time.Time // its clock counts from here

	mu     sync.Mutex
	queue  timerQueue
	timer  *time.Timer
	seq    uint64
	closed bool
}

// Timer is one entry of a Wheel.
type Timer struct {
	wheel   *Wheel
	pid     *actor.PID
	message any
	due     time.Duration // on the wheel's clock
	period  time.Duration // 0: once
	seq     uint64        // keeps the order of timers that are due at the same time
	index   int           // in the heap, -1 when out of it
}

func newWheel(root *actor.RootContext) *Wheel { return &Wheel{root: root, begun: time.Now()} }

// now is what the wheel's clock shows, which is never set back.
func (w *Wheel) now() time.Duration { return time.Since(w.begun) }

// in is the clock d from now; never, if that is further than it goes.
func (w *Wheel) in(d time.Duration) time.Duration {
	now := w.now()
	return now + min(d, math.MaxInt64-now)
}

// After posts message to pid once, d from now. It does nothing after Shutdown.
func (w *Wheel) After(d time.Duration, pid *actor.PID, message any) *Timer {
	return w.add(&Timer{wheel: w, pid: pid, message: message, due: w.in(d), index: -1})
}

// Every posts message to pid each period, first after one period, until it is stopped or
// the actor is gone. Beats that were missed are left out. The same message is posted each
// time. It panics when period is not positive. An actor that is restarted stops its timers
// in Restarting and Stopping; else they go on for the next incarnation.
func (w *Wheel) Every(period time.Duration, pid *actor.PID, message any) *Timer {
	if period <= 0 {
		panic("system: Every needs a positive period")
	}
	return w.add(&Timer{wheel: w, pid: pid, message: message, due: w.in(period), period: period, index: -1})
}

// Stop cancels the timer and reports whether it was still going to fire. The message may
// be on its way or in the mailbox already; an actor that must not see it then puts a
// number into the message. Stopping a nil Timer does nothing.
func (t *Timer) Stop() bool {
	if t == nil {
		return false
	}
	w := t.wheel
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&w.queue, t.index)
	if len(w.queue) == 0 {
		w.timer.Stop()
	}
	return true
}

func (w *Wheel) add(t *Timer) *Timer {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return t
	}
	w.enqueue(t)
	if t.index == 0 {
		w.arm()
	}
	return t
}

// enqueue gives the timer its place; mu is held.
func (w *Wheel) enqueue(t *Timer) {
	w.seq++
	t.seq = w.seq
	heap.Push(&w.queue, t)
}

// arm sets the runtime timer to the earliest entry; mu is held.
func (w *Wheel) arm() {
	if len(w.queue) == 0 {
		return
	}
	wait := w.queue[0].due - w.now()
	if w.timer == nil {
		w.timer = time.AfterFunc(wait, w.fire)
		return
	}
	w.timer.Reset(wait)
}

// fire posts what is due. The next wake-up is armed before, so that a synchronized actor
// that takes long here delays nobody else's later timers.
func (w *Wheel) fire() {
	for _, t := range w.collect(w.now()) {
		if t.period > 0 && !w.alive(t.pid) {
			t.Stop()
			continue
		}
		w.root.Send(t.pid, t.message)
	}
}

// collect takes the entries that are due and puts the periodic ones back.
func (w *Wheel) collect(now time.Duration) []*Timer {
	w.mu.Lock()
	defer w.mu.Unlock()
	var due []*Timer
	for len(w.queue) > 0 && w.queue[0].due <= now {
		due = append(due, heap.Pop(&w.queue).(*Timer))
	}
	for _, t := range due {
		if t.period > 0 {
			missed := (now - t.due) / t.period
			t.due += (missed + 1) * t.period
			w.enqueue(t)
		}
	}
	w.arm()
	return due
}

func (w *Wheel) alive(pid *actor.PID) bool {
	_, found := w.root.ActorSystem().ProcessRegistry.Get(pid)
	return found
}

// close drops all timers; nothing is posted afterwards but what is on its way.
func (w *Wheel) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for _, t := range w.queue {
		t.index = -1
	}
	w.queue = nil
	if w.timer != nil {
		w.timer.Stop()
	}
}
