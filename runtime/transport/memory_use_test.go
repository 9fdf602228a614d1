package transport

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/pprof"
	"os"
	"testing"

	"llbot/actors/conn"
)

// TestIdleMemory holds what an idle connection costs this side: heap and
// stack, with its reading goroutine. Measured 2026: see the log line.
func TestIdleMemory(t *testing.T) {
	for _, c := range []struct {
		name, request string
		most          uint64
	}{
		{"websocket", handshakeText, 5600},
		{"stream", "GET /events HTTP/1.1\r\nHost: h\r\n\r\n", 4400},
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
			pf, _ := os.Create("/tmp/heap-" + c.name); pprof.WriteHeapProfile(pf); pf.Close()
			each := (after - between - (between-before)/2) / (n - 1)
			t.Logf("an idle %s costs %d B, with its connection %d B", c.name, each-(between-before)/2/(n-1), each)
			if each > c.most {
				t.Errorf("an idle %s costs %d B, want at most %d", c.name, each, c.most)
			}
			runtime.KeepAlive(bare)
		})
	}
}

func inUse() uint64 {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	println("heap", m.HeapAlloc, "stack", m.StackInuse)
	return m.HeapAlloc + m.StackInuse
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
