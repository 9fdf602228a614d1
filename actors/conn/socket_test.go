package conn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

var (
	errCut  = errors.New("connection was cut")
	errGone = errors.New("peer is gone")
)

// socket is a connection in memory whose other end the test plays.
type socket struct {
	rude   bool // does not hang up when we have closed
	client bool
	frozen atomic.Bool // answers no Ping any more, for answerPings
	in     chan Frame
	end    chan error // what Receive ends with

	mu      sync.Mutex
	got     []byte
	room    int // bytes that the peer will take; negative: any
	gone    error
	more    chan struct{} // closed when something changed
	closed  bool
	aborted bool
}

func newSocket(room int) *socket {
	return &socket{in: make(chan Frame), end: make(chan error, 8), room: room, more: make(chan struct{})}
}

func (s *socket) Masked() bool   { return s.client }
func (s *socket) Remote() string { return "peer" }

func (s *socket) Receive(on func(Frame) bool) error {
	for {
		select {
		case err := <-s.end:
			return err
		case f := <-s.in:
			if !on(f) {
				return nil
			}
		}
	}
}

// take moves what fits; mu is held.
func (s *socket) take(b []byte) int {
	n := len(b)
	if s.room >= 0 {
		n = min(n, s.room)
		s.room -= n
	}
	s.got = append(s.got, b[:n]...)
	return n
}

func (s *socket) TryWrite(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone != nil {
		return 0, s.gone
	}
	return s.take(b), nil
}

func (s *socket) WriteAll(b []byte, stall time.Duration) error {
	timer := time.NewTimer(stall)
	defer timer.Stop()
	for {
		s.mu.Lock()
		if s.gone != nil {
			s.mu.Unlock()
			return s.gone
		}
		n := s.take(b)
		b = b[n:]
		more := s.more
		s.mu.Unlock()
		if len(b) == 0 {
			return nil
		}
		if n > 0 {
			timer.Reset(stall)
		}
		select {
		case <-more:
		case <-timer.C:
			return fmt.Errorf("write: %w", os.ErrDeadlineExceeded)
		}
	}
}

func (s *socket) Abort() {
	s.change(func() { s.aborted, s.gone = true, errCut })
	s.hangUp(errCut)
}

// linger is how long a transport waits for a peer that does not hang up.
const linger = 5 * time.Second

// Close is the orderly end: a peer with manners hangs up in turn.
func (s *socket) Close() {
	s.change(func() { s.closed = true })
	if s.rude {
		time.AfterFunc(linger, func() { s.hangUp(io.EOF) })
		return
	}
	s.hangUp(io.EOF)
}

// hangUp ends Receive; only the first reason counts.
func (s *socket) hangUp(err error) {
	select {
	case s.end <- err:
	default:
	}
}

func (s *socket) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.more)
	s.more = make(chan struct{})
}

// allow lets the peer take n more bytes; negative: everything.
func (s *socket) allow(n int) {
	s.change(func() {
		if n < 0 {
			s.room = -1
		} else if s.room >= 0 {
			s.room += n
		}
	})
}

func (s *socket) say(text string) { s.in <- Frame{Kind: FrameMessage, Data: []byte(text)} }

func (s *socket) bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]byte(nil), s.got...)
}

func (s *socket) ended() (closed, aborted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed, s.aborted
}

// heard is what the peer was sent, in words: texts as they are, events by
// their number after the first, other frames by their kind.
func (s *socket) heard() string {
	var words []string
	for b := s.bytes(); len(b) > 0; {
		op, payload, rest := cutFrame(b)
		switch op {
		case 0x1:
			words = append(words, string(payload))
		case face.OpPing: // asks for a proof; see answerPings
		case face.OpPong:
			words = append(words, "pong:"+string(payload))
		case face.OpClose:
			words = append(words, fmt.Sprintf("close:%d:%s", binary.BigEndian.Uint16(payload), payload[2:]))
		default:
			words = append(words, fmt.Sprintf("broken:%x", b))
			return strings.Join(words, " ")
		}
		b = rest
	}
	return strings.Join(words, " ")
}

// answerPings plays a client that answers Pings, as all libraries do, until the
// connection ends.
func (s *socket) answerPings() {
	for answered := 0; ; time.Sleep(10 * time.Millisecond) {
		var pings [][]byte
		for b := s.bytes(); len(b) > 0; {
			op, payload, rest := cutFrame(b)
			if op == face.OpPing {
				pings = append(pings, payload)
			}
			b = rest
		}
		if closed, aborted := s.ended(); closed || aborted {
			return
		}
		if s.frozen.Load() {
			continue
		}
		for _, payload := range pings[answered:] {
			select {
			case s.in <- Frame{Kind: FramePong, Data: payload}:
			case <-time.After(time.Second): // nobody reads any more
				return
			}
		}
		answered = len(pings)
	}
}

// events is the numbers of the events that the peer was sent.
func (s *socket) events() (sns []qq.SN) {
	for b := s.bytes(); len(b) > 0; {
		op, payload, rest := cutFrame(b)
		number, _, event := strings.Cut(string(payload), "#")
		if n, err := strconv.ParseUint(number, 10, 64); op == 0x1 && event && err == nil {
			sns = append(sns, qq.SN(n))
		}
		b = rest
	}
	return sns
}

// cutFrame takes the first frame off; what is cut short has opcode 0xff.
func cutFrame(b []byte) (op byte, payload, rest []byte) {
	if len(b) < 2 {
		return 0xff, nil, nil
	}
	n, head := int(b[1]&0x7f), 2
	switch n {
	case 126:
		n, head = int(binary.BigEndian.Uint16(b[2:])), 4
	case 127:
		n, head = int(binary.BigEndian.Uint64(b[2:])), 10
	}
	var mask []byte
	if b[1]&0x80 != 0 {
		mask = b[head : head+4]
		head += 4
	}
	if len(b) < head+n {
		return 0xff, nil, nil
	}
	payload = append([]byte(nil), b[head:head+n]...)
	for i := range payload {
		if mask != nil {
			payload[i] ^= mask[i&3]
		}
	}
	return b[0] & 0xf, payload, b[head+n:]
}

// numbers writes an event as "<sn>#", padded to size; it panics on one.
type numbers struct {
	size  int
	wrong qq.SN
}

func (n numbers) Encode(dst []byte, e *qq.Entry) ([]byte, bool) {
	if _, gap := e.Event.(*qq.EventsLost); gap {
		return dst, false
	}
	if e.SN == n.wrong {
		panic("no words for it")
	}
	start := len(dst)
	dst = append(strconv.AppendUint(dst, uint64(e.SN), 10), '#')
	for len(dst)-start < n.size {
		dst = append(dst, '.')
	}
	return dst, true
}

// link is a conversation made of functions; nil ones answer nothing.
type link struct {
	open  func() []face.Effect
	frame func(text string) []face.Effect
	fire  func(key string) []face.Effect
}

func (l *link) Open(qq.Time) []face.Effect {
	if l.open == nil {
		return nil
	}
	return l.open()
}

func (l *link) Frame(_ qq.Time, data []byte) []face.Effect {
	if l.frame == nil {
		return nil
	}
	return l.frame(string(data))
}

func (l *link) Fire(_ qq.Time, key string) []face.Effect {
	if l.fire == nil {
		return nil
	}
	return l.fire(key)
}

func send(text string) face.Effect { return face.Send{Payload: []byte(text)} }

func subscribe(since face.Position) face.Subscribe {
	return face.Subscribe{Selection: selection(account), Variant: face.Variant{Encoder: numbers{}, Framing: face.FrameServer}, Since: since}
}
