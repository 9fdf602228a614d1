package satori

import (
	"context"
	"strconv"
	"strings"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// The close codes of the events socket. 4000 and 4004 are what other servers
// use; the specification names none.
const (
	CloseInvalidMessage  = 4000
	CloseIdentifyTimeout = 4001
	CloseSilent          = 4002
	CloseInvalidToken    = 4004
	closeInternal        = 1011
)

// The timers of a link.
const (
	timerIdentify = "identify"
	timerSilence  = "silence"
)

// Link starts the conversation of an events socket
// (https://satori.chat/zh-CN/protocol/events.html): IDENTIFY is answered by
// READY and then events, PING by PONG. It ends when IDENTIFY does not come, or
// nothing at all for too long.
func (s *Server) Link(_ face.Talk, dir face.Directory) face.Link {
	return &link{server: s, dir: dir, decoder: s.table.Decoder()}
}

type link struct {
	server     *Server
	dir        face.Directory
	decoder    *wire.Decoder
	identified bool
}

// Open waits for IDENTIFY.
func (l *link) Open(qq.Time) []face.Effect {
	if l.server.options.IdentifyTimeout < 0 {
		return nil
	}
	return []face.Effect{face.After{Key: timerIdentify, Delay: l.server.options.IdentifyTimeout + grace}}
}

// Frame takes PING and IDENTIFY. Other opcodes and JSON that is no object are
// ignored, as other servers do.
func (l *link) Frame(_ qq.Time, data []byte) []face.Effect {
	if err := wire.Check(data); err != nil {
		return closing(CloseInvalidMessage, "invalid message")
	}
	effects := l.heard()
	var f frame
	if l.decoder.Decode(data, &f) != nil || !f.Op.Set {
		return effects
	}
	switch f.Op.Value {
	case opPing:
		return append(effects, face.Send{Payload: []byte(`{"op":2,"body":{}}`)})
	case opIdentify:
		return l.identify(effects, f.Body.Value)
	}
	return effects
}

// Fire ends a link that stays silent.
func (l *link) Fire(_ qq.Time, key string) []face.Effect {
	switch key {
	case timerIdentify:
		if !l.identified {
			return closing(CloseIdentifyTimeout, "identify timeout")
		}
	case timerSilence:
		return closing(CloseSilent, "no ping for "+l.server.options.Silence.Round(time.Second).String())
	}
	return nil
}

// heard winds the silence timer up again. Before IDENTIFY only that counts.
func (l *link) heard() []face.Effect {
	if !l.identified || l.server.options.Silence < 0 {
		return nil
	}
	return []face.Effect{face.After{Key: timerSilence, Delay: l.server.options.Silence}}
}

// identify checks the token and gets READY made. Only the first IDENTIFY
// subscribes: a second one must not deliver every event twice.
func (l *link) identify(effects []face.Effect, body []byte) []face.Effect {
	var id identify
	if len(body) > 0 && l.decoder.Decode(body, &id) != nil {
		return closing(CloseInvalidMessage, "invalid message")
	}
	if face.CheckToken(l.server.options.Token, string(id.Token.Value)) != face.AuthOK {
		return closing(CloseInvalidToken, "invalid token")
	}
	var then []face.Effect
	if !l.identified {
		l.identified = true
		effects = append(l.heard(), face.After{Key: timerIdentify})
		then = []face.Effect{l.subscription(id.position())}
	}
	return append(effects, l.ready(then))
}

// ready makes READY off the connection and lets then follow: READY must be the
// first frame that clients see.
func (l *link) ready(then []face.Effect) face.Effect {
	server, dir := l.server, l.dir
	return face.Run{
		Do: func(ctx context.Context) []face.Effect {
			body := wire.MustMarshal(server.meta(ctx, dir))
			payload := append([]byte(`{"op":`+strconv.Itoa(opReady)+`,"body":`), body...)
			return append([]face.Effect{face.Send{Payload: append(payload, '}')}}, then...)
		},
		Fail: func(error) []face.Effect { return closing(closeInternal, "the logins cannot be asked") },
	}
}

// subscription is for all accounts of the endpoint.
func (l *link) subscription(since face.Position) face.Subscribe {
	var ids []qq.UserID
	for _, caller := range l.dir.All() {
		ids = append(ids, caller.Account())
	}
	return face.Subscribe{
		Selection: face.Selection{Accounts: face.AccountsOf(ids...), ReportSelf: l.server.options.ReportSelf},
		Variant:   face.Variant{Encoder: l.server.encoder(false), Framing: face.FrameServer},
		Since:     since,
		// READY has told the state of the logins.
		NoReplay: isLogin,
	}
}

// position is where the client wants to go on: behind sn. No number, or one
// that cannot be ours, means that it is new; so does one that this log never gave,
// about which it is told.
func (id identify) position() face.Position {
	for _, given := range []wire.Optional[wire.Raw]{id.SN, id.Sequence} {
		if !given.Set {
			continue
		}
		sn, ok := positive(strings.Trim(string(given.Value), `"`))
		switch {
		case !ok || sn >= 1<<53:
			return face.Position{}
		case sn < face.FirstSN: // of another server
			return face.Position{Unknown: qq.SN(sn)}
		}
		return face.Position{Named: true, After: qq.SN(sn)}
	}
	return face.Position{}
}

func closing(code int, reason string) []face.Effect {
	return []face.Effect{face.Close{Code: code, Reason: reason}}
}
