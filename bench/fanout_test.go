package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"llbot/bench/floor"
	"llbot/protocols/qq"
	"llbot/runtime/config"
)

// BenchmarkFanOut counts deliveries of group messages to N forward WebSockets
// that read as fast as they can, held against a bare loop that writes the same
// bytes in the same pieces to N plain sockets.
func BenchmarkFanOut(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("N=%d", n), func(b *testing.B) { fanOut(b, n) })
	}
}

func fanOut(b *testing.B, n int) {
	s, addr := serve(b)
	caller, events := speaking(b, s), max(200_000/n, 2000)
	counter := &counter{}
	socks := make([]net.Conn, n)
	for i := range socks {
		socks[i] = subscribe(b, addr[config.KindOneBotWS])
		go counter.drain(socks[i])
	}
	defer closeAll(socks)
	text := qq.NewText(strings.Repeat("x", 300))
	speak := func(times int) {
		for range times {
			if _, err := qq.Do(context.Background(), caller, qq.SendMessage{Chat: qq.GroupChat(123456), Segments: text}); err != nil {
				b.Fatal(err)
			}
		}
	}
	speak(1)
	counter.settle()
	frame := int(counter.bytes.Load()) / n
	counter.bytes.Store(0)
	begun := time.Now()
	speak(events)
	counter.await(b, int64(frame*events*n))
	ours := float64(events*n) / time.Since(begun).Seconds()
	bare := blast(b, n, events, frame)
	b.ReportMetric(ours, "deliveries/s")
	b.ReportMetric(bare, "floor/s")
	b.ReportMetric(ours/bare, "ratio")
	b.ReportMetric(0, "ns/op")
}

// blast is the floor: a bare loop over sockets, joined as the shards join.
func blast(b *testing.B, n, events, frame int) float64 {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	counter := &counter{}
	socks := make([]net.Conn, n)
	var accepted sync.WaitGroup
	accepted.Go(func() {
		for i := range socks {
			if socks[i], err = listener.Accept(); err != nil {
				return
			}
		}
	})
	readers := make([]net.Conn, n)
	for i := range readers {
		if readers[i], err = net.Dial("tcp", listener.Addr().String()); err != nil {
			b.Fatal(err)
		}
		go counter.drain(readers[i])
	}
	accepted.Wait()
	defer closeAll(socks)
	defer closeAll(readers)
	begun := time.Now()
	if err := floor.Blast(socks, make([]byte, frame), events, 64); err != nil {
		b.Fatal(err)
	}
	counter.await(b, int64(frame*events*n))
	return float64(events*n) / time.Since(begun).Seconds()
}

// counter counts what many readers get.
type counter struct{ bytes atomic.Int64 }

func (c *counter) drain(s net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.Read(buf)
		c.bytes.Add(int64(n))
		if err != nil {
			return
		}
	}
}

// settle waits until nothing has come for a while.
func (c *counter) settle() {
	for last := int64(-1); last != c.bytes.Load(); time.Sleep(50 * time.Millisecond) {
		last = c.bytes.Load()
	}
}

func (c *counter) await(b *testing.B, want int64) {
	b.Helper()
	for deadline := time.Now().Add(time.Minute); c.bytes.Load() < want; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("%d of %d bytes came", c.bytes.Load(), want)
		}
	}
}

// subscribe opens a forward WebSocket by hand and reads past its greeting.
func subscribe(b *testing.B, addr string) net.Conn {
	b.Helper()
	s, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	_, err = io.WriteString(s, "GET /event HTTP/1.1\r\nHost: "+addr+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	if err != nil {
		b.Fatal(err)
	}
	head := make([]byte, 0, 1024)
	for one := make([]byte, 1); !strings.Contains(string(head), "lifecycle") || head[len(head)-1] != '}'; {
		if _, err := s.Read(one); err != nil {
			b.Fatalf("%v after %q", err, head)
		}
		head = append(head, one...)
	}
	return s
}

func closeAll(socks []net.Conn) {
	for _, s := range socks {
		if s != nil {
			_ = s.Close()
		}
	}
}
