package transport

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
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

// frame is a client's frame with a mask of zeros.
func frame(first byte, payload string) string {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	return string(b) + "\x00\x00\x00\x00" + payload
}

func TestFrames(t *testing.T) {
	msg := func(s string) conn.Frame { return conn.Frame{Kind: conn.FrameMessage, Data: []byte(s)} }
	for _, c := range []struct {
		name, sent string
		frames     []conn.Frame
		end        error
	}{
		{"binary", frame(0x82, "\xff\xfe") + frame(0x88, ""), []conn.Frame{msg("\xff\xfe"), {Kind: conn.FrameClose, Data: []byte{}, Code: 1005}}, io.EOF},
		{"fragments", frame(0x01, "a") + frame(0x00, "b") + frame(0x80, "c"), []conn.Frame{msg("abc")}, io.ErrUnexpectedEOF},
		{"ping between fragments", frame(0x01, "a") + frame(0x89, "p") + frame(0x80, "c"),
			[]conn.Frame{{Kind: conn.FramePing, Data: []byte("p")}, msg("ac")}, io.ErrUnexpectedEOF},
		{"a character over two fragments", frame(0x01, "\xc3") + frame(0x80, "\xa9"), []conn.Frame{msg("é")}, io.ErrUnexpectedEOF},
		{"pong", frame(0x8a, "x"), []conn.Frame{{Kind: conn.FramePong, Data: []byte("x")}}, io.ErrUnexpectedEOF},
		{"close", frame(0x88, "\x03\xe9bye"), []conn.Frame{{Kind: conn.FrameClose, Data: []byte("bye"), Code: 1001}}, io.EOF},
		{"nothing behind a close", frame(0x88, "\x03\xe8") + frame(0x81, "x"), []conn.Frame{{Kind: conn.FrameClose, Data: []byte{}, Code: 1000}}, io.EOF},
		{"unmasked", "\x81\x01a", nil, &FrameError{1002, "bad MASK"}},
		{"reserved bit", frame(0xc1, "a"), nil, &FrameError{1002, "RSV1 set"}},
		{"bad opcode", frame(0x83, "a"), nil, &FrameError{1002, "bad opcode 3"}},
		{"long ping", frame(0x89, strings.Repeat("p", 126)), nil, &FrameError{1002, "len > 125 for control"}},
		{"fragmented ping", frame(0x09, "p"), nil, &FrameError{1002, "FIN not set on control"}},
		{"continuation of nothing", frame(0x80, "p"), nil, &FrameError{1002, "continuation after FIN"}},
		{"message in a message", frame(0x01, "a") + frame(0x81, "b"), nil, &FrameError{1002, "data before FIN"}},
		{"bad close code", frame(0x88, "\x00\x01"), nil, &FrameError{1002, "bad close code 1"}},
		{"bad close text", frame(0x88, "\x03\xe8\xff"), nil, &FrameError{1002, "invalid utf8 payload in close frame"}},
		{"bad text", frame(0x81, "\xff"), nil, &FrameError{1007, "text is not valid UTF-8"}},
		{"too large", frame(0x81, strings.Repeat("a", 1001)), nil, &FrameError{1009, "message too big"}},
		{"too large in pieces", frame(0x01, strings.Repeat("a", 600)) + frame(0x80, strings.Repeat("a", 600)), nil, &FrameError{1009, "message too big"}},
		{"16 EB announced", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", nil, &FrameError{1009, "message too big"}},
		{"a negative length", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", nil, &FrameError{1009, "message too big"}},
		{"cut inside a frame", frame(0x81, "abc")[:8], nil, io.ErrUnexpectedEOF},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			_, addr := open(t, Options{MaxFrame: 1000}, f)
			raw := dial(t, addr)
			_, _ = io.WriteString(raw, handshakeText)
			s := f.socket(t)
			_, _ = io.WriteString(raw, c.sent)
			_ = raw.(*net.TCPConn).CloseWrite()
			in, end := frames(s)
			err := next(t, end)
			var got []conn.Frame
			for len(in) > 0 {
				got = append(got, <-in)
			}
			if d := cmp.Diff(c.frames, got); d != "" {
				t.Error(d)
			}
			var fe, wanted *FrameError
			if errors.As(c.end, &wanted) {
				if !errors.As(err, &fe) || *fe != *wanted {
					t.Errorf("ended with %v, want %v", err, c.end)
				}
			} else if !errors.Is(err, c.end) {
				t.Errorf("ended with %v, want %v", err, c.end)
			}
			// Nothing was said behind the owner's back.
			s.Close()
			rest, _ := io.ReadAll(raw)
			if _, after, _ := strings.Cut(string(rest), "\r\n\r\n"); after != "" {
				t.Errorf("the transport wrote %q on its own", after)
			}
		})
	}
}

