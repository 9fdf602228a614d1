package conn

import (
	"strings"
	"time"

	"llbot/protocols/qq"
)

// Replay says what a target gets of what it missed. Requests and notices it
// always gets; the policy is about messages, and about the pace of all.
type Replay struct {
	MaxAge   time.Duration // of messages; 0: any age
	Rate     int           // replayed events a second; 0: as fast as they go
	Messages bool          // messages that were missed are delivered at all
}

// leavesOut tells why the policy leaves an entry out, "" when it does not.
// missed tells that the entry was there before the target could take it. What
// was not missed is never too old: a simulated world may have a clock that is
// far behind ours.
func (r Replay) leavesOut(e *qq.Entry, now qq.Time, missed bool) string {
	if _, message := e.Event.(*qq.MessageReceived); !message {
		return ""
	}
	switch {
	case missed && !r.Messages:
		return "missed messages are not replayed"
	case missed && r.MaxAge > 0 && now-e.Time > qq.Time(r.MaxAge.Milliseconds()):
		return "older than " + shortly(r.MaxAge)
	}
	return ""
}

// pace is the wait between replayed events, 0 for none.
func (r Replay) pace() time.Duration {
	if r.Rate <= 0 {
		return 0
	}
	return time.Second / time.Duration(r.Rate)
}

// shortly writes 24h0m0s as 24h.
func shortly(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
