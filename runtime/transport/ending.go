package transport

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// maxDrain is how much of what a peer still sends is thrown away while its
// side of an ended connection is waited for.
const maxDrain = 1 << 20

// halfCloser is a connection whose writing side can be closed alone.
type halfCloser interface{ CloseWrite() error }

func closeWrite(c net.Conn) error {
	if half, ok := c.(halfCloser); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// ending brings a connection to its end once, in order or at once. An orderly
// end closes our writing side and waits for the peer to do the same, since a
// close with unread bytes would throw away what we wrote last.
type ending struct {
	conn   net.Conn
	linger time.Duration

	mu      sync.Mutex
	reading bool // Receive is running and will see the end itself
	closing bool
}

// finish is the orderly end, called when everything was written.
func (e *ending) finish() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing {
		return
	}
	e.closing = true
	if closeWrite(e.conn) != nil {
		_ = e.conn.Close()
		return
	}
	_ = e.conn.SetReadDeadline(time.Now().Add(e.linger))
	if !e.reading {
		go e.drain()
	}
}

// startReading tells that the peer's end will be seen by a reader.
func (e *ending) startReading() {
	e.mu.Lock()
	e.reading = true
	e.mu.Unlock()
}

// stopReading takes the waiting over from a reader that stopped.
func (e *ending) stopReading() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reading = false
	if e.closing {
		go e.drain()
	}
}

func (e *ending) drain() {
	_, _ = io.CopyN(io.Discard, e.conn, maxDrain)
	_ = e.conn.Close()
}

// cut ends the connection at once. Bytes still in the kernel are dropped.
func (e *ending) cut() {
	if tcp := tcpOf(e.conn); tcp != nil {
		_ = tcp.SetLinger(0)
	}
	_ = e.conn.Close()
}

// plainTCP is the TCP connection that c is, nil when it is anything else.
func plainTCP(c net.Conn) *net.TCPConn {
	if p, ok := c.(*peer); ok {
		c = p.Conn
	}
	tcp, _ := c.(*net.TCPConn)
	return tcp
}

// tcpOf finds the TCP connection inside c, nil when there is none.
func tcpOf(c net.Conn) *net.TCPConn {
	for {
		switch inner := c.(type) {
		case *net.TCPConn:
			return inner
		case interface{ NetConn() net.Conn }:
			c = inner.NetConn()
		default:
			return nil
		}
	}
}
