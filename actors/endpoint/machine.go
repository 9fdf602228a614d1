package endpoint

import (
	"context"

	"llbot/actors/conn"
	"llbot/protocols/face"
)

// Listener opens HTTP ports. The transport implements it.
type Listener interface {
	// Listen binds addr ("127.0.0.1:3000") and serves h until Stop. An address
	// in use is an error at once.
	Listen(addr string, h Handler) (Listening, error)
}

// Listening is an open port.
type Listening interface {
	// Addr is the bound address, with the real port where 0 was asked.
	Addr() string
	// Stop closes the port, waits for requests under way until ctx ends, and
	// then cuts them. Connections handed over are not touched.
	Stop(ctx context.Context) error
}

// Handler is what a port serves, in two phases: the head decides, then the
// body is read. Methods are called from many goroutines; panics are answered
// by the transport with Refuse(RefuseInternal).
type Handler interface {
	// Head routes a request before anything of its body is read. Where an
	// action goes depends on its head alone, so that the same head is not
	// asked about again on the same connection.
	Head(h *face.Head) face.Route
	// Serve answers an action. req.Body is lent until Serve returns.
	Serve(ctx context.Context, req face.Request) face.Response
	// Refuse puts a failure of the transport into the protocol's form.
	Refuse(r face.Refusal, reason string) face.Response
	// Connected takes over an upgraded WebSocket or an opened stream (whose
	// response head is already sent) and returns at once.
	Connected(route face.Route, s conn.Socket)
}
