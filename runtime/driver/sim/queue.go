package sim

import (
	"context"
	"slices"
	"sync"

	"llbot/protocols/qq"
)

// overflow is how many times its size a queue may grow before what waits in it
// is left to the journal.
const overflow = 4

// queue holds the events of one account that are still to be emitted.
type queue struct {
	size    int
	durable bool // what is left out can be derived again from the journal

	mu       sync.Mutex
	items    []item // what waits, from head on
	newest   uint64 // the greatest origin that was put in
	record   uint64 // whose events are being put in
	slots    int    // how many events of that record there were so far
	head     int
	resume   uint64              // origin of the last event that was emitted, or was there before the queue
	gapUntil uint64              // events of records up to this one, above resume, are in the journal only
	owed     map[uint64]*receipt // by origin: receipts of events that the journal has to give
	dropped  int                 // events lost since there is no journal
	running  bool
	ended    chan struct{} // closed when the run that is on ends
	closed   bool
	broken   error         // ends the run that is on
	filled   chan struct{} // one token: something was put in, or the queue closed
	drained  chan struct{} // closed and renewed when there may be room again
}

// item is an event that waits. A receipt is told what became of it.
type item struct {
	qq.Emission
	receipt *receipt
	synced  uint64 // the record that must be on disk before the event is told, 0 for most
}

func newQueue(size int, durable bool, record uint64) *queue {
	return &queue{
		size: size, durable: durable, resume: lastOrigin(record),
		filled: make(chan struct{}, 1), drained: make(chan struct{}), owed: map[uint64]*receipt{},
	}
}

// slotsOfRecord is how many events of one record an account can be told.
const slotsOfRecord = 16

// originOf is the key of an account's i-th event of a record. It is fixed, so
// that the journal gives every event with the key it had, whatever faults did
// to those before it: one that never came leaves its key unused. An event that
// comes behind its time, a second copy or a late one, has no key: the log would
// take its own for a repeat, and any other is that of another event.
func originOf(record uint64, i int) uint64 { return record*slotsOfRecord + uint64(i) }

// lastOrigin is the greatest key that a record's events can have.
func lastOrigin(record uint64) uint64 { return originOf(record, slotsOfRecord-1) }

// recordOf is the record that an event came from.
func recordOf(origin uint64) uint64 { return origin / slotsOfRecord }

func (q *queue) len() int { return len(q.items) - q.head }

// slot is the origin of a record's next event, whether that is put in or not.
// Called for every event in the order of records, under the world's lock.
func (q *queue) slot(record uint64) uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.record != record {
		q.record, q.slots = record, 0
	}
	q.slots++
	return originOf(record, q.slots-1)
}

// put adds an event of a record, without its origin when one behind it was put
// in before. Called under the world's lock.
func (q *queue) put(origin uint64, r record, e qq.Event, paper *receipt) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.len() >= q.size*overflow {
		q.spill()
	}
	if origin <= q.newest {
		origin = 0
	} else {
		q.newest = origin
	}
	it := item{Emission: qq.Emission{Origin: origin, Time: r.time, Event: e}, receipt: paper}
	if r.nonce != "" {
		it.synced = r.number
	}
	q.items = append(q.items, it)
	q.signal()
}

// spill empties a queue that nobody reads: into the journal, which holds
// everything that has an origin, or for good.
func (q *queue) spill() {
	for _, it := range q.items[q.head:] {
		if !q.durable || it.Origin == 0 {
			it.receipt.lose()
			q.dropped++
		} else if it.receipt != nil {
			q.owed[it.Origin] = it.receipt
		}
	}
	if q.durable {
		q.gapUntil = recordOf(q.newest)
	}
	q.items, q.head = nil, 0
	q.wakeWaiting()
}

// wakeWaiting lets those who wait for room ask again.
func (q *queue) wakeWaiting() {
	close(q.drained)
	q.drained = make(chan struct{})
}

func (q *queue) signal() {
	select {
	case q.filled <- struct{}{}:
	default:
	}
}

func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running = false
	close(q.ended)
}

// next waits for the first event that waits and leaves it in the queue; ok is
// false when the journal has to be asked first, or the queue is closed.
func (q *queue) next(ctx context.Context) (it item, ok bool, err error) {
	for {
		q.mu.Lock()
		closed, gap := q.closed, q.gapUntil != 0
		if err := q.broken; err != nil {
			q.broken = nil
			q.mu.Unlock()
			return item{}, false, err
		}
		if !closed && !gap && q.len() > 0 {
			it := q.items[q.head]
			q.mu.Unlock()
			return it, true, ctx.Err()
		}
		q.mu.Unlock()
		if closed {
			return item{}, false, errClosed()
		}
		if gap {
			return item{}, false, nil
		}
		select {
		case <-q.filled:
		case <-ctx.Done():
			return item{}, false, ctx.Err()
		}
	}
}

// emitted takes the event with that origin, or the first when it has none, off
// the queue.
func (q *queue) emitted(origin uint64, sn qq.SN) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if origin != 0 {
		q.resume = origin
	}
	if r := q.owed[origin]; r != nil {
		r.sign(sn)
		delete(q.owed, origin)
	}
	if q.len() == 0 || q.items[q.head].Origin != origin {
		return
	}
	q.items[q.head].receipt.sign(sn)
	q.pop()
}

func (q *queue) pop() {
	q.items[q.head] = item{}
	q.head++
	if q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
	} else if q.head >= 1024 && q.head*2 >= len(q.items) {
		q.items, q.head = slices.Delete(q.items, 0, q.head), 0
	}
	if q.len() == q.size-1 {
		q.wakeWaiting()
	}
}

// room gives nil, or a channel that is closed when it is worth asking again.
// A queue whose driver does not run has room: nothing would ever make it.
func (q *queue) room() (drained, ended <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.running || q.len() < q.size && q.gapUntil == 0 {
		return nil, nil
	}
	return q.drained, q.ended
}

// run gives a channel that is closed when the present run ends, nil when none is on.
func (q *queue) run() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.running {
		return nil
	}
	return q.ended
}

// cut ends the run that is on, if any.
func (q *queue) cut(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running {
		q.broken = err
		q.signal()
	}
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.signal()
}

// lost tells how many events were dropped for good since the last call.
func (q *queue) lost() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := q.dropped
	q.dropped = 0
	return n
}
