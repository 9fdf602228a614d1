package transport

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"

	"llbot/actors/endpoint"
)

// Server opens ports. Its limits hold over all of them together. Safe for
// concurrent use.
type Server struct {
	opt      Options
	open     func(addr string) (net.Listener, error)
	buffers  scratch   // for messages of WebSockets
	visits   sync.Pool // of *visit
	joined   sync.Pool // of *joined
	requests atomic.Int64

	mu    sync.Mutex
	conns int
	perIP map[netip.Addr]int
}

var _ endpoint.Listener = (*Server)(nil)

// NewServer makes a server that listens on TCP.
func NewServer(o Options) *Server {
	return newServer(o, func(addr string) (net.Listener, error) { return net.Listen("tcp", addr) })
}

func newServer(o Options, open func(string) (net.Listener, error)) *Server {
	return &Server{opt: o.withDefaults(), open: open, perIP: make(map[netip.Addr]int)}
}

// Listen opens addr and serves h there. Port 0 takes any free one.
func (s *Server) Listen(addr string, h endpoint.Handler) (endpoint.Listening, error) {
	ln, err := s.open(addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("cannot listen on %s, another program already does: %w", addr, err)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("cannot listen on %s, ports below 1024 need permission: %w", addr, err)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	p := newPort(s, ln, h)
	go p.accept()
	return p, nil
}

// Conns is the number of open connections, sockets and streams included.
func (s *Server) Conns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// came counts a connection in; false when there are too many.
func (s *Server) came(ip netip.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns >= s.opt.MaxConns || s.opt.MaxConnsPerIP > 0 && s.perIP[ip] >= s.opt.MaxConnsPerIP {
		return false
	}
	s.conns++
	s.perIP[ip]++
	return true
}

func (s *Server) left(ip netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns--
	if s.perIP[ip]--; s.perIP[ip] == 0 {
		delete(s.perIP, ip)
	}
}
