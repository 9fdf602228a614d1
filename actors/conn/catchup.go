package conn

import (
	"errors"
	"time"

	"llbot/actors/router"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// subscribe joins the connection to the events: to those since it was greeted,
// or from the log when the client named a position.
func (c *live) subscribe(self *actor.PID, s face.Subscribe) {
	if c.subscribed {
		return
	}
	c.subscribed, c.sub = true, subscription{s.Selection, s.Variant, s.NoReplay}
	if c.proofs != nil {
		c.proofs.since = s.Since
		c.claim(self)
		return
	}
	c.start(self, s.Since)
}

// start begins the events at a position.
func (c *live) start(self *actor.PID, at face.Position) {
	last := c.env.Log.Last()
	c.from = last
	if at.After != 0 {
		c.from = min(at.After, last)
	}
	if at.Unknown != 0 && !c.tell(qq.EventsLost{After: at.Unknown, Reason: notOurs}) && c.proofs == nil {
		c.close(self, closeGone, (&goneError{qq.EventsLost{After: at.Unknown, Reason: notOurs}}).Error())
		return
	}
	switch {
	case at.Time != 0:
		c.from = min(c.env.Log.Seek(at.Time), last)
	case at.Named && at.After == 0: // everything that there is
		c.from = c.env.Log.First() - 1
	case !at.Named && (c.proofs == nil || c.from == last):
		c.wasLive = true
		c.join(self, router.Subscription{After: c.from})
		return
	}
	if at.Named {
		c.replayed = last
	}
	c.catchUp(self, c.from)
}

// position is the number up to which everything is queued. An outbox that was
// given nothing does not know where it began.
func (c *live) position() qq.SN { return max(c.from, c.out.Position()) }

// join asks the router for a seat; the answer comes back as a message.
func (c *live) join(self *actor.PID, s router.Subscription) {
	root := c.env.Sys.Root()
	s.Outbox, s.Selection, s.Variant = c.out, c.sub.selection, c.sub.variant
	s.Reply = func(seat router.Seat) {
		if !seat.Joined {
			root.Send(self, &behind{seat})
		}
	}
	c.env.Routes.Join(s)
}

// behind tells that the router has no seat yet: the log has to be read first.
type behind struct{ seat router.Seat }

// lagging tells that the connection has left its lane.
type lagging struct{ after qq.SN }

// caughtUp tells how far the log has been read; err is why it was not further.
type caughtUp struct {
	after qq.SN
	err   error
}

// catchUp feeds the connection from the log, off the mailbox and at the peer's
// own pace, until it has what is there.
func (c *live) catchUp(self *actor.PID, after qq.SN) {
	if c.catching || c.closing {
		return
	}
	c.catching = true
	root := c.env.Sys.Root()
	c.env.Sys.Go("catch-up of "+self.Id, func() {
		after, err := c.readOn(after)
		root.Send(self, &caughtUp{after, err})
	}, func(err error) { root.Send(self, &caughtUp{after, err}) })
}

// readOn sends everything behind after that the log holds and answers how far
// it came.
func (c *live) readOn(after qq.SN) (qq.SN, error) {
	var batch []*qq.Entry
	var frames []byte
	for {
		if !c.out.HasRoom() { // a peer that takes nothing has us hold nothing here
			batch, frames = nil, nil
			if err := c.out.WaitRoom(c.life.context()); err != nil {
				return after, err
			}
		}
		if err := c.life.context().Err(); err != nil {
			return after, err
		}
		var err error
		batch, err = c.env.Log.Read(batch[:0], after, batchSize)
		if errors.Is(err, qq.ErrCursorGone) {
			if after, err = c.gap(after); err != nil {
				return after, err
			}
			continue
		}
		if err != nil || len(batch) == 0 {
			return after, err
		}
		if frames, err = c.pass(after, batch, frames[:0]); err != nil {
			return after, err
		}
		after = batch[len(batch)-1].SN
		if err := c.out.Push(c.life.context(), frames, after); err != nil {
			return after, err
		}
	}
}

// pass gathers the frames of a batch. Where the policy sets a pace, frames go
// out one by one.
func (c *live) pass(after qq.SN, batch []*qq.Entry, frames []byte) ([]byte, error) {
	last := batch[len(batch)-1]
	_, holes := c.env.Log.Missing(after, last.SN)
	for _, e := range batch {
		if holes {
			if len(frames) > 0 { // they come before what is told
				if err := c.out.Push(c.life.context(), frames, after); err != nil {
					return nil, err
				}
				frames = frames[:0]
			}
			if err := c.hole(after, e); err != nil {
				return nil, err
			}
		}
		after = e.SN
		if !c.wants(e) {
			continue
		}
		frames = append(frames, c.env.Routes.Of(e).Frame(c.sub.variant)...)
		if gap := c.pace(e); gap > 0 && len(frames) > 0 {
			if err := c.out.Push(c.life.context(), frames, e.SN); err != nil {
				return nil, err
			}
			frames = frames[:0]
			if err := c.proofs.pacer.wait(c.life.context(), gap); err != nil {
				return nil, err
			}
		}
	}
	return frames, nil
}

// policed tells that the target's policy is in force: never at a position that
// the client named.
func (c *live) policed() bool { return c.proofs != nil && !c.proofs.since.Named }

// pace is the wait behind an entry that the target missed.
func (c *live) pace(e *qq.Entry) time.Duration {
	if !c.policed() || e.SN > c.proofs.missed {
		return 0
	}
	return c.proofs.policy.pace()
}

// wants tells whether an entry of the log is for this connection.
func (c *live) wants(e *qq.Entry) bool {
	if e.SN <= c.replayed && c.sub.noReplay != nil && c.sub.noReplay(e.Event) {
		return false
	}
	if !c.sub.selection.Wants(e) {
		return false
	}
	if !c.policed() {
		return true
	}
	reason := c.proofs.policy.leavesOut(e, c.env.Now(), e.SN <= c.proofs.missed)
	if reason != "" {
		c.proofs.leaveOut(e.SN, reason)
	}
	return reason == ""
}

// settle goes live after catching up.
func (c *live) settle(self *actor.PID, m *caughtUp) {
	c.catching = false
	var gone *goneError
	switch {
	case m.err == nil:
		c.wasLive = true
		c.join(self, router.Subscription{After: m.after})
	case errors.Is(m.err, router.ErrClosed), c.life.context().Err() != nil:
		// The end of the connection is told by its outbox or its reader.
	case errors.As(m.err, &gone):
		c.close(self, closeGone, gone.Error())
	default:
		c.log("log cannot be read", m.err)
		c.close(self, closeInternal, "the event log cannot be read")
	}
}

// seatRetry is the wait for a shard that is being restarted.
const seatRetry = 100 * time.Millisecond

// readFurther answers a join that came too late for the router's memory, or
// that hit a shard in trouble.
func (c *live) readFurther(self *actor.PID, seat router.Seat) {
	switch {
	case seat.Err == nil:
		c.catchUp(self, c.position())
	case errors.Is(seat.Err, router.ErrClosed), c.closing:
	default:
		c.env.Sys.Wheel().After(seatRetry, self, &retry{})
	}
}
