package transport

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"syscall"
)

// PipeNet is a network in memory for conversation tests: its server listens
// and its dialer, poster and DialContext connect without any real port.
// Addresses are any "host:port"; only the port tells listeners apart.
type PipeNet struct {
	*Server
	*Dialer
	*Poster

	mu        sync.Mutex
	listeners map[string]*pipeListener
	next      int
}

// Pipe makes a network in memory. net/http clients reach it with DialContext
// as their transport's.
func Pipe(o Options) *PipeNet {
	n := &PipeNet{listeners: make(map[string]*pipeListener), next: 49152}
	n.Server = newServer(o, n.listen)
	n.Dialer = NewDialer(DialOptions{Options: o, DialContext: n.DialContext})
	n.Poster = NewPoster(PostOptions{DialContext: n.DialContext})
	return n
}

func (n *PipeNet) listen(addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if port == "0" {
		n.next++
		port = strconv.Itoa(n.next)
	}
	if n.listeners[port] != nil {
		return nil, syscall.EADDRINUSE
	}
	l := &pipeListener{addr: pipeAddr(net.JoinHostPort(host, port)), waiting: make(chan net.Conn), done: make(chan struct{})}
	l.gone = sync.OnceFunc(func() {
		close(l.done)
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.listeners, port)
	})
	n.listeners[port] = l
	return l, nil
}

// DialContext connects to a port of this network.
func (n *PipeNet) DialContext(ctx context.Context, _, addr string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	l := n.listeners[port]
	n.mu.Unlock()
	if l == nil {
		return nil, fmt.Errorf("dialing %s in memory: %w", addr, syscall.ECONNREFUSED)
	}
	ours, theirs := memoryPair(pipeAddr("127.0.0.1:1"), l.addr)
	select {
	case l.waiting <- theirs:
		return ours, nil
	case <-l.done:
		return nil, fmt.Errorf("dialing %s in memory: %w", addr, syscall.ECONNREFUSED)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pipeListener is one open port in memory.
type pipeListener struct {
	addr    pipeAddr
	waiting chan net.Conn
	done    chan struct{}
	gone    func()
}

// Accept waits for the next connection.
func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.waiting:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close closes the port.
func (l *pipeListener) Close() error {
	l.gone()
	return nil
}

// Addr is the port's address.
func (l *pipeListener) Addr() net.Addr { return l.addr }

// pipeAddr is an address in memory.
type pipeAddr string

// Network names the kind of network.
func (pipeAddr) Network() string { return "pipe" }

// String is the address.
func (a pipeAddr) String() string { return string(a) }
