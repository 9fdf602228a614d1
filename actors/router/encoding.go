package router

import (
	"runtime/debug"
	"sync"

	"llbot/protocols/face"
)

// maxHeader is the longest head of a WebSocket frame without mask.
const maxHeader = 10

// encoding is an event in the words of one encoder, and its frames.
type encoding struct {
	encoder face.Encoder
	next    *encoding

	once    sync.Once
	server  []byte // as a WebSocket frame of a server; nil: nothing to say
	payload []byte // the end of server: the two share their memory

	client, sse, milky framed
}

// framed is a frame that few ask for, made when one does.
type framed struct {
	once  sync.Once
	bytes []byte
}

func (c *encoding) frame(e *Event, f face.Framing) []byte {
	c.once.Do(func() { c.encode(e) })
	if c.server == nil {
		return nil
	}
	switch f {
	case face.FrameServer:
		return c.server
	case face.FrameClient:
		return c.client.made(e, f, c.payload)
	case face.FrameSSE:
		return c.sse.made(e, f, c.payload)
	case face.FrameSSEMilky:
		return c.milky.made(e, f, c.payload)
	}
	return c.payload
}

func (m *framed) made(e *Event, f face.Framing, payload []byte) []byte {
	m.once.Do(func() { m.bytes = face.AppendFrame(nil, f, payload, e.SN(), e.mask) })
	return m.bytes
}

// encode asks the encoder, once. What it says is kept in memory of exactly the
// right size, since it lives as long as the event. A panic counts as silence.
func (c *encoding) encode(e *Event) {
	defer func() {
		if r := recover(); r != nil {
			e.desk.report(c.encoder, e.SN(), r, debug.Stack())
		}
	}()
	room := e.desk.text()
	text, ok := c.encoder.Encode(*room, e.entry)
	defer e.desk.done(room, text)
	if !ok {
		return
	}
	server := face.AppendFrame(make([]byte, 0, len(text)+maxHeader), face.FrameServer, text, e.SN(), e.mask)
	c.payload = server[len(server)-len(text):]
	c.server = server
	e.grow(len(server))
}
