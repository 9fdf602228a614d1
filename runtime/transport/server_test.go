package transport

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"llbot/protocols/face"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestHead(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	say(t, addr, "GET /v1/a%20b//c/../d%2Fe?x=%31&y HTTP/1.1\r\nHost: bot.local:99\r\nOrigin: http://o\r\nSec-Fetch-Site: cross-site\r\n"+
		"Authorization: Bearer t\r\nContent-Type: text/x\r\nConnection: close\r\n\r\n")
	got := next(t, f.heads)
	exp := face.Head{Method: "GET", Path: "/v1/a b//c/../d/e", Query: "x=%31&y", ContentType: "text/x", Host: "bot.local:99",
		Origin: "http://o", FetchSite: "cross-site", Authorization: "Bearer t", Remote: got.Remote}
	if d := cmp.Diff(exp, got, cmpopts.IgnoreFields(face.Head{}, "Get")); d != "" {
		t.Error(d)
	}
	if _, _, err := net.SplitHostPort(got.Remote); err != nil {
		t.Errorf("remote %q: %v", got.Remote, err)
	}
}

func TestHeadForms(t *testing.T) {
	for _, c := range []struct {
		name, request, path, query string
		length                     int64
		upgrade                    bool
	}{
		{"absolute", "GET http://h/a//b?q HTTP/1.1\r\nHost: h\r\n", "/a//b", "q", 0, false},
		{"broken escape", "GET /a%zz HTTP/1.1\r\nHost: h\r\n", "/a%zz", "", 0, false},
		{"length", "POST /deny HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n", "/deny", "", 3, false},
		{"chunked", "POST /deny HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n", "/deny", "", -1, false},
		{"upgrade", "GET /deny HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, upgrade\r\nUpgrade: WebSocket\r\n", "/deny", "", 0, true},
		{"own method", "BREW /pot HTTP/1.1\r\nHost: h\r\n", "/pot", "", 0, false},
		{"http 1.0", "GET /plain HTTP/1.0\r\n", "/plain", "", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			_, addr := open(t, Options{}, f)
			text := c.request + "\r\nabc"
			if !c.upgrade {
				text = c.request + "Connection: close\r\n\r\nabc"
			}
			conn := dial(t, addr)
			_, _ = io.WriteString(conn, text)
			got := next(t, f.heads)
			if got.Path != c.path || got.Query != c.query || got.Length != c.length || got.Upgrade != c.upgrade {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestActions(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	c := client(t)
	for _, n := range []int{0, 1, 2, 100, 4096, 8 << 10, 70_000, 3 << 20} {
		for _, chunked := range []bool{false, true} {
			body := bytes.Repeat([]byte("x"), n)
			var r io.Reader = bytes.NewReader(body)
			if chunked {
				r = struct{ io.Reader }{r}
			}
			resp, err := c.Post("http://"+addr+"/act", "application/json", r)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || !bytes.Equal(got, body) || resp.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%d bytes, chunked %v: %d came back, %v, %v", n, chunked, len(got), err, resp.Header)
			}
			for _, h := range []string{"Server", "Date"} {
				if resp.Header.Get(h) != "" {
					t.Errorf("header %s: %q", h, resp.Header.Get(h))
				}
			}
		}
	}
}

func TestHeadMethodHasNoBody(t *testing.T) {
	_, addr := open(t, Options{}, newFake())
	for _, path := range []string{"/plain", "/events", "/act"} {
		got := say(t, addr, "HEAD "+path+" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		want(t, path, got, "HTTP/1.1 200 OK\r\n")
		if !strings.HasSuffix(got, "\r\n\r\n") {
			t.Errorf("%s: a body came: %q", path, got)
		}
	}
}

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

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(8 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited for %s in vain", what)
		}
	}
}

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

func TestSlowAndLongHeads(t *testing.T) {
	_, addr := open(t, Options{HeaderTime: 200 * time.Millisecond}, newFake())
	start := time.Now()
	c := dial(t, addr)
	go func() {
		for _, b := range []byte("GET /plain HTTP/1.1\r\nHost: hhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\r\n\r\n") {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	got, _ := io.ReadAll(c)
	want(t, "slow head", string(got), "HTTP/1.1 408 ")
	if took := time.Since(start); took > 1500*time.Millisecond {
		t.Errorf("the slow head was borne for %v", took)
	}
	long := say(t, addr, "GET /plain HTTP/1.1\r\nHost: h\r\nX: "+strings.Repeat("a", 9000)+"\r\n\r\n")
	want(t, "long head", long, "HTTP/1.1 431 ")
}

func TestKeepAliveAndPipelining(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	c := dial(t, addr)
	var text strings.Builder
	const n = 50
	for i := range n {
		body := fmt.Sprintf(`{"n":%d}`, i)
		if i%3 == 0 {
			_, _ = fmt.Fprintf(&text, "POST /act HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
		} else {
			_, _ = fmt.Fprintf(&text, "POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
	}
	_, _ = io.WriteString(c, text.String())
	r := bufio.NewReader(c)
	for i := range n {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(i, err)
		}
		b, _ := io.ReadAll(resp.Body)
		if exp := fmt.Sprintf(`{"n":%d}`, i); string(b) != exp {
			t.Fatalf("answer %d is %q", i, b)
		}
	}
	// An upgrade behind pipelined requests comes after their answers.
	_, _ = io.WriteString(c, "GET /plain HTTP/1.1\r\nHost: h\r\n\r\n"+handshakeText+"\x81\x82\x00\x00\x00\x00hi")
	if resp, err := http.ReadResponse(r, nil); err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	} else {
		_, _ = io.Copy(io.Discard, resp.Body)
	}
	if resp, err := http.ReadResponse(r, nil); err != nil || resp.StatusCode != 101 || resp.Header.Get("X-Self-ID") != "7" {
		t.Fatal(resp, err)
	}
	in, _ := frames(f.socket(t))
	if got := next(t, in); string(got.Data) != "hi" {
		t.Errorf("the frame sent with the handshake became %q", got.Data)
	}
}

const handshakeText = "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	var log bytes.Buffer
	f := newFake()
	f.serve = func(context.Context, face.Request) face.Response { panic("in serve") }
	_, addr := open(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil))}, f)
	for _, path := range []string{"/panic", "/act"} {
		got := say(t, addr, "POST "+path+" HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")
		want(t, path, got, "HTTP/1.1 500 ")
		want(t, path, got, "refused: ")
	}
	want(t, "log", log.String(), "in serve")
}

func TestTooManyConnections(t *testing.T) {
	for name, o := range map[string]Options{"all": {MaxConns: 2}, "per address": {MaxConnsPerIP: 2}} {
		t.Run(name, func(t *testing.T) {
			s, addr := open(t, o, newFake())
			one := dial(t, addr)
			dial(t, addr)
			waitFor(t, "two connections", func() bool { return s.Conns() == 2 })
			got := say(t, addr, "GET /plain HTTP/1.1\r\nHost: h\r\n\r\n")
			want(t, "third", got, "HTTP/1.1 503 ")
			want(t, "third", got, "too many connections")
			_ = one.Close()
			waitFor(t, "room", func() bool { return s.Conns() == 1 })
			want(t, "after one left", say(t, addr, "GET /plain HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), "HTTP/1.1 200 ")
		})
	}
}

func TestTooManyRequests(t *testing.T) {
	f := newFake()
	entered, leave := make(chan bool, 1), make(chan bool)
	f.serve = func(context.Context, face.Request) face.Response {
		entered <- true
		<-leave
		return face.Response{Status: 200}
	}
	_, addr := open(t, Options{MaxRequests: 1}, f)
	c := dial(t, addr)
	_, _ = io.WriteString(c, "GET /act HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	next(t, entered)
	want(t, "second", say(t, addr, "GET /act HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), "HTTP/1.1 503 ")
	close(leave)
	got, _ := io.ReadAll(c)
	want(t, "first", string(got), "HTTP/1.1 200 ")
}

func TestPortInUse(t *testing.T) {
	s, addr := open(t, Options{}, newFake())
	_, err := s.Listen(addr, newFake())
	if err == nil {
		t.Fatal("two listeners on one port")
	}
	want(t, "error", err.Error(), "cannot listen on "+addr+", another program already does")
	if _, err = s.Listen("nonsense", newFake()); err == nil {
		t.Error("nonsense was listened on")
	}
}

func TestStop(t *testing.T) {
	f := newFake()
	entered, leave := make(chan bool, 1), make(chan bool)
	f.serve = func(ctx context.Context, _ face.Request) face.Response {
		entered <- true
		select {
		case <-leave:
		case <-ctx.Done():
		}
		return face.Response{Status: 200, Body: []byte("done")}
	}
	s := NewServer(Options{})
	start := func() (l interface {
		Addr() string
		Stop(context.Context) error
	}, busy net.Conn) {
		l, err := s.Listen("127.0.0.1:0", f)
		if err != nil {
			t.Fatal(err)
		}
		busy = dial(t, l.Addr())
		_, _ = io.WriteString(busy, "GET /act HTTP/1.1\r\nHost: h\r\n\r\n")
		next(t, entered)
		return l, busy
	}
	t.Run("in order", func(t *testing.T) {
		l, busy := start()
		idle := dial(t, l.Addr())
		ws := dial(t, l.Addr())
		_, _ = io.WriteString(ws, handshakeText)
		socket := f.socket(t)
		stopped := make(chan error, 1)
		go func() { stopped <- l.Stop(context.Background()) }()
		if _, err := idle.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("an idle connection ended with %v", err)
		}
		select {
		case err := <-stopped:
			t.Fatalf("stopped with a request under way: %v", err)
		case <-time.After(30 * time.Millisecond):
		}
		close(leave)
		got, _ := io.ReadAll(busy)
		want(t, "request under way", string(got), "done")
		if err := next(t, stopped); err != nil {
			t.Error(err)
		}
		if _, err := net.Dial("tcp", l.Addr()); err == nil {
			t.Error("the port is still open")
		}
		// What was handed over survives.
		r := bufio.NewReader(ws)
		if _, err := http.ReadResponse(r, nil); err != nil {
			t.Fatal(err)
		}
		if n, err := socket.TryWrite([]byte("alive")); n != 5 || err != nil {
			t.Error(n, err)
		}
		b := make([]byte, 5)
		if _, err := io.ReadFull(r, b); string(b) != "alive" {
			t.Error(string(b), err)
		}
		socket.Abort()
	})
	t.Run("by force", func(t *testing.T) {
		leave = make(chan bool)
		l, busy := start()
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
		defer cancel()
		if err := l.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if b, _ := io.ReadAll(busy); len(b) > 0 {
			t.Errorf("an answer came: %q", b)
		}
	})
	waitFor(t, "no connections", func() bool { return s.Conns() == 0 })
}
