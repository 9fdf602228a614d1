package transport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"llbot/actors/conn"
)

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
