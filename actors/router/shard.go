package router

import (
	"llbot/actors/system"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

const (
	// joinedBytes is the most bytes of one joined write, as much as the kernel's
	// send buffer takes; a larger frame goes alone.
	joinedBytes = 128 << 10
	// keepScratch is how large a buffer for joining may stay.
	keepScratch = 2 * joinedBytes
)

// shard feeds a part of the connections. The value outlives restarts of its
// actor and is valid after a panic at any line: an event is in the seam before
// anything is done with it, a lane's position moves when all its members have
// the bytes, and an outbox takes the same events only once. So whatever a panic
// left undone is done by delivering again from each lane's position.
type shard struct {
	hub     *hub
	index   int
	seam    seam
	lanes   map[laneKey]*lane
	seats   map[*Outbox]*lane
	parked  []*join // they have read further than we have seen
	scratch []byte
}

func newShard(h *hub, index int, last qq.SN) *shard {
	return &shard{
		hub: h, index: index,
		seam:  seam{floor: last, last: last},
		lanes: map[laneKey]*lane{}, seats: map[*Outbox]*lane{},
	}
}

// Receive implements actor.Actor.
func (s *shard) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *system.Batch:
		s.batch(m)
	case *join:
		s.join(m)
	case *leave:
		s.leave(m.outbox)
	case *actor.Started:
		s.deliver()
	case *actor.Stopping:
		s.close()
	}
}

// batch takes what the mailbox handed over.
func (s *shard) batch(b *system.Batch) {
	s.hub.window.taken(s.index, len(b.Items))
	for _, item := range b.Items {
		s.seam.push(item.(*Event))
	}
	s.deliver()
}

// deliver brings every lane to the end of the seam. The seam is trimmed only
// afterwards: until then it holds what the lanes need.
func (s *shard) deliver() {
	for _, l := range s.lanes {
		events, _ := s.seam.after(l.at())
		for len(events) > 0 && len(l.members) > 0 {
			events = s.advance(l, events)
		}
	}
	s.seam.trim(s.hub.options.Seam, s.hub.options.SeamBytes)
	if cap(s.scratch) > keepScratch {
		s.scratch = nil
	}
	s.unpark()
}

// advance gives a lane its next joined write and answers the events left over.
func (s *shard) advance(l *lane, events []*Event) []*Event {
	c, rest, scratch := gather(l, events, joinedBytes, s.scratch)
	s.scratch = scratch
	if c.frames > 0 {
		s.spread(l, c)
	}
	l.position.Store(uint64(c.last))
	return rest
}

// spread writes a chunk to each member. Those that do not take it are put out;
// from the end, so that the last member, which takes the empty place, has had
// its turn.
func (s *shard) spread(l *lane, c chunk) {
	served := 0
	for i := len(l.members) - 1; i >= 0; i-- {
		o := l.members[i]
		switch o.Write(c.bytes, c.last) {
		case Accepted:
			served++
		case Lagging:
			s.unseat(o)
			s.hub.tally.lagged.Add(1)
			o.owner.Lagging(o.Position())
		case Closed:
			s.unseat(o)
		}
	}
	s.hub.tally.frames.Add(uint64(served * c.frames))
}

// join seats a connection at the end of what the shard has seen. One that has
// read further, since the log is ahead of us, waits until we are there.
func (s *shard) join(j *join) {
	if s.seats[j.Outbox] != nil {
		j.answer(Seat{Joined: true, At: s.seam.last})
		return
	}
	if j.Tail {
		j.After = s.seam.last
	}
	// A join that is repeated after a fault may have queued more than it knows.
	j.After = max(j.After, j.Outbox.Position())
	if j.After > s.seam.last {
		s.parked = append(s.parked, j)
		return
	}
	s.admit(j)
}

// admit queues what the connection has not read yet, if that is little and
// there is room, and seats it.
func (s *shard) admit(j *join) {
	last := s.seam.last
	c, ok := s.missed(j)
	if !ok {
		j.answer(Seat{At: last})
		return
	}
	switch j.Outbox.Write(c.bytes, last) {
	case Lagging:
		j.answer(Seat{At: last})
	case Closed:
		j.Fail(ErrClosed)
	case Accepted:
		s.hub.tally.frames.Add(uint64(c.frames))
		s.seat(j)
		j.answer(Seat{Joined: true, At: last})
	}
}

// missed joins what lies between the connection and the end of the seam; false
// when that is forgotten in part or too much for one write.
func (s *shard) missed(j *join) (chunk, bool) {
	events, ok := s.seam.after(j.After)
	if !ok {
		return chunk{}, false
	}
	l := newLane(laneKey{j.Selection, j.Variant}, s.seam.last)
	c, rest, scratch := gather(l, events, j.Outbox.limits.Budget/2, s.scratch)
	s.scratch = scratch
	return c, len(rest) == 0
}

// unpark admits those that the shard has caught up with.
func (s *shard) unpark() {
	for i := len(s.parked) - 1; i >= 0; i-- {
		if j := s.parked[i]; j.After <= s.seam.last {
			s.unparkAt(i)
			s.admit(j)
		}
	}
}

func (s *shard) unparkAt(i int) {
	end := len(s.parked) - 1
	s.parked[i] = s.parked[end]
	s.parked[end] = nil
	s.parked = s.parked[:end]
}

// seat puts a connection into its lane, between two batches: all lanes stand at
// the end of the seam then.
func (s *shard) seat(j *join) {
	key := laneKey{j.Selection, j.Variant}
	l := s.lanes[key]
	if l == nil {
		l = newLane(key, s.seam.last)
		s.lanes[key] = l
	}
	s.seats[j.Outbox] = l
	l.members = append(l.members, j.Outbox)
	j.Outbox.attach(&l.position)
	s.hub.seated(s.index, len(s.seats))
}

// unseat takes a connection out of its lane, and the lane away when it was the
// last.
func (s *shard) unseat(o *Outbox) {
	l := s.seats[o]
	if l == nil {
		return
	}
	o.detach()
	l.drop(o)
	delete(s.seats, o)
	if len(l.members) == 0 {
		delete(s.lanes, l.laneKey)
	}
	s.hub.seated(s.index, len(s.seats))
}

// leave forgets a connection, seated or parked.
func (s *shard) leave(o *Outbox) {
	s.unseat(o)
	for i := len(s.parked) - 1; i >= 0; i-- {
		if j := s.parked[i]; j.Outbox == o {
			s.unparkAt(i)
			j.Fail(ErrClosed)
		}
	}
}

// close answers those who still wait when the shard stops.
func (s *shard) close() {
	for len(s.parked) > 0 {
		j := s.parked[0]
		s.unparkAt(0)
		j.Fail(system.ErrStopped)
	}
}
