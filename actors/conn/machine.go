package conn

import (
	"context"
	"time"

	"llbot/actors/router"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// FrameKind tells what a peer sent.
type FrameKind uint8

// The kinds of inbound frame. FrameMessage is a whole text or binary message.
const (
	FrameMessage FrameKind = iota + 1
	FramePing
	FramePong
	FrameClose
)

// Frame is one thing a peer sent. Data belongs to the receiver.
type Frame struct {
	Kind FrameKind
	Data []byte
	Code int // FrameClose: the peer's close code, 1005 when it gave none
}

// Socket is one live connection of either direction: a WebSocket, or an SSE
// stream (which only ever reports its end). The transport implements it and
// writes nothing on its own: pongs and close frames are ours to send.
type Socket interface {
	router.Sink
	// Receive reads until the connection ends or on answers false, and tells
	// why it ended. It is called once, from one goroutine.
	Receive(on func(Frame) bool) error
	// Masked tells that our frames must be masked: we are the client.
	Masked() bool
	// Remote is the peer's address, for logs.
	Remote() string
}

// Prompting is a Socket whose messages can be answered on its reader's
// goroutine, many with one write.
type Prompting interface {
	// Prompt is called before Receive. From then on answer is offered each
	// message first: it appends the frames of an answer to dst, or answers false
	// and leaves the message to Receive's receiver. What was appended goes to
	// send when no further message has come, or when it has become much. data
	// and frames are lent.
	Prompt(answer func(dst, data []byte) ([]byte, bool), send func(frames []byte))
}

// Breach is an error of Receive about a frame that the peer must not send: one
// too big, or against the WebSocket protocol. The peer is told by a close frame.
type Breach interface {
	error
	// CloseCode is the code to close the connection with (RFC 6455 §7.4).
	CloseCode() int
	// CloseReason is the text to go with it, at most 123 bytes.
	CloseReason() string
}

// Dialer opens WebSockets to reverse targets.
type Dialer interface {
	// Dial waits for the handshake. A refusal's error tells the HTTP status.
	Dial(ctx context.Context, url string, headers []face.Header) (Socket, error)
}

// Answer is what a webhook's target answered.
type Answer struct {
	Status     int
	Body       []byte        // at most 64 KiB, the rest is dropped
	RetryAfter time.Duration // 0 when the target named none
}

// Poster delivers webhook bodies.
type Poster interface {
	// Post sends one body and waits for the answer. An error means that there
	// was none: refused, timed out, broken off.
	Post(ctx context.Context, url string, headers []face.Header, body []byte) (Answer, error)
}

// LogReader reads the event log.
type LogReader interface {
	// Read appends entries after the given number to dst, at most max, in
	// order. qq.ErrCursorGone when entries behind after are no longer held.
	Read(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error)
	// Missing tells whether records between two numbers, both excluded, were
	// lost to damage, and from which number on; it knows what Read met.
	Missing(after, before qq.SN) (first qq.SN, any bool)
	// Seek is the number to read after so that the first entry is the one at
	// or after t.
	Seek(t qq.Time) qq.SN
	// First and Last are the oldest and newest numbers held; Last is the base
	// number while the log is empty, First then Last+1.
	First() qq.SN
	Last() qq.SN
}
