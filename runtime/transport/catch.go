package transport

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"sync"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

// Caught is the head of a WebSocket that somebody dials us with. Header answers
// a header line, "" for none.
type Caught struct {
	Path, Query string
	Header      func(name string) string
}

// Catcher waits for somebody to dial us with a WebSocket: the link to a server
// that connects by itself. One is taken at a time.
type Catcher struct {
	server *fasthttp.Server
	l      net.Listener
	check  func(Caught) (status int, text string)
	limit  int64
	caught chan *Client
	end    chan struct{}
	once   sync.Once
	served sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // that have not become WebSockets
}

// Catch listens at host:port. check refuses a handshake with a status and a
// text; status 0 lets it in. Text may hold no secret.
func (d *Dialer) Catch(addr string, check func(Caught) (status int, text string)) (*Catcher, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listening for the upstream: %w", err)
	}
	c := &Catcher{l: l, check: check, limit: d.opt.MaxFrame, caught: make(chan *Client), end: make(chan struct{}), conns: map[net.Conn]bool{}}
	c.server = &fasthttp.Server{
		Handler: c.serve, NoDefaultServerHeader: true, NoDefaultDate: true, ReadTimeout: d.opt.Handshake, DisableKeepalive: true,
		Logger: log.New(io.Discard, "", 0),
	}
	c.served.Go(c.accept)
	return c, nil
}

// accept serves each connection by itself: the library's own loop leaves
// goroutines behind for a while.
func (c *Catcher) accept() {
	for {
		conn, err := c.l.Accept()
		if err != nil {
			return
		}
		if !c.hold(conn) {
			return
		}
		c.served.Go(func() {
			_ = c.server.ServeConn(conn)
			c.drop(conn)
		})
	}
}

func (c *Catcher) hold(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conns == nil {
		_ = conn.Close()
		return false
	}
	c.conns[conn] = true
	return true
}

func (c *Catcher) drop(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, conn)
}

// Addr is where it listens.
func (c *Catcher) Addr() string { return c.l.Addr().String() }

// Next is the next connection.
func (c *Catcher) Next(ctx context.Context) (*Client, error) {
	select {
	case got := <-c.caught:
		return got, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("nobody has connected to %s: %w", c.Addr(), ctx.Err())
	}
}

// Close listens no longer. The connections that were caught live on.
func (c *Catcher) Close() {
	c.once.Do(func() {
		close(c.end)
		_ = c.l.Close()
		c.mu.Lock()
		for conn := range c.conns {
			_ = conn.Close()
		}
		c.conns = nil
		c.mu.Unlock()
		c.served.Wait()
	})
}

func (c *Catcher) serve(ctx *fasthttp.RequestCtx) {
	head := Caught{
		Path: string(ctx.Path()), Query: string(ctx.QueryArgs().QueryString()),
		Header: func(name string) string { return string(ctx.Request.Header.Peek(name)) },
	}
	if status, text := c.check(head); status != 0 {
		ctx.SetStatusCode(status)
		ctx.SetContentType("text/plain; charset=utf-8")
		ctx.SetBodyString(text)
		return
	}
	upgrader := websocket.FastHTTPUpgrader{CheckOrigin: func(r *fasthttp.RequestCtx) bool { return len(r.Request.Header.Peek("Origin")) == 0 }}
	_ = upgrader.Upgrade(ctx, func(ws *websocket.Conn) { // a failure is answered by the library
		ws.SetReadLimit(c.limit)
		got := &Client{ws: ws, gone: make(chan struct{})}
		select {
		case c.caught <- got:
			<-got.gone
		case <-c.end:
			_ = ws.Close()
		}
	})
}
