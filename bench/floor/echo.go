package floor

import (
	"encoding/binary"
	"errors"
	"io"
	"net"

	"llbot/bench/load"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

// Echo answers every frame of a WebSocket with the same frame, which carries
// the number of the request, and joins the answers to whatever came together.
func (s *Service) Echo(frame []byte, addr *string) error {
	places := load.Places(frame)
	up := websocket.FastHTTPUpgrader{ReadBufferSize: 512, WriteBufferSize: 512}
	return s.serve(addr, func(ctx *fasthttp.RequestCtx) {
		if err := up.Upgrade(ctx, func(c *websocket.Conn) { _ = answerFrames(c.NetConn(), frame, places) }); err != nil {
			ctx.Error(err.Error(), fasthttp.StatusBadRequest)
		}
	})
}

var errFrame = errors.New("a frame that the floor does not read")

// answerFrames reads masked frames of less than 64 KiB until the client goes.
func answerFrames(c net.Conn, frame []byte, places []int) error {
	defer c.Close()
	in, out := make([]byte, 64<<10), []byte(nil)
	for held := 0; ; {
		n, err := c.Read(in[held:])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		held += n
		used := 0
		out = out[:0]
		for {
			payload, size, err := clientFrame(in[used:held])
			if err != nil {
				return err
			}
			if size == 0 {
				break
			}
			used += size
			number, _ := load.Marked(payload)
			at := len(out)
			out = append(out, frame...)
			for _, place := range places {
				load.PutDigits(out[at+place:], number)
			}
		}
		held = copy(in, in[used:held])
		if _, err := c.Write(out); err != nil {
			return err
		}
	}
}

// clientFrame takes the first frame apart; size is 0 while it is not whole.
func clientFrame(data []byte) (payload []byte, size int, err error) {
	if len(data) < 6 {
		return nil, 0, nil
	}
	at, length := 2, int(data[1]&0x7f)
	switch {
	case length == 127 || data[1]&0x80 == 0:
		return nil, 0, errFrame
	case length == 126 && len(data) < 8:
		return nil, 0, nil
	case length == 126:
		at, length = 4, int(binary.BigEndian.Uint16(data[2:]))
	}
	if len(data) < at+4+length {
		return nil, 0, nil
	}
	key := data[at : at+4]
	payload = data[at+4 : at+4+length]
	for i := range payload {
		payload[i] ^= key[i&3]
	}
	return payload, at + 4 + length, nil
}
