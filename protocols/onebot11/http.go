package onebot11

import (
	"context"
	"strings"
	"time"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/wire"
)

// contentType is exactly what clients compare with.
const contentType = "application/json"

// streamBeat is the heartbeat's interval on streams that have none configured.
const streamBeat = 5 * time.Second

// HTTP is the HTTP API with its event stream; it implements face.Server.
type HTTP struct{ *gate }

var _ face.Server = (*HTTP)(nil)

// NewHTTP makes an HTTP API. The error names a bad option.
func NewHTTP(o Options) (*HTTP, error) {
	g, err := newGate(o, overHTTP)
	if err != nil {
		return nil, err
	}
	return &HTTP{g}, nil
}

// Route finds the action: /{action} or /{uin}/{action}, with or without a
// slash at the end; GET /_events is the event stream. It is Serve that refuses
// unknown actions, since a body left unread costs the client its connection.
func (s *HTTP) Route(h *face.Head, dir face.Directory) face.Route {
	if r, done := s.enter(h); done {
		return r
	}
	switch h.Method {
	case "GET", "HEAD", "POST":
	default:
		return s.allow(h, s.answer(405, "use GET or POST", face.Header{Name: "Allow", Value: "GET, HEAD, POST"}))
	}
	if h.Upgrade {
		return s.allow(h, s.answer(400, "this is OneBot's HTTP API; WebSockets have an endpoint of their own"))
	}
	path, ok := s.path(h)
	if !ok {
		return s.allow(h, s.answer(404, "there is nothing at this path"))
	}
	caller, path, text := account(path, dir)
	if caller == nil {
		return s.allow(h, s.answer(404, text))
	}
	if path == "_events" && h.Method == "GET" {
		return s.stream(h, face.Talk{Stream: true, Role: roleEvents, Account: caller.Account()})
	}
	if path == "" || strings.Contains(path, "/") {
		return s.allow(h, s.answer(404, "there is nothing at this path"))
	}
	return face.Route{
		Kind: face.RouteAction, Name: path, Account: caller.Account(), Query: h.Query, ContentType: h.ContentType,
		Get: h.Method != "POST", Idempotency: h.Get(action.KeyHeader), Headers: s.cors(h),
	}
}

func (s *HTTP) stream(h *face.Head, talk face.Talk) face.Route {
	position, ok := since(h)
	if !ok {
		return s.allow(h, s.answer(400, badSince))
	}
	if name, _ := durable(h); name != "" {
		return s.allow(h, s.answer(400, idleDurable))
	}
	talk.Since = position
	return face.Route{Kind: face.RouteStream, Name: "_events", Account: talk.Account, Talk: talk, Headers: s.cors(h)}
}

// Serve runs an action. Only an unreadable request has a status other than
// 200: what fails inside is told by the envelope.
func (s *HTTP) Serve(ctx context.Context, dir face.Directory, req face.Request) face.Response {
	a, why := s.lookup(req.Route.Name)
	if a == nil {
		return s.answer(404, why)
	}
	caller, ok := dir.Account(req.Route.Account)
	if !ok {
		return s.answer(404, "this account is no longer served here")
	}
	params, err := parameters(s.table.Decoder(), req)
	if err != nil {
		return s.answer(400, err.Error())
	}
	e := s.call(ctx, overHTTP, caller, a, params, req.Route.Idempotency)
	if e.Retcode == codeBad {
		if err := wire.Check(params); err != nil {
			return s.answer(400, "body: "+err.Error())
		}
	}
	body := e.held
	if body == nil {
		body = e.append(req.Room, nil)
	}
	return face.Response{Status: 200, ContentType: contentType, Body: body}
}

// Link is the conversation of an event stream.
func (s *HTTP) Link(talk face.Talk, dir face.Directory) face.Link {
	caller, ok := dir.Account(talk.Account)
	if !ok {
		return closed{}
	}
	every := s.opts.Heartbeat
	if every == 0 {
		every = streamBeat
	}
	return &link{core: s.core, caller: caller, events: true, framing: face.FrameSSE, every: every, since: &talk.Since}
}

// cors lets pages of allowed origins read the answer; nil for everybody else.
func (g *gate) cors(h *face.Head) []face.Header {
	if !g.opts.Guard.Allows(h) {
		return nil
	}
	return []face.Header{{Name: "Access-Control-Allow-Origin", Value: h.Origin}, {Name: "Vary", Value: "Origin"}}
}

// preflight answers a browser that asks before it calls; it comes without a
// token, always.
func (g *gate) preflight(h *face.Head) face.Response {
	asked := h.Get("Access-Control-Request-Headers")
	if asked == "" {
		asked = "Authorization, Content-Type, " + action.KeyHeader
	}
	return face.Response{Status: 204, Headers: []face.Header{
		{Name: "Access-Control-Allow-Origin", Value: h.Origin},
		{Name: "Access-Control-Allow-Methods", Value: "GET, HEAD, POST"},
		{Name: "Access-Control-Allow-Headers", Value: asked},
		{Name: "Vary", Value: "Origin, Access-Control-Request-Headers"},
	}}
}
