package eventlog

import (
	"fmt"
	"maps"
	"slices"

	"llbot/protocols/qq"
)

// chunkBytes is the size from which on records go into another chunk.
const chunkBytes = 256 << 10

// maxRoom is the greatest text of an event whose memory is used again.
const maxRoom = 16 << 10

// spareChunks is how many are kept for another use.
const spareChunks = 16

// chunk is a run of records on its way to the disk.
type chunk struct {
	text  []byte
	items []item
}

// lead makes the first record begin a group.
func (c *chunk) lead() { markLead(c.text, c.items[0].size) }

// behind is the text from a place on, all of it when that lies before it.
func (c *chunk) behind(at int64) []byte {
	return c.text[min(max(at, 0), int64(len(c.text))):]
}

// item is one record of a chunk.
type item struct {
	entry    *qq.Entry
	size     int
	accepted func(error)
}

// Append gives e its number and keeps it; e and all else of it belong to the
// log from here on. An entry whose origin the log already has for its account,
// be it still on its way to the disk, is dropped: fresh is false.
//
// accepted, which may be nil, is called once when fresh is true: under Batch
// with nil before Append returns; under Strict from one goroutine, in the order
// of numbers, with nil after the sync or with the reason why the entry is not
// in the log. It must not block. When Append fails it is not called.
//
// Append does not wait for the disk: it fails with ErrBusy when too much waits
// already, with ErrFull or ErrFailed while the disk does not serve, and with
// ErrClosed.
func (l *Log) Append(e *qq.Entry, accepted func(error)) (fresh bool, err error) {
	room, _ := l.rooms.Get().(*[]byte)
	if room == nil {
		room = new([]byte)
	}
	payload, err := qq.AppendEvent((*room)[:0], e.Event)
	if err != nil {
		return false, err
	}
	fresh, err = l.append(e, payload, accepted)
	if cap(payload) <= maxRoom {
		*room = payload
		l.rooms.Put(room)
	}
	return fresh, err
}

func (l *Log) append(e *qq.Entry, payload []byte, accepted func(error)) (fresh bool, err error) {
	if len(payload) > maxPayload {
		return false, fmt.Errorf("%d bytes: %w", len(payload), ErrTooBig)
	}
	strict := l.opt.Durability == Strict
	l.mu.Lock()
	fresh, err = l.admit(e, recordHead+len(payload))
	if !fresh || err != nil {
		l.mu.Unlock()
		return false, err
	}
	e.SN = l.next
	l.next++
	l.last = e.SN
	c := l.openChunk()
	start := len(c.text)
	c.text = appendRecord(c.text, record{sn: e.SN, account: e.Account, origin: e.Origin, time: e.Time, payload: payload})
	it := item{entry: e, size: len(c.text) - start}
	if strict {
		it.accepted = accepted
	}
	c.items = append(c.items, it)
	l.pending += int64(it.size)
	l.tail.push(e, it.size)
	l.mu.Unlock()
	l.figures.appended.Add(1)
	l.ring()
	if !strict && accepted != nil {
		accepted(nil)
	}
	return true, nil
}

// admit decides whether e may come in, and notes its origin. The lock is held.
func (l *Log) admit(e *qq.Entry, size int) (fresh bool, err error) {
	switch {
	case l.closing:
		return false, ErrClosed
	case l.trouble != nil:
		return false, l.trouble
	}
	if e.Origin != 0 && e.Origin <= l.appended[e.Account] {
		l.figures.repeats.Add(1)
		return false, nil
	}
	if l.pending+int64(size) > l.opt.PendingBytes && l.pending > 0 {
		l.figures.refused.Add(1)
		return false, fmt.Errorf("%d bytes wait: %w", l.pending, ErrBusy)
	}
	if l.next > l.numbers.end {
		l.figures.refused.Add(1)
		l.ring()
		return false, fmt.Errorf("no numbers are reserved: %w", ErrBusy)
	}
	if e.Origin != 0 {
		l.appended[e.Account] = e.Origin
	}
	return true, nil
}

// openChunk is the chunk that takes the next record. The lock is held.
func (l *Log) openChunk() *chunk {
	if n := len(l.queue); n > 0 && len(l.queue[n-1].text) < chunkBytes {
		return l.queue[n-1]
	}
	c := &chunk{}
	if n := len(l.spare); n > 0 {
		c, l.spare = l.spare[n-1], l.spare[:n-1]
	}
	l.queue = append(l.queue, c)
	return c
}

// reuse takes chunks back that are done with.
func (l *Log) reuse(chunks []*chunk) {
	for _, c := range chunks {
		clear(c.items)
		c.text, c.items = c.text[:0], c.items[:0]
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range chunks {
		if len(l.spare) < spareChunks && cap(c.text) <= 2*chunkBytes {
			l.spare = append(l.spare, c)
		}
	}
}

// ring wakes the writer.
func (l *Log) ring() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// tell answers those who wait for chunks: nil when they are on disk, or why
// they are not in the log.
func tell(chunks []*chunk, err error) {
	for _, c := range chunks {
		for _, it := range c.items {
			if it.accepted != nil {
				it.accepted(err)
			}
		}
	}
}

// withdraw takes everything that is not synced out of the log again, as if it
// had never come, and answers it. The lock is held.
func (l *Log) withdraw(taken []*chunk) []*chunk {
	all := append(slices.Clone(taken), l.queue...)
	l.queue, l.pending = nil, 0
	l.appended = maps.Clone(l.stored)
	l.tail.cut(l.synced)
	return all
}
