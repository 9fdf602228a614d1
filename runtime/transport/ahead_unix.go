//go:build unix

package transport

import (
	"io"
	"net"
	"syscall"
)

// readAhead reads from a TCP socket into buffers that it borrows only when
// there is something to read: an idle connection has none, and a busy one gets
// many small frames with one system call although its reader's own buffer is
// small. It has one reader at a time.
type readAhead struct {
	raw     syscall.RawConn
	buffers *scratch
	once    func(fd uintptr) bool

	buf  *[]byte // borrowed; nil when nothing is left of it
	left []byte  // what was read and not yet taken

	p   []byte // of the read under way
	n   int
	err error
}

// newReadAhead answers nil where the socket cannot be read so.
func newReadAhead(tcp *net.TCPConn, buffers *scratch) *readAhead {
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	r := &readAhead{raw: raw, buffers: buffers}
	r.once = r.attempt
	return r
}

// read takes what was read before, or waits for more; lull is told before.
func (r *readAhead) read(p []byte, lull func()) (int, error) {
	if len(r.left) > 0 {
		n := copy(p, r.left)
		if r.left = r.left[n:]; len(r.left) == 0 {
			r.buffers.put(r.buf)
			r.buf, r.left = nil, nil
		}
		return n, nil
	}
	if len(p) == 0 {
		return 0, nil
	}
	if lull != nil {
		lull()
	}
	r.p, r.n, r.err = p, 0, nil
	err := r.raw.Read(r.once)
	r.p = nil
	switch {
	case err != nil:
		return 0, err
	case r.err != nil:
		return 0, r.err
	case r.n == 0:
		return 0, io.EOF
	}
	return r.n, nil
}

// attempt reads once; false when there is nothing to read yet.
func (r *readAhead) attempt(fd uintptr) bool {
	buf := r.buffers.get()
	all := (*buf)[:cap(*buf)]
	n, err := syscall.Read(int(fd), all)
	for err == syscall.EINTR {
		n, err = syscall.Read(int(fd), all)
	}
	if err == nil && n > 0 {
		if r.n = copy(r.p, all[:n]); r.n < n {
			r.buf, r.left = buf, all[r.n:n]
			return true
		}
	}
	r.buffers.put(buf)
	if err == syscall.EAGAIN {
		return false
	}
	r.err = err
	return true
}
