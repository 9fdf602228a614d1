//go:build unix

package transport

import (
	"net"
	"syscall"
	"time"
)

// gone tells whether a kept connection must not be used again: the peer closed
// it, or said something that nobody asked for (TLS does so by itself).
func gone(c net.Conn) bool {
	tcp := tcpOf(c)
	if tcp == nil {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return true
	}
	_ = tcp.SetReadDeadline(time.Time{})
	dead := true
	var one [1]byte
	err = raw.Read(func(fd uintptr) bool {
		n, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK)
		dead = err != syscall.EAGAIN && (n <= 0 || plainTCP(c) != nil)
		return true
	})
	return dead || err != nil
}
