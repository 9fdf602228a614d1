// Package floor is what the server's figures are held against: a bare HTTP
// answer, and a bare loop that writes ready frames to sockets.
package floor

import (
	"net"

	"github.com/valyala/fasthttp"
)

// Hello serves one fixed JSON body on a free loopback port: the most that
// fasthttp does here. Stop ends it.
func Hello(body []byte) (addr string, stop func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &fasthttp.Server{
		ReduceMemoryUsage: true, NoDefaultServerHeader: true,
		Handler: func(ctx *fasthttp.RequestCtx) {
			ctx.SetContentType("application/json")
			ctx.SetBody(body)
		},
	}
	go func() { _ = server.Serve(listener) }() // ends with Shutdown
	return listener.Addr().String(), server.Shutdown, nil
}

// Blast writes total bytes, made of whole frames, to each socket in joined
// pieces of piece frames each, one socket after the other: the most that
// writing costs with no routing and no encoding.
func Blast(socks []net.Conn, frame []byte, frames, piece int) error {
	joined := make([]byte, 0, piece*len(frame))
	for range piece {
		joined = append(joined, frame...)
	}
	for sent := 0; sent < frames; sent += piece {
		n := min(piece, frames-sent)
		for _, s := range socks {
			if _, err := s.Write(joined[:n*len(frame)]); err != nil {
				return err
			}
		}
	}
	return nil
}
