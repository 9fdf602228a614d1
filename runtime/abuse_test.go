package runtime_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"llbot/runtime/config"

	"github.com/coder/websocket"
)

const (
	smallBody  = 128 << 10
	smallFrame = 64 << 10
)

func smallLimits(cfg *config.Config) {
	cfg.Limits.Body, cfg.Limits.Frame = smallBody, smallFrame
	cfg.Limits.HeaderTimeout = 300 * time.Millisecond
}

// The path of a call that needs no parameters, on each port that takes calls.
var callPath = map[string]string{httpName: "/get_login_info", milkyName: "/api/get_login_info", satoriName: "/v1/login.get"}

// The path of the socket on each port that has one.
var socketPath = map[string]string{wsName: "/", milkyName: "/event", satoriName: "/v1/events"}

// stillServes asks each port for something.
func (r *rig) stillServes() {
	r.t.Helper()
	for endpoint, path := range callPath {
		if a := r.request("POST", r.url(endpoint, path), "{}", "Content-Type", jsonType); a.status != 200 {
			r.t.Errorf("%s: %d %s", endpoint, a.status, a.text)
		}
	}
	s := r.socket(wsName, "/api")
	s.send(`{"action":"get_status","echo":"alive"}`)
	s.await("alive")
	_ = s.conn.CloseNow()
	<-s.ended
}

// load is how many connections the server holds and how many goroutines run.
func (r *rig) load() (conns string, goroutines int) {
	r.t.Helper()
	r.client.CloseIdleConnections()
	a := r.request("GET", r.admin.Base+"/metrics", "")
	r.client.CloseIdleConnections()
	_, rest, ok := strings.Cut(a.text, "\nllbot_outboxes ")
	if !ok {
		r.t.Fatalf("no llbot_outboxes in %s", a.text)
	}
	conns, _, _ = strings.Cut(rest, "\n")
	return conns, runtime.NumGoroutine()
}

// leavesNothing runs abuse and waits for everything of it to be gone.
func (r *rig) leavesNothing(abuse func()) {
	r.t.Helper()
	r.stillServes()
	wantConns, wantRunning := "", 0
	settled := 0
	eventually(r.t, "a steady state", func() bool { // idle workers of the client come and go
		conns, running := r.load()
		if conns == wantConns && running == wantRunning {
			settled++
		} else {
			wantConns, wantRunning, settled = conns, running, 0
		}
		return settled == 5
	})
	abuse()
	r.stillServes()
	conns, running := "", 0
	defer func() {
		if r.t.Failed() {
			r.t.Logf("%s connections and %d goroutines before, %s and %d after", wantConns, wantRunning, conns, running)
		}
	}()
	eventually(r.t, "the end of what was opened", func() bool {
		conns, running = r.load()
		return conns == wantConns && running <= wantRunning+2
	})
}

// exchange sends bytes as they are and reads one HTTP answer.
func (r *rig) exchange(endpoint, text string) (*http.Response, string, *net.TCPConn) {
	r.t.Helper()
	conn := r.dial(endpoint)
	if _, err := io.WriteString(conn, text); err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		r.t.Fatalf("%s: %v to %.100q", endpoint, err, text)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp, string(body), conn
}

// ended waits for the other side to close.
func ended(t *testing.T, conn net.Conn) {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.Copy(io.Discard, conn); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Error("the connection stays open")
	}
}

func head(method, path string, headers ...string) string {
	return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n"
}

// firstOfBody is what the HTTP library reads of a body before it lets anybody
// see the head.
var firstOfBody = strings.Repeat(" ", 8<<10)

// tooLarge is the protocol's own word for a body that is too large.
func tooLarge(endpoint string, resp *http.Response, body string) bool {
	if resp.StatusCode != 413 || !resp.Close {
		return false
	}
	if endpoint == satoriName {
		return strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") && body != ""
	}
	return at(body, "status") == `"failed"` && at(body, "retcode") == "413"
}

