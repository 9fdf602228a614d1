package milky

import (
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// heartbeatEvery is how often a silent SSE stream gets a comment, so that
// proxies keep it open.
const heartbeatEvery = 20 * time.Second

const heartbeatKey = "heartbeat"

// link is an event stream: it subscribes at once and says nothing else. What
// a WebSocket client sends is ignored, whatever it is (the Go SDK sends
// heartbeats of its own).
type link struct {
	stream    bool
	subscribe face.Subscribe
	served    bool // the account was there when the link was made
}

// Link starts the conversation of an event stream.
func (s *Server) Link(talk face.Talk, dir face.Directory) face.Link {
	l := &link{stream: talk.Stream, subscribe: face.Subscribe{
		Variant: face.Variant{Encoder: Encoder{}, Framing: face.FrameServer},
		Since:   talk.Since,
	}}
	if talk.Stream {
		l.subscribe.Variant.Framing = face.FrameSSEMilky
	}
	caller, ok := account(dir, talk.Account)
	if ok {
		l.served = true
		l.subscribe.Selection = face.Selection{
			Accounts: face.AccountsOf(caller.Account()), ReportSelf: s.options.ReportSelf,
		}
	}
	return l
}

// Open subscribes; there is no greeting.
func (l *link) Open(qq.Time) []face.Effect {
	if !l.served {
		return []face.Effect{face.Close{Code: 1013, Reason: "the account is not served here any more"}}
	}
	effects := []face.Effect{l.subscribe}
	if l.stream {
		effects = append(effects, face.After{Key: heartbeatKey, Delay: heartbeatEvery})
	}
	return effects
}

// Frame ignores what came in.
func (l *link) Frame(qq.Time, []byte) []face.Effect { return nil }

// Fire writes the keep-alive comment.
func (l *link) Fire(_ qq.Time, key string) []face.Effect {
	if key != heartbeatKey {
		return nil
	}
	return []face.Effect{
		face.Send{Payload: []byte(": heartbeat\n\n")},
		face.After{Key: heartbeatKey, Delay: heartbeatEvery},
	}
}
