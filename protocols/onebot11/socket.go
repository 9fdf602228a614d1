package onebot11

import (
	"context"

	"llbot/protocols/face"
)

// WebSocket is the forward WebSocket server; it implements face.Server.
type WebSocket struct{ *gate }

var _ face.Server = (*WebSocket)(nil)

// NewWebSocket makes a WebSocket server. The error names a bad option.
func NewWebSocket(o Options) (*WebSocket, error) {
	g, err := newGate(o, overSocket)
	if err != nil {
		return nil, err
	}
	return &WebSocket{g}, nil
}

// Route accepts an upgrade: /api takes requests, /event sends events, every
// other path does both. /{uin}/… names the account.
func (s *WebSocket) Route(h *face.Head, dir face.Directory) face.Route {
	if r, done := s.enter(h); done {
		return r
	}
	path, ok := s.path(h)
	if !ok {
		return s.allow(h, s.answer(404, "there is nothing at this path"))
	}
	if !h.Upgrade {
		upgrade := face.Header{Name: "Upgrade", Value: "websocket"}
		return s.allow(h, s.answer(426, "this is OneBot's WebSocket endpoint; the HTTP API has one of its own", upgrade))
	}
	caller, path, text := account(path, dir)
	if caller == nil {
		return s.allow(h, s.answer(404, text))
	}
	position, ok := since(h)
	if !ok {
		return s.allow(h, s.answer(400, badSince))
	}
	name, ok := durable(h)
	if !ok {
		return s.allow(h, s.answer(400, badDurable))
	}
	role := roleUniversal
	if path == roleAPI || path == roleEvent {
		role = path
	}
	talk := face.Talk{Role: role, Account: caller.Account(), Since: position}
	if talk.Durable = name; name != "" && role == roleAPI {
		return s.allow(h, s.answer(400, idleDurable))
	}
	return face.Route{Kind: face.RouteSocket, Name: "/" + role, Account: talk.Account, Talk: talk, Headers: s.cors(h)}
}

// Serve is never reached: this server routes no actions.
func (s *WebSocket) Serve(context.Context, face.Directory, face.Request) face.Response {
	return s.answer(404, "actions are sent over the WebSocket")
}

// Link is the conversation of a socket.
func (s *WebSocket) Link(talk face.Talk, dir face.Directory) face.Link {
	caller, ok := dir.Account(talk.Account)
	if !ok {
		return closed{}
	}
	return &link{
		core: s.core, caller: caller, events: talk.Role != roleAPI, actions: talk.Role != roleEvent,
		framing: face.FrameServer, every: s.opts.Heartbeat, since: &talk.Since, numbered: talk.Since.Named || talk.Durable != "",
	}
}
