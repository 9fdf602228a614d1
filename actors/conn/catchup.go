package conn

import (
	"errors"
	"log/slog"
	"time"

	"llbot/actors/router"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// subscribe joins the connection to the events: to those since it was greeted,
// or from the log when the client named a position.
func (c *live) subscribe(self *actor.PID, s face.Subscribe) {
	if c.sub != nil {
		return
	}
	c.sub = &s
	c.from = c.env.Log.Last()
	if !s.Since.Named {
		if s.Since.After != 0 {
			c.from = min(s.Since.After, c.from)
		}
		c.join(self, router.Subscription{After: c.from})
		return
	}
	after := s.Since.After
	if s.Since.Time != 0 {
		after = c.env.Log.Seek(s.Since.Time)
	}
	// A number beyond ours is of another life of the client: it gets what is new.
	c.replayed = c.from
	c.from = min(after, c.from)
	c.catchUp(self, c.from)
}

// position is the number up to which everything is queued. An outbox that was
// given nothing does not know where it began.
func (c *live) position() qq.SN { return max(c.from, c.out.Position()) }

// join asks the router for a seat; the answer comes back as a message.
func (c *live) join(self *actor.PID, s router.Subscription) {
	root := c.env.Sys.Root()
	s.Outbox, s.Selection, s.Variant = c.out, c.sub.Selection, c.sub.Variant
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
		if err := c.ctx.Err(); err != nil {
			return after, err
		}
		var err error
		batch, err = c.env.Log.Read(batch[:0], after, batchSize)
		if errors.Is(err, qq.ErrCursorGone) {
			after = c.gap(after)
			continue
		}
		if err != nil || len(batch) == 0 {
			return after, err
		}
		frames = frames[:0]
		for _, e := range batch {
			if c.wants(e) {
				frames = append(frames, c.env.Routes.Of(e).Frame(c.sub.Variant)...)
			}
		}
		last := batch[len(batch)-1].SN
		if err := c.out.Push(c.ctx, frames, last); err != nil {
			return after, err
		}
		after = last
	}
}

// wants tells whether an entry of the log is for this connection.
func (c *live) wants(e *qq.Entry) bool {
	if e.SN <= c.replayed && c.sub.NoReplay != nil && c.sub.NoReplay(e.Event) {
		return false
	}
	return c.sub.Selection.Wants(e)
}

// gap says what the log no longer holds and goes on at the oldest entry.
func (c *live) gap(after qq.SN) qq.SN {
	first := c.env.Log.First()
	c.env.Sys.Logger().Warn("events are no longer held", slog.String("endpoint", c.Name),
		slog.String("peer", c.Socket.Remote()), slog.Uint64("after", uint64(after)), slog.Uint64("next", uint64(first)))
	if c.Stream {
		c.out.Send([]byte(": events before the next one are no longer held\n\n"))
	}
	return max(first-1, after+1) // on, whatever the log says
}

// settle goes live after catching up.
func (c *live) settle(self *actor.PID, m *caughtUp) {
	c.catching = false
	switch {
	case m.err == nil:
		c.join(self, router.Subscription{After: m.after})
	case errors.Is(m.err, router.ErrClosed), c.ctx.Err() != nil:
		// The end of the connection is told by its outbox or its reader.
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
