package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/fasthttp/websocket"
)

// DialOptions bounds outgoing WebSockets. The zero value of a field stands
// for its default.
type DialOptions struct {
	Options                   // MaxFrame, Linger, SendBuffer
	Handshake   time.Duration // from the first packet to the accepted upgrade, 10 s
	TLS         *tls.Config   // for wss; nil checks certificates as usual
	DialContext DialFunc      // nil dials TCP
}

// DialFunc opens a connection, like net.Dialer.DialContext.
type DialFunc func(ctx context.Context, network, addr string) (net.Conn, error)

// HandshakeError is a target that answered a handshake with something else
// than an upgrade. Redirects are not followed and end here too.
type HandshakeError struct {
	Status int
	Body   string // the first KiB of the answer
}

// Error tells the HTTP status.
func (e *HandshakeError) Error() string {
	return fmt.Sprintf("the target refused the WebSocket: %d %s", e.Status, http.StatusText(e.Status))
}

// HTTPStatus is the status that the target answered with.
func (e *HandshakeError) HTTPStatus() int { return e.Status }

// Dialer opens WebSockets to reverse targets. It reads no proxy settings from
// the environment. Safe for concurrent use.
type Dialer struct {
	opt     DialOptions
	buffers scratch
}

var _ conn.Dialer = (*Dialer)(nil)

// NewDialer makes a dialer.
func NewDialer(o DialOptions) *Dialer {
	o.Options = o.withDefaults()
	preset(&o.Handshake, 10*time.Second)
	if o.DialContext == nil {
		o.DialContext = (&net.Dialer{}).DialContext
	}
	return &Dialer{opt: o}
}

// Dial opens a WebSocket to a ws or wss URL and waits for the handshake.
func (d *Dialer) Dial(ctx context.Context, target string, headers []face.Header) (conn.Socket, error) {
	h, err := dialHeaders(headers)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, d.opt.Handshake)
	defer cancel()
	var q *quiet
	keep := func() bool { return true }
	dial := func(secure bool) DialFunc {
		return func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := d.connect(ctx, network, addr, secure)
			if err != nil {
				return nil, err
			}
			// The library looks at ctx's deadline only, not at its end.
			keep = context.AfterFunc(ctx, func() { _ = c.Close() })
			q = &quiet{Conn: c, speak: c.Write, left: maxHandshake}
			return q, nil
		}
	}
	library := websocket.Dialer{
		NetDialContext: dial(false), NetDialTLSContext: dial(true),
		ReadBufferSize: webSocketBuffer, WriteBufferSize: 1, WriteBufferPool: noBuffers{},
	}
	ws, answer, err := library.DialContext(ctx, target, h)
	if !keep() && err == nil { // cut at the very end of the handshake
		err = ctx.Err()
	}
	switch {
	case errors.Is(err, websocket.ErrBadHandshake):
		return nil, fmt.Errorf("dialing %s: %w", shown(target), refused(answer))
	case err != nil:
		return nil, fmt.Errorf("dialing %s: %w", shown(target), outOfTime(ctx, err))
	}
	return newWebSocket(ws, q, q.Conn, &d.opt.Options, &d.buffers, true), nil
}

// connect opens a connection, with TLS for wss.
func (d *Dialer) connect(ctx context.Context, network, addr string, secure bool) (net.Conn, error) {
	c, err := d.opt.DialContext(ctx, network, addr)
	if err != nil || !secure {
		return c, err
	}
	return secured(ctx, c, d.opt.TLS, addr)
}

// secured begins TLS on a connection to addr, and closes it if that fails. A nil
// config checks certificates as usual.
func secured(ctx context.Context, c net.Conn, config *tls.Config, addr string) (net.Conn, error) {
	if config = config.Clone(); config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if host, _, err := net.SplitHostPort(addr); err == nil && config.ServerName == "" {
		config.ServerName = host
	}
	t := tls.Client(c, config)
	if err := t.HandshakeContext(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return t, nil
}

func refused(answer *http.Response) *HandshakeError {
	e := &HandshakeError{Status: answer.StatusCode}
	if answer.Body != nil {
		b, _ := readLimit(nil, answer.Body, 1<<10)
		e.Body = string(b)
	}
	return e
}

// dialHeaders keeps the spelling of names, which some targets depend on.
func dialHeaders(list []face.Header) (http.Header, error) {
	h := make(http.Header, len(list))
	for _, one := range list {
		switch name := textproto.CanonicalMIMEHeaderKey(one.Name); name {
		case "Upgrade", "Connection", "Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Extensions":
			return nil, fmt.Errorf("the header %s belongs to the WebSocket handshake and cannot be set", one.Name)
		case "Host", "User-Agent", "Sec-Websocket-Protocol":
			h[name] = append(h[name], one.Value)
		default:
			h[one.Name] = append(h[one.Name], one.Value)
		}
	}
	return h, nil
}

// outOfTime is ctx's reason where err came of its end. The connection has the
// same deadline, and its clock may be first.
func outOfTime(ctx context.Context, err error) error {
	var slow interface{ Timeout() bool }
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &slow) && slow.Timeout():
		return context.DeadlineExceeded
	}
	return err
}

// shown is a target without what might be secret in it.
func shown(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return "the target"
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath()
}
