package router

import "time"

// Sink is the writing half of one connection, implemented by the transport.
// The outbox is its only caller. TryWrite and WriteAll are never called at the
// same time; Abort and Close may come at any time and end both.
type Sink interface {
	// TryWrite writes what fits without waiting. n < len(p) with a nil error
	// means that the kernel's buffer is full.
	TryWrite(p []byte) (n int, err error)
	// WriteAll writes everything, waiting for the peer. It fails when the peer
	// takes no byte at all for stall.
	WriteAll(p []byte, stall time.Duration) error
	// Abort cuts the connection at once, dropping what is still in the kernel.
	Abort()
	// Close ends the connection in order: what was written still arrives.
	Close()
}
