package onebot11

import (
	"context"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// link is one connection's conversation, of a socket of either direction or of
// a stream.
type link struct {
	*core
	caller  qq.Caller
	events  bool // lifecycle, events and heartbeats go out
	actions bool // requests are taken
	// numbered events carry _sn: the client goes by positions.
	numbered bool
	framing  face.Framing
	every    time.Duration  // heartbeat, 0 = none
	since    *face.Position // nil once the events are asked for
}

// beatTimer is the key of the heartbeat's timer.
const beatTimer = "heartbeat"

// Open greets: on a socket lifecycle connect comes before anything else, since
// clients learn self_id from the first frame.
func (l *link) Open(now qq.Time) []face.Effect {
	if !l.events {
		return nil
	}
	var out []face.Effect
	stream := l.framing == face.FrameSSE
	if !stream {
		hello := metaHead{head{now.Unix(), l.caller.Account(), "meta_event"}, "lifecycle", "connect"}
		out = append(out, l.send(wire.MustMarshal(hello)))
	}
	form := l.core.plain
	if l.numbered {
		form = l.core.numbered
	}
	var since face.Position
	if l.since != nil {
		since, l.since = *l.since, nil
	}
	out = append(out, face.Subscribe{
		Selection: face.Selection{Accounts: face.AccountsOf(l.caller.Account()), ReportSelf: l.opts.ReportSelf},
		Variant:   face.Variant{Encoder: form, Framing: l.framing},
		Since:     since,
	})
	if l.every > 0 {
		out = append(out, face.After{Key: beatTimer, Delay: l.every})
	}
	return out
}

// Frame takes one request. Requests run side by side and are answered as they
// end; on event-only sockets they are ignored.
func (l *link) Frame(_ qq.Time, data []byte) []face.Effect {
	if !l.actions {
		return nil
	}
	r, code, text := l.parseRequest(data)
	echo := r.Echo.Value
	if code != codeOK {
		return []face.Effect{l.send(overSocket.failure(code, text).text(echo))}
	}
	a, why := l.lookup(string(r.Action.Value))
	if a == nil {
		return []face.Effect{l.send(overSocket.failure(codeUnknown, why).text(echo))}
	}
	key, err := r.key(l.table.Decoder())
	if err != nil {
		return []face.Effect{l.send(overSocket.refused(err).text(echo))}
	}
	return []face.Effect{face.Run{
		Do: func(ctx context.Context) []face.Effect {
			return []face.Effect{l.send(l.call(ctx, overSocket, l.caller, a, r.Params.Value, key).text(echo))}
		},
		Fail: func(err error) []face.Effect {
			return []face.Effect{l.send(overSocket.failure(codeFailed, describe(qq.AsError(err))).text(echo))}
		},
	}}
}

// Fire sends a heartbeat and sets the next one.
func (l *link) Fire(now qq.Time, key string) []face.Effect {
	if key != beatTimer || !l.events || l.every <= 0 {
		return nil
	}
	return []face.Effect{
		face.After{Key: beatTimer, Delay: l.every},
		face.Run{Do: func(ctx context.Context) []face.Effect {
			return []face.Effect{l.send(heartbeat(ctx, l.caller, now, l.every))}
		}},
	}
}

func (l *link) send(text []byte) face.Send {
	if l.framing == face.FrameSSE {
		text = face.AppendSSE(nil, "", text, 0)
	}
	return face.Send{Payload: text}
}

// heartbeat tells how the account is; one whose state cannot be asked counts
// as offline, for clients need a real boolean.
func heartbeat(ctx context.Context, caller qq.Caller, now qq.Time, every time.Duration) []byte {
	status, err := qq.Do(ctx, caller, qq.GetStatus{})
	if err != nil {
		status = qq.Status{}
	}
	return wire.MustMarshal(heartbeatEvent{
		metaHead{head{now.Unix(), caller.Account(), "meta_event"}, "heartbeat", ""},
		liveness{status.Online, status.Good}, every.Milliseconds(),
	})
}

// closed is the conversation of a connection whose account was taken away
// between its handshake and its first word.
type closed struct{}

// Open ends the connection.
func (closed) Open(qq.Time) []face.Effect {
	const tryAgainLater = 1013
	return []face.Effect{face.Close{Code: tryAgainLater, Reason: "this account is no longer served here"}}
}

// Frame ignores what still comes in.
func (closed) Frame(qq.Time, []byte) []face.Effect { return nil }

// Fire is never called: no timer was set.
func (closed) Fire(qq.Time, string) []face.Effect { return nil }
