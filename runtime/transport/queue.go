package transport

import (
	"fmt"
	"net"
	"sync"
	"time"
)

// Sizes of a queue: what it holds before TryWrite takes no more, and how much
// is written at once, so that a slow peer's progress is seen.
const (
	queueSize  = 64 << 10
	queueChunk = 16 << 10
)

// queue writes to a connection that cannot be asked to take only what fits
// (TLS, memory). Its goroutine lives only while something is queued.
type queue struct {
	ending

	lock    sync.Mutex
	pending []byte
	running bool
	last    bool // Close was called: finish when pending is written
	err     error
	room    chan struct{} // told after each chunk
}

func newQueue(c net.Conn, linger time.Duration) *queue {
	return &queue{ending: ending{conn: c, linger: linger}, room: make(chan struct{}, 1)}
}

// TryWrite takes what fits into the queue.
func (q *queue) TryWrite(p []byte) (int, error) {
	q.lock.Lock()
	defer q.lock.Unlock()
	switch {
	case q.err != nil:
		return 0, q.err
	case q.last:
		return 0, net.ErrClosed
	}
	n := min(len(p), queueSize-len(q.pending))
	if n == 0 {
		return 0, nil
	}
	q.pending = append(q.pending, p[:n]...)
	if !q.running {
		q.running = true
		go q.run()
	}
	return n, nil
}

// WriteAll queues everything, waiting for room.
func (q *queue) WriteAll(p []byte, stall time.Duration) error {
	n, err := q.TryWrite(p)
	if err != nil || n == len(p) {
		return err
	}
	timer := time.NewTimer(stall)
	defer timer.Stop()
	for p = p[n:]; len(p) > 0; p = p[n:] {
		select {
		case <-q.room:
			timer.Reset(stall)
		case <-timer.C:
			return fmt.Errorf("%w for %s", ErrStalled, stall)
		}
		if n, err = q.TryWrite(p); err != nil {
			return err
		}
	}
	return nil
}

// run writes what is queued and ends when nothing is.
func (q *queue) run() {
	var chunk []byte
	for {
		last := false
		if chunk, last = q.take(chunk[:0]); len(chunk) == 0 {
			if last {
				q.finish()
			}
			return
		}
		_, err := q.conn.Write(chunk)
		q.took(err)
	}
}

// take moves the next chunk into dst; nothing means that the goroutine ends,
// with last set after bringing the connection to its end.
func (q *queue) take(dst []byte) (chunk []byte, last bool) {
	q.lock.Lock()
	defer q.lock.Unlock()
	dst = append(dst, q.pending[:min(len(q.pending), queueChunk)]...)
	q.pending = q.pending[:copy(q.pending, q.pending[len(dst):])]
	if len(dst) == 0 {
		q.running, q.pending = false, nil
	}
	return dst, q.last
}

func (q *queue) took(err error) {
	q.lock.Lock()
	if err != nil {
		q.err, q.pending = err, nil
	}
	q.lock.Unlock()
	select {
	case q.room <- struct{}{}:
	default:
	}
}

// Abort cuts the connection.
func (q *queue) Abort() {
	q.lock.Lock()
	if q.err == nil {
		q.err = net.ErrClosed
	}
	q.pending = nil
	q.lock.Unlock()
	q.cut()
}

// Close ends the connection when what is queued was written, or when that
// takes longer than the linger time.
func (q *queue) Close() {
	q.lock.Lock()
	defer q.lock.Unlock()
	if q.last {
		return
	}
	q.last = true
	_ = q.conn.SetWriteDeadline(time.Now().Add(q.linger))
	if !q.running {
		q.running = true
		go q.run()
	}
}
