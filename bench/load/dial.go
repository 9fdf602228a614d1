//go:build linux

package load

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long one handshake may take on a busy machine.
const patience = 20 * time.Second

// dial opens a blocking socket; receive bounds its receive buffer, 0 leaves
// it to the kernel.
func dial(addr string, receive int) (fd int, err error) {
	to, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		return 0, err
	}
	if fd, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
		return 0, fmt.Errorf("socket: %w", err)
	}
	defer func() {
		if err != nil {
			_ = unix.Close(fd)
		}
	}()
	if receive > 0 {
		if err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receive); err != nil {
			return 0, err
		}
	}
	wait := unix.NsecToTimeval(patience.Nanoseconds())
	if err = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return 0, err
	}
	if err = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return 0, err
	}
	peer := &unix.SockaddrInet4{Port: to.Port}
	copy(peer.Addr[:], to.IP.To4())
	for {
		if err = unix.Connect(fd, peer); err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return 0, fmt.Errorf("connect to %s: %w", addr, err)
	}
	return fd, nil
}

// greet sends the head of a request and reads the head of its answer, whose
// first line must hold status. What came behind the head is returned.
func greet(fd int, request []byte, status string) (rest []byte, err error) {
	if _, err := unix.Write(fd, request); err != nil {
		return nil, err
	}
	var got []byte
	buf := make([]byte, 4096)
	for {
		n, err := unix.Read(fd, buf)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return nil, fmt.Errorf("answer to the handshake: %w", err)
		case n == 0:
			return nil, fmt.Errorf("answer to the handshake: %w after %q", io.ErrUnexpectedEOF, got)
		}
		got = append(got, buf[:n]...)
		head, behind, whole := bytes.Cut(got, []byte("\r\n\r\n"))
		if !whole {
			continue
		}
		line, _, _ := bytes.Cut(head, []byte("\r\n"))
		if !bytes.Contains(line, []byte(" "+status)) {
			return nil, fmt.Errorf("the server answered %q", got)
		}
		return behind, nil
	}
}

// upgrade is the head of a WebSocket handshake.
func upgrade(addr, path string, headers []string) []byte {
	return head("GET", addr, path, append([]string{
		"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
	}, headers...))
}
