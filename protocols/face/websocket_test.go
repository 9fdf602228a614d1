package face

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The frames are also read by a WebSocket library that is not ours.

var sizes = []int{0, 1, 125, 126, 65535, 65536, 100_000}

const key = "dGhlIHNhbXBsZSBub25jZQ=="

// accept is the answer to a handshake's key (RFC 6455 §4.2.2).
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func serve(t *testing.T, h http.HandlerFunc) (address string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestServerFramesAgainstAnotherLibrary(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		stream := []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
			"Sec-WebSocket-Accept: " + accept(r.Header.Get("Sec-WebSocket-Key")) + "\r\n\r\n")
		for _, n := range sizes { // one joined write, as a shard does
			stream = AppendFrame(stream, FrameServer, []byte(strings.Repeat("s", n)), 1, mask)
		}
		stream = AppendControl(stream, OpPing, []byte("there?"), false, mask)
		stream = AppendClose(stream, 4321, "that was all", false, mask)
		if _, err := c.Write(stream); err != nil {
			t.Error(err)
		}
		_, _ = io.Copy(io.Discard, c) // its pong and close
	})
	c, _, err := websocket.Dial(t.Context(), "ws://"+address+"/event", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	c.SetReadLimit(1 << 20)
	checkMessages(t, c, "s")
	_, _, err = c.Read(t.Context())
	if websocket.CloseStatus(err) != 4321 || !strings.Contains(err.Error(), "that was all") {
		t.Fatalf("the close arrived as %v", err)
	}
}

func TestClientFramesAgainstAnotherLibrary(t *testing.T) {
	done := make(chan error, 1)
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		c.SetReadLimit(1 << 20)
		checkMessages(t, c, "c")
		_, _, err = c.Read(r.Context())
		done <- err
	})
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	stream := []byte("GET / HTTP/1.1\r\nHost: " + address + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n\r\n")
	if _, err := c.Write(stream); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || r.StatusCode != 101 || r.Header.Get("Sec-WebSocket-Accept") != accept(key) {
		t.Fatalf("handshake: %v %v", r, err)
	}
	stream = nil
	for _, n := range sizes {
		stream = AppendFrame(stream, FrameClient, []byte(strings.Repeat("c", n)), 1, mask)
	}
	stream = AppendControl(stream, OpPong, nil, true, mask)
	if _, err := c.Write(AppendClose(stream, 4321, "that was all", true, mask)); err != nil {
		t.Fatal(err)
	}
	if err := <-done; websocket.CloseStatus(err) != 4321 || !strings.Contains(err.Error(), "that was all") {
		t.Fatalf("the close arrived as %v", err)
	}
}

func checkMessages(t *testing.T, c *websocket.Conn, letter string) {
	t.Helper()
	for _, n := range sizes {
		kind, text, err := c.Read(t.Context())
		if err != nil || kind != websocket.MessageText || string(text) != strings.Repeat(letter, n) {
			t.Errorf("%d bytes: kind %d, %d bytes, %v", n, kind, len(text), err)
			return
		}
	}
}
