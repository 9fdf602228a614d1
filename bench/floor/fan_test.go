package floor

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"llbot/bench/load"
	"llbot/bench/part"

	"github.com/fasthttp/websocket"
)

// TestLeave: a crowd that is told to leave holds no connection any more, also
// when its listeners have not hung up; without one there is nothing to do.
func TestLeave(t *testing.T) {
	var s Service
	t.Cleanup(func() { _ = s.Close() })
	c := listener(t, &s)
	if err := s.Leave(part.None{}, nil); err != nil {
		t.Fatal(err)
	}
	if err := ended(t, c); !errors.Is(err, io.EOF) {
		t.Errorf("the listener: %v", err)
	}
	if err := s.Leave(part.None{}, nil); err != nil {
		t.Errorf("without a crowd: %v", err)
	}
}

// listener joins a new crowd and gets an event.
func listener(t *testing.T, s *Service) net.Conn {
	t.Helper()
	frame := append([]byte{0x81, byte(load.MarkSize)}, load.AppendMark(nil, 0)...)
	var at FanAddresses
	if err := s.Fan(FanSpec{Frames: [][]byte{frame}, Join: 1}, &at); err != nil {
		t.Fatal(err)
	}
	c, _, err := websocket.DefaultDialer.Dial("ws://"+at.Addr+"/ws/0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	until := time.Now().Add(time.Minute)
	for { // it is a member once it gets something
		if err := s.crowd.send(1, 1); err != nil {
			t.Fatal(err)
		}
		_ = c.NetConn().SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if _, err := c.NetConn().Read(make([]byte, len(frame))); err == nil {
			return c.NetConn()
		} else if time.Now().After(until) {
			t.Fatal(err)
		}
	}
}

// ended reads until the connection's end.
func ended(t *testing.T, c net.Conn) error {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := c.Read(make([]byte, 64)); err != nil {
			return err
		}
	}
}
