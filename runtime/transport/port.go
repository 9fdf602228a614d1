package transport

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"llbot/actors/endpoint"
	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
)

// maxTurnedAway is how many connections over the limit are told so at a time;
// more are closed without a word.
const maxTurnedAway = 32

// port is one open port.
type port struct {
	server  *Server
	ln      net.Listener
	handler endpoint.Handler
	http    *fasthttp.Server

	ctx      context.Context // of requests; ends when Stop cuts them
	cancel   context.CancelFunc
	stopping atomic.Bool
	accepted sync.WaitGroup // the accept loop and every connection's goroutine
	turned   chan struct{}

	mu    sync.Mutex
	peers map[*peer]struct{} // those that are not handed over
}

var _ endpoint.Listening = (*port)(nil)

func newPort(s *Server, ln net.Listener, h endpoint.Handler) *port {
	p := &port{server: s, ln: ln, handler: h, turned: make(chan struct{}, maxTurnedAway), peers: make(map[*peer]struct{})}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	// The body limit of one byte is what makes the head come first: with a
	// streamed body the library reads as much of it as the limit allows
	// before the handler runs. The true limit is applied by body.go, and how
	// long anything may take by peer.go.
	p.http = &fasthttp.Server{
		Handler:                      p.serve,
		ExpectHandler:                p.expect,
		ErrorHandler:                 p.malformed,
		ConnState:                    p.moved,
		StreamRequestBody:            true,
		MaxRequestBodySize:           1,
		DisablePreParseMultipartForm: true,
		ReadBufferSize:               s.opt.MaxHeader,
		WriteBufferSize:              answerBuffer,
		Concurrency:                  s.opt.MaxConns + 1,
		KeepHijackedConns:            true,
		NoDefaultServerHeader:        true,
		NoDefaultDate:                true,
		NoDefaultContentType:         true,
		SecureErrorLogMessage:        true,
		Logger:                       libraryLog{s.opt.Log},
	}
	p.accepted.Add(1)
	return p
}

// Addr is the address with its real port.
func (p *port) Addr() string { return p.ln.Addr().String() }

// accept takes connections until the port is closed.
func (p *port) accept() {
	defer p.accepted.Done()
	for {
		c, err := p.ln.Accept()
		switch {
		case err == nil:
			p.take(c)
		case p.stopping.Load() || errors.Is(err, net.ErrClosed):
			return
		default: // most likely out of file descriptors: others may end soon
			p.server.opt.Log.Warn("connection not accepted", slog.String("port", p.Addr()), slog.Any("error", err))
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// take serves one connection on a goroutine of its own.
func (p *port) take(c net.Conn) {
	one := &peer{Conn: c, port: p, requests: &requests{remote: c.RemoteAddr().String()}}
	one.allow(p.server.opt.HeaderTime)
	if !p.server.came(one.ip()) {
		p.turnAway(c)
		return
	}
	p.mu.Lock()
	p.peers[one] = struct{}{}
	p.mu.Unlock()
	if p.stopping.Load() {
		_ = one.cut()
	}
	p.accepted.Add(1)
	go func() {
		defer p.accepted.Done()
		defer p.forget(one)
		_ = p.http.ServeConn(one)
	}()
}

func (p *port) forget(one *peer) {
	p.mu.Lock()
	delete(p.peers, one)
	p.mu.Unlock()
}

// turnAway tells a connection over the limit so, without reading from it first.
func (p *port) turnAway(c net.Conn) {
	select {
	case p.turned <- struct{}{}:
	default:
		_ = c.Close()
		return
	}
	p.accepted.Add(1)
	go func() {
		defer p.accepted.Done()
		defer func() { <-p.turned }()
		end := ending{conn: c, linger: unreadTime}
		_ = c.SetDeadline(time.Now().Add(unreadTime))
		text := appendAnswer(nil, p.refuse(face.RefuseBusy, "too many connections"))
		if _, err := c.Write(text); err == nil && closeWrite(c) == nil {
			end.drain()
			return
		}
		_ = c.Close()
	}()
}

// moved keeps a peer's state for Stop.
func (p *port) moved(c net.Conn, state fasthttp.ConnState) {
	one, ok := c.(*peer)
	switch {
	case !ok || one.state.Load() == peerHanded:
	case state == fasthttp.StateActive:
		one.active()
	case state == fasthttp.StateIdle:
		one.idle()
	}
}

// Stop closes the port. Sockets and streams that were handed over live on.
func (p *port) Stop(ctx context.Context) error {
	first := !p.stopping.Swap(true)
	defer p.cancel()
	var err error
	if first {
		err = p.ln.Close()
	}
	p.each(func(one *peer) bool { return one.state.Load() == peerIdle })
	done := make(chan struct{})
	go func() {
		p.accepted.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		n := p.each(func(one *peer) bool { return one.state.Load() != peerHanded })
		p.cancel()
		if n > 0 {
			return fmt.Errorf("closing %s cut %d requests: %w", p.Addr(), n, ctx.Err())
		}
	}
	return err
}

// each cuts the peers that which names and counts them.
func (p *port) each(which func(*peer) bool) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for one := range p.peers {
		if which(one) {
			_ = one.cut()
			n++
		}
	}
	return n
}

// libraryLog passes what the HTTP library has to say on as debug lines.
type libraryLog struct{ log *slog.Logger }

// Printf logs one line.
func (l libraryLog) Printf(format string, args ...any) {
	l.log.Debug("http", slog.String("text", fmt.Sprintf(format, args...)))
}
