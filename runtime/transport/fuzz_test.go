package transport

import (
	"errors"
	"io"
	"testing"
	"time"
	"unicode/utf8"

	"llbot/actors/conn"
	"llbot/protocols/face"
)

// sinkhole answers like fake and reads what is handed over until its end.
type sinkhole struct{ *fake }

func (h sinkhole) Connected(_ face.Route, s conn.Socket) {
	go func() {
		_ = s.Receive(func(conn.Frame) bool { return true })
		s.Close()
	}()
}

// FuzzRequest sends raw bytes to a server in memory: whatever they are, the
// connection ends and the process lives.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{
		"GET /plain HTTP/1.1\r\nHost: h\r\n\r\n", handshakeText + frame(0x81, "hi"), "GET /events HTTP/1.1\r\nHost: h\r\n\r\n",
		"POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /plain HTTP/1.1\r\n\r\n",
		"POST /act HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
		"POST /act HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", "POST /panic HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
		"GET http://u:p@[::1%25x]:1//a/%2e%2e?q#f HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "POST /deny HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\nx",
	} {
		f.Add([]byte(s))
	}
	n := Pipe(Options{HeaderTime: 100 * time.Millisecond, IdleTime: 100 * time.Millisecond, Linger: 50 * time.Millisecond, MaxBody: 1 << 16})
	l, err := n.Listen("127.0.0.1:80", sinkhole{newFake()})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = l.Stop(f.Context()) })
	f.Fuzz(func(t *testing.T, request []byte) {
		c, err := n.DialContext(t.Context(), "tcp", "127.0.0.1:80")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		go func() {
			_, _ = c.Write(request)
			_ = c.(halfCloser).CloseWrite()
		}()
		if _, err := io.ReadAll(c); err != nil {
			t.Fatalf("the connection does not end: %v", err)
		}
	})
}

// FuzzFrames sends raw bytes to a WebSocket.
func FuzzFrames(f *testing.F) {
	for _, s := range []string{
		frame(0x81, "text") + frame(0x88, "\x03\xe8"), frame(0x01, "a") + frame(0x89, "p") + frame(0x80, "b"), frame(0xc2, "x"),
		"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\x82\xfe\x00\x02abcdxy", frame(0x82, "\x00\xff") + frame(0x8a, ""),
	} {
		f.Add([]byte(s))
	}
	const limit = 1000
	n := Pipe(Options{MaxFrame: limit, Linger: 50 * time.Millisecond})
	h := newFake()
	l, err := n.Listen("127.0.0.1:80", h)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = l.Stop(f.Context()) })
	f.Fuzz(func(t *testing.T, sent []byte) {
		c, err := n.DialContext(t.Context(), "tcp", "127.0.0.1:80")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_, _ = io.WriteString(c, handshakeText)
		s := next(t, h.sockets)
		defer s.Abort()
		go func() {
			_, _ = c.Write(sent)
			_ = c.(halfCloser).CloseWrite()
		}()
		err = s.Receive(func(fr conn.Frame) bool {
			switch {
			case fr.Kind == conn.FrameMessage && len(fr.Data) > limit, fr.Kind != conn.FrameMessage && len(fr.Data) > 125:
				t.Errorf("%d bytes of kind %d", len(fr.Data), fr.Kind)
			case fr.Kind == conn.FrameClose && (fr.Code < 1000 || fr.Code > 4999 || !utf8.Valid(fr.Data)):
				t.Errorf("close %d %q", fr.Code, fr.Data)
			}
			return true
		})
		var fe *FrameError
		if errors.As(err, &fe) && fe.Code != 1002 && fe.Code != 1007 && fe.Code != 1009 {
			t.Errorf("%v", fe)
		}
		if err == nil {
			t.Error("no reason given")
		}
	})
}
