//go:build linux

package load

import (
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sys/unix"
)

// handler takes what came on a connection and answers how much of it was
// whole; the rest is given again with what follows.
type handler interface {
	take(c *conn, data []byte) (used int, err error)
}

// conn is one socket of a loop.
type conn struct {
	fd      int
	index   int // among those of its rig
	handler handler
	rest    []byte // what came of something unfinished
}

// loop polls sockets. It is used by one goroutine at a time.
type loop struct {
	poll   int
	conns  map[int]*conn
	events []unix.EpollEvent
	buffer []byte
	now    time.Time // of the latest poll that found something
}

const readSize = 256 << 10

func newLoop() (*loop, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	return &loop{poll: fd, conns: map[int]*conn{}, events: make([]unix.EpollEvent, 256), buffer: make([]byte, readSize)}, nil
}

// add watches a socket from now on.
func (l *loop) add(c *conn) error {
	if err := unix.SetNonblock(c.fd, true); err != nil {
		return err
	}
	l.conns[c.fd] = c
	return unix.EpollCtl(l.poll, unix.EPOLL_CTL_ADD, c.fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(c.fd)})
}

// turn waits up to so many milliseconds and handles what came.
func (l *loop) turn(wait int) error {
	n, err := unix.EpollWait(l.poll, l.events, wait)
	if errors.Is(err, unix.EINTR) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	for i := range n {
		c := l.conns[int(l.events[i].Fd)]
		if c == nil {
			continue
		}
		if err := l.read(c); err != nil {
			return fmt.Errorf("connection %d: %w", c.index, err)
		}
	}
	return nil
}

// read takes what one socket has. Its rest comes first.
func (l *loop) read(c *conn) error {
	held := len(c.rest)
	if held > len(l.buffer)/2 {
		l.buffer = make([]byte, 2*len(l.buffer))
	}
	copy(l.buffer, c.rest)
	n, err := unix.Read(c.fd, l.buffer[held:])
	switch {
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
		return nil
	case err != nil:
		return err
	case n == 0:
		return io.ErrUnexpectedEOF
	}
	l.now = time.Now()
	return l.feed(c, l.buffer[:held+n])
}

func (l *loop) feed(c *conn, data []byte) error {
	used, err := c.handler.take(c, data)
	if err != nil {
		return err
	}
	c.rest = append(c.rest[:0], data[used:]...)
	return nil
}

// resume handles what came together with the answer to a handshake.
func (l *loop) resume(c *conn) error {
	if len(c.rest) == 0 {
		return nil
	}
	return l.feed(c, append([]byte(nil), c.rest...))
}

// close ends all connections at once, leaving no port in TIME_WAIT: a run
// opens more of them than there are ports.
func (l *loop) close() {
	for fd := range l.conns {
		_ = unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
		_ = unix.Close(fd)
	}
	l.conns = nil
	_ = unix.Close(l.poll)
}

// write sends all of data on a socket that has room for it.
func (c *conn) write(data []byte) error {
	for len(data) > 0 {
		n, err := unix.Write(c.fd, data)
		switch {
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EAGAIN):
			if _, err := unix.Poll([]unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLOUT}}, 5000); err != nil && !errors.Is(err, unix.EINTR) {
				return err
			}
		case err != nil:
			return err
		default:
			data = data[n:]
		}
	}
	return nil
}
