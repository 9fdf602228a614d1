package transport

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// counted counts what a server reads from its connections.
type counted struct {
	net.Conn
	n *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n.Add(int64(n))
	return n, err
}

func (c counted) CloseWrite() error { return c.Conn.(halfCloser).CloseWrite() }

type countedListener struct {
	net.Listener
	n *atomic.Int64
}

func (l countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return counted{c, l.n}, nil
}

// A stranger's body of 5 GB is refused having read no more than its head, one buffer
// and what MaxUnread allows, and the refusal arrives although he keeps sending.
func TestHugeBodyOfStrangerIsNotRead(t *testing.T) {
	for _, path := range []string{"/deny", "/nowhere", "/act"} {
		t.Run(path, func(t *testing.T) {
			var n atomic.Int64
			s := newServer(Options{}, func(addr string) (net.Listener, error) {
				l, err := net.Listen("tcp", addr)
				return countedListener{l, &n}, err
			})
			l, err := s.Listen("127.0.0.1:0", newFake())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Stop(context.Background()) }()
			c := dial(t, l.Addr())
			_, _ = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000000\r\n\r\n", path)
			go func() { _, _ = io.Copy(c, endless{}) }()
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			if want := map[string]int{"/deny": 401, "/nowhere": 404, "/act": 413}[path]; resp.StatusCode != want {
				t.Errorf("status %d, want %d", resp.StatusCode, want)
			}
			if !resp.Close {
				t.Error("the connection is kept")
			}
			waitFor(t, "the connection's end", func() bool { return s.Conns() == 0 })
			if limit := int64(64<<10 + 8<<10 + 100); n.Load() > limit {
				t.Errorf("%d bytes were read, want at most %d", n.Load(), limit)
			}
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// The head is decided on when one byte of the body came, not all of it.
func TestHeadComesBeforeBody(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	c := dial(t, addr)
	_, _ = io.WriteString(c, "POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nConnection: close\r\n\r\n1")
	if h := next(t, f.heads); h.Length != 4 {
		t.Errorf("%+v", h)
	}
	_, _ = io.WriteString(c, "234")
	got, _ := io.ReadAll(c)
	want(t, "answer", string(got), "\r\n\r\n1234")
}

func TestExpectContinue(t *testing.T) {
	const head = "POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
	_, addr := open(t, Options{MaxBody: 1000}, newFake())
	for _, c := range []struct {
		path   string
		length int
		want   string
	}{
		{"/deny", 4, "HTTP/1.1 401 Unauthorized\r\n"},
		{"/act", 1001, "HTTP/1.1 413 "},
		{"/panic", 4, "HTTP/1.1 500 "},
		{"/ws", 4, "HTTP/1.1 400 "},
	} {
		got := say(t, addr, fmt.Sprintf(head, c.path, c.length))
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q", c.path, got)
		}
	}
	c := dial(t, addr)
	_, _ = fmt.Fprintf(c, head, "/act", 4)
	r := bufio.NewReader(c)
	if line, _ := r.ReadString('\n'); line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("got %q", line)
	}
	_, _ = io.WriteString(c, "body")
	rest, _ := io.ReadAll(r)
	want(t, "answer", string(rest), "HTTP/1.1 200 OK\r\n")
	want(t, "answer", string(rest), "\r\n\r\nbody")
}

func TestBodiesRefused(t *testing.T) {
	_, addr := open(t, Options{MaxBody: 10}, newFake())
	for _, c := range []struct{ name, request, want string }{
		{"declared too large", "POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n0123456789a", "HTTP/1.1 413 "},
		{"chunked too large", "POST /act HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n", "HTTP/1.1 413 "},
		{"gzip", "POST /act HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 400 "},
		{"broken chunk", "POST /act HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", "HTTP/1.1 400 "},
		{"two lengths", "POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "HTTP/1.1 400 "},
		{"no http", "hello\r\n\r\n", "HTTP/1.1 400 "},
		{"identity is fine", "POST /act HTTP/1.1\r\nHost: h\r\nContent-Encoding: identity\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200 "},
	} {
		if got := say(t, addr, c.request); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestBodyBreaksOff(t *testing.T) {
	_, addr := open(t, Options{HeaderTime: 300 * time.Millisecond}, newFake())
	c := dial(t, addr)
	_, _ = io.WriteString(c, "POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
	_ = c.(*net.TCPConn).CloseWrite()
	got, _ := io.ReadAll(c)
	want(t, "cut", string(got), "HTTP/1.1 400 ")
	got = []byte(say(t, addr, "POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"))
	want(t, "slow", string(got), "HTTP/1.1 400 ")
}
