package transport

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

// catching is a catcher that lets in who comes to /in with the right token.
func catching(t *testing.T, o DialOptions) *Catcher {
	t.Helper()
	c, err := NewDialer(o).Catch("127.0.0.1:0", func(head Caught) (int, string) {
		switch {
		case head.Path != "/in":
			return http.StatusNotFound, "not here"
		case head.Header("Authorization") != "Bearer right" && head.Query != "access_token=right":
			return http.StatusForbidden, "the token is wrong"
		}
		return 0, ""
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// dialsIn dials a catcher as an independent client.
func dialsIn(t *testing.T, c *Catcher, path string, headers ...string) (*websocket.Conn, int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	o := &websocket.DialOptions{HTTPClient: client, HTTPHeader: http.Header{}}
	for i := 0; i+1 < len(headers); i += 2 {
		o.HTTPHeader.Set(headers[i], headers[i+1])
	}
	ws, resp, err := websocket.Dial(t.Context(), "ws://"+c.Addr()+path, o)
	if err == nil {
		t.Cleanup(func() { _ = ws.CloseNow() })
	}
	if resp == nil {
		return ws, 0
	}
	return ws, resp.StatusCode
}

// caught is the next connection, which must come.
func caught(t *testing.T, c *Catcher) *Client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	got, err := c.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(got.Close)
	return got
}

func TestCatcherLetsInOrRefuses(t *testing.T) {
	c := catching(t, DialOptions{})
	for _, one := range []struct {
		path    string
		headers []string
		want    int
	}{
		{"/", []string{"Authorization", "Bearer right"}, http.StatusNotFound},
		{"/in", nil, http.StatusForbidden},
		{"/in", []string{"Authorization", "Bearer wrong"}, http.StatusForbidden},
		{"/in?access_token=wrong", nil, http.StatusForbidden},
		{"/in", []string{"Authorization", "Bearer right", "Origin", "http://a.page"}, http.StatusForbidden}, // browsers
		{"/in?access_token=right", nil, http.StatusSwitchingProtocols},
		{"/in", []string{"Authorization", "Bearer right"}, http.StatusSwitchingProtocols},
	} {
		ws, status := dialsIn(t, c, one.path, one.headers...)
		if status != one.want {
			t.Errorf("%s %v: %d, want %d", one.path, one.headers, status, one.want)
		}
		if ws != nil {
			caught(t, c).Close()
		}
	}
}

// What is no WebSocket is judged like one, and then told what is missing.
func TestCatcherAnswersOtherRequests(t *testing.T) {
	c := catching(t, DialOptions{})
	for request, want := range map[string]string{
		"GET /in HTTP/1.1\r\nHost: h\r\n\r\n":                    " 403 ",
		"GET /in?access_token=right HTTP/1.1\r\nHost: h\r\n\r\n": " 400 ",
		"POST /in?access_token=right HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n": " 405 ",
		"no request at all\r\n\r\n": " 400 ",
	} {
		conn, err := net.Dial("tcp", c.Addr())
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.Contains(line, want) {
			t.Errorf("%q: %q %v, want%s", request, line, err, want)
		}
		_ = conn.Close()
	}
}

// What was caught carries messages both ways and keeps to the limits.
func TestCaughtConnection(t *testing.T) {
	c := catching(t, DialOptions{Options: Options{MaxFrame: 1000}})
	ws, _ := dialsIn(t, c, "/in?access_token=right")
	got := caught(t, c)
	heard := make(chan string, 8)
	ended := make(chan error, 1)
	go func() { ended <- got.Receive(func(b []byte) { heard <- string(b) }) }()
	if err := ws.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if text := <-heard; text != "hello" {
		t.Errorf("heard %q", text)
	}
	if err := got.Send([]byte("and back")); err != nil {
		t.Fatal(err)
	}
	if _, b, err := ws.Read(t.Context()); err != nil || string(b) != "and back" {
		t.Errorf("%q %v", b, err)
	}
	_ = ws.Write(t.Context(), websocket.MessageText, []byte(strings.Repeat("x", 1001)))
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a message over the limit ended it without a reason")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("a message over the limit was taken")
	}
}

// One is taken at a time: a second waits until it is asked for, and is let go
// when nobody listens any more. The first one lives on.
func TestCatcherTakesOneAtATime(t *testing.T) {
	c := catching(t, DialOptions{})
	first, _ := dialsIn(t, c, "/in?access_token=right")
	one := caught(t, c)
	second, _ := dialsIn(t, c, "/in?access_token=right")
	third, _ := dialsIn(t, c, "/in?access_token=right")
	two := caught(t, c)
	if one == two {
		t.Fatal("the same connection twice")
	}
	go func() { _ = one.Receive(func([]byte) {}) }()
	closed := make(chan struct{})
	go func() { c.Close(); close(closed) }()
	gone := 0
	for _, ws := range []*websocket.Conn{second, third} { // of the two, one was taken
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if _, _, err := ws.Read(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			gone++
		}
		cancel()
	}
	if gone != 1 {
		t.Errorf("%d connections that nobody took were let go", gone)
	}
	if _, status := dialsIn(t, c, "/in?access_token=right"); status != 0 {
		t.Errorf("who dials a closed catcher gets %d", status)
	}
	if err := one.Send([]byte("still there")); err != nil {
		t.Fatal(err)
	}
	if _, b, err := first.Read(t.Context()); err != nil || string(b) != "still there" {
		t.Errorf("%q %v", b, err)
	}
	one.Close()
	two.Close()
	select {
	case <-closed:
	case <-time.After(20 * time.Second):
		t.Fatal("it does not close")
	}
}

// Nothing is left of who dials and says nothing, or half a head.
func TestCatcherLeavesNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent(), goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"))
	c, err := NewDialer(DialOptions{}).Catch("127.0.0.1:0", func(Caught) (int, string) { return 0, "" })
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{"", "GET /in HTT"} {
		conn, err := net.Dial("tcp", c.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, said); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Next(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), c.Addr()) {
		t.Errorf("waiting in vain: %v", err)
	}
	c.Close()
	c.Close()
	if _, err := NewDialer(DialOptions{}).Catch("no address", nil); err == nil {
		t.Error("an address that is none is listened at")
	}
}

// Who sends no whole head in time is let go.
func TestCatcherWaitsNotForEver(t *testing.T) {
	c := catching(t, DialOptions{Handshake: 100 * time.Millisecond})
	conn, err := net.Dial("tcp", c.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "GET /in HTTP/1.1\r\nHost: ")
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadAll(conn); errors.Is(err, context.DeadlineExceeded) {
		t.Error("it still waits")
	} else if n, ok := err.(net.Error); ok && n.Timeout() {
		t.Error("it still waits")
	}
}
