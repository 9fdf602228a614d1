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
	"testing"
	"time"

	"llbot/protocols/face"
)

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

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(8 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited for %s in vain", what)
		}
	}
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
