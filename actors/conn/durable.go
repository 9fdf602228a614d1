package conn

import (
	"encoding/binary"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

const (
	// barrierEvery is how often a Ping goes behind what was sent since the last.
	barrierEvery = 250 * time.Millisecond
	// pongWait is how long a peer has for its Pong before it is taken for one
	// that never answers.
	pongWait = 30 * time.Second
	// silence is how long a peer that is known to answer may leave a Ping
	// unanswered that the kernel has taken.
	silence = 2 * pongWait
)

// errNoPong is the end of a peer that stopped to answer.
var errNoPong = errors.New("peer stopped to answer Pings")

// barrier is the wheel's word to ask the peer for a proof of delivery.
type barrier struct{}

// proven tells that the peer answered our Ping.
type proven struct{ ping uint64 }

// evicted tells that a newer connection wants the target.
type evicted struct{}

// carriedOut tells that a redelivery is through.
type carriedOut struct{}

// redelivered tells which events were sent once more by hand.
type redelivered struct{ list []qq.SN }

// claimed tells that the target's former connection is through.
type claimed struct{ target *Target }

// Fail gives the target back when the connection ended meanwhile.
func (m *claimed) Fail(error) { m.target.release() }

// proofs are a live connection's side of a durable target: a Ping is sent
// behind events, and its Pong proves that the peer has read them. One is on its
// way at most.
type proofs struct {
	*Target
	policy Replay
	since  face.Position // where the client begins
	missed qq.SN         // events up to here were there before the link was
	pacer  pacer         // of those; the catch-up's goroutine uses it

	seat *seat // our place as the target's connection
	held bool  // the former one is through: the cursor is ours

	pings   uint64
	awaited atomic.Uint64 // number of the Ping on its way, 0 for none; the reader reads it
	at      qq.SN         // what it proves
	again   []qq.SN       // events sent once more that it proves
	waiting []qq.SN       // and those that the next one will
	sent    qq.Time       // when it went out
	blind   bool          // the peer does not answer: what is sent counts as delivered
	sentAny bool          // a Ping went out behind events of this link
	answers bool          // a Pong came on this link
	busy    bool          // a redelivery is under way
}

// claim waits, off the mailbox, until the target's former connection is
// through; it is told to go.
func (c *live) claim(self *actor.PID) {
	root, p := c.env.Sys.Root(), c.proofs
	p.seat = p.sit(func() { root.Send(self, &evicted{}) })
	c.env.Sys.Go("claim of "+p.Name, func() {
		if p.take(c.life.context()) {
			root.Send(self, &claimed{p.Target})
		}
	}, nil)
}

// begun takes the target over: the link goes on where the last one proved to
// have come, unless the client named a place itself or never proves anything.
func (c *live) begun(self *actor.PID) {
	p := c.proofs
	if p.held = true; c.closing { // leaveTarget gives it back
		return
	}
	from, last := p.since, c.env.Log.Last()
	p.missed, p.blind = last, p.proofless()
	if at := p.At(); !from.Named && at != 0 && !p.blind {
		from = Begin(face.Position{Named: true, After: at}, last)
		from.Named = false
	}
	p.since = from
	if p.blind {
		p.note(func(s *TargetStatus) { s.State = StateLiveOnly })
		c.warnLiveOnly()
	} else {
		p.note(func(s *TargetStatus) { s.State = StateUp })
	}
	c.start(self, from)
	if !from.Named {
		p.Move(c.from) // a new target has a place from here on
	}
	c.env.Sys.Wheel().After(barrierEvery, self, &barrier{})
}

// probe sends a Ping when there is something to prove, and looks after the one
// that is on its way.
func (c *live) probe(self *actor.PID) {
	p := c.proofs
	if !p.held || c.closing {
		return
	}
	c.env.Sys.Wheel().After(barrierEvery, self, &barrier{})
	c.again(self)
	at, now := c.position(), c.env.Now()
	unproven := at > p.At() || len(p.waiting) > 0
	switch {
	case p.awaited.Load() == 0 && (unproven || p.blind && now-p.sent > qq.Time(pongWait.Milliseconds())):
		c.ping(now)
	case p.awaited.Load() != 0 && p.knownToAnswer() && now-p.sent > qq.Time(silence.Milliseconds()) && c.out.Idle():
		// It hangs, or is gone and nobody said so. What it did not prove stays.
		c.out.Abort(errNoPong)
	case p.awaited.Load() != 0 && !p.blind && !p.knownToAnswer() && now-p.sent > qq.Time(pongWait.Milliseconds()):
		p.blind = true
		p.note(func(s *TargetStatus) { s.State = StateLiveOnly })
		c.warnLiveOnly()
	}
	if p.blind && unproven {
		p.advance(at)
		p.strike(p.again, p.waiting)
		p.again, p.waiting = nil, nil
	}
}

func (c *live) warnLiveOnly() {
	c.env.Sys.Logger().Warn("peer answers no Ping: it gets only what is new, and what it misses while it is away is not sent again",
		slog.String("target", c.proofs.Name), slog.String("peer", c.socket.Remote()))
}

// ping puts a Ping behind everything that is queued.
func (c *live) ping(now qq.Time) {
	p := c.proofs
	p.pings++
	p.awaited.Store(p.pings)
	payload := binary.BigEndian.AppendUint64(nil, p.pings)
	before := p.At()
	if at, ok := c.out.Mark(face.AppendControl(nil, face.OpPing, payload, c.socket.Masked(), newMask())); ok {
		p.at, p.sent = max(c.from, at), now
		p.again, p.waiting = p.waiting, nil
		p.sentAny = p.sentAny || p.at > before
	}
}

// ponged is called on the reader's goroutine with each Pong. Only the awaited
// one enters the mailbox.
func (c *live) ponged(self *actor.PID, payload []byte) {
	if c.proofs == nil || len(payload) != 8 {
		return
	}
	if n := binary.BigEndian.Uint64(payload); n != 0 && n == c.proofs.awaited.Load() {
		c.env.Sys.Root().Send(self, &proven{n})
	}
}

// prove moves the cursor to what the peer has read.
func (c *live) prove(m *proven) {
	p := c.proofs
	if !p.held || !p.awaited.CompareAndSwap(m.ping, 0) {
		return
	}
	p.answers, p.blind = true, false
	p.trust()
	p.advance(p.at)
	p.strike(p.again)
	p.again = nil
	now := c.env.Now()
	p.note(func(s *TargetStatus) { s.State, s.LastProof = StateUp, now })
}

// leaveTarget ends the connection's use of its target.
func (c *live) leaveTarget() {
	p := c.proofs
	if p == nil || p.seat == nil {
		return
	}
	p.rise(p.seat)
	if !p.held {
		return
	}
	p.held = false
	if p.sentAny && !p.answers {
		p.distrust()
	}
	p.note(func(s *TargetStatus) { s.State = StateDown })
	p.release()
}
