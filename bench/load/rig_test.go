//go:build linux

package load

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func opened(t *testing.T, spec RigSpec) *rig {
	t.Helper()
	r, err := openRig(spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.close)
	return r
}

// served starts an HTTP server of the standard library.
func served(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.CloseClientConnections)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// Every call that the generator counts reached the server, each with its own number.
func TestCallsAreCounted(t *testing.T) {
	for _, depth := range []int{1, 16} {
		var asked atomic.Int64
		seen := make([]atomic.Int32, 1<<20)
		addr := served(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			n, _ := Marked(body)
			seen[n].Add(1)
			asked.Add(1)
			_, _ = io.WriteString(w, `{"retcode":0}`)
		})
		r := opened(t, RigSpec{Calls: &CallSpec{
			Addr: addr, Conns: 4, Depth: depth, Request: Post(addr, "/x", "bench:000000000000"), Expect: `"retcode":0`,
		}})
		got, err := r.calls(50 * time.Millisecond)
		if err != nil || got.Faults() > 0 || r.calling.done == 0 || r.calling.done != uint64(asked.Load()) {
			t.Fatalf("depth %d: %+v, %v; %d of %d", depth, got, err, r.calling.done, asked.Load())
		}
		for n := range asked.Load() {
			if seen[n+1].Load() != 1 {
				t.Errorf("depth %d: number %d came %d times", depth, n+1, seen[n+1].Load())
			}
		}
	}
}

func TestWrongAnswersAreFaults(t *testing.T) {
	var n atomic.Int64
	for name, h := range map[string]http.HandlerFunc{
		"failed": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"retcode":100}`) },
		"status": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, `{"retcode":0}`, 500) },
		"one of them": func(w http.ResponseWriter, _ *http.Request) {
			if n.Add(1) == 10 {
				_, _ = io.WriteString(w, "{}")
				return
			}
			_, _ = io.WriteString(w, `{"retcode":0}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			addr := served(t, h)
			r := opened(t, RigSpec{Calls: &CallSpec{Addr: addr, Conns: 1, Depth: 1, Request: Post(addr, "/", "{}"), Expect: `"retcode":0`}})
			for range 20 {
				if got, err := r.calls(10 * time.Millisecond); got.Wrong > 0 && err != nil {
					return
				}
			}
			t.Error("no wrong answer was found")
		})
	}
}