// A message over the limit ends with 1009 on the peer's side although the
// rest of it is never read.
func TestTooLargeIsToldToPeer(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{MaxFrame: 1000}, f)
	ws := join(t, addr)
	s := f.socket(t)
	go func() { _ = ws.Write(context.Background(), websocket.MessageText, bytes.Repeat([]byte("a"), 300_000)) }()
	err := s.Receive(func(conn.Frame) bool { return true })
	var coded interface{ CloseCode() int }
	if !errors.As(err, &coded) {
		t.Fatalf("got %v", err)
	}
	if err := s.WriteAll(face.AppendClose(nil, coded.CloseCode(), "too big", false, [4]byte{}), time.Second); err != nil {
		t.Fatal(err)
	}
	s.Close()
	_, _, err = ws.Read(t.Context())
	if websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("the peer saw %v", err)
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

// stuck fills a socket's way to a peer that does not read.
func stuck(t *testing.T, s conn.Socket, junk []byte) (total int) {
	t.Helper()
	for calm := 0; calm < 3; {
		n, err := s.TryWrite(junk)
		if err != nil {
			t.Fatal(err)
		}
		total += n
		if n == 0 {
			calm++
			time.Sleep(10 * time.Millisecond)
		}
	}
	return total
}

func TestWritesToPeerThatDoesNotRead(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	raw := dial(t, addr)
	_, _ = io.WriteString(raw, handshakeText)
	s := f.socket(t)
	junk := bytes.Repeat([]byte("x"), 1<<20)
	total := stuck(t, s, junk)
	if total == 0 || total > 64<<20 {
		t.Errorf("%d bytes were taken", total)
	}
	start := time.Now()
	if err := s.WriteAll(junk, 50*time.Millisecond); !errors.Is(err, ErrStalled) {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(start); took < 50*time.Millisecond || took > time.Second {
		t.Errorf("stalled after %v", took)
	}
	_, end := frames(s)
	s.Abort()
	if err := next(t, end); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Receive ended with %v", err)
	}
	if _, err := s.TryWrite(junk); err == nil {
		t.Error("a write after Abort succeeded")
	}
	if _, err := io.Copy(io.Discard, raw); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the peer saw %v, want a reset", err)
	}
}

// A slow peer that keeps reading is not stalled, however long it takes.
func TestWriteAllToSlowPeer(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{SendBuffer: 64 << 10}, f)
	raw := dial(t, addr)
	_, _ = io.WriteString(raw, handshakeText)
	s := f.socket(t)
	done := make(chan error, 1)
	junk := bytes.Repeat([]byte("x"), 12<<20)
	start := time.Now()
	go func() { done <- s.WriteAll(junk, 100*time.Millisecond) }()
	b := make([]byte, 64<<10)
	if _, err := io.ReadFull(raw, b[:len(handshakeAnswer)]); err != nil {
		t.Fatal(err)
	}
	for range len(junk) / len(b) {
		time.Sleep(time.Millisecond)
		if _, err := io.ReadFull(raw, b); err != nil {
			t.Fatal(err)
		}
	}
	if err := next(t, done); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took < 150*time.Millisecond {
		t.Errorf("took only %v, which proves nothing", took)
	}
}

const handshakeAnswer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-Self-Id: 7\r\n\r\n"

func TestAbortUnblocksWriteAll(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	raw := dial(t, addr)
	_, _ = io.WriteString(raw, handshakeText)
	s := f.socket(t)
	junk := bytes.Repeat([]byte("x"), 1<<20)
	stuck(t, s, junk)
	done := make(chan error, 1)
	go func() { done <- s.WriteAll(junk, time.Minute) }()
	time.Sleep(10 * time.Millisecond)
	s.Abort()
	if err := next(t, done); err == nil || errors.Is(err, ErrStalled) {
		t.Errorf("got %v", err)
	}
}

