package transport

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/coder/websocket"
)

// A whole conversation in memory, under a clock of its own.
func TestPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		n := Pipe(Options{})
		l, err := n.Listen("127.0.0.1:0", f)
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr()

		a, err := n.Post(t.Context(), "http://"+addr+"/act", nil, []byte("body"))
		if err != nil || a.Status != 200 || string(a.Body) != "body" {
			t.Errorf("%+v, %v", a, err)
		}
		s, err := n.Dial(t.Context(), "ws://"+addr+"/ws", nil)
		if err != nil {
			t.Fatal(err)
		}
		ours, theirs := s, f.socket(t)
		in, end := frames(theirs)
		msg := strings.Repeat("m", 200_000)
		if err := ours.WriteAll(face.AppendFrame(nil, face.FrameClient, []byte(msg), 0, [4]byte{1, 2, 3, 4}), time.Second); err != nil {
			t.Fatal(err)
		}
		if got := next(t, in); string(got.Data) != msg {
			t.Errorf("%d bytes came", len(got.Data))
		}
		if _, err := ours.TryWrite(face.AppendClose(nil, 1000, "", true, [4]byte{})); err != nil {
			t.Error(err)
		}
		ours.Close()
		if err := next(t, end); err != io.EOF {
			t.Error(err)
		}
		theirs.Close()
		_ = ours.Receive(func(conn.Frame) bool { return true })
		if err := l.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		n.Poster.Close()
		time.Sleep(time.Minute) // lets what still waits for a deadline end
		if n := n.Conns(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
	})
}

func TestPipeWithStandardClients(t *testing.T) {
	f := newFake()
	n := Pipe(Options{})
	l, err := n.Listen("bot.local:80", f)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Stop(t.Context()) }()
	c := &http.Client{Transport: &http.Transport{DialContext: n.DialContext}}
	defer c.CloseIdleConnections()
	resp, err := c.Post("http://bot.local/act", "text/plain", strings.NewReader("hi"))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if string(b) != "hi" {
		t.Errorf("%q", b)
	}
	ws, _, err := websocket.Dial(t.Context(), "ws://bot.local/ws", &websocket.DialOptions{HTTPClient: c})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := frames(f.socket(t))
	_ = ws.Write(t.Context(), websocket.MessageText, []byte("hello"))
	if got := next(t, in); string(got.Data) != "hello" {
		t.Errorf("%q", got.Data)
	}
	_ = ws.CloseNow()

	if _, err := n.Listen("127.0.0.1:80", f); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("second listener: %v", err)
	}
	if _, err := n.DialContext(t.Context(), "tcp", "bot.local:81"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("nobody listens: %v", err)
	}
	if _, err := n.DialContext(t.Context(), "tcp", "nonsense"); err == nil {
		t.Error("nonsense was dialed")
	}
}

// A queue behaves as the direct way does: partial writes, stalls, orderly and
// rude ends. The clock is the bubble's.
func TestQueue(t *testing.T) {
	junk := bytes.Repeat([]byte("x"), 1<<20)
	for name, pair := range map[string]func() (net.Conn, net.Conn){
		"memory":   func() (net.Conn, net.Conn) { return memoryPair(pipeAddr("a"), pipeAddr("b")) },
		"net.Pipe": net.Pipe,
	} {
		t.Run(name+"/stall", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := pair()
				q := newWriter(a, time.Second, &scratch{})
				n, err := q.TryWrite(junk)
				if n == 0 || n == len(junk) || err != nil {
					t.Fatal(n, err)
				}
				start := time.Now()
				if err := q.WriteAll(junk, 3*time.Second); !errors.Is(err, ErrStalled) || time.Since(start) != 3*time.Second {
					t.Errorf("after %v: %v", time.Since(start), err)
				}
				q.Abort()
				if _, err := q.TryWrite(junk); err == nil {
					t.Error("a write after Abort succeeded")
				}
				_ = b.Close()
			})
		})
		t.Run(name+"/slow", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := pair()
				q := newWriter(a, time.Second, &scratch{})
				done := make(chan error, 1)
				go func() { err := q.WriteAll(junk, 3*time.Second); q.Close(); done <- err }()
				total, part := 0, make([]byte, 16<<10)
				for {
					n, err := b.Read(part)
					if total += n; err != nil {
						break
					}
					time.Sleep(10 * time.Millisecond)
				}
				if err := <-done; err != nil || total != len(junk) {
					t.Errorf("%d bytes, %v", total, err)
				}
				_ = b.Close()
				time.Sleep(2 * time.Second)
			})
		})
		t.Run(name+"/never read", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := pair()
				q := newWriter(a, time.Second, &scratch{})
				_, _ = q.TryWrite(junk)
				q.Close()
				if _, err := q.TryWrite([]byte("x")); err == nil {
					t.Error("a write after Close succeeded")
				}
				time.Sleep(3 * time.Second)
				if _, err := a.Write([]byte("x")); err == nil {
					t.Error("the connection is still open")
				}
				_ = b.Close()
			})
		})
	}
}

func TestMemoryDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memoryPair(pipeAddr("a"), pipeAddr("b"))
		_ = a.SetReadDeadline(time.Now().Add(time.Second))
		start := time.Now()
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("read: %v after %v", err, time.Since(start))
		}
		_ = a.SetReadDeadline(time.Time{})
		time.AfterFunc(time.Second, func() { _, _ = b.Write([]byte("x")) })
		if n, err := a.Read(make([]byte, 9)); n != 1 || err != nil {
			t.Errorf("read: %d, %v", n, err)
		}
		_ = a.SetDeadline(time.Now().Add(time.Second))
		if n, err := a.Write(make([]byte, 1<<20)); n != memoryBuffer || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("write: %d, %v", n, err)
		}
		_ = a.(halfCloser).CloseWrite()
		if got, err := io.ReadAll(b); len(got) != memoryBuffer || err != nil {
			t.Errorf("left: %d, %v", len(got), err)
		}
		_ = a.SetDeadline(time.Time{})
		if n, err := b.Write([]byte("back")); n != 4 || err != nil {
			t.Errorf("the other way: %d, %v", n, err)
		}
		_ = a.Close()
		if _, err := b.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("write to a closed peer: %v", err)
		}
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read after Close: %v", err)
		}
		if a.LocalAddr().String() != "a" || a.RemoteAddr().String() != "b" || b.LocalAddr().Network() != "pipe" {
			t.Error("addresses")
		}
	})
}
