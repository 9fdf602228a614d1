package transport

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// memoryBuffer is how much a connection in memory holds in each direction
// before writing waits, as a kernel's buffers would.
const memoryBuffer = 64 << 10

// memoryPair makes the two ends of a connection in memory. Unlike net.Pipe it
// has buffers and can be closed in one direction.
func memoryPair(one, other net.Addr) (net.Conn, net.Conn) {
	there, back := newFlow(), newFlow()
	return &memory{in: back, out: there, local: one, remote: other},
		&memory{in: there, out: back, local: other, remote: one}
}

// memory is one end of a connection in memory.
type memory struct {
	in, out       *flow
	local, remote net.Addr
}

// Read waits for bytes.
func (m *memory) Read(p []byte) (int, error) { return m.in.read(p) }

// Write waits for room.
func (m *memory) Write(p []byte) (int, error) { return m.out.write(p) }

// CloseWrite ends our direction; the peer reads what is left and then EOF.
func (m *memory) CloseWrite() error {
	m.out.change(func() { m.out.finished = true })
	return nil
}

// Close ends both directions.
func (m *memory) Close() error {
	m.out.change(func() { m.out.finished, m.out.writerGone = true, true })
	m.in.change(func() { m.in.readerGone, m.in.data = true, nil })
	return nil
}

// LocalAddr is this end's address.
func (m *memory) LocalAddr() net.Addr { return m.local }

// RemoteAddr is the other end's address.
func (m *memory) RemoteAddr() net.Addr { return m.remote }

// SetDeadline bounds reads and writes.
func (m *memory) SetDeadline(t time.Time) error {
	_ = m.SetReadDeadline(t)
	return m.SetWriteDeadline(t)
}

// SetReadDeadline bounds reads.
func (m *memory) SetReadDeadline(t time.Time) error { return m.in.deadline(&m.in.reading, t) }

// SetWriteDeadline bounds writes.
func (m *memory) SetWriteDeadline(t time.Time) error { return m.out.deadline(&m.out.writing, t) }

// flow is one direction.
type flow struct {
	mu      sync.Mutex
	changed *sync.Cond
	data    []byte

	finished, writerGone, readerGone bool
	reading, writing                 limitTime
}

// limitTime is a deadline and what wakes those waiting when it passes.
type limitTime struct {
	at    time.Time
	timer *time.Timer
}

func (l *limitTime) passed() bool { return !l.at.IsZero() && !time.Now().Before(l.at) }

func newFlow() *flow {
	f := &flow{}
	f.changed = sync.NewCond(&f.mu)
	return f
}

func (f *flow) change(what func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	what()
	f.changed.Broadcast()
}

func (f *flow) deadline(l *limitTime, t time.Time) error {
	f.change(func() {
		if l.timer != nil {
			l.timer.Stop()
			l.timer = nil
		}
		l.at = t
		if !t.IsZero() && !l.passed() {
			l.timer = time.AfterFunc(time.Until(t), func() { f.change(func() {}) })
		}
	})
	return nil
}

func (f *flow) read(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		switch {
		case f.readerGone:
			return 0, net.ErrClosed
		case f.reading.passed():
			return 0, os.ErrDeadlineExceeded
		case len(f.data) > 0:
			n := copy(p, f.data)
			f.data = f.data[:copy(f.data, f.data[n:])]
			f.changed.Broadcast()
			return n, nil
		case f.finished:
			return 0, io.EOF
		}
		f.changed.Wait()
	}
}

func (f *flow) write(p []byte) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		switch {
		case f.writerGone || f.finished:
			return n, net.ErrClosed
		case f.readerGone:
			return n, syscall.EPIPE
		case f.writing.passed():
			return n, os.ErrDeadlineExceeded
		case n == len(p):
			return n, nil
		}
		if room := min(memoryBuffer-len(f.data), len(p)-n); room > 0 {
			f.data = append(f.data, p[n:n+room]...)
			n += room
			f.changed.Broadcast()
			continue
		}
		f.changed.Wait()
	}
}
