//go:build unix

package transport

import (
	"io"
	"net"
	"syscall"
)

// readAhead reads from a TCP socket into buffers that it borrows only when
// there is much to read: an idle connection has none, and a busy one gets many
// small frames with one system call although its reader's own buffer is small.
// It has one reader at a time.
type readAhead struct {
	raw     syscall.RawConn
	buffers *scratch
	once    func(fd uintptr) bool

	first [firstBytes]byte // what comes to a connection that was idle
	much  bool             // the latest read did not fit into it
	buf   *[]byte          // borrowed; nil when nothing is left of it
	left  []byte           // what was read and not yet taken
	err   error            // the end, once left is taken
	frame framing          // what was taken ends in it
}

const firstBytes = 32

// newReadAhead answers nil where the socket cannot be read so. left was read
// before.
func newReadAhead(tcp *net.TCPConn, buffers *scratch, left []byte) *readAhead {
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	r := &readAhead{raw: raw, buffers: buffers, left: left}
	r.once = r.attempt
	return r
}

// read takes what was read before, or waits for more; lull is told before. It
// never goes on from one frame to the next.
func (r *readAhead) read(p []byte, lull func()) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(r.left) == 0 {
		r.wait(lull)
	}
	if len(r.left) == 0 {
		return 0, r.err
	}
	n := r.frame.take(r.left[:min(len(p), len(r.left))])
	copy(p, r.left[:n])
	if r.left = r.left[n:]; len(r.left) == 0 && r.buf != nil {
		r.buffers.put(r.buf)
		r.buf = nil
	}
	return n, nil
}

// wait reads; lull is told before.
func (r *readAhead) wait(lull func()) {
	if r.err != nil {
		return
	}
	if lull != nil {
		lull()
	}
	if err := r.raw.Read(r.once); err != nil && r.err == nil {
		r.err = err
	}
}

// idle waits for a frame to begin, unless one has.
func (r *readAhead) idle(lull func()) {
	if len(r.left) == 0 && r.frame.ended() {
		r.wait(lull)
	}
}

// attempt reads once; false when there is nothing to read yet.
func (r *readAhead) attempt(fd uintptr) bool {
	into := r.first[:]
	if r.much {
		r.buf = r.buffers.get()
		into = (*r.buf)[:cap(*r.buf)]
	}
	n, err := syscall.Read(int(fd), into)
	for err == syscall.EINTR {
		n, err = syscall.Read(int(fd), into)
	}
	if err == nil && n > 0 {
		r.left, r.much = into[:n], n >= firstBytes
		return true
	}
	if r.buf != nil {
		r.buffers.put(r.buf)
		r.buf = nil
	}
	switch err {
	case syscall.EAGAIN:
		return false
	case nil:
		err = io.EOF
	}
	r.err = err
	return true
}
