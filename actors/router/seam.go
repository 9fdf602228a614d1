package router

import "llbot/protocols/qq"

// seam is a shard's short memory of the events it was given, in order: what a
// joining connection has not read yet comes from here, and so does what a
// batch left undone when the shard was restarted.
type seam struct {
	events []*Event
	floor  qq.SN // everything behind floor and up to last is held
	last   qq.SN
	pushed int // since trim last looked
}

// push adds an event; a number that is not new is ignored.
func (s *seam) push(e *Event) {
	if e.SN() <= s.last {
		return
	}
	s.events = append(s.events, e)
	s.last = e.SN()
	s.pushed++
}

// after gives the events behind a number; false when some are forgotten. The
// slice is valid until the next push or trim.
func (s *seam) after(sn qq.SN) ([]*Event, bool) {
	if sn < s.floor {
		return nil, false
	}
	i := len(s.events) // looked for from the end: nearly everybody is near it
	for i > 0 && s.events[i-1].SN() > sn {
		i--
	}
	return s.events[i:], true
}

// trim forgets the oldest events beyond the limits, one event always kept. It
// looks only once in a while, so that it costs nearly nothing for each event.
func (s *seam) trim(count, bytes int) {
	if s.pushed < max(count/4, 1) {
		return
	}
	s.pushed = 0
	drop := len(s.events)
	for size := 0; drop > 0 && len(s.events)-drop < count; drop-- {
		size += s.events[drop-1].BatchBytes()
		if size > bytes && drop < len(s.events) {
			break
		}
	}
	if drop == 0 {
		return
	}
	s.floor = s.events[drop-1].SN()
	kept := copy(s.events, s.events[drop:])
	clear(s.events[kept:])
	s.events = s.events[:kept]
}
