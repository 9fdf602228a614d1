package conn

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"llbot/actors/system"
	"llbot/protocols/face"

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

// pendingTimer is an After effect that has not fired. Its number tells a late
// message of a replaced timer from the current one.
type pendingTimer struct {
	timer  *system.Timer
	number uint64
}

// fired is the wheel's word that a timer of the conversation ran out.
type fired struct {
	key    string
	number uint64
}

// apply carries effects out in order. With slot set the caller holds a slot:
// the first Run takes it over, or it is given back here.
func (c *live) apply(self *actor.PID, effects []face.Effect, slot bool) {
	for _, e := range effects {
		switch e := e.(type) {
		case face.Send:
			c.send(e.Payload)
		case face.Subscribe:
			c.subscribe(self, e)
		case face.After:
			c.after(self, e)
		case face.Run:
			c.run(self, e, slot)
			slot = false
		case face.Close:
			c.close(self, e.Code, e.Reason)
		}
	}
	if slot {
		<-c.slots
	}
}

func (c *live) send(payload []byte) {
	if c.Stream {
		c.out.Send(payload)
		return
	}
	framing := face.FrameServer
	if c.Socket.Masked() {
		framing = face.FrameClient
	}
	c.out.Send(face.AppendFrame(nil, framing, payload, 0, newMask()))
}

// run does what may wait on a goroutine of its own. Answers go straight to
// the outbox; whatever needs the actor comes back as a message.
func (c *live) run(self *actor.PID, r face.Run, slot bool) {
	release := func() {
		if slot {
			<-c.slots
		}
	}
	deliver := func(effects []face.Effect) {
		for i, e := range effects {
			send, ok := e.(face.Send)
			if !ok {
				c.env.Sys.Root().Send(self, &further{effects[i:]})
				return
			}
			c.send(send.Payload)
		}
	}
	c.env.Sys.Go("call on "+self.Id, func() {
		deliver(r.Do(c.ctx))
		release()
	}, func(err error) {
		if r.Fail != nil {
			deliver(r.Fail(err))
		}
		release()
	})
}

func (c *live) after(self *actor.PID, e face.After) {
	if old := c.timers[e.Key]; old != nil {
		old.timer.Stop()
		delete(c.timers, e.Key)
	}
	if e.Delay <= 0 {
		return
	}
	c.number++
	c.timers[e.Key] = &pendingTimer{
		timer:  c.env.Sys.Wheel().After(e.Delay, self, &fired{e.Key, c.number}),
		number: c.number,
	}
}

func (c *live) fire(self *actor.PID, m *fired) {
	if t := c.timers[m.key]; t == nil || t.number != m.number {
		return
	}
	delete(c.timers, m.key)
	c.apply(self, c.Link.Fire(c.env.Now(), m.key), false)
}

// close ends the conversation: a close frame behind what is queued, then the
// peer's turn to hang up.
func (c *live) close(self *actor.PID, code int, reason string) {
	c.env.Routes.Leave(c.out)
	c.out.Finish(c.closeFrame(code, reason))
	c.env.Sys.Wheel().After(closeWait, self, &expired{})
}

func (c *live) closeFrame(code int, reason string) []byte {
	if c.Stream {
		return nil
	}
	return face.AppendClose(nil, code, reason, c.Socket.Masked(), newMask())
}

func newMask() (mask [4]byte) {
	binary.NativeEndian.PutUint32(mask[:], rand.Uint32())
	return mask
}