func TestOversizedBodies(t *testing.T) {
	r := start(t, smallLimits)
	for endpoint, path := range callPath {
		t.Run(endpoint, func(t *testing.T) {
			resp, body, conn := r.exchange(endpoint, head("POST", path, "Content-Type: application/json", fmt.Sprintf("Content-Length: %d", smallBody+1))+firstOfBody)
			if !tooLarge(endpoint, resp, body) {
				t.Errorf("announced: %d %v %s", resp.StatusCode, resp.Header, body)
			}
			ended(t, conn)
			chunk := fmt.Sprintf("%x\r\n%s\r\n", 8<<10, bytes.Repeat([]byte(" "), 8<<10))
			resp, body, conn = r.exchange(endpoint, head("POST", path, "Content-Type: application/json", "Transfer-Encoding: chunked")+
				strings.Repeat(chunk, smallBody/(8<<10)+1))
			if !tooLarge(endpoint, resp, body) {
				t.Errorf("chunked: %d %v %s", resp.StatusCode, resp.Header, body)
			}
			ended(t, conn)
			fits := strings.Repeat(" ", smallBody-2) + "{}"
			if a := r.request("POST", r.url(endpoint, path), fits, "Content-Type", jsonType); a.status != 200 {
				t.Errorf("as large as allowed: %d %s", a.status, a.text)
			}
		})
	}
	r.stillServes()
}

// A stranger is refused before anything of a body is read.
func TestTokenComesBeforeTheBody(t *testing.T) {
	r := start(t, withToken(token))
	for endpoint, path := range callPath {
		resp, body, _ := r.exchange(endpoint, head("POST", path, "Content-Type: application/json", "Content-Length: 50000000")+firstOfBody)
		if resp.StatusCode != 401 || !resp.Close {
			t.Errorf("%s: %d %v %s", endpoint, resp.StatusCode, resp.Header, body)
		}
	}
	for endpoint, path := range socketPath {
		if endpoint == satoriName {
			continue // its token comes with IDENTIFY
		}
		resp, _, _ := r.exchange(endpoint, head("GET", path, "Connection: Upgrade", "Upgrade: websocket",
			"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="))
		if resp.StatusCode != 401 {
			t.Errorf("%s: %d", endpoint, resp.StatusCode)
		}
	}
}

func TestOversizedFrames(t *testing.T) {
	r := start(t, smallLimits)
	for endpoint, path := range socketPath {
		s := r.socket(endpoint, path)
		if endpoint == wsName {
			s.await("lifecycle")
		}
		s.send(strings.Repeat(" ", smallFrame+1))
		if got := s.next(); !strings.HasPrefix(got, "closed "+websocket.StatusMessageTooBig.String()) {
			t.Errorf("%s: %s", endpoint, got)
		}
	}
	s := r.socket(wsName, "/api")
	s.send(`{"action":"get_status","echo":1}` + strings.Repeat(" ", smallFrame-32))
	if got := s.next(); at(got, "echo") != "1" {
		t.Errorf("as large as allowed: %s", got)
	}
	r.stillServes()
}

// rawSocket makes the handshake by hand, so that anything can be said after it.
func (r *rig) rawSocket(endpoint, path string) (*net.TCPConn, *bufio.Reader) {
	r.t.Helper()
	conn := r.dial(endpoint)
	in := bufio.NewReader(conn)
	_, err := io.WriteString(conn, head("GET", path, "Connection: Upgrade", "Upgrade: websocket",
		"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="))
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != 101 {
		r.t.Fatalf("handshake: %v %v", resp, err)
	}
	return conn, in
}

// closeCode reads server frames up to the close frame, 0 when there is none.
func closeCode(in *bufio.Reader) int {
	for {
		var h [2]byte
		if _, err := io.ReadFull(in, h[:]); err != nil {
			return 0
		}
		n := int(h[1] & 0x7f)
		if n == 126 {
			var long [2]byte
			if _, err := io.ReadFull(in, long[:]); err != nil {
				return 0
			}
			n = int(long[0])<<8 | int(long[1])
		}
		payload := make([]byte, n)
		if _, err := io.ReadFull(in, payload); err != nil {
			return 0
		}
		if h[0]&0xf == 8 && n >= 2 {
			return int(payload[0])<<8 | int(payload[1])
		}
	}
}

// What is against the WebSocket protocol is answered with its close code.
func TestBrokenWebSocketFrames(t *testing.T) {
	r := start(t)
	for name, frame := range map[string]string{
		"not masked":            "\x81\x02{}",
		"reserved bit":          "\xf1\x82\x00\x00\x00\x00{}",
		"unknown opcode":        "\x83\x80\x00\x00\x00\x00",
		"continues nothing":     "\x80\x80\x00\x00\x00\x00",
		"ping in parts":         "\x09\x80\x00\x00\x00\x00",
		"long ping":             "\x89\xfe\x00\x7e\x00\x00\x00\x00" + strings.Repeat("x", 126),
		"close with a bad code": "\x88\x82\x00\x00\x00\x00\x03\xed", // 1005
	} {
		for endpoint, path := range socketPath {
			conn, in := r.rawSocket(endpoint, path)
			if _, err := io.WriteString(conn, frame); err != nil {
				t.Fatal(err)
			}
			if code := closeCode(in); code != 1002 {
				t.Errorf("%s, %s: close code %d, want 1002", endpoint, name, code)
			}
			_ = conn.Close()
		}
	}
	r.stillServes()
}

