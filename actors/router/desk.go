package router

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// desk is where the events of a router are encoded: it lends the room for it,
// counts panics of encoders and logs the first of each.
type desk struct {
	texts  sync.Pool // of *[]byte
	logger *slog.Logger
	panics atomic.Uint64
	logged sync.Map // face.Encoder → struct{}
}

// maxRoom is the largest room that is used again.
const maxRoom = 64 << 10

func newDesk(logger *slog.Logger) *desk { return &desk{logger: logger} }

// text is room to encode an event into, used again. An event outside any
// router gets new room each time.
func (d *desk) text() *[]byte {
	if d != nil {
		if room, ok := d.texts.Get().(*[]byte); ok {
			return room
		}
	}
	room := make([]byte, 0, unknownSize)
	return &room
}

// done takes room back, grown or not.
func (d *desk) done(room *[]byte, text []byte) {
	if d != nil && cap(text) <= maxRoom {
		*room = text[:0]
		d.texts.Put(room)
	}
}

// report notes a panic. An event outside any router has nobody to tell: d is nil.
func (d *desk) report(by face.Encoder, sn qq.SN, value any, stack []byte) {
	if d == nil {
		return
	}
	d.panics.Add(1)
	if _, known := d.logged.LoadOrStore(by, struct{}{}); known {
		return
	}
	d.logger.Error("encoder panicked; its events are left out, later panics are only counted",
		slog.String("encoder", fmt.Sprintf("%T", by)), slog.Uint64("sn", uint64(sn)),
		slog.Any("panic", value), slog.String("stack", string(stack)))
}
