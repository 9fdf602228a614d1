package conn

import (
	"fmt"
	"log/slog"

	"llbot/actors/router"
	"llbot/protocols/qq"
)

// Close codes of our own (RFC 6455 §7.4.2 leaves 4000 and up to applications).
const (
	closeTakenOver = 4409 // a newer connection came under the same durable name
	closeGone      = 4410 // the events that should follow are no longer held
)

// goneError tells that the peer cannot go on where it is.
type goneError struct{ lost qq.EventsLost }

func (e *goneError) Error() string {
	if e.lost.Next == 0 {
		return fmt.Sprintf("%d is %s", e.lost.After, e.lost.Reason)
	}
	return fmt.Sprintf("events after %d are %s; the oldest is %d", e.lost.After, e.lost.Reason, e.lost.Next)
}

// The reasons of gaps.
const (
	noLongerHeld = "no longer held"
	notOurs      = "no event number of this server"
	damaged      = "lost to a damaged disk"
)

// goneText is for people.
func goneText(missing int) string {
	return fmt.Sprintf("%d event numbers to redeliver are no longer held", missing)
}

// gap goes on at the oldest entry held. The peer is told what is missing, or
// cut when it cannot be told, or was too slow for what the log holds. A durable
// target goes on in any case: its place is ours to mend.
func (c *live) gap(after qq.SN) (qq.SN, error) {
	first := c.env.Log.First()
	err := c.lost(qq.EventsLost{After: after, Next: first, Reason: noLongerHeld}, c.wasLive)
	return max(first-1, after+1), err // on, whatever the log says
}

// hole tells of records in front of an entry that were lost to damage.
func (c *live) hole(after qq.SN, e *qq.Entry) error {
	if first, any := c.env.Log.Missing(after, e.SN); any {
		return c.lost(qq.EventsLost{After: first - 1, Next: e.SN, Reason: damaged}, false)
	}
	return nil
}

// lost tells of missing events; the error is the end of a connection that
// cannot be told, or that is too slow.
func (c *live) lost(lost qq.EventsLost, slow bool) error {
	gone := &goneError{lost}
	c.env.Sys.Logger().Warn("events are missing", slog.String("endpoint", c.name),
		slog.String("peer", c.socket.Remote()), slog.String("reason", gone.Error()))
	durable := c.proofs != nil
	if durable {
		now := c.env.Now()
		c.proofs.note(func(s *TargetStatus) { s.Gaps++; s.LastError, s.LastErrorAt = gone.Error(), now })
	}
	if slow && !durable && !c.stream || !c.tell(lost) && !durable {
		return gone
	}
	return nil
}

// tell puts word of missing events on the connection, in the protocol's form;
// false when it has none.
func (c *live) tell(lost qq.EventsLost) bool {
	if c.stream {
		c.out.Send(fmt.Appendf(nil, "event: gap\ndata: {\"after\":%d,\"next\":%d,\"reason\":%q}\n\n", lost.After, lost.Next, lost.Reason))
		return true
	}
	entry := &qq.Entry{SN: max(lost.Next, c.from+1) - 1, Time: c.env.Now(), Event: &lost}
	if ids := c.sub.selection.Accounts.List(); len(ids) > 0 {
		entry.Account = ids[0]
	}
	frame := router.NewEvent(entry).Frame(c.sub.variant)
	return len(frame) > 0 && c.out.Send(frame)
}
