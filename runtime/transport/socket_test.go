package transport

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/coder/websocket"
)

// join opens a WebSocket with an independent client.
func join(t *testing.T, addr string) *websocket.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	ws, resp, err := websocket.Dial(ctx, "ws://"+addr+"/ws", &websocket.DialOptions{HTTPClient: client(t)})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Header.Get("X-Self-ID") != "7" {
		t.Errorf("headers %v", resp.Header)
	}
	ws.SetReadLimit(8 << 20)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return ws
}

func TestMessages(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	ws := join(t, addr)
	s := f.socket(t)
	if s.Masked() || s.Remote() == "" {
		t.Error(s.Masked(), s.Remote())
	}
	in, _ := frames(s)
	ctx := t.Context()
	for _, n := range []int{0, 1, 125, 126, 511, 513, 4095, 4096, 4097, 65_535, 65_536, 1 << 20} {
		msg := strings.Repeat("é", n/2)
		if err := ws.Write(ctx, websocket.MessageText, []byte(msg)); err != nil {
			t.Fatal(err)
		}
		if got := next(t, in); got.Kind != conn.FrameMessage || string(got.Data) != msg {
			t.Fatalf("%d bytes became %d of kind %d", len(msg), len(got.Data), got.Kind)
		}
		written := make(chan error, 1)
		go func() {
			written <- s.WriteAll(face.AppendFrame(nil, face.FrameServer, []byte(msg), 0, [4]byte{}), time.Second)
		}()
		if _, got, err := ws.Read(ctx); err != nil || string(got) != msg {
			t.Fatal(len(got), err)
		}
		if err := next(t, written); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMessageDataIsOurs(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	ws := join(t, addr)
	in, _ := frames(f.socket(t))
	var kept []conn.Frame
	for i := range 20 {
		_ = ws.Write(t.Context(), websocket.MessageText, bytes.Repeat([]byte{byte('a' + i)}, 300))
		kept = append(kept, next(t, in))
	}
	for i, fr := range kept {
		if len(bytes.Trim(fr.Data, string(rune('a'+i)))) != 0 {
			t.Fatalf("message %d became %q", i, fr.Data[:10])
		}
	}
}

func TestReceiveEndsWhenToldSo(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	ws := join(t, addr)
	s := f.socket(t)
	_ = ws.Write(t.Context(), websocket.MessageText, []byte("a"))
	if err := s.Receive(func(conn.Frame) bool { return false }); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestUpgradeRefused(t *testing.T) {
	_, addr := open(t, Options{}, newFake())
	for _, c := range []struct{ name, head, status string }{
		{"no upgrade", "GET /ws HTTP/1.1\r\n", "426"},
		{"old version", "GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "426"},
		{"no key", "GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n", "400"},
		{"bad key", "GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n", "400"},
		{"other protocol", "GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "426"},
		{"POST", "POST /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "405"},
		{"a body", "POST /ws HTTP/1.1\r\nContent-Length: 1\r\n", "400"},
	} {
		c2 := dial(t, addr)
		_, _ = io.WriteString(c2, c.head+"Host: h\r\n\r\nGET /plain HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		b, _ := io.ReadAll(c2)
		if got := string(b); !strings.HasPrefix(got, "HTTP/1.1 "+c.status) || !strings.Contains(got, "refused: ") {
			t.Errorf("%s: %q", c.name, got)
		} else if c.status == "426" {
			want(t, c.name, strings.ToLower(got), "sec-websocket-version: 13\r\n")
		}
	}
}

func TestHeaderInjection(t *testing.T) {
	f := newFake()
	f.routes["/events"] = face.Route{Kind: face.RouteStream, Headers: []face.Header{{Name: "X", Value: "a\r\nSet-Cookie: b"}}}
	f.routes["/ws"] = face.Route{Kind: face.RouteSocket, Headers: []face.Header{{Name: "X", Value: "a\r\nSet-Cookie: b"}}}
	_, addr := open(t, Options{}, f)
	for _, head := range []string{"GET /events HTTP/1.1\r\nHost: h\r\n\r\n", handshakeText} {
		c := dial(t, addr)
		_, _ = io.WriteString(c, head)
		f.socket(t).Close()
		b, _ := io.ReadAll(c)
		if strings.Contains(string(b), "\nSet-Cookie") {
			t.Errorf("%q", b)
		}
	}
}

// TestPromptAnswers: messages that came together are answered with one write,
// and those that the prompter leaves reach the receiver in their order.
func TestPromptAnswers(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	ws := join(t, addr)
	s := f.socket(t)
	sent := make(chan string, 64)
	s.(conn.Prompting).Prompt(func(dst, data []byte) ([]byte, bool) {
		if strings.HasPrefix(string(data), "ask") {
			return append(append(dst, data...), ';'), true
		}
		return dst, false
	}, func(frames []byte) { sent <- string(frames) })
	in, _ := frames(s)
	write := func(text string) {
		t.Helper()
		if err := ws.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	write("ask 1")
	if got := next(t, sent); got != "ask 1;" {
		t.Errorf("sent %q", got)
	}
	write("tell")
	if got := next(t, in); string(got.Data) != "tell" {
		t.Errorf("told %q", got.Data)
	}
	long := "ask " + strings.Repeat("x", muchAnswered)
	write(long)
	if got := next(t, sent); got != long+";" {
		t.Errorf("sent %d bytes", len(got))
	}
}
