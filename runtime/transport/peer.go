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

	// Deadlines are noted and put into force by the next call that waits: the
	// library sets three per request, at a third of a pipelined request's
	// whole cost, and most are replaced before anything waits under them.
	// Only the goroutine that serves touches them, so a deadline cannot cut a
	// call that already waits; sockets, which need that, pass them through.
	read, write due
}

// due is a deadline that is not yet in force.
type due struct {
	at      time.Time
	pending bool
}

// due answers the deadline to put into force, if there is one.
func (p *peer) due(d *due) (time.Time, bool) {
	if p.state.Load() == peerHanded || !d.pending {
		return time.Time{}, false
	}
	d.pending = false
	return d.at, true
}

// Read waits until the read deadline.
func (p *peer) Read(b []byte) (int, error) {
	if at, ok := p.due(&p.read); ok {
		if err := p.Conn.SetReadDeadline(at); err != nil {
			return 0, err
		}
	}
	return p.Conn.Read(b)
}

// Write waits until the write deadline.
func (p *peer) Write(b []byte) (int, error) {
	if at, ok := p.due(&p.write); ok {
		if err := p.Conn.SetWriteDeadline(at); err != nil {
			return 0, err
		}
	}
	return p.Conn.Write(b)
}

// SetReadDeadline holds from the next Read on; for a socket at once.
func (p *peer) SetReadDeadline(t time.Time) error {
	if p.state.Load() == peerHanded {
		return p.Conn.SetReadDeadline(t)
	}
	p.read = due{t, true}
	return nil
}

// SetWriteDeadline holds from the next Write on; for a socket at once.
func (p *peer) SetWriteDeadline(t time.Time) error {
	if p.state.Load() == peerHanded {
		return p.Conn.SetWriteDeadline(t)
	}
	p.write = due{t, true}
	return nil
}

// SetDeadline is both.
func (p *peer) SetDeadline(t time.Time) error {
	if err := p.SetReadDeadline(t); err != nil {
		return err
	}
	return p.SetWriteDeadline(t)
}

// hand marks the connection as a socket's. Deadlines that were only noted are
// forgotten.
func (p *peer) hand() {
	p.read, p.write = due{}, due{}
	p.state.Store(peerHanded)
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