func TestCloseInOrder(t *testing.T) {
	for _, receiving := range []bool{true, false} {
		t.Run(fmt.Sprint("receiving ", receiving), func(t *testing.T) {
			f := newFake()
			srv, addr := open(t, Options{Linger: 200 * time.Millisecond}, f)
			raw := dial(t, addr)
			_, _ = io.WriteString(raw, handshakeText+strings.Repeat("junk never read", 1000))
			s := f.socket(t)
			if receiving {
				frames(s)
			}
			if err := s.WriteAll([]byte("last words"), time.Second); err != nil {
				t.Fatal(err)
			}
			s.Close()
			s.Close()
			b, err := io.ReadAll(raw)
			if err != nil || !strings.HasSuffix(string(b), "last words") {
				t.Errorf("%q, %v", b, err)
			}
			// The peer never closes; the connection is given up all the same.
			waitFor(t, "the end", func() bool { return srv.Conns() == 0 })
		})
	}
}

func TestTryWriteAllocatesNothing(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	raw := dial(t, addr)
	_, _ = io.WriteString(raw, handshakeText)
	s := f.socket(t)
	go func() { _, _ = io.Copy(io.Discard, raw) }()
	p := []byte("an event")
	if n := testing.AllocsPerRun(200, func() {
		if n, err := s.TryWrite(p); n != len(p) || err != nil {
			t.Fatal(n, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if n, err := s.TryWrite(nil); n != 0 || err != nil {
		t.Error(n, err)
	}
}

func TestStream(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	// The head must arrive although nothing was sent yet.
	resp, err := client(t).Get("http://" + addr + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for name, value := range map[string]string{
		"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache", "Connection": "keep-alive",
		"Access-Control-Allow-Origin": "*", "Content-Length": "", "Date": "", "Server": ""} {
		if got := resp.Header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	s := f.socket(t)
	if s.Masked() {
		t.Error("masked")
	}
	_, end := frames(s)
	event := face.AppendSSE(nil, "milky_event", []byte(`{}`), 7)
	for range 3 {
		if n, err := s.TryWrite(event); n != len(event) || err != nil {
			t.Fatal(n, err)
		}
		got := make([]byte, len(event))
		if _, err := io.ReadFull(resp.Body, got); err != nil || !bytes.Equal(got, event) {
			t.Fatalf("%q, %v", got, err)
		}
	}
	_ = resp.Body.Close()
	if err := next(t, end); err == nil {
		t.Error("the end has no reason")
	}
}

func TestStreamEnds(t *testing.T) {
	f := newFake()
	srv, addr := open(t, Options{}, f)
	resp, err := client(t).Get("http://" + addr + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	s := f.socket(t)
	_, end := frames(s)
	_ = s.WriteAll([]byte("data: 1\n\n"), time.Second)
	s.Close()
	if b, err := io.ReadAll(resp.Body); string(b) != "data: 1\n\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	next(t, end)
	waitFor(t, "the end", func() bool { return srv.Conns() == 0 })

	raw := dial(t, addr)
	_, _ = io.WriteString(raw, "GET /events HTTP/1.1\r\nHost: h\r\n\r\n")
	_, end = frames(f.socket(t))
	go func() { _, _ = io.Copy(raw, endless{}) }()
	if err := next(t, end); err == nil {
		t.Error("a talkative client is borne")
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

// TestManyFramesInOneRead: what came together is read together and answered
// together, whatever the boundaries of reads and buffers.
func TestManyFramesInOneRead(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	c := dial(t, addr)
	if _, err := io.WriteString(c, handshakeText+strings.Repeat(frame(0x81, "ask"), 3)); err != nil {
		t.Fatal(err)
	}
	s := f.socket(t)
	answers, writes := make(chan int, 1<<12), make(chan string, 1<<12)
	n := 0
	s.(conn.Prompting).Prompt(func(dst, data []byte) ([]byte, bool) {
		n++
		answers <- n
		return append(dst, '.'), true
	}, func(frames []byte) { writes <- string(frames) })
	frames(s)
	for next(t, answers) < 3 {
	}
	const many = 1000
	if _, err := io.WriteString(c, strings.Repeat(frame(0x81, strings.Repeat("y", 97)), many)); err != nil {
		t.Fatal(err)
	}
	total, sends := 0, 0
	for ; total < many+3; sends++ {
		total += len(next(t, writes))
	}
	if total != many+3 || sends > many/2 {
		t.Errorf("%d answers in %d writes", total, sends)
	}
}
