package router

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// record is the event log of a test.
type record struct {
	mu      sync.Mutex
	entries []*qq.Entry
}

func (r *record) append(e *qq.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, e)
}

func (r *record) read(after qq.SN, most int) []*qq.Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := len(r.entries)
	for i > 0 && r.entries[i-1].SN > after {
		i--
	}
	return r.entries[i:min(len(r.entries), i+most)]
}

// client is a connection with the least owner there can be: it joins, reads the
// log when told to, and now and then leaves on a whim.
type client struct {
	ref    Ref
	log    *record
	peer   *peer
	outbox *Outbox
	want   face.Selection
	by     numbers
	after  qq.SN // where it began
	tail   bool
	rand   *rand.Rand
	lags   chan qq.SN
}

// Lagging and Dead implement Owner.
func (c *client) Lagging(after qq.SN) { c.lags <- after }
func (c *client) Dead(cause error)    { c.peer.t.Errorf("dead: %v", cause) }

func newClient(t testing.TB, ref Ref, log *record, r *rand.Rand, l Limits) *client {
	c := &client{ref: ref, log: log, peer: newPeer(t, 0), rand: r, lags: make(chan qq.SN, 64)}
	c.outbox = ref.Outbox(c.peer, c, l)
	return c
}

func (c *client) join(after qq.SN, tail bool) Seat {
	seats := make(chan Seat, 1)
	c.ref.Join(Subscription{
		Outbox: c.outbox, Selection: c.want, Variant: raw(c.by), After: after, Tail: tail,
		Reply: func(s Seat) { seats <- s },
	})
	return <-seats
}

// run follows the events until ctx ends.
func (c *client) run(ctx context.Context) {
	at, tail := c.after, c.tail
	for ctx.Err() == nil {
		seat := c.join(at, tail)
		switch {
		case seat.Err != nil:
			continue // a shard that failed has started again
		case !seat.Joined:
			// A shard that had not yet heard of the leaving may have fed it meanwhile.
			at = c.read(ctx, max(at, c.outbox.Position()), seat.At)
			continue
		case tail:
			c.after, tail = seat.At, false
		}
		at = c.live(ctx)
	}
}

// live waits for the end of being fed, or ends it.
func (c *client) live(ctx context.Context) qq.SN {
	whim := time.Hour
	if c.rand.IntN(2) == 0 {
		whim = time.Duration(c.rand.IntN(300)) * time.Millisecond
	}
	select {
	case <-ctx.Done():
	case after := <-c.lags:
		return after
	case <-time.After(whim):
		c.ref.Leave(c.outbox)
	}
	return c.outbox.Position()
}

// read catches up from the log, at times further than the shards have seen.
func (c *client) read(ctx context.Context, at, to qq.SN) qq.SN {
	for at < to && ctx.Err() == nil {
		entries := c.log.read(at, 1+c.rand.IntN(20))
		var frames []byte
		for _, e := range entries {
			at = e.SN
			if c.want.Wants(e) {
				frames = append(frames, c.ref.Of(e).Frame(raw(c.by))...)
			}
		}
		if c.outbox.Push(ctx, frames, at) != nil {
			break
		}
	}
	_ = c.outbox.WaitRoom(ctx) // ends with ctx, which run looks at
	return at
}

// expected is what the peer must have got in the end.
func (c *client) expected() string {
	var text []byte
	for _, e := range c.log.read(c.after, len(c.log.entries)) {
		if c.want.Wants(e) {
			text, _ = c.by.Encode(text, e)
		}
	}
	return string(text)
}

// slowly takes what the peer is sent at an uneven pace until ctx ends.
func (c *client) slowly(ctx context.Context, r *rand.Rand) {
	for ctx.Err() == nil {
		time.Sleep(time.Duration(r.IntN(40)) * time.Millisecond)
		c.peer.allow(r.IntN(400))
	}
	c.peer.allow(-1)
}
