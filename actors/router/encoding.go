package router

import (
	"runtime/debug"
	"sync"
	"sync/atomic"

	"llbot/protocols/face"
)

// maxHeader is the longest head of a WebSocket frame without mask.
const maxHeader = 10

// encoding is an event in the words of one encoder, and its frames.
type encoding struct {
	encoder face.Encoder
	next    *encoding

	once   sync.Once
	server []byte // as a WebSocket frame of a server; nil: nothing to say
	head   int    // of server; what follows is the payload of all frames
	rest   atomic.Pointer[others]
}

// others are the frames of connections other than a server's WebSockets.
type others struct{ client, sse, milky framed }

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
	payload := c.server[c.head:]
	switch f {
	case face.FrameServer:
		return c.server
	case face.FrameClient:
		return c.others().client.made(e, f, payload)
	case face.FrameSSE:
		return c.others().sse.made(e, f, payload)
	case face.FrameSSEMilky:
		return c.others().milky.made(e, f, payload)
	}
	return payload
}

func (c *encoding) others() *others {
	if c.rest.Load() == nil {
		c.rest.CompareAndSwap(nil, &others{})
	}
	return c.rest.Load()
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
	c.server, c.head = server, len(server)-len(text)
	e.grow(len(server))
}
