package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/protocols/face"

	"github.com/coder/websocket"
)

// openClient serves h and opens a client of it.
func openClient(t *testing.T, o DialOptions, h http.Handler) (*Client, error) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	c, err := NewDialer(o).Open(t.Context(), "ws://"+srv.Listener.Addr().String()+"/x?access_token=secret", []face.Header{{Name: "Authorization", Value: "Bearer t"}})
	if err == nil {
		t.Cleanup(c.Close)
	}
	return c, err
}

// accepted is a server that does with each socket what it is told.
func accepted(t *testing.T, do func(ctx context.Context, ws *websocket.Conn)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer ws.CloseNow()
		ws.SetReadLimit(-1)
		do(r.Context(), ws)
	})
}

// received runs Receive until it ends.
func received(c *Client) (messages chan string, ended chan error) {
	messages, ended = make(chan string, 64), make(chan error, 1)
	go func() {
		ended <- c.Receive(func(m []byte) {
			if m == nil {
				messages <- "(alive)"
				return
			}
			messages <- string(m)
		})
	}()
	return messages, ended
}

// Messages of many senders come whole, and each once.
func TestClientTalksBothWays(t *testing.T) {
	heads := make(chan http.Header, 1)
	c, err := openClient(t, DialOptions{}, echo(t, heads))
	if err != nil {
		t.Fatal(err)
	}
	if h := next(t, heads); h.Get("Authorization") != "Bearer t" {
		t.Error(h)
	}
	messages, ended := received(c)
	var work sync.WaitGroup
	want := map[string]bool{"": true}
	for i := range 20 {
		text := fmt.Sprint(i, strings.Repeat("x", i*5000))
		want[text] = true
		work.Go(func() {
			if err := c.Send([]byte(text)); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	if err := c.Send(nil); err != nil { // an empty message is one, and no sign of life
		t.Fatal(err)
	}
	for range len(want) {
		if m := next(t, messages); !want[m] {
			t.Errorf("message of %d bytes came, which was not sent, or twice", len(m))
		} else {
			delete(want, m)
		}
	}
	if err := c.Ping(); err != nil {
		t.Fatal(err)
	}
	if m := next(t, messages); m != "(alive)" {
		t.Errorf("%q came for a ping", m)
	}
	if err := c.Send([]byte("bye")); err != nil {
		t.Fatal(err)
	}
	err = next(t, ended)
	closed, ok := errors.AsType[*ClosedError](err)
	if !ok || closed.Code != 4001 || closed.Reason != "so long" || !errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "4001 so long") {
		t.Errorf("%v", err)
	}
}

// The peer's pings are answered, and tell that it lives.
func TestClientAnswersPings(t *testing.T) {
	ponged := make(chan error, 1)
	c, err := openClient(t, DialOptions{}, accepted(t, func(ctx context.Context, ws *websocket.Conn) {
		ctx = ws.CloseRead(ctx)
		ponged <- ws.Ping(ctx)
		<-ctx.Done()
	}))
	if err != nil {
		t.Fatal(err)
	}
	messages, _ := received(c)
	if m := next(t, messages); m != "(alive)" {
		t.Errorf("%q", m)
	}
	if err := next(t, ponged); err != nil {
		t.Error(err)
	}
}

// However a connection ends, Receive does, and says why.
func TestClientEnds(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(ctx context.Context, ws *websocket.Conn)
		want string
	}{
		"cut": {func(_ context.Context, ws *websocket.Conn) { _ = ws.CloseNow() }, "EOF"},
		"too much": {func(ctx context.Context, ws *websocket.Conn) {
			_ = ws.Write(ctx, websocket.MessageText, make([]byte, 5000))
		}, "limit"},
		"goodbye": {func(_ context.Context, ws *websocket.Conn) {
			_ = ws.Close(websocket.StatusPolicyViolation, "Unauthorized")
		}, "1008 Unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := openClient(t, DialOptions{Options: Options{MaxFrame: 4096}}, accepted(t, c.do))
			if err != nil {
				t.Fatal(err)
			}
			_, ended := received(client)
			if err := next(t, ended); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("our own", func(t *testing.T) {
		client, err := openClient(t, DialOptions{}, echo(t, make(chan http.Header, 1)))
		if err != nil {
			t.Fatal(err)
		}
		_, ended := received(client)
		client.Close()
		client.Close()
		if err := next(t, ended); err == nil {
			t.Error("it ended without a reason")
		}
		if client.Send([]byte("x")) == nil || client.Ping() == nil {
			t.Error("a closed connection takes messages")
		}
	})
}

// What refuses the upgrade is told with its status and words, without secrets.
func TestOpenIsRefused(t *testing.T) {
	_, err := openClient(t, DialOptions{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no such token", http.StatusUnauthorized) }))
	refusal, ok := errors.AsType[*HandshakeError](err)
	if !ok || refusal.Status != 401 || !strings.Contains(refusal.Body, "no such token") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	_, err = NewDialer(DialOptions{}).Open(t.Context(), "ws://"+closed.Listener.Addr().String()+"/?access_token=secret", nil)
	if op, ok := errors.AsType[*net.OpError](err); !ok || op.Op != "dial" || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
	if _, err := NewDialer(DialOptions{}).Open(t.Context(), "ws://127.0.0.1:1", []face.Header{{Name: "bad\r\nname", Value: "x"}}); err == nil {
		t.Error("a header that would split the request was sent")
	}
}

// A server that takes the connection and says nothing holds nobody up: neither
// behind the limit of the handshake, nor behind the end of who dials.
func TestOpenEndsInTime(t *testing.T) {
	took := make(chan net.Conn, 4)
	addr := accepting(t, func(c net.Conn) { took <- c })
	began := time.Now()
	if _, err := NewDialer(DialOptions{Handshake: 50 * time.Millisecond}).Open(t.Context(), "ws://"+addr, nil); err == nil {
		t.Error("it was answered")
	}
	_ = next(t, took).Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { c := <-took; cancel(); _, _ = io.Copy(io.Discard, c); _ = c.Close() }()
	if _, err := NewDialer(DialOptions{Handshake: time.Hour}).Open(ctx, "ws://"+addr, nil); err == nil {
		t.Error("it was answered")
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}
