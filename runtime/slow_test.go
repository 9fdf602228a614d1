package runtime_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/runtime/admin"
	"llbot/runtime/config"

	"github.com/coder/websocket"
)

// seqs checks that the texts of a connection hold number=1., number=2., … in order.
func seqs(name string, count int, next func() (string, error)) error {
	for i := 1; i <= count; {
		text, err := next()
		if err != nil {
			return fmt.Errorf("%s: number %d: %w", name, i, err)
		}
		if !strings.Contains(text, "number=") {
			continue
		}
		if !strings.Contains(text, fmt.Sprintf("number=%d.", i)) {
			return fmt.Errorf("%s: want number %d, got %s", name, i, text)
		}
		i++
	}
	return nil
}

// frames reads the text frames of a raw WebSocket.
func frames(in *bufio.Reader) func() (string, error) {
	return func() (string, error) {
		h := make([]byte, 4)
		if _, err := io.ReadFull(in, h[:2]); err != nil {
			return "", err
		}
		n := int(h[1] & 0x7f)
		if n == 126 {
			if _, err := io.ReadFull(in, h[2:]); err != nil {
				return "", err
			}
			n = int(h[2])<<8 | int(h[3])
		}
		text := make([]byte, n)
		_, err := io.ReadFull(in, text)
		return string(text), err
	}
}

// dataLines reads the data of SSE messages.
func dataLines(in *bufio.Reader) func() (string, error) {
	return func() (string, error) {
		for {
			line, err := in.ReadString('\n')
			if err != nil || strings.HasPrefix(line, "data: ") {
				return line, err
			}
		}
	}
}

// Of twenty subscribers one never reads until all is over, one vanishes and
// one comes back half-way. The others get everything in order at once, and the
// slow one gets everything in order when it reads again.
func TestSlowAndDeadPeers(t *testing.T) {
	const count = 5000
	r := start(t)
	slow := r.lazySocket(wsName, "/event")
	slowStream := r.lazyStream(httpName, "/_events")
	var readers sync.WaitGroup
	failures := make(chan error, 100)
	follow := func(name string, next func() (string, error)) {
		readers.Go(func() {
			if err := seqs(name, count, next); err != nil {
				failures <- err
			}
		})
	}
	fromLines := func(l lines) func() (string, error) {
		return func() (string, error) {
			select {
			case text, ok := <-l.in:
				if !ok {
					return "", io.EOF
				}
				return text, nil
			case <-time.After(3 * patience):
				return "", fmt.Errorf("nothing came")
			}
		}
	}
	for i := range 4 {
		one, milky, satori := r.socket(wsName, "/event"), r.socket(milkyName, "/event"), r.socket(satoriName, "/v1/events")
		satori.send(`{"op":3}`)
		defer r.heartbeat(satori)()
		events := r.stream(httpName, "/_events")
		for _, l := range []lines{one.lines, milky.lines, satori.lines, events.lines} {
			r.listening(l)
			follow(fmt.Sprint(l.name, i), fromLines(l))
		}
	}
	vanishing := r.lazySocket(milkyName, "/event")
	vanished := make(chan struct{})
	go func() {
		defer close(vanished)
		time.Sleep(50 * time.Millisecond)
		_ = vanishing.conn.SetLinger(0)
		_ = vanishing.conn.Close()
	}()
	begun := time.Now()
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("number={{seq}}. " + strings.Repeat("padding ", 30)), Count: count})
	readers.Wait()
	t.Logf("%d events for 16 readers in %s", count, time.Since(begun))
	<-vanished
	if err := seqs("slow socket", count, frames(slow.in)); err != nil {
		failures <- err
	}
	if err := seqs("slow stream", count, dataLines(slowStream.in)); err != nil {
		failures <- err
	}
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	r.stillServes()
}

// heartbeat keeps a Satori connection alive however long a test takes; the
// answer ends it.
func (r *rig) heartbeat(w wire) (end func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		for ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-time.After(5 * time.Second):
				_ = w.conn.Write(ctx, websocket.MessageText, []byte(`{"op":1}`)) // its reader sees the end
			}
		}
	}()
	return func() { cancel(); <-beating }
}

// lazy is a connection that is read only when the test wants it.
type lazy struct {
	conn *net.TCPConn
	in   *bufio.Reader
}

func (r *rig) lazySocket(endpoint, path string) lazy {
	r.t.Helper()
	conn, in := r.rawSocket(endpoint, path)
	return unhurried(lazy{conn, in})
}

// unhurried gives a connection time for the whole of a test.
func unhurried(l lazy) lazy {
	_ = l.conn.SetDeadline(time.Now().Add(12 * patience)) // it is open
	return l
}

func (r *rig) lazyStream(endpoint, path string) lazy {
	r.t.Helper()
	conn := r.dial(endpoint)
	if _, err := io.WriteString(conn, head("GET", path)); err != nil {
		r.t.Fatal(err)
	}
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			r.t.Fatal(err)
		}
		if line == "\r\n" {
			return unhurried(lazy{conn, in})
		}
	}
}

// A peer that takes no byte for longer than the stall limit is cut.
func TestStalledPeerIsCut(t *testing.T) {
	r := start(t, func(cfg *config.Config) { cfg.Limits.Stall, cfg.Limits.Outbox = 300*time.Millisecond, 64<<10 })
	stalled := r.lazySocket(wsName, "/event")
	alive := r.socket(wsName, "/event")
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("number={{seq}}. " + strings.Repeat("padding ", 400)), Count: 2000})
	alive.await("number=2000.")
	next := frames(stalled.in)
	eventually(t, "the connection to be cut", func() bool {
		conns, _ := r.load()
		return conns == "1"
	})
	for range 2000 {
		if _, err := next(); err != nil {
			return // what the kernel held, then the cut
		}
	}
	t.Error("a peer that did not read for longer than the limit got everything")
}
