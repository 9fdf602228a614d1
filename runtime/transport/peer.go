package transport

import (
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// What a server's connection is at.
const (
	peerIdle   int32 = iota // between requests
	peerActive              // a request is being read, served or answered
	peerHanded              // it became a socket and is no longer the port's
)

// unreadTime is how long a refused peer may take to read its refusal.
const unreadTime = 500 * time.Millisecond

// peer is one connection that a port accepted.
type peer struct {
	net.Conn
	port   *port
	remote string
	ip     netip.Addr
	state  atomic.Int32
	unread atomic.Bool // a request's body was left unread
	closed atomic.Bool
}

// NetConn is the connection inside.
func (p *peer) NetConn() net.Conn { return p.Conn }

// CloseWrite ends our side.
func (p *peer) CloseWrite() error { return closeWrite(p.Conn) }

// Close ends the connection. When a body was left unread a little of it is
// read first: closed at once, the kernel would reset the connection and the
// peer might never see why it was refused.
func (p *peer) Close() error {
	if p.unread.Swap(false) && p.state.Load() != peerHanded && p.CloseWrite() == nil {
		_ = p.Conn.SetReadDeadline(time.Now().Add(unreadTime))
		_, _ = io.CopyN(io.Discard, p.Conn, p.port.server.opt.MaxUnread)
	}
	return p.cut()
}

// cut ends the connection without waiting for anything.
func (p *peer) cut() error {
	if p.closed.Swap(true) {
		return nil
	}
	err := p.Conn.Close()
	p.port.server.left(p.ip)
	return err
}
