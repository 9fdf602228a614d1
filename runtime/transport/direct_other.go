//go:build !unix

package transport

import (
	"net"
	"time"
)

// newDirect answers false: there is no file descriptor to write to without
// waiting, so every connection writes through a queue.
func newDirect(net.Conn, time.Duration, *scratch) (writer, bool) { return nil, false }
