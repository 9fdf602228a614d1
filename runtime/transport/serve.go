package transport

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"

	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
)

// routed is where a request that asked to continue keeps its visit between
// its two halves.
const routed = "visit"

// serve answers one request. Its body was not read yet.
func (p *port) serve(ctx *fasthttp.RequestCtx) {
	defer p.recovered(ctx)
	v, ok := ctx.UserValue(routed).(*visit)
	if !ok {
		v = p.server.visit(ctx)
		p.find(v)
	}
	defer p.server.leave(v)
	switch v.route.Kind {
	case face.RouteAnswer:
		p.answer(v, v.route.Response)
	case face.RouteAction:
		p.act(v)
	case face.RouteSocket:
		p.upgrade(v)
	case face.RouteStream:
		p.openStream(v)
	default:
		p.deny(v, refusal{face.RefuseInternal, "the request was not routed"})
	}
}

// expect decides on a request that waits to be told to send its body. The
// library sends what is in the response when the status is not Continue.
func (p *port) expect(ctx *fasthttp.RequestCtx) (status int) {
	defer func() {
		if status != fasthttp.StatusContinue {
			status = ctx.Response.StatusCode()
		}
	}()
	defer p.recovered(ctx)
	v := p.server.visit(ctx)
	p.find(v)
	if v.route.Kind == face.RouteAction {
		refused := p.acceptable(v)
		if refused == nil {
			ctx.SetUserValue(routed, v)
			return fasthttp.StatusContinue
		}
		p.deny(v, *refused)
	} else if v.route.Kind == face.RouteAnswer {
		p.answer(v, v.route.Response)
	} else {
		p.deny(v, refusal{face.RefuseLength, "a connection cannot be taken over while a body is announced"})
	}
	p.server.leave(v)
	return 0
}

// act reads the body and runs the action.
func (p *port) act(v *visit) {
	defer p.server.requests.Add(-1)
	if p.server.requests.Add(1) > int64(p.server.opt.MaxRequests) {
		p.deny(v, refusal{face.RefuseBusy, "too many requests at a time"})
		return
	}
	if refused := p.acceptable(v); refused != nil {
		p.deny(v, *refused)
		return
	}
	req := face.Request{Route: v.route, Room: v.room[:0]}
	if v.length != 0 {
		body, refused := p.read(v, v.body[:0])
		if cap(body) <= bodyKeep {
			v.body = body[:0]
		}
		if refused != nil {
			p.deny(v, *refused)
			return
		}
		req.Body = body
	}
	r := p.handler.Serve(p.ctx, req)
	fill(&v.ctx.Response, r, v.route.Headers)
	if sameMemory(r.Body, req.Room) {
		// The library writes it later than this; copying a small answer into
		// memory of its own costs less than allocating one for each.
		if len(r.Body) <= copyAnswer {
			v.ctx.Response.SetBody(r.Body)
		} else {
			v.room = make([]byte, 0, scratchSize)
		}
	}
	if p.stopping.Load() {
		v.ctx.SetConnectionClose()
	}
}

// copyAnswer is the longest answer that is copied out of the room that was lent
// for it. The memory of a longer one goes out itself and is not lent again.
const copyAnswer = 16 << 10

// sameMemory tells whether an answer was written into the room for it.
func sameMemory(body, room []byte) bool {
	return len(body) > 0 && cap(room) > 0 && &body[0] == &room[:1][0]
}

// answer answers from the head alone.
func (p *port) answer(v *visit, r face.Response) {
	fill(&v.ctx.Response, r, v.route.Headers)
	if v.length != 0 {
		p.hangUp(v.ctx)
	}
	if p.stopping.Load() {
		v.ctx.SetConnectionClose()
	}
}

// deny answers with a refusal and ends the connection, since something of the
// request may be unread.
func (p *port) deny(v *visit, r refusal) {
	fill(&v.ctx.Response, p.refuse(r.kind, r.reason), v.route.Headers)
	if v.length != 0 {
		p.hangUp(v.ctx)
	}
}

// hangUp ends the connection after the answer.
func (p *port) hangUp(ctx *fasthttp.RequestCtx) {
	ctx.SetConnectionClose()
	if one, ok := ctx.Conn().(*peer); ok {
		one.unread.Store(true)
	}
}

// malformed answers a request whose head makes no sense.
func (p *port) malformed(ctx *fasthttp.RequestCtx, err error) {
	defer p.recovered(ctx)
	status, why := fasthttp.StatusBadRequest, "the request makes no sense"
	var small *fasthttp.ErrSmallBuffer
	var slow net.Error
	switch {
	case errors.As(err, &small):
		status, why = fasthttp.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("the request's head is larger than %d bytes", p.server.opt.MaxHeader)
	case errors.As(err, &slow) && slow.Timeout():
		status, why = fasthttp.StatusRequestTimeout, "the request did not come in time"
	}
	r := p.refuse(face.RefuseLength, why)
	r.Status = status
	fill(&ctx.Response, r, nil)
	p.hangUp(ctx)
}

// recovered answers a panic, which would otherwise end the process.
func (p *port) recovered(ctx *fasthttp.RequestCtx) {
	cause := recover()
	if cause == nil {
		return
	}
	p.panicked(cause)
	ctx.Hijack(nil)
	ctx.HijackSetNoResponse(false)
	fill(&ctx.Response, p.refuse(face.RefuseInternal, "a fault of this server, see its log"), nil)
	p.hangUp(ctx)
}

func (p *port) panicked(cause any) {
	p.server.opt.Log.Error("panic while serving a request",
		slog.String("port", p.Addr()), slog.Any("panic", cause), slog.String("stack", string(debug.Stack())))
}

// refuse asks the handler for the protocol's form of a refusal; even that may
// panic.
func (p *port) refuse(kind face.Refusal, reason string) (r face.Response) {
	defer func() {
		if cause := recover(); cause != nil {
			p.panicked(cause)
			r = face.Response{Status: fasthttp.StatusInternalServerError}
		}
	}()
	return p.handler.Refuse(kind, reason)
}

// fill puts an answer into the library's response. The body is not copied.
func fill(dst *fasthttp.Response, r face.Response, more []face.Header) {
	if r.Status != 0 {
		dst.SetStatusCode(r.Status)
	}
	if r.ContentType != "" {
		dst.Header.SetContentType(r.ContentType)
	}
	for _, h := range more {
		dst.Header.Set(h.Name, h.Value)
	}
	for _, h := range r.Headers {
		dst.Header.Set(h.Name, h.Value)
	}
	dst.SetBodyRaw(r.Body)
}
