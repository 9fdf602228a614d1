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
	state  atomic.Int32
	unread atomic.Bool // a request's body was left unread
	closed atomic.Bool

	*requests // nil once the connection is handed over
}

// requests is what a connection remembers between its requests. Only the
// goroutine that serves touches it.
type requests struct {
	remote string // the peer's address
	known  known  // the latest action's head
	served bool   // a request was answered

	// How long Read and Write may wait. The library's own timeouts set three
	// deadlines per request, at a third of a pipelined request's whole cost;
	// ours are set by the calls that wait, and only when the one in force is
	// too short.
	read, write patience

	held *joined // answers that wait for more, nil for none
	over bool    // the latest request is answered, the next did not begin
}

// patience is how long the next calls of a connection may take together.
type patience struct {
	time  time.Duration // not in force yet; 0 leaves what is
	slack bool          // may be up to an eighth longer
	until time.Time     // in force
}

// due is the deadline to put into force, if there is one.
func (p *patience) due() (time.Time, bool) {
	if p.time == 0 {
		return time.Time{}, false
	}
	at, more := time.Now().Add(p.time), time.Duration(0)
	if p.slack {
		more = p.time / 8
	}
	p.time = 0
	if !p.until.Before(at) && !p.until.After(at.Add(more)) {
		return time.Time{}, false
	}
	p.until = at.Add(more)
	return p.until, true
}

// active is told when the first byte of a request came. Its head must come in
// time from then on; the first one from the connection's beginning on.
func (p *peer) active() {
	p.over = false
	if p.state.Store(peerActive); p.served {
		p.allow(p.port.server.opt.HeaderTime)
	}
}

// idle is told when a request was answered. While a part of the answer is held
// back the connection must not be cut as one that has nothing to do.
func (p *peer) idle() {
	p.served, p.over = true, true
	if p.held == nil {
		p.rest()
	}
	p.read.time, p.read.slack = p.port.server.opt.IdleTime, true
}

// allow sets what the next reads may take together.
func (r *requests) allow(d time.Duration) { r.read.time, r.read.slack = d, false }

// Read waits as long as it may. The peer must have all that was said before.
func (p *peer) Read(b []byte) (int, error) {
	if p.state.Load() != peerHanded {
		if p.held != nil {
			if err := p.sayAll(); err != nil {
				return 0, err
			}
		}
		if at, ok := p.read.due(); ok {
			if err := p.Conn.SetReadDeadline(at); err != nil {
				return 0, err
			}
		}
	}
	return p.Conn.Read(b)
}

// sayAll sends what is held back before more is asked for. That was the answer's
// end when no other request began.
func (p *peer) sayAll() error {
	err := p.say()
	if p.over {
		p.rest()
	}
	return err
}

// rest is for a connection between requests: it ends when its port does.
func (p *peer) rest() {
	if p.state.Store(peerIdle); p.port.stopping.Load() {
		_ = p.cut()
	}
}

// Write waits as long as an answer may take.
func (p *peer) Write(b []byte) (int, error) {
	if p.state.Load() != peerHanded {
		if p.holds(b) {
			return len(b), nil
		}
		p.write.time, p.write.slack = p.port.server.opt.WriteTime, true
		if at, ok := p.write.due(); ok {
			if err := p.Conn.SetWriteDeadline(at); err != nil {
				return 0, err
			}
		}
		if p.held != nil {
			return p.join(b)
		}
	}
	return p.Conn.Write(b)
}

// hand marks the connection as a socket's, whose deadlines are its own.
func (p *peer) hand() {
	_ = p.say() // whoever gets it will see that it is broken
	p.state.Store(peerHanded)
	p.requests = nil
}

// NetConn is the connection inside.
func (p *peer) NetConn() net.Conn { return p.Conn }

// CloseWrite ends our side.
func (p *peer) CloseWrite() error { return closeWrite(p.Conn) }

// Close ends the connection. When a body was left unread a little of it is
// read first: closed at once, the kernel would reset the connection and the
// peer might never see why it was refused.
func (p *peer) Close() error {
	_ = p.say()
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
	p.port.server.left(p.ip())
	return err
}

// ip is the peer's address without its port; none where it has none. It is
// looked up each time: most connections are asked twice.
func (p *peer) ip() netip.Addr {
	remote := p.RemoteAddr()
	if tcp, ok := remote.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	at, err := netip.ParseAddrPort(remote.String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}
