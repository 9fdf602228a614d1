package transport

import (
	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
)

// openStream answers with the head of an SSE stream and hands the connection
// over. The head is written by hand because a streamed body of the library
// costs 26 KB and two goroutines, and notices a client that left only at the
// next event.
func (p *port) openStream(v *visit) {
	one, ok := v.ctx.Conn().(*peer)
	switch {
	case v.ctx.IsHead():
		p.answer(v, face.Response{ContentType: eventStream})
		return
	case !ok || v.length != 0:
		p.deny(v, refusal{face.RefuseLength, "an event stream is asked for without a body"})
		return
	}
	route := *v.route
	p.takeOver(v.ctx, one, streamHead(route.Headers), func([]byte) conn.Socket {
		limitBuffer(one, p.server.opt.SendBuffer)
		return &stream{newWriter(one, p.server.opt.Linger, &p.server.buffers), one}
	}, route)
}

// eventStream is the type of an SSE answer.
const eventStream = "text/event-stream; charset=utf-8"

// streamHead is the head of an SSE answer, whose body lasts until the
// connection ends.
func streamHead(more []face.Header) []byte {
	return appendHead(nil, fasthttp.StatusOK, append([]face.Header{
		{Name: "Content-Type", Value: eventStream},
		{Name: "Cache-Control", Value: "no-cache"},
		{Name: "X-Accel-Buffering", Value: "no"}, // nginx would hold events back
		{Name: "Connection", Value: "keep-alive"},
	}, more...))
}
