package upstream

import "llbot/protocols/qq"

// Origins are the keys under which events go into the log. An upstream has no
// numbers of its own for them, so a key is the time of the event with a count
// below it: rising, and the last one tells after a restart until when the log
// knows everything.
const originBits = 12

// mostAhead is how far an upstream's clock may be ahead of ours before its
// times are not believed, in milliseconds.
const mostAhead = 60_000

// originAfter is the key behind last of an event at t.
func originAfter(last uint64, t, now qq.Time) uint64 {
	t = min(t, now+mostAhead)
	if t <= 0 {
		return last + 1
	}
	return max(last+1, uint64(t)<<originBits)
}

// positioned marks the keys that are positions of an upstream: they are above
// all that are times.
const positioned = 1 << 62

// positionOf is the position that a key tells; 0 for keys that are times.
func positionOf(origin uint64) uint64 {
	if origin < positioned {
		return 0
	}
	return origin - positioned
}

// originTime is the time that a key tells; 0 for none.
func originTime(origin uint64) qq.Time {
	if origin >= positioned {
		return 0
	}
	return qq.Time(origin >> originBits)
}
