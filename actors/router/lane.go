package router

import (
	"sync/atomic"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// laneKey is what the connections of one lane have in common: their bytes are
// the same.
type laneKey struct {
	selection face.Selection
	variant   face.Variant
}

// lane is the connections of one shard that get the same bytes.
type lane struct {
	laneKey
	members []*Outbox
	// position is the number up to which every member has everything. Outboxes
	// read it from other goroutines.
	position atomic.Uint64
}

func newLane(key laneKey, at qq.SN) *lane {
	l := &lane{laneKey: key}
	l.position.Store(uint64(at))
	return l
}

func (l *lane) at() qq.SN { return qq.SN(l.position.Load()) }

// frame is the event as the lane's members get it; nil when they do not.
func (l *lane) frame(e *Event) []byte {
	if !l.selection.Wants(e.Entry()) {
		return nil
	}
	return e.Frame(l.variant)
}

// drop takes a member out. The order of the others changes.
func (l *lane) drop(o *Outbox) {
	for i := len(l.members) - 1; i >= 0; i-- {
		if l.members[i] == o {
			l.dropAt(i)
			return
		}
	}
}

func (l *lane) dropAt(i int) {
	end := len(l.members) - 1
	l.members[i] = l.members[end]
	l.members[end] = nil
	l.members = l.members[:end]
}

// chunk is joined frames that go out in one write.
type chunk struct {
	bytes  []byte
	frames int
	last   qq.SN // the last event looked at, wanted or not
}

// gather joins the frames that l wants of events, as many as fit into limit and
// one at least. It answers the events left over. A single frame is not copied;
// more are joined in scratch, which is handed back for the next time.
func gather(l *lane, events []*Event, limit int, scratch []byte) (c chunk, rest []*Event, _ []byte) {
	for i, e := range events {
		frame := l.frame(e)
		switch {
		case frame == nil:
		case c.frames == 0:
			c.bytes = frame
		case len(c.bytes)+len(frame) > limit:
			return c, events[i:], scratch
		case c.frames == 1:
			scratch = append(append(scratch[:0], c.bytes...), frame...)
			c.bytes = scratch
		default:
			scratch = append(scratch, frame...)
			c.bytes = scratch
		}
		if frame != nil {
			c.frames++
		}
		c.last = e.SN()
	}
	return c, nil, scratch
}
