package transport

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"llbot/actors/conn"
	"llbot/actors/endpoint"
	"llbot/protocols/face"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// The HTTP client library keeps this one for as long as MaxIdleConnDuration.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*HostClient).connsCleaner"),
		// So does the server library, once it has answered a request that it could not read.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"))
}

// fake is a handler whose routing is a table of paths.
type fake struct {
	routes  map[string]face.Route
	serve   func(ctx context.Context, req face.Request) face.Response
	heads   chan face.Head
	sockets chan conn.Socket
}

func newFake() *fake {
	return &fake{
		routes: map[string]face.Route{
			"/act":    {Kind: face.RouteAction, Name: "act"},
			"/ws":     {Kind: face.RouteSocket, Headers: []face.Header{{Name: "X-Self-ID", Value: "7"}}},
			"/events": {Kind: face.RouteStream, Headers: []face.Header{{Name: "Access-Control-Allow-Origin", Value: "*"}}},
			"/plain":  {Kind: face.RouteAnswer, Response: face.Response{Status: 200, ContentType: "text/plain", Body: []byte("hello")}},
			"/deny": {Kind: face.RouteAnswer, Response: face.Response{Status: 401, ContentType: "text/plain",
				Headers: []face.Header{{Name: "WWW-Authenticate", Value: "Bearer"}}, Body: []byte("no token")}},
		},
		serve: func(_ context.Context, req face.Request) face.Response {
			return face.Response{Status: 200, ContentType: "application/json", Body: append([]byte(nil), req.Body...)}
		},
		heads:   make(chan face.Head, 64),
		sockets: make(chan conn.Socket, 64),
	}
}

func (f *fake) Head(h *face.Head) face.Route {
	select {
	case f.heads <- *h:
	default:
	}
	if h.Path == "/panic" {
		panic("head")
	}
	if r, ok := f.routes[h.Path]; ok {
		return r
	}
	return face.Route{Kind: face.RouteAnswer, Response: face.Response{Status: 404, ContentType: "text/plain", Body: []byte("not found")}}
}

func (f *fake) Serve(ctx context.Context, req face.Request) face.Response { return f.serve(ctx, req) }

func (f *fake) Refuse(r face.Refusal, reason string) face.Response {
	status := map[face.Refusal]int{face.RefuseTooLarge: 413, face.RefuseLength: 400, face.RefuseBusy: 503, face.RefuseInternal: 500}[r]
	return face.Response{Status: status, ContentType: "text/plain", Body: []byte("refused: " + reason)}
}

func (f *fake) Connected(_ face.Route, s conn.Socket) { f.sockets <- s }

// socket waits for the next connection handed over and aborts it at the end.
func (f *fake) socket(t *testing.T) conn.Socket {
	t.Helper()
	select {
	case s := <-f.sockets:
		t.Cleanup(s.Abort)
		return s
	case <-time.After(5 * time.Second):
		t.Fatal("no connection was handed over")
		return nil
	}
}

// open serves h on a loopback port until the test ends.
func open(t *testing.T, o Options, h endpoint.Handler) (*Server, string) {
	t.Helper()
	s := NewServer(o)
	l, err := s.Listen("127.0.0.1:0", h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = l.Stop(ctx)
	})
	return s, l.Addr()
}

// dial opens a raw connection for hand-written requests.
func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(8 * time.Second))
	return c
}

// say sends text and returns all that is answered until the server closes.
func say(t *testing.T, addr, text string) string {
	t.Helper()
	c := dial(t, addr)
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err != nil {
		t.Fatalf("reading the answer: %v (so far %q)", err, b)
	}
	return string(b)
}

func client(t *testing.T) *http.Client {
	t.Helper()
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 8 * time.Second}
}

func want(t *testing.T, what, got, part string) {
	t.Helper()
	if !strings.Contains(got, part) {
		t.Errorf("%s: %q is not in %q", what, part, got)
	}
}

// frames collects what a socket receives.
func frames(s conn.Socket) (<-chan conn.Frame, <-chan error) {
	out, end := make(chan conn.Frame, 256), make(chan error, 1)
	go func() { end <- s.Receive(func(f conn.Frame) bool { out <- f; return true }) }()
	return out, end
}

func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(8 * time.Second):
		t.Fatal(fmt.Errorf("waited for a %T in vain", c))
		panic("unreachable")
	}
}

// accepting gives each connection that is dialled to it to serve, and tells
// where it listens.
func accepting(t *testing.T, serve func(net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return l.Addr().String()
}
