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
	// They belong to the goroutine that serves.
	read, write due
}

// due is a deadline that is not yet in force.
type due struct {
	at      time.Time
	pending bool
}

// take answers the deadline to put into force, if there is one.
func (d *due) take() (time.Time, bool) {
	pending := d.pending
	d.pending = false
	return d.at, pending
}

// Read waits until the read deadline.
func (p *peer) Read(b []byte) (int, error) {
	if at, ok := p.read.take(); ok {
		if err := p.Conn.SetReadDeadline(at); err != nil {
			return 0, err
		}
	}
	return p.Conn.Read(b)
}

// Write waits until the write deadline.
func (p *peer) Write(b []byte) (int, error) {
	if at, ok := p.write.take(); ok {
		if err := p.Conn.SetWriteDeadline(at); err != nil {
			return 0, err
		}
	}
	return p.Conn.Write(b)
}

// SetReadDeadline holds from the next Read on.
func (p *peer) SetReadDeadline(t time.Time) error {
	p.read = due{t, true}
	return nil
}

// SetWriteDeadline holds from the next Write on.
func (p *peer) SetWriteDeadline(t time.Time) error {
	p.write = due{t, true}
	return nil
}

// SetDeadline holds from the next Read and Write on.
func (p *peer) SetDeadline(t time.Time) error {
	p.read, p.write = due{t, true}, due{t, true}
	return nil
}

// release puts an end to all deadlines; the connection is used past p from
// here on.
func (p *peer) release() error {
	p.read, p.write = due{}, due{}
	return p.Conn.SetDeadline(time.Time{})
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
