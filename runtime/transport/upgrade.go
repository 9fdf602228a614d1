package transport

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

// webSocketBuffer is the reading buffer of an idle WebSocket: a control frame
// must fit. Whoever has more to say is read ahead of.
const webSocketBuffer = 128

// upgrade turns the connection into a WebSocket. The library's net/http
// upgrader is used, not its fasthttp one: that one reads through the server's
// 8 KiB buffer for as long as the connection lives.
func (p *port) upgrade(v *visit) {
	one, ok := v.ctx.Conn().(*peer)
	if !ok || v.length != 0 {
		p.deny(v, refusal{face.RefuseLength, "a WebSocket handshake has no body"})
		return
	}
	var hello bytes.Buffer
	h := &handshake{conn: &quiet{Conn: one.Conn, speak: hello.Write, left: -1}}
	upgrader := websocket.Upgrader{
		ReadBufferSize: webSocketBuffer, WriteBufferSize: 1, WriteBufferPool: noBuffers{},
		CheckOrigin: func(*http.Request) bool { return true }, // the face decided
		Error:       func(_ http.ResponseWriter, _ *http.Request, status int, err error) { h.status, h.err = status, err },
	}
	ws, err := upgrader.Upgrade(h, request(v), headers(v.route.Headers))
	if err != nil {
		p.badHandshake(v, h)
		return
	}
	route := *v.route
	p.takeOver(v.ctx, one, hello.Bytes(), func(left []byte) conn.Socket {
		h.conn.head = left
		return newWebSocket(ws, h.conn, one, &p.server.opt, &p.server.buffers, false)
	}, route)
}

// badHandshake answers a handshake that is none in the protocol's form.
func (p *port) badHandshake(v *visit, h *handshake) {
	r := p.refuse(face.RefuseLength, h.err.Error())
	if r.Status = h.status; h.status == http.StatusBadRequest && v.header("Sec-WebSocket-Version") != "13" {
		r.Status = http.StatusUpgradeRequired
	}
	if r.Status == http.StatusUpgradeRequired {
		r.Headers = append(r.Headers, face.Header{Name: "Sec-WebSocket-Version", Value: "13"}, face.Header{Name: "Upgrade", Value: "websocket"})
	}
	p.answer(v, r)
}

// takeOver makes a socket of the connection once the library let go of it:
// earlier answers were sent, our hello goes out, and what the peer already
// sent behind its request is passed on.
func (p *port) takeOver(ctx *fasthttp.RequestCtx, one *peer, hello []byte, socket func(left []byte) conn.Socket, route face.Route) {
	one.hand()
	ctx.HijackSetNoResponse(true)
	ctx.Hijack(func(hijacked net.Conn) {
		defer func() {
			if cause := recover(); cause != nil {
				p.panicked(cause)
				_ = one.cut()
			}
		}()
		left := buffered(hijacked)
		_ = one.SetWriteDeadline(time.Now().Add(p.server.opt.HeaderTime))
		if _, err := one.Write(hello); err != nil || one.SetDeadline(time.Time{}) != nil {
			_ = one.cut()
			return
		}
		p.handler.Connected(route, socket(left))
	})
}

// buffered takes what the server's reader holds without waiting for more, so
// that the reader can be dropped.
func buffered(c net.Conn) []byte {
	_ = c.SetReadDeadline(time.Unix(1, 0))
	var all []byte
	part := make([]byte, 512)
	for {
		n, err := c.Read(part)
		all = append(all, part[:n]...)
		if err != nil {
			return all
		}
	}
}

// handshake is the net/http side of an upgrade.
type handshake struct {
	conn   *quiet
	header http.Header
	status int
	err    error
}

// Header is what an error would carry.
func (h *handshake) Header() http.Header {
	if h.header == nil {
		h.header = make(http.Header)
	}
	return h.header
}

// Write is never called: errors go to the upgrader's Error.
func (h *handshake) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader is never called.
func (h *handshake) WriteHeader(int) {}

// Hijack gives the connection away.
func (h *handshake) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReaderSize(h.conn, 16), bufio.NewWriterSize(h.conn, 16)), nil
}

// request is the handshake's head as net/http has it.
func request(v *visit) *http.Request {
	r := &http.Request{Method: v.head.Method, Host: v.head.Host, Header: make(http.Header)}
	for _, name := range []string{"Connection", "Upgrade", "Sec-Websocket-Version", "Sec-Websocket-Key"} {
		for _, value := range v.ctx.Request.Header.PeekAll(name) {
			r.Header.Add(name, string(value))
		}
	}
	return r
}

func headers(list []face.Header) http.Header {
	h := make(http.Header, len(list))
	for _, one := range list {
		h.Add(one.Name, one.Value)
	}
	return h
}

// noBuffers is the pool of writing buffers for connections that never write.
type noBuffers struct{}

// Get has nothing to give.
func (noBuffers) Get() any { return nil }

// Put drops it.
func (noBuffers) Put(any) {}
