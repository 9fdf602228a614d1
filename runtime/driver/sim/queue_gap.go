package sim

// start begins a run that knows last; false when one is on already.
func (q *queue) start(last uint64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running {
		return false
	}
	q.running, q.ended = true, make(chan struct{})
	switch {
	case last == 0:
	case last < q.resume:
		if q.durable {
			q.gapUntil = max(q.gapUntil, recordOf(q.resume))
		}
		q.resume = last
	default:
		q.resume = last
		q.forget(last)
	}
	q.signal()
	return true
}

// forget drops what the log holds: everything with an origin up to last.
func (q *queue) forget(last uint64) {
	full := q.len() >= q.size
	kept := q.items[:0]
	for _, it := range q.items[q.head:] {
		if it.Origin != 0 && it.Origin <= last {
			it.receipt.lose()
		} else {
			kept = append(kept, it)
		}
	}
	clear(q.items[len(kept):])
	q.items, q.head = kept, 0
	if full && q.len() < q.size {
		q.wakeWaiting()
	}
}

// gap tells which events the journal has to give before the queue goes on:
// those above the origin after, up to the record until.
func (q *queue) gap() (after, until uint64, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.resume, q.gapUntil, q.gapUntil != 0
}

// filledGap says that the journal gave everything up to record until.
func (q *queue) filledGap(until uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.gapUntil == until {
		q.gapUntil = 0
	}
	q.resume = max(q.resume, lastOrigin(until))
	q.forget(q.resume)
	q.wakeWaiting()
}
