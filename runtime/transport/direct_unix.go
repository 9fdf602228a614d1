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
// call and allocates nothing: the callbacks are made once and pass their
// argument and results through the struct, which is sound because a sink has
// one writer at a time.
type direct struct {
	ending
	raw  syscall.RawConn
	once func(fd uintptr) bool // one attempt, never waits
	wait func(fd uintptr) bool // attempts until the kernel takes something

	p   []byte
	n   int
	err error
}

// newDirect answers false where c is not plain TCP.
func newDirect(c net.Conn, linger time.Duration) (writer, bool) {
	tcp := plainTCP(c)
	if tcp == nil {
		return nil, false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, false
	}
	d := &direct{ending: ending{conn: c, linger: linger}, raw: raw}
	d.once = func(fd uintptr) bool { d.attempt(fd); return true }
	d.wait = func(fd uintptr) bool { d.attempt(fd); return d.n > 0 || d.err != nil }
	return d, true
}

// attempt writes once. A full buffer is n = 0 without an error.
func (d *direct) attempt(fd uintptr) {
	for {
		n, err := syscall.Write(int(fd), d.p)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			d.n, d.err = 0, nil
		default:
			d.n, d.err = max(n, 0), err
		}
		return
	}
}

func (d *direct) do(p []byte, f func(uintptr) bool) (int, error) {
	d.p, d.n, d.err = p, 0, nil
	err := d.raw.Write(f)
	d.p = nil
	if err == nil {
		err = d.err
	}
	return d.n, err
}

// TryWrite writes what fits into the kernel's buffer.
func (d *direct) TryWrite(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := d.do(p, d.once)
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
			n, err = d.do(p, d.wait)
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
