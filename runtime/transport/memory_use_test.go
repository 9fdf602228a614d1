package transport

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"runtime"
	"testing"

	"llbot/actors/conn"
)

// TestIdleMemory holds what an idle connection costs: the heap it keeps and
// its reading goroutine's stack, which is the smallest one of 2 KB until the
// peer says something. Measured on linux/amd64: 5.3 KB for a WebSocket and
// 3.4 KB for a stream.
func TestIdleMemory(t *testing.T) {
	for _, c := range []struct {
		name, request string
		most          int64
	}{
		{"websocket", handshakeText, 5800},
		{"stream", "GET /events HTTP/1.1\r\nHost: h\r\n\r\n", 4000},
	} {
		t.Run(c.name, func(t *testing.T) {
			const n = 500
			f := newFake()
			f.sockets = make(chan conn.Socket, n)
			_, addr := open(t, Options{}, f)
			clients := make([]net.Conn, n)
			join := func(i int) {
				clients[i] = dial(t, addr)
				_, _ = io.WriteString(clients[i], c.request)
				if _, err := http.ReadResponse(bufio.NewReaderSize(clients[i], 16), nil); err != nil {
					t.Fatal(err)
				}
				s := f.socket(t)
				go func() { _ = s.Receive(func(conn.Frame) bool { return true }) }()
			}
			join(0)
			before := inUse()
			bare := make([]net.Conn, 0, 2*n)
			for range n - 1 { // what the clients' ends and the bare connections cost
				a, b := tcpPair(t)
				bare = append(bare, a, b)
			}
			between := inUse()
			for i := 1; i < n; i++ {
				join(i)
			}
			after := inUse()
			client := (between - before) / 2 / (n - 1) // the test's end of each
			each := (after-between)/(n-1) - client
			t.Logf("an idle %s costs %d B", c.name, each)
			if each > c.most && !racing {
				t.Errorf("an idle %s costs %d B, want at most %d", c.name, each, c.most)
			}
			runtime.KeepAlive(bare)
		})
	}
}

func inUse() int64 {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

func tcpPair(t *testing.T) (net.Conn, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = a.Close(), b.Close() })
	return a, b
}
