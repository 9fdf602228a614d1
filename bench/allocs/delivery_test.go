//go:build !race

package allocs

import (
	"bytes"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"llbot/runtime/config"
)

// audience are readers of an event stream who allocate nothing.
type audience struct {
	bytes, want atomic.Int64
	reached     chan struct{} // cap 1: bytes has come up to want
}

// await waits until so many bytes have come.
func (a *audience) await(t *testing.T) {
	select {
	case <-a.reached:
	case <-t.Context().Done():
		t.Fatal("deliveries are missing")
	}
}

func (a *audience) read(c net.Conn) {
	buf := make([]byte, 16<<10)
	for {
		n, err := c.Read(buf)
		if came := a.bytes.Add(int64(n)); n > 0 && came == a.want.Load() {
			a.reached <- struct{}{}
		}
		if err != nil {
			return
		}
	}
}

// join seats n listeners and answers the size of one delivery.
func (a *audience) join(h *house, n int) (size int64) {
	h.t.Helper()
	upgrade := []byte("GET /event HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i] = h.dial(config.KindOneBotWS)
		if _, err := conns[i].Write(upgrade); err != nil {
			h.t.Fatal(err)
		}
	}
	for _, c := range conns {
		greeted(h.t, c)
	}
	for _, c := range conns {
		go a.read(c)
	}
	h.say()
	for before := int64(-1); before != a.bytes.Load() || before == 0; {
		before = a.bytes.Load()
		time.Sleep(200 * time.Millisecond)
	}
	return a.bytes.Swap(0) / int64(n)
}

// greeted reads the handshake's answer and OneBot's greeting.
func greeted(t *testing.T, c net.Conn) {
	t.Helper()
	head := make([]byte, 0, 1024)
	for one := make([]byte, 256); !bytes.Contains(head, []byte("lifecycle")) || head[len(head)-1] != '}'; {
		n, err := c.Read(one)
		if err != nil {
			t.Fatalf("%v after %q", err, head)
		}
		head = append(head, one[:n]...)
	}
}

// perEvent is how many objects an event allocates that n listeners get, all of
// whom have it before the next one is made.
func perEvent(t *testing.T, n int) float64 {
	h, a := open(t), &audience{reached: make(chan struct{}, 1)}
	size := a.join(h, n)
	if size == 0 {
		t.Fatal("nothing came")
	}
	deliver := func() {
		a.want.Add(size * int64(n))
		h.say()
		a.await(t)
	}
	for range 200 {
		deliver()
	}
	return testing.AllocsPerRun(500, deliver)
}

// What one event allocates by itself, and that its deliveries allocate
// nothing: another hundred listeners cost no more objects.
func TestDeliveryAllocations(t *testing.T) {
	const own, few, more, each = 11, 40, 100, 0.02
	one, some, many := perEvent(t, 1), perEvent(t, few), perEvent(t, few+more)
	t.Logf("%v objects for an event to one listener, %v to %d, %v to %d", one, some, few, many, few+more)
	if one > own {
		t.Errorf("an event allocates %v objects, at most %v before", one, own)
	}
	if further := (many - some) / more; further > each {
		t.Errorf("each delivery allocates %v objects more", further)
	}
}
