package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"llbot/protocols/face"

	"github.com/fasthttp/websocket"
)

// clientWrite bounds how long a peer may take to accept one message.
const clientWrite = 5 * time.Second

// Client is a WebSocket that we dialed to talk over it, whole messages both
// ways: the link to somebody else's server, as opposed to the sockets that
// events are fanned out to. Send, Ping and Close may be called by anybody,
// Receive once.
type Client struct {
	ws      *websocket.Conn
	writing sync.Mutex
	gone    chan struct{} // of who dialled us: closed by Close
	ending  sync.Once
}

// Open dials a ws or wss URL like Dial and answers a Client. A refusal is a
// *HandshakeError.
func (d *Dialer) Open(ctx context.Context, target string, headers []face.Header) (*Client, error) {
	h, err := dialHeaders(headers)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, d.opt.Handshake)
	defer cancel()
	keep := func() bool { return true }
	dial := func(secure bool) DialFunc {
		return func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := d.connect(ctx, network, addr, secure)
			if err == nil { // the library looks at ctx's deadline only, not at its end
				keep = context.AfterFunc(ctx, func() { _ = c.Close() })
			}
			return c, err
		}
	}
	library := websocket.Dialer{NetDialContext: dial(false), NetDialTLSContext: dial(true)}
	ws, answer, err := library.DialContext(ctx, target, h)
	if !keep() && err == nil {
		_ = ws.Close()
		err = ctx.Err()
	}
	switch {
	case errors.Is(err, websocket.ErrBadHandshake):
		return nil, fmt.Errorf("dialing %s: %w", shown(target), refused(answer))
	case err != nil:
		return nil, fmt.Errorf("dialing %s: %w", shown(target), outOfTime(ctx, err))
	}
	ws.SetReadLimit(d.opt.MaxFrame)
	return &Client{ws: ws}, nil
}

// Receive reads until the connection ends and tells why: io.EOF after a close
// frame. on is called with each message, and with nil for a ping or pong, which
// is a sign of life; it may block, and nothing is read meanwhile. Pings are
// answered.
func (c *Client) Receive(on func(message []byte)) error {
	c.ws.SetPongHandler(func(string) error { on(nil); return nil })
	c.ws.SetPingHandler(func(s string) error {
		on(nil)
		return c.control(websocket.PongMessage, []byte(s))
	})
	for {
		_, message, err := c.ws.ReadMessage()
		if err != nil {
			return clientEnd(err)
		}
		if message == nil {
			message = []byte{}
		}
		on(message)
	}
}

func clientEnd(err error) error {
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok && closed.Code != websocket.CloseAbnormalClosure {
		return &ClosedError{Code: closed.Code, Reason: closed.Text}
	}
	return err
}

// ClosedError is the end of a Client's connection by the peer's close frame.
type ClosedError struct {
	Code   int // RFC 6455 §7.4, 1005 for none
	Reason string
}

// Error tells code and reason.
func (e *ClosedError) Error() string {
	return fmt.Sprintf("the peer closed the WebSocket: %d %s", e.Code, e.Reason)
}

// Unwrap makes it an io.EOF.
func (e *ClosedError) Unwrap() error { return io.EOF }

// Send writes one text message. After a failure the connection is of no use.
func (c *Client) Send(text []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.ws.SetWriteDeadline(time.Now().Add(clientWrite)); err != nil {
		return err
	}
	return c.ws.WriteMessage(websocket.TextMessage, text)
}

// Ping asks the peer for a pong.
func (c *Client) Ping() error { return c.control(websocket.PingMessage, nil) }

func (c *Client) control(kind int, data []byte) error {
	return c.ws.WriteControl(kind, data, time.Now().Add(clientWrite))
}

// Close says goodbye, as far as that takes no time, and cuts the connection.
func (c *Client) Close() {
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = c.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(100*time.Millisecond))
	_ = c.ws.Close()
	c.ending.Do(func() {
		if c.gone != nil {
			close(c.gone)
		}
	})
}
