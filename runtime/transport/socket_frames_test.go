package transport

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
)

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
