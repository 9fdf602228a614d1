//go:build !unix

package transport

import "net"

// readAhead is only for systems where sockets are read by file descriptor.
type readAhead struct{}

func newReadAhead(*net.TCPConn, *scratch, []byte) *readAhead { return nil }

func (*readAhead) idle(func()) {}

func (*readAhead) read([]byte, func()) (int, error) { return 0, net.ErrClosed }
