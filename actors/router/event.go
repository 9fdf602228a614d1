package router

import (
	"encoding/binary"
	"math/rand/v2"
	"sync/atomic"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// unknownSize is what an event counts before anybody had it encoded.
const unknownSize = 1 << 10

// Event is one log entry on its way to the connections, with its encodings:
// each is made when first asked for and then shared. Safe for concurrent use.
type Event struct {
	entry     *qq.Entry
	mask      [4]byte // one key for all reverse links: they are different peers
	desk      *desk
	size      atomic.Int64
	encodings atomic.Pointer[encoding] // grows at the head, nothing is taken out
	claimed   atomic.Bool
	first     encoding // of whoever claimed it: most events have one
}

// NewEvent wraps an entry that has its number. Nothing is encoded yet.
func NewEvent(entry *qq.Entry) *Event { return newEvent(entry, nil) }

func newEvent(entry *qq.Entry, f *desk) *Event {
	e := &Event{entry: entry, desk: f}
	binary.NativeEndian.PutUint32(e.mask[:], rand.Uint32())
	e.size.Store(unknownSize)
	return e
}

// Entry is the log entry; nobody may change it.
func (e *Event) Entry() *qq.Entry { return e.entry }

// SN is the entry's number.
func (e *Event) SN() qq.SN { return e.entry.SN }

// BatchBytes implements system.Batchable: the size of the largest encoding
// made so far, a guess before the first.
func (e *Event) BatchBytes() int { return int(e.size.Load()) }

// Frame is the event in one form, ready for the wire; nil when the face has
// nothing to say about it, or its encoder panicked. The bytes are shared and
// must not be changed or appended to.
func (e *Event) Frame(v face.Variant) []byte {
	if v.Encoder == nil {
		return nil
	}
	return e.encoding(v.Encoder).frame(e, v.Framing)
}

// encoding finds the slot of an encoder or adds it. Two goroutines that add at
// the same time agree through the compare-and-swap.
func (e *Event) encoding(by face.Encoder) *encoding {
	var mine *encoding
	for {
		head := e.encodings.Load()
		for c := head; c != nil; c = c.next {
			if c.encoder == by {
				return c
			}
		}
		if mine == nil {
			mine = e.room()
			mine.encoder = by
		}
		mine.next = head
		if e.encodings.CompareAndSwap(head, mine) {
			return mine
		}
	}
}

// room is a slot that nobody else has.
func (e *Event) room() *encoding {
	if e.claimed.CompareAndSwap(false, true) {
		return &e.first
	}
	return &encoding{}
}

// grow notes the size of an encoding.
func (e *Event) grow(n int) {
	for known := e.size.Load(); int64(n) > known || known == unknownSize; known = e.size.Load() {
		if e.size.CompareAndSwap(known, int64(n)) {
			return
		}
	}
}