func TestGarbageLeavesNothing(t *testing.T) {
	r := start(t, smallLimits)
	noise := rand.NewChaCha8([32]byte{1})
	garbage := []string{
		"\r\n\r\n", "GET", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		head("GET", "/", "Content-Length: -1"), head("POST", "/get_status", "Content-Length: 5", "Content-Length: 6"),
		head("POST", "/get_status", "Transfer-Encoding: chunked") + "zz\r\n", head("GET", "/"+strings.Repeat("x", 20_000)),
		head("GET", "/", "X: "+strings.Repeat("y", 20_000)), "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		head("GET", "/", "Connection: Upgrade", "Upgrade: websocket"),
		head("GET", "/", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 7", "Sec-WebSocket-Key: x"),
	}
	for range 10 {
		text := make([]byte, 1000)
		_, _ = noise.Read(text)
		garbage = append(garbage, string(text))
	}
	r.leavesNothing(func() {
		for endpoint := range r.addr {
			for _, text := range garbage {
				conn := r.dial(endpoint)
				_, _ = io.WriteString(conn, text)
				_ = conn.CloseWrite()
				_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			}
		}
	})
}

// Clients that are killed: in the middle of a head, a body, a frame, while
// they are sent events, with a reset or without a word.
func TestKilledClientsLeaveNothing(t *testing.T) {
	r := start(t, smallLimits)
	r.leavesNothing(func() {
		for endpoint := range r.addr {
			for _, text := range []string{"", "POST /", head("POST", callPath[endpoint], "Content-Length: 100", "Content-Type: application/json") + `{"gro`} {
				conn := r.dial(endpoint)
				_, _ = io.WriteString(conn, text)
				_ = conn.SetLinger(0)
				_ = conn.Close()
			}
		}
		for endpoint, path := range socketPath {
			for i := range 10 {
				conn, _ := r.rawSocket(endpoint, path)
				_, _ = conn.Write([]byte{0x81, 0xfe, 0x10})
				if i%2 == 0 {
					_ = conn.SetLinger(0)
				}
				_ = conn.Close()
			}
		}
		for _, at := range [][2]string{{httpName, "/_events"}, {milkyName, "/event"}} {
			for range 5 {
				conn := r.dial(at[0])
				_, _ = io.WriteString(conn, head("GET", at[1]))
				_, _ = conn.Read(make([]byte, 100))
				_ = conn.SetLinger(0)
				_ = conn.Close()
			}
		}
		r.say(alice, "to nobody")
	})
}

// Peers that open a connection and say nothing, or not enough, are closed.
func TestSilentPeersAreClosed(t *testing.T) {
	r := start(t, smallLimits)
	r.leavesNothing(func() {
		var silent []net.Conn
		for endpoint := range r.addr {
			for _, text := range []string{"", "GET / HTTP/1.1\r\nHo", head("POST", callPath[endpoint], "Content-Length: 10", "Content-Type: application/json")[:40]} {
				conn := r.dial(endpoint)
				_, _ = io.WriteString(conn, text)
				silent = append(silent, conn)
			}
		}
		for _, conn := range silent {
			ended(t, conn)
		}
	})
}

// Hundreds of wrong tokens cost nothing that stays.
func TestWrongTokensLeaveNothing(t *testing.T) {
	r := start(t, withToken(token))
	auth := []string{"Authorization", "Bearer " + token, "Content-Type", jsonType, "Satori-Platform", "llonebot", "Satori-User-ID", botText}
	for range 100 {
		for endpoint, path := range callPath {
			if a := r.request("POST", r.url(endpoint, path), "{}", "Authorization", "Bearer x", "Content-Type", jsonType); a.status != 401 && a.status != 403 {
				t.Fatalf("%s: %d", endpoint, a.status)
			}
		}
		s := r.socket(satoriName, "/v1/events")
		s.send(`{"op":3,"body":{"token":"x"}}`)
		s.await("4004")
		<-s.ended
	}
	for endpoint, path := range callPath {
		if a := r.request("POST", r.url(endpoint, path), "{}", auth...); a.status != 200 {
			t.Errorf("%s: %d %s", endpoint, a.status, a.text)
		}
	}
	eventually(t, "no connection left", func() bool { conns, _ := r.load(); return conns == "0" })
}
