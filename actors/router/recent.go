package router

import (
	"sync/atomic"

	"llbot/protocols/qq"
)

// Recent holds the latest events by number in a fixed number of slots, so that
// those who read entries from the log share the encodings of the live ones and
// of each other. It is a cache: a slot holds one event of those that fall to
// it, and forgetting one costs an encoding and no more. Safe for concurrent use.
type Recent struct {
	slots []atomic.Pointer[Event] // a power of two
	desk  *desk
}

func newRecent(slots int, f *desk) *Recent {
	n := 1
	for n < slots {
		n *= 2
	}
	return &Recent{slots: make([]atomic.Pointer[Event], n), desk: f}
}

// Of is the event of an entry: the one known by its number, or a new one.
func (r *Recent) Of(entry *qq.Entry) *Event {
	slot := r.slot(entry.SN)
	var mine *Event
	for {
		held := slot.Load()
		if held != nil && held.SN() == entry.SN {
			return held
		}
		if mine == nil {
			mine = newEvent(entry, r.desk)
		}
		if slot.CompareAndSwap(held, mine) {
			return mine
		}
	}
}

// put makes a live event known.
func (r *Recent) put(e *Event) { r.slot(e.SN()).Store(e) }

func (r *Recent) slot(sn qq.SN) *atomic.Pointer[Event] {
	return &r.slots[uint64(sn)&uint64(len(r.slots)-1)]
}
