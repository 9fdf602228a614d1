package transport

import (
	"errors"
	"net"

	"llbot/actors/conn"

	"github.com/fasthttp/websocket"
)

// webSocket is one WebSocket of either direction.
type webSocket struct {
	writer
	ws      *websocket.Conn
	quiet   *quiet
	buffers *scratch
	client  bool

	// Of the reader only: who answers on the spot, and the frames of answers
	// that wait for a lull, nil while there are none.
	answer func(dst, data []byte) ([]byte, bool)
	send   func(frames []byte)
	frames *[]byte
}

var (
	_ conn.Socket    = (*webSocket)(nil)
	_ conn.Prompting = (*webSocket)(nil)
)

// newWebSocket takes over ws, whose handshake over q is done. c is what is
// written to and closed; q reads from it or from the connection inside it.
func newWebSocket(ws *websocket.Conn, q *quiet, c net.Conn, o *Options, buffers *scratch, client bool) *webSocket {
	q.hush()
	ws.SetReadLimit(o.MaxFrame)
	limitBuffer(c, o.SendBuffer)
	s := &webSocket{
		writer: newWriter(c, o.Linger, buffers), ws: ws, quiet: q, buffers: buffers, client: client,
	}
	q.readAhead(buffers, client)
	q.lull = s.flush
	return s
}

// Prompt sets who answers on the spot.
func (s *webSocket) Prompt(answer func(dst, data []byte) ([]byte, bool), send func(frames []byte)) {
	s.answer, s.send = answer, send
}

// muchAnswered is how many bytes of answers wait for a lull at most.
const muchAnswered = 32 << 10

// prompted tells whether a message was answered on the spot.
func (s *webSocket) prompted(data []byte) bool {
	if s.answer == nil {
		return false
	}
	if s.frames == nil {
		s.frames = s.buffers.get()
	}
	var ok bool
	if *s.frames, ok = s.answer(*s.frames, data); len(*s.frames) > muchAnswered {
		s.flush()
	}
	return ok
}

// flush sends the answers that wait.
func (s *webSocket) flush() {
	if s.frames == nil {
		return
	}
	if len(*s.frames) > 0 {
		s.send(*s.frames)
	}
	s.buffers.put(s.frames)
	s.frames = nil
}

// Receive reads frames until the connection ends.
func (s *webSocket) Receive(on func(conn.Frame) bool) error {
	s.startReading()
	defer s.stopReading()
	defer s.flush()
	return receive(s.ws, s.quiet, s.buffers, s.prompted, on)
}

// Masked tells whether we dialed.
func (s *webSocket) Masked() bool { return s.client }

// Remote is the peer's address.
func (s *webSocket) Remote() string { return s.quiet.RemoteAddr().String() }

// stream is one SSE stream. Its peer has nothing to say.
type stream struct {
	writer
	conn *peer
}

var _ conn.Socket = (*stream)(nil)

// errTalkative ends a stream whose peer keeps sending.
var errTalkative = errors.New("the client sends on a stream that only we write to")

// Receive waits for the peer to leave; on is never called.
func (s *stream) Receive(func(conn.Frame) bool) error {
	s.startReading()
	defer s.stopReading()
	var small [8]byte // it lives as long as the stream, and nobody should send
	for read := 0; read < maxDrain; {
		n, err := s.conn.Read(small[:])
		if err != nil {
			return err
		}
		read += n
	}
	return errTalkative
}

// Masked is false: streams have no frames.
func (s *stream) Masked() bool { return false }

// Remote is the peer's address.
func (s *stream) Remote() string { return s.conn.RemoteAddr().String() }

// limitBuffer bounds what the kernel holds for a peer that stopped reading.
func limitBuffer(c net.Conn, size int) {
	if tcp := tcpOf(c); tcp != nil {
		_ = tcp.SetWriteBuffer(size)
	}
}
