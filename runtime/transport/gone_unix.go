//go:build unix

package transport

import (
	"net"
	"syscall"
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
	dead := true
	var one [1]byte
	err = raw.Control(func(fd uintptr) { // unlike Read it asks for no deadline
		n, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK)
		dead = err != syscall.EAGAIN && (n <= 0 || plainTCP(c) != nil)
	})
	return dead || err != nil
}
