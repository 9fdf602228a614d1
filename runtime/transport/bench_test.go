package transport

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"llbot/protocols/face"

	"github.com/valyala/fasthttp"
)

// BenchmarkAction compares an action call, head and body phase, with the bare
// library answering the same.
func BenchmarkAction(b *testing.B) {
	f := newFake()
	answer := face.Response{Status: 200, ContentType: "application/json", Body: []byte(`{"status":"ok","retcode":0,"data":{"user_id":10001}}`)}
	f.serve = func(context.Context, face.Request) face.Response { return answer }
	s := NewServer(Options{})
	l, err := s.Listen("127.0.0.1:0", f)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Stop(context.Background()) }()
	bare, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := &fasthttp.Server{NoDefaultDate: true, Handler: func(ctx *fasthttp.RequestCtx) {
		ctx.SetContentType(answer.ContentType)
		ctx.Response.SetBodyRaw(answer.Body)
	}}
	go func() {
		for c, err := bare.Accept(); err == nil; c, err = bare.Accept() {
			go func() { _ = srv.ServeConn(c) }()
		}
	}()
	defer func() { _ = bare.Close() }()
	for _, c := range []struct{ name, addr string }{{"bare", bare.Addr().String()}, {"transport", l.Addr()}} {
		for _, depth := range []int{1, 16} {
			b.Run(c.name+map[int]string{1: "/one", 16: "/pipelined"}[depth], func(b *testing.B) { benchmarkCalls(b, c.addr, depth) })
		}
	}
}

func benchmarkCalls(b *testing.B, addr string, depth int) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	request := "POST /act HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer 0123456789abcdef\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"user_id\":10001}"
	_, _ = io.WriteString(c, request)
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		b.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_, _ = io.WriteString(c, request)
	size := 0
	if _, err := r.Peek(1); err != nil {
		b.Fatal(err)
	}
	size = r.Buffered()
	_, _ = r.Discard(size)
	batch, answers := strings.Repeat(request, depth), make([]byte, size*depth)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += depth {
		if _, err := io.WriteString(c, batch); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(r, answers); err != nil {
			b.Fatal(err)
		}
	}
}
