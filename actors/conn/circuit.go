package conn

import (
	"log/slog"
	"sync/atomic"

	"llbot/protocols/qq"
)

// opensAfter is how many tries in a row have to fail for a target's circuit to
// open.
const opensAfter = 5

// circuit keeps a webhook target's state: for people, and for what is a replay.
// An open circuit is probed by the events in hand, at the pace of their
// back-off; the first proof closes it. Safe for concurrent use.
type circuit struct {
	env    Env
	target *Target
	failed atomic.Int64  // tries in a row
	away   atomic.Bool   // it could not take an event, and has not taken one since
	mark   atomic.Uint64 // entries up to it were there before the target could take them
}

// begin tells that the target is served from now on. It counts as up until a
// try fails: there is no link that could be down.
func (c *circuit) begin() {
	mark := c.target.opened.Swap(0)
	if mark == 0 {
		mark = uint64(c.env.Log.Last())
	}
	c.mark.Store(mark)
	c.target.note(func(s *TargetStatus) {
		if s.State == StateDown {
			s.State = StateUp
		}
	})
}

// end tells that the target is no longer served.
func (c *circuit) end() {
	c.target.note(func(s *TargetStatus) { s.State, s.Tries, s.NextTry = StateDown, 0, 0 })
}

// missed tells whether an entry was there before the target could take it.
func (c *circuit) missed(sn qq.SN) bool { return uint64(sn) <= c.mark.Load() }

// proved notes a delivery.
func (c *circuit) proved() {
	failed := c.failed.Swap(0)
	if c.away.Swap(false) {
		c.mark.Store(uint64(c.env.Log.Last()))
	}
	if failed >= opensAfter {
		c.env.Sys.Logger().Info("target takes events again", slog.String("target", c.target.Name))
	}
	c.target.note(func(s *TargetStatus) {
		s.State, s.Tries, s.NextTry = StateUp, 0, 0
		s.Delivered++
		s.LastProof = c.env.Now()
	})
}

// fault notes a try that failed. What is delivered by hand tells nothing about
// the events that come by themselves.
func (c *circuit) fault(d *delivery, o outcome) {
	if o.away && !d.byHand {
		c.away.Store(true)
	}
	state, failed := StateRetrying, c.failed.Load()
	if !d.byHand {
		failed = c.failed.Add(1)
	}
	if failed >= opensAfter {
		state = StateOpen
		d.replayed = d.replayed || o.away // by the time that it is taken, it was missed
	}
	if failed == opensAfter && !d.byHand {
		c.env.Sys.Logger().Warn("target takes no events; it is probed on", slog.String("target", c.target.Name), slog.String("reason", o.reason))
	}
	now := c.env.Now()
	c.target.note(func(s *TargetStatus) {
		s.Retries++
		s.LastError, s.LastErrorAt = o.reason, now
		switch {
		case d.byHand:
		case !o.final:
			s.State, s.Tries, s.NextTry = state, d.tries, now+qq.Time(o.wait.Milliseconds())
		case state == StateOpen:
			s.State, s.Tries, s.NextTry = state, 0, 0
		default: // it answers, and nothing is in hand
			s.State, s.Tries, s.NextTry = StateUp, 0, 0
		}
	})
}

// noisy tells that a failed try is worth a line: once the circuit is open
// people know.
func (c *circuit) noisy() bool { return c.failed.Load() <= opensAfter }

// trouble notes what is no failed try.
func (c *circuit) trouble(reason string) {
	c.target.note(func(s *TargetStatus) { s.LastError, s.LastErrorAt = reason, c.env.Now() })
}

// gap notes that events had left the log.
func (c *circuit) gap(reason string) {
	c.trouble(reason)
	c.target.note(func(s *TargetStatus) { s.Gaps++ })
}