// Sockets: each answer belongs to a request that is out, once.
func TestSocketCalls(t *testing.T) {
	for name, c := range map[string]struct {
		repeat int
		wrong  bool
	}{"once": {1, false}, "twice": {2, true}} {
		t.Run(name, func(t *testing.T) {
			addr := served(t, func(w http.ResponseWriter, r *http.Request) {
				s, err := websocket.Accept(w, r, nil)
				if err != nil {
					return
				}
				for {
					_, text, err := s.Read(r.Context())
					if err != nil {
						return
					}
					for range c.repeat {
						if s.Write(r.Context(), websocket.MessageText, text) != nil {
							return
						}
					}
				}
			})
			r := opened(t, RigSpec{Calls: &CallSpec{Addr: addr, Conns: 2, Depth: 8, Socket: "/api", Request: []byte(`"bench:000000000000"`)}})
			r.patience = 200 * time.Millisecond
			got, err := r.calls(50 * time.Millisecond)
			if wrong := err != nil || got.Wrong > 0; wrong != c.wrong {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// source is a server that makes events for those who listen, faults included.
type source struct {
	addr, trigger string
}

// makeSource has write send what event n is to each listener; it may sleep.
func makeSource(t *testing.T, stream bool, write func(out io.Writer, n uint64)) source {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	joined := make(chan net.Conn, 64)
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			t.Cleanup(func() { _ = c.Close() })
			if _, err := http.ReadRequest(bufio.NewReaderSize(c, 16)); err != nil {
				return
			}
			answer := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
			if stream {
				answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n"
			}
			_, _ = io.WriteString(c, answer)
			joined <- c
		}
	}()
	var conns []net.Conn
	events, err := Source(0, func(from, upto uint64) error {
		for len(joined) > 0 {
			conns = append(conns, <-joined)
		}
		for n := from; n <= upto; n++ {
			for _, c := range conns {
				write(c, n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = events.Close() })
	return source{l.Addr().String(), events.Addr().String()}
}

func sendEvent(stream bool) func(out io.Writer, n uint64) {
	return func(out io.Writer, n uint64) {
		text := AppendMark(nil, n)
		if stream {
			_, _ = out.Write(append(append([]byte("data: "), text...), "\n\n"...))
			return
		}
		_, _ = out.Write(Frame(text))
	}
}

func (s source) rig(t *testing.T, stream bool, n int) *rig {
	t.Helper()
	return opened(t, RigSpec{Trigger: s.trigger, Listen: []ListenSpec{{Addr: s.addr, Path: "/event", Stream: stream, Count: n}}})
}

func TestDeliveriesAreCounted(t *testing.T) {
	for _, stream := range []bool{false, true} {
		s := makeSource(t, stream, sendEvent(stream))
		r := s.rig(t, stream, 3)
		for range 2 {
			got, err := r.saturate(20 * time.Millisecond)
			if err != nil || got.Faults() > 0 || got.Count != 3*got.Events || got.Events < defaultWindow {
				t.Errorf("stream %v: %+v, %v", stream, got, err)
			}
		}
		if sample := r.audience.sample[0]; !bytes.Contains(sample, []byte(Mark)) {
			t.Errorf("stream %v: the first delivery was %q", stream, sample)
		}
	}
}

// A delivery that is dropped, doubled or out of its place is found.
func TestFaultyDeliveries(t *testing.T) {
	send := sendEvent(false)
	for name, c := range map[string]struct {
		write func(out io.Writer, n uint64)
		found func(Tally, error) bool
	}{
		"doubled": {
			func(out io.Writer, n uint64) {
				if send(out, n); n == 50 {
					send(out, n)
				}
			}, func(t Tally, err error) bool { return t.Doubled == 1 && err == nil },
		},
		"reordered": {
			func(out io.Writer, n uint64) {
				switch n {
				case 50:
				case 51:
					send(out, 51)
					send(out, 50)
				default:
					send(out, n)
				}
			}, func(t Tally, err error) bool { return t.Reordered == 1 && err == nil },
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := makeSource(t, false, c.write).rig(t, false, 1)
			if got, err := r.saturate(time.Millisecond); !c.found(got, err) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// What never comes ends a run with an error that says so.
func TestDroppedDelivery(t *testing.T) {
	send := sendEvent(false)
	r := makeSource(t, false, func(out io.Writer, n uint64) {
		if n != 50 {
			send(out, n)
		}
	}).rig(t, false, 1)
	r.patience = 50 * time.Millisecond
	got, err := r.saturate(time.Millisecond)
	if err == nil || got.Missing != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// An open loop counts from when an event was due: a server that stands still
// for a while is late with every event that was due meanwhile, not with one.
func TestOpenLoopOmitsNothing(t *testing.T) {
	const pause = 200 * time.Millisecond
	send := sendEvent(false)
	r := makeSource(t, false, func(out io.Writer, n uint64) {
		if n == 100 {
			time.Sleep(pause)
		}
		send(out, n)
	}).rig(t, false, 1)
	got, err := r.pace(1000, 500*time.Millisecond)
	if err != nil || got.Faults() > 0 || got.Count != 500 {
		t.Fatalf("%+v, %v", got, err)
	}
	// 200 of 500 events were due while it stood still: the slowest tenth waited
	// at least three quarters of the pause. A closed loop would see one of 500.
	if got.Latency.P90 < pause*3/4/2 || got.Latency.Max < pause {
		t.Errorf("latency %+v", got.Latency)
	}
	if got.Seconds < 0.49 {
		t.Errorf("500 events at 1000 a second took %.3f s", got.Seconds)
	}
}

func TestTriggerSpeaksNumbers(t *testing.T) {
	var asked []uint64
	done := make(chan struct{})
	l, err := Source(10, func(from, upto uint64) error {
		if asked = append(asked, from, upto); upto == 15 {
			close(done)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, n := range []uint64{12, 12, 11, 15} {
		if _, err := c.Write(binary.BigEndian.AppendUint64(nil, n)); err != nil {
			t.Fatal(err)
		}
	}
	<-done
	if len(asked) != 4 || asked[0] != 11 || asked[1] != 12 || asked[2] != 13 || asked[3] != 15 {
		t.Errorf("asked for %v", asked)
	}
}
