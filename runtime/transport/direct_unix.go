//go:build unix

package transport

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
)

// direct writes to a TCP socket's file descriptor. A TryWrite is one system
// call and allocates nothing: attempts are lent, so that an idle connection
// has none.
type direct struct {
	ending
	raw  syscall.RawConn
	lent *scratch
}

// newDirect answers false where c is not plain TCP.
func newDirect(c net.Conn, linger time.Duration, lent *scratch) (writer, bool) {
	tcp := plainTCP(c)
	if tcp == nil {
		return nil, false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, false
	}
	return &direct{ending: ending{conn: c, linger: linger}, raw: raw, lent: lent}, true
}

// attempt is one call's bytes on their way into the kernel. Its callbacks are
// made once and pass their argument and results through it.
type attempt struct {
	once func(fd uintptr) bool // writes once, never waits
	wait func(fd uintptr) bool // writes until the kernel takes something

	p   []byte
	n   int
	err error
}

func (s *scratch) attempt() *attempt {
	if a, ok := s.attempts.Get().(*attempt); ok {
		return a
	}
	a := &attempt{}
	a.once = func(fd uintptr) bool { a.write(fd); return true }
	a.wait = func(fd uintptr) bool { a.write(fd); return a.n > 0 || a.err != nil }
	return a
}

// write writes once. A full buffer is n = 0 without an error.
func (a *attempt) write(fd uintptr) {
	for {
		n, err := syscall.Write(int(fd), a.p)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			a.n, a.err = 0, nil
		default:
			a.n, a.err = max(n, 0), err
		}
		return
	}
}

// do writes once, or waits until the kernel takes something.
func (d *direct) do(p []byte, wait bool) (int, error) {
	a := d.lent.attempt()
	a.p = p
	f := a.once
	if wait {
		f = a.wait
	}
	err := d.raw.Write(f)
	n := a.n
	if err == nil {
		err = a.err
	}
	a.p, a.n, a.err = nil, 0, nil
	d.lent.attempts.Put(a)
	return n, err
}

// TryWrite writes what fits into the kernel's buffer.
func (d *direct) TryWrite(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := d.do(p, false)
	if err != nil {
		return n, fmt.Errorf("writing to %s: %w", d.conn.RemoteAddr(), err)
	}
	return n, nil
}

// WriteAll writes everything. Each time the kernel takes something the stall
// time begins anew.
func (d *direct) WriteAll(p []byte, stall time.Duration) error {
	n, err := d.TryWrite(p)
	for err == nil && n < len(p) {
		p = p[n:]
		if err = d.conn.SetWriteDeadline(time.Now().Add(stall)); err == nil {
			n, err = d.do(p, true)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return fmt.Errorf("%w for %s", ErrStalled, stall)
		}
	}
	if err != nil {
		return err
	}
	return d.conn.SetWriteDeadline(time.Time{})
}

// Abort cuts the connection.
func (d *direct) Abort() { d.cut() }

// Close ends the connection in order; what the kernel holds still arrives.
func (d *direct) Close() { d.finish() }
