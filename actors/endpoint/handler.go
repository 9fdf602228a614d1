package endpoint

import (
	"context"

	"llbot/actors/conn"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// handler is what the listener calls. It is never changed once made.
type handler struct {
	server   face.Server
	accounts face.Directory
	last     func() qq.SN // the end of the event log
	connect  func(face.Route, conn.Socket)
}

// Head asks the face. A connection's events begin here: a client that sees the
// answer must miss nothing of what happens from then on.
func (h *handler) Head(head *face.Head) face.Route {
	route := h.server.Route(head, h.accounts)
	if route.Kind == face.RouteSocket || route.Kind == face.RouteStream {
		route.Talk.Since = conn.Begin(route.Talk.Since, h.last())
	}
	return route
}

// Serve asks the face.
func (h *handler) Serve(ctx context.Context, req face.Request) face.Response {
	return h.server.Serve(ctx, h.accounts, req)
}

// Refuse asks the face.
func (h *handler) Refuse(r face.Refusal, reason string) face.Response {
	return h.server.Refuse(r, reason)
}

// Connected hands the connection to the endpoint's actor.
func (h *handler) Connected(route face.Route, s conn.Socket) { h.connect(route, s) }

// connected brings a connection that the listener opened.
type connected struct {
	route  face.Route
	socket conn.Socket
}

// Fail cuts a connection that came when the endpoint was already gone. It
// makes the message an ask for system's purposes: what will never be received
// is not left open.
func (c *connected) Fail(error) { c.socket.Abort() }
