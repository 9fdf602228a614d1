package transport

import (
	"errors"
	"net"
)

// errLongHead ends a handshake whose answer never gets to its end.
var errLongHead = errors.New("the handshake's head is too long")

// maxHandshake is how long a server's answer to a handshake may be.
const maxHandshake = 64 << 10

// quiet is what the WebSocket library holds as its connection. The library
// writes close frames of its own when a peer breaks the rules; written past
// the socket's owner they could cut a half-written frame in two. So quiet
// lets writes through during a handshake only and swallows them afterwards.
type quiet struct {
	net.Conn
	head  []byte                    // read before anything from the connection
	speak func([]byte) (int, error) // handshake only; nil swallows
	left  int                       // handshake only: bytes still to be read; -1 is no limit

	lull  func()     // told before waiting for more; nil: nobody is
	ahead *readAhead // nil: reads go to the connection
	whole bool       // the library holds nothing of the next frame when it has read one
}

// Read reads what came with the request first.
func (q *quiet) Read(p []byte) (int, error) {
	if q.ahead != nil {
		return q.ahead.read(p, q.lull)
	}
	if len(q.head) > 0 {
		n := copy(p, q.head)
		if q.head = q.head[n:]; len(q.head) == 0 {
			q.head = nil
		}
		return n, nil
	}
	if q.left == 0 {
		return 0, errLongHead
	}
	if q.lull != nil {
		q.lull()
	}
	n, err := q.Conn.Read(p)
	if q.left > 0 {
		q.left = max(q.left-n, 0)
	}
	return n, err
}

// idle waits for the next frame from where little of the stack is used, when
// that is possible; what went wrong is told by the next Read.
func (q *quiet) idle() {
	if q.whole {
		q.ahead.idle(q.lull)
	}
}

// Write says nothing once the handshake is over.
func (q *quiet) Write(p []byte) (int, error) {
	if q.speak != nil {
		return q.speak(p)
	}
	return len(p), nil
}

// readAhead has what comes read with as few system calls as possible, where the
// connection can do that.
func (q *quiet) readAhead(buffers *scratch, client bool) {
	if tcp := tcpOf(q.Conn); tcp != nil && plainTCP(q.Conn) == tcp {
		if q.ahead = newReadAhead(tcp, buffers, q.head); q.ahead != nil {
			q.head = nil
		}
		q.whole = q.ahead != nil && !client // a client's library has read beyond the handshake
	}
}

// hush ends the handshake.
func (q *quiet) hush() { q.speak, q.left = nil, -1 }
