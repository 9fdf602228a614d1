package floor

import (
	"net"
	"strconv"
	"strings"
	"sync"

	"llbot/bench/load"
	"llbot/bench/part"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

// FanSpec says what is written to whom.
type FanSpec struct {
	// Frames are ready deliveries with a mark, one of each group. Whoever
	// connects to /ws/1 or /sse/1 belongs to the second group.
	Frames [][]byte
	// Join is how many events at most go out in one write: 1 is the plain
	// floor, 64 the batched one.
	Join int
}

// FanAddresses is where a fan-out is reached.
type FanAddresses struct{ Addr, Trigger string }

// fan is a set of listeners who are written to.
type fan struct {
	spec   FanSpec
	marks  [][]int // where the numbers stand in each frame
	joined [][]byte

	mu    sync.Mutex
	conns [][]net.Conn // of each group
}

// Fan opens a fan-out: events that the trigger asks for are written to
// everybody, several joined in one write where they wait.
func (s *Service) Fan(spec FanSpec, at *FanAddresses) error {
	f := &fan{spec: spec, conns: make([][]net.Conn, len(spec.Frames)), joined: make([][]byte, len(spec.Frames))}
	for _, frame := range spec.Frames {
		f.marks = append(f.marks, load.Places(frame))
	}
	if err := s.serve(&at.Addr, f.join); err != nil {
		return err
	}
	s.mu.Lock()
	s.crowd = f
	s.mu.Unlock()
	return s.source(&at.Trigger, f.send)
}

// Leave ends the connections of the last fan-out, whose listeners have gone: a
// loop that only writes would keep them until the process may open no more.
func (s *Service) Leave(_ part.None, _ *part.None) error {
	s.mu.Lock()
	f := s.crowd
	s.crowd = nil
	s.mu.Unlock()
	if f != nil {
		f.leave()
	}
	return nil
}

func (f *fan) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for group, conns := range f.conns {
		for _, c := range conns {
			_ = c.Close()
		}
		f.conns[group] = nil
	}
}

// streamHead is the answer to who wants server-sent events.
const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

// join takes a listener in.
func (f *fan) join(ctx *fasthttp.RequestCtx) {
	kind, number, _ := strings.Cut(strings.TrimPrefix(string(ctx.Path()), "/"), "/")
	group, err := strconv.Atoi(number)
	if err != nil || group < 0 || group >= len(f.conns) {
		ctx.Error("no such group", fasthttp.StatusNotFound)
		return
	}
	if kind == "sse" {
		ctx.HijackSetNoResponse(true)
		ctx.Hijack(func(c net.Conn) {
			if _, err := c.Write([]byte(streamHead)); err == nil {
				f.admit(group, c)
			}
		})
		return
	}
	up := websocket.FastHTTPUpgrader{ReadBufferSize: 512, WriteBufferSize: 512}
	if err := up.Upgrade(ctx, func(c *websocket.Conn) { f.admit(group, c.NetConn()) }); err != nil {
		ctx.Error(err.Error(), fasthttp.StatusBadRequest)
	}
}

func (f *fan) admit(group int, c net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns[group] = append(f.conns[group], c)
}

// send writes events to everybody, up to Join of them in one write.
func (f *fan) send(from, upto uint64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ; from <= upto; from += uint64(f.spec.Join) {
		last := min(from+uint64(f.spec.Join)-1, upto)
		for group, conns := range f.conns {
			joined := f.fill(group, from, last)
			for i := 0; i < len(conns); i++ {
				if _, err := conns[i].Write(joined); err != nil { // it left
					_ = conns[i].Close()
					conns[i] = conns[len(conns)-1]
					conns = conns[:len(conns)-1]
					f.conns[group] = conns
					i--
				}
			}
		}
	}
	return nil
}

// fill writes the frames of a run of events, each with its number.
func (f *fan) fill(group int, from, upto uint64) []byte {
	out := f.joined[group][:0]
	for n := from; n <= upto; n++ {
		at := len(out)
		out = append(out, f.spec.Frames[group]...)
		for _, place := range f.marks[group] {
			load.PutDigits(out[at+place:], n)
		}
	}
	f.joined[group] = out
	return out
}
