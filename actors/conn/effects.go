package conn

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"time"

	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// Close codes of RFC 6455 §7.4.1.
const (
	closeNormal    = 1000
	closeGoingAway = 1001
	closeNoStatus  = 1005
	closeInternal  = 1011
)

// closeWait is how long a peer has to answer our close frame.
const closeWait = 2 * time.Second

// fired is an After effect, and the wheel's word that its time has come. A late
// one that was replaced is not among the pending any more.
type fired struct {
	key   string
	timer *system.Timer
	next  *fired // of the connection's pending ones, nil for the last
}

// apply carries effects out in order. The first Run takes over the slot that
// the caller holds, if it holds one.
func (c *live) apply(self *actor.PID, effects []face.Effect, slot *slot) {
	for _, e := range effects {
		switch e := e.(type) {
		case face.Send:
			c.send(e.Payload)
		case face.Subscribe:
			c.subscribe(self, e)
		case face.After:
			c.after(self, e)
		case face.Run:
			c.run(self, e, slot.pass())
		case face.Close:
			c.close(self, e.Code, e.Reason)
		}
	}
}

// slot is the right of one inbound message to be worked on: a reader waits
// while all are taken. It is given back once, by whoever holds it last.
type slot struct{ of chan struct{} }

// pass hands the slot over to the result, which may be empty.
func (s *slot) pass() (passed slot) {
	if s != nil {
		passed, s.of = *s, nil
	}
	return passed
}

// free gives the slot back, unless it was passed on.
func (s *slot) free() {
	if s.of != nil {
		<-s.of
		s.of = nil
	}
}

func (c *live) send(payload []byte) {
	if c.stream {
		c.out.Send(payload)
		return
	}
	framing := face.FrameServer
	if c.socket.Masked() {
		framing = face.FrameClient
	}
	c.out.Send(face.AppendFrame(nil, framing, payload, 0, newMask()))
}

// run does what may wait on a goroutine of its own. Answers go straight to
// the outbox; whatever needs the actor comes back as a message.
func (c *live) run(self *actor.PID, r face.Run, slot slot) {
	asked, ctx := c.env.Log.Last(), context.Background() // what a stream says by itself is brief
	if !c.stream {
		ctx = c.life.context()
	}
	deliver := func(effects []face.Effect) {
		for i, e := range effects {
			send, ok := e.(face.Send)
			if !ok {
				c.env.Sys.Root().Send(self, &further{since(asked, effects[i:])})
				return
			}
			c.send(send.Payload)
		}
	}
	c.env.Sys.Go("call on "+self.Id, func() {
		deliver(r.Do(ctx))
		slot.free()
	}, func(err error) {
		defer slot.free()
		if r.Fail != nil {
			deliver(r.Fail(err))
		}
	})
}

// since notes where the events begin of a client that nobody noted it for yet:
// whatever happens behind the greeting, which may come before the subscription,
// is for it. last is the end of the log before the greeting.
func since(last qq.SN, effects []face.Effect) []face.Effect {
	for i, e := range effects {
		if s, ok := e.(face.Subscribe); ok {
			s.Since = Begin(s.Since, last)
			effects[i] = s
		}
	}
	return effects
}

// Begin is where a client begins that is greeted when the log ends at last: at
// the position that it named, or behind last. A number beyond last was never
// given: the client is told, and gets what is new.
func Begin(p face.Position, last qq.SN) face.Position {
	switch {
	case p.Named && p.Time == 0 && p.After > last:
		return face.Position{After: last, Unknown: p.After}
	case !p.Named && p.After == 0:
		p.After = last
	}
	return p
}

func (c *live) after(self *actor.PID, e face.After) {
	if t := c.forget(func(t *fired) bool { return t.key == e.Key }); t != nil {
		t.timer.Stop()
	}
	if e.Delay <= 0 || c.closing {
		return
	}
	t := &fired{key: e.Key}
	t.timer = c.env.Sys.Wheel().After(e.Delay, self, t)
	t.next, c.timers = c.timers, t
}

// forget takes the pending timer that is meant off the list; nil when there is none.
func (c *live) forget(meant func(*fired) bool) *fired {
	for at := &c.timers; *at != nil; at = &(*at).next {
		if t := *at; meant(t) {
			*at = t.next
			return t
		}
	}
	return nil
}

func (c *live) fire(self *actor.PID, m *fired) {
	if c.forget(func(t *fired) bool { return t == m }) == nil {
		return
	}
	c.apply(self, c.link.Fire(c.env.Now(), m.key), nil)
}

// close ends the conversation: a close frame behind what is queued, then the
// peer's turn to hang up. What it still says is not listened to.
func (c *live) close(self *actor.PID, code int, reason string) {
	if c.closing {
		return
	}
	c.closing = true
	c.stopTimers()
	c.env.Routes.Leave(c.out)
	c.out.Finish(c.closeFrame(code, reason))
	c.expiry = c.env.Sys.Wheel().After(closeWait, self, &expired{})
}

func (c *live) stopTimers() {
	for t := c.timers; t != nil; t = t.next {
		t.timer.Stop()
	}
	c.timers = nil
}

func (c *live) closeFrame(code int, reason string) []byte {
	if c.stream {
		return nil
	}
	return face.AppendClose(nil, code, reason, c.socket.Masked(), newMask())
}

func newMask() (mask [4]byte) {
	binary.NativeEndian.PutUint32(mask[:], rand.Uint32())
	return mask
}
