//go:build unix

package transport

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
)

// errStale tells that a kept connection must not be used again, and that
// nothing of the request went out over it.
var errStale = errors.New("the kept connection is closed")

// exchanger sends a request over a TCP socket and waits for the first bytes of the
// answer, as one reading of the socket: it looks whether the peer is still
// there, writes, and reads only once the kernel says that there is something. A
// write and a read of their own would ask the kernel once more, for an answer
// that cannot have come yet. It has one user at a time.
type exchanger struct {
	raw  syscall.RawConn
	turn func(fd uintptr) bool // attempt

	out  []byte // the request, nil once the kernel has it
	sent int
	more bool // something follows out
	kept bool // the connection was used before
	into []byte
	n    int
	err  error
}

// newExchanger answers nil where c is not plain TCP.
func newExchanger(c net.Conn) *exchanger {
	tcp := plainTCP(c)
	if tcp == nil {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	a := &exchanger{raw: raw}
	a.turn = a.attempt
	return a
}

// ask tells how much of out the kernel took and how much of the answer was
// read. When the kernel took less, or more is to follow, nothing was read.
func (a *exchanger) ask(out, into []byte, kept, more bool) (sent, n int, err error) {
	a.out, a.sent, a.into, a.n, a.err, a.kept, a.more = out, 0, into, 0, nil, kept, more
	err = a.raw.Read(a.turn)
	if err == nil {
		err = a.err
	}
	a.out, a.into = nil, nil
	return a.sent, a.n, err
}

// attempt is one step on a socket that never waits; false to wait until there
// is something to read.
func (a *exchanger) attempt(fd uintptr) bool {
	if a.out == nil {
		return a.read(fd)
	}
	if a.kept && stale(int(fd)) {
		a.err = errStale
		return true
	}
	n, err := syscall.Write(int(fd), a.out)
	for err == syscall.EINTR {
		n, err = syscall.Write(int(fd), a.out)
	}
	if err != nil && err != syscall.EAGAIN {
		a.err = fmt.Errorf("write: %w", err)
		return true
	}
	a.sent = max(n, 0)
	if a.sent < len(a.out) || a.more {
		return true
	}
	a.out = nil
	return false
}

func (a *exchanger) read(fd uintptr) bool {
	n, err := syscall.Read(int(fd), a.into)
	for err == syscall.EINTR {
		n, err = syscall.Read(int(fd), a.into)
	}
	switch {
	case err == syscall.EAGAIN:
		return false
	case err != nil:
		a.err = fmt.Errorf("read: %w", err)
	case n <= 0:
		a.err = io.EOF
	default:
		a.n = n
	}
	return true
}

// stale tells whether the peer closed a kept connection, or said something that
// nobody asked for.
func stale(fd int) bool {
	var one [1]byte
	_, _, err := syscall.Recvfrom(fd, one[:], syscall.MSG_PEEK)
	return err != syscall.EAGAIN
}
