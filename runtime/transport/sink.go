package transport

import (
	"errors"
	"net"
	"time"

	"llbot/actors/router"
)

// ErrStalled is why WriteAll gave up: the peer took nothing for too long.
var ErrStalled = errors.New("the peer stopped reading")

// writer is the writing half of a socket with the hooks its reader needs.
type writer interface {
	router.Sink
	startReading()
	stopReading()
}

// newWriter picks the way to write to c: straight on the file descriptor where
// c is plain TCP, through a queue where it is TLS or memory.
func newWriter(c net.Conn, linger time.Duration, lent *scratch) writer {
	if w, ok := newDirect(c, linger, lent); ok {
		return w
	}
	return newQueue(c, linger)
}
