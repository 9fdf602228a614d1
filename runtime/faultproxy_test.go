package runtime_test

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// fault is what a proxy does to the connections through it.
type fault uint8

const (
	linkPasses      fault = iota
	linkRefuses           // nobody gets in, and who is in is cut
	linkHangs             // everything is taken, nothing is passed on
	linkDeafens           // what the client says gets there, what is answered does not
	linkMutes             // what is answered comes, what the client says does not get there
	linkGarbles           // what is answered is replaced by nonsense
	linkSlows             // everything takes a quarter of a second
	linkHangsCalls        // hangs for connections that carry no events
	linkHangsEvents       // hangs for WebSockets and streams of events
)

// faultProxy stands between two servers.
type faultProxy struct {
	l      net.Listener
	to     func() string // host:port of the server, "" for none
	mu     sync.Mutex
	now    fault
	change chan struct{} // closed when now changes
	conns  map[net.Conn]bool
	beats  int      // heartbeats of OneBot that were passed on
	hush   string   // the answer to an HTTP request that has this in it is lost
	lose   string   // the request itself is
	names  []string // what the server says and what the client hears by turns, of the same length
	work   sync.WaitGroup
}

// newFaultProxy makes a proxy that lasts as long as the test.
func newFaultProxy(t *testing.T, to func() string) *faultProxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &faultProxy{l: l, to: to, change: make(chan struct{}), conns: map[net.Conn]bool{}}
	p.work.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close()
		p.set(linkRefuses)
		p.work.Wait()
	})
	return p
}

func (p *faultProxy) addr() string { return p.l.Addr().String() }

// set changes what happens, also to connections that are there.
func (p *faultProxy) set(f fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = f
	close(p.change)
	p.change = make(chan struct{})
	if f == linkRefuses {
		p.cutLocked()
	}
}

// cut ends every connection; new ones are let in.
func (p *faultProxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutLocked()
}

func (p *faultProxy) cutLocked() {
	for c := range p.conns {
		_ = c.Close()
	}
}

// beaten is how many heartbeats were passed on.
func (p *faultProxy) beaten() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.beats
}

func (p *faultProxy) accept() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		p.work.Go(func() { p.serve(c) })
	}
}

// hold keeps a connection where cut finds it.
func (p *faultProxy) hold(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == linkRefuses {
		return false
	}
	p.conns[c] = true
	return true
}

func (p *faultProxy) drop(c net.Conn) {
	p.mu.Lock()
	delete(p.conns, c)
	p.mu.Unlock()
	_ = c.Close()
}

func (p *faultProxy) serve(client net.Conn) {
	defer p.drop(client)
	addr := p.to()
	if addr == "" || !p.hold(client) {
		return
	}
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer p.drop(server)
	if !p.hold(server) {
		return
	}
	kind := &connKind{}
	var both sync.WaitGroup
	both.Go(func() { p.copy(server, client, kind, false); _ = server.Close() })
	both.Go(func() { p.copy(client, server, kind, true); _ = client.Close() })
	both.Wait()
}

// connKind tells whether a connection became a WebSocket or a stream of events.
type connKind struct {
	mu     sync.Mutex
	events bool
	hushed bool // its answer is lost
	lost   bool // it does not get there
}

func (k *connKind) look(text []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.events = k.events || bytes.Contains(bytes.ToLower(text), []byte("upgrade: websocket")) || bytes.HasPrefix(text, []byte("GET /_events"))
}

func (k *connKind) hasEvents() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.events
}

// copy passes bytes on as the fault of the moment lets it.
func (p *faultProxy) copy(to io.Writer, from io.Reader, kind *connKind, answer bool) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if !answer {
				kind.look(buf[:n])
				p.deafen(buf[:n], kind)
			}
			if !p.pass(to, buf[:n], kind, answer) {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// swallow loses the answers to requests that have hush in them, and requests
// that have lose in them; the link stays up.
func (p *faultProxy) swallow(hush, lose string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hush, p.lose = hush, lose
}

func (p *faultProxy) deafen(text []byte, kind *connKind) {
	p.mu.Lock()
	hush, lose := p.hush, p.lose
	p.mu.Unlock()
	kind.mu.Lock()
	defer kind.mu.Unlock()
	kind.hushed = kind.hushed || hush != "" && bytes.Contains(text, []byte(hush))
	kind.lost = kind.lost || lose != "" && bytes.Contains(text, []byte(lose))
}

func (k *connKind) swallows(answer bool) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lost || k.hushed && answer
}

// renamed makes the server pass for another one.
func (p *faultProxy) renamed(text []byte, answer bool) []byte {
	for i := 0; i+1 < len(p.names); i += 2 {
		from, to := p.names[i], p.names[i+1]
		if !answer {
			from, to = to, from
		}
		text = bytes.ReplaceAll(text, []byte(from), []byte(to))
	}
	return text
}

// pass writes what was read, maybe later, or something else; false ends the
// connection. What hangs is thrown away, as a dead peer's kernel would.
func (p *faultProxy) pass(to io.Writer, text []byte, kind *connKind, answer bool) bool {
	p.mu.Lock()
	now := p.now
	p.mu.Unlock()
	switch {
	case now == linkRefuses:
		return false
	case kind.swallows(answer):
		return true
	case now == linkHangs, now == linkDeafens && answer, now == linkMutes && !answer,
		now == linkHangsCalls && !kind.hasEvents(), now == linkHangsEvents && kind.hasEvents():
		return true
	case now == linkGarbles && answer:
		text = bytes.Repeat([]byte{0x81, 5, 'n', 'o', 'n', '{', '['}, 3)
	case now == linkSlows:
		time.Sleep(250 * time.Millisecond)
	}
	_, err := to.Write(p.renamed(text, answer))
	if bytes.Contains(text, []byte(`"heartbeat"`)) {
		p.mu.Lock()
		p.beats++
		p.mu.Unlock()
	}
	return err == nil
}
