package router

import "time"

// paceEvents is over how many events the pace is measured: the clock costs
// nearly nothing so, and a short burst changes nothing.
const paceEvents = 256

// pace tells whether events come fast. Only the publisher touches it.
type pace struct {
	limit time.Duration // from event to event; 0 or less: never fast
	count int
	since time.Time
	fast  bool
}

// event counts one event that so many connections get; changed tells that fast
// did. To be slow again events must come four times as slowly, so that it does
// not go to and fro. The publisher that writes to all of them itself cannot be
// faster than that takes: the more there are, the less is fast.
func (p *pace) event(conns int) (changed bool) {
	if p.limit <= 0 {
		return false
	}
	if p.count++; p.count < paceEvents {
		return false
	}
	now, limit := time.Now(), p.limit*time.Duration(max(conns, 1))
	if p.fast {
		limit *= 4
	}
	fast := now.Sub(p.since) < paceEvents*limit
	changed = fast != p.fast
	p.count, p.since, p.fast = 0, now, fast
	return changed
}
