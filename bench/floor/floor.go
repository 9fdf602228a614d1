// Package floor is what the server's figures are held against: minimal
// programs on the same libraries that move the same bytes, with no actors, no
// domain and no log. They run as a process of their own, beside the server.
package floor

import (
	"fmt"
	"io"
	"net"
	"sync"

	"llbot/bench/load"
	"llbot/bench/part"

	"github.com/valyala/fasthttp"
)

// Service is the floors as a part of a measurement.
type Service struct {
	part.Measured

	mu    sync.Mutex
	open  []io.Closer
	crowd *fan // of the last fan-out
}

// Close ends all floors.
func (s *Service) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.open {
		_ = c.Close()
	}
	return nil
}

func (s *Service) keep(c io.Closer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, c)
}

// source opens a trigger of events.
func (s *Service) source(addr *string, events func(from, upto uint64) error) error {
	l, err := load.Source(0, events)
	if err != nil {
		return err
	}
	s.keep(l)
	*addr = l.Addr().String()
	return nil
}

// HelloSpec is one fixed answer.
type HelloSpec struct {
	Body        []byte
	ContentType string
}

// Hello answers every HTTP request alike: the most that fasthttp does here.
func (s *Service) Hello(spec HelloSpec, addr *string) error {
	return s.serve(addr, func(ctx *fasthttp.RequestCtx) {
		ctx.SetContentType(spec.ContentType)
		ctx.Response.SetBodyRaw(spec.Body)
	})
}

// serve opens a fasthttp server on a free port.
func (s *Service) serve(addr *string, h fasthttp.RequestHandler) error {
	l, err := s.listen()
	if err != nil {
		return err
	}
	*addr = l.Addr().String()
	server := &fasthttp.Server{
		NoDefaultServerHeader: true, KeepHijackedConns: true, Concurrency: 1 << 20, Handler: h,
	}
	go func() { _ = server.Serve(l) }() // ends with the listener
	return nil
}

func (s *Service) listen() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("floor: %w", err)
	}
	s.keep(l)
	return l, nil
}
