package transport

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"llbot/actors/conn"

	"github.com/fasthttp/websocket"
)

// FrameError tells that a peer broke the WebSocket protocol. Nothing was said
// to it yet: its connection should be closed with Code (RFC 6455 §7.4).
type FrameError struct {
	Code   int
	Reason string
}

var _ conn.Breach = (*FrameError)(nil)

// Error tells the code and the reason.
func (e *FrameError) Error() string {
	return fmt.Sprintf("websocket: the peer's frame asks for close code %d: %s", e.Code, e.Reason)
}

// CloseCode is the code to close the connection with.
func (e *FrameError) CloseCode() int { return e.Code }

// CloseReason is the text to go with the code.
func (e *FrameError) CloseReason() string { return e.Reason }

// errEnough ends reading because the receiver asked for it.
var errEnough = errors.New("the receiver wants no more")

// Sizes of a scratch buffer that messages are read into: what it begins with,
// and past which it is given to the receiver or dropped instead of kept.
const (
	scratchSize = 4 << 10
	scratchKeep = 64 << 10
)

// scratch lends readers their buffers, and writers what an attempt needs, so
// that an idle connection has neither.
type scratch struct {
	pool     sync.Pool // of *[]byte
	attempts sync.Pool // of *attempt
}

func (s *scratch) get() *[]byte {
	if b, ok := s.pool.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, scratchSize)
	return &b
}

func (s *scratch) put(b *[]byte) {
	if cap(*b) <= scratchKeep {
		*b = (*b)[:0]
		s.pool.Put(b)
	}
}

// receive reads frames until the end. Messages that prompted takes are not
// told; it is lent them. The reason is nil when on wanted no
// more, io.EOF after a close frame, io.ErrUnexpectedEOF without one.
func receive(ws *websocket.Conn, q *quiet, buffers *scratch, prompted func([]byte) bool, on func(conn.Frame) bool) error {
	tell := func(f conn.Frame) error {
		if on(f) {
			return nil
		}
		return errEnough
	}
	ws.SetPingHandler(func(s string) error { return tell(conn.Frame{Kind: conn.FramePing, Data: []byte(s)}) })
	ws.SetPongHandler(func(s string) error { return tell(conn.Frame{Kind: conn.FramePong, Data: []byte(s)}) })
	ws.SetCloseHandler(func(code int, text string) error {
		return tell(conn.Frame{Kind: conn.FrameClose, Data: []byte(text), Code: code})
	})
	// An idle connection waits here, not in NextReader: so its goroutine gets by
	// with the smallest stack.
	for {
		q.idle()
		kind, r, err := ws.NextReader()
		if err == nil {
			err = message(kind, r, buffers, prompted, tell)
		}
		if err != nil {
			return reason(err)
		}
	}
}

// message reads one whole message. Memory follows what arrives, not what the
// frame's head announces.
func message(kind int, r io.Reader, buffers *scratch, prompted func([]byte) bool, tell func(conn.Frame) error) error {
	buf := buffers.get()
	defer buffers.put(buf)
	b, err := readAll((*buf)[:0], r)
	if err != nil {
		return err
	}
	if kind == websocket.TextMessage && !utf8.Valid(b) {
		return &FrameError{Code: websocket.CloseInvalidFramePayloadData, Reason: "text is not valid UTF-8"}
	}
	if cap(b) <= scratchKeep {
		*buf = b
		if prompted(b) {
			return nil
		}
		b = append(make([]byte, 0, len(b)), b...)
	}
	return tell(conn.Frame{Kind: conn.FrameMessage, Data: b})
}

func readAll(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = slices.Grow(b, max(cap(b), scratchSize))
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, err
		}
	}
}

// reason turns the library's error into ours.
func reason(err error) error {
	var closed *websocket.CloseError
	var frame *FrameError
	switch {
	case errors.Is(err, errEnough):
		return nil
	case errors.As(err, &frame):
		return frame
	case errors.Is(err, websocket.ErrReadLimit):
		return &FrameError{Code: websocket.CloseMessageTooBig, Reason: "message too big"}
	case errors.As(err, &closed) && closed.Code == websocket.CloseAbnormalClosure:
		return io.ErrUnexpectedEOF
	case errors.As(err, &closed):
		return io.EOF
	}
	// Breaches of the protocol are plain errors that only their text marks.
	if text, ok := strings.CutPrefix(err.Error(), "websocket: "); ok {
		return &FrameError{Code: websocket.CloseProtocolError, Reason: text}
	}
	return err
}
