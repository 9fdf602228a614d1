package runtime_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"llbot/runtime/admin"
	"llbot/runtime/config"
)

var (
	crowdSize   = flag.Int("runtime.crowd", 60, "how many WebSockets listen, three bad ones included")
	crowdRounds = flag.Int("runtime.crowd.rounds", 1, "in how many pairs of rounds, without and with the bad ones")
	crowdRate   = flag.Float64("runtime.crowd.rate", 0, "events a second; 0: as fast as they go")
)

// crowdEvents is how much happens in a round: enough to fill every buffer before a
// peer that does not read, twice.
const crowdEvents, crowdEventSize = 400, 2000

// crowdPace is how long a peer may take no byte, and how many bytes the dripping
// one reads in 10 ms. The kernel lets a writer go on once 64 KiB are read.
func crowdPace() (stall time.Duration, drip int) {
	if *crowdRate == 0 {
		return 2 * time.Second, 4 << 10
	}
	return 8 * time.Second, int(*crowdRate) * crowdEventSize / 100 // events are longer than their texts
}

// lightReader reads the text frames of a server without keeping them.
type lightReader struct {
	in    *bufio.Reader
	text  []byte
	check func(string) // sees each text first, if there is one
}

// next is the next text; it is valid until the one behind it.
func (l *lightReader) next() ([]byte, error) {
	for {
		var h [10]byte
		if _, err := io.ReadFull(l.in, h[:2]); err != nil {
			return nil, err
		}
		length := int(h[1] & 0x7f)
		wide := map[int]int{126: 2, 127: 8}[length]
		if _, err := io.ReadFull(l.in, h[2:2+wide]); err != nil {
			return nil, err
		}
		switch wide {
		case 2:
			length = int(binary.BigEndian.Uint16(h[2:]))
		case 8:
			length = int(binary.BigEndian.Uint64(h[2:]))
		}
		if cap(l.text) < length {
			l.text = make([]byte, length, 2*length)
		}
		if _, err := io.ReadFull(l.in, l.text[:length]); err != nil {
			return nil, err
		}
		switch h[0] & 0xf {
		case 1:
			if l.check != nil {
				l.check(string(l.text[:length]))
			}
			return l.text[:length], nil
		case 8:
			return nil, errClosed
		}
	}
}

var errClosed = errors.New("the server said good-bye")

// crowd is many WebSockets of all protocols at one server. Most read as fast as
// they can.
type crowd struct {
	*rig
	good  []*sequence
	late  *clock
	said  int         // events so far
	over  atomic.Bool // the good ones may end now
	ended sync.WaitGroup

	satori []net.Conn // which have to show that they live
}

// What a Satori client says, in frames of eight bytes that are masked with zeros.
const (
	maskedHead     = "\x81\x88\x00\x00\x00\x00"
	satoriIdentify = `{"op":3}`
	satoriPing     = `{"op":1}`
)

// alive has the Satori clients say what they have to every ten seconds.
func (c *crowd) alive() {
	for _, conn := range c.satori {
		_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = io.WriteString(conn, maskedHead+satoriPing) // the bad ones may be gone
	}
}

// listener opens a WebSocket of one of the protocols that gets what happens
// from now on.
func (c *crowd) listener(i int) (*net.TCPConn, *lightReader) {
	r := c.rig
	r.t.Helper()
	endpoint := []string{wsName, milkyName, satoriName}[i%3]
	conn, in := r.rawSocket(endpoint, socketPath[endpoint])
	reader := &lightReader{in: in}
	if endpoint == satoriName {
		if _, err := io.WriteString(conn, maskedHead+satoriIdentify); err != nil {
			r.t.Fatal(err)
		}
		c.satori = append(c.satori, conn)
	}
	if endpoint != milkyName { // which does not greet
		if _, err := reader.next(); err != nil {
			r.t.Fatal(err)
		}
	}
	_ = conn.SetDeadline(time.Time{})
	return conn, reader
}

func gather(r *rig, size int) *crowd {
	c := &crowd{rig: r, late: newClock()}
	for i := range size {
		_, reader := c.listener(i)
		if i == 1 { // the first of Milky; all get the same bytes
			reader.check = r.schema.event
		}
		s := &sequence{name: fmt.Sprint("listener ", i), late: c.late}
		c.good = append(c.good, s)
		c.ended.Go(func() {
			if err := s.follow(reader); err != nil && !c.over.Load() {
				r.t.Errorf("%s: behind %d: %v", s.name, s.got.Load(), err)
			}
		})
	}
	r.t.Cleanup(func() { c.over.Store(true) }) // a failure ends them too
	return c
}

// follow takes what comes until the connection ends.
func (s *sequence) follow(in *lightReader) error {
	for {
		text, err := in.next()
		if err == nil {
			err = s.take(text)
		}
		if err != nil {
			return err
		}
	}
}

// speak has everything of a round happen, and waits until the good ones have it.
func (c *crowd) speak() {
	c.t.Helper()
	const part = crowdEvents / 4
	for range crowdEvents / part {
		c.alive()
		c.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text(numbered(crowdEventSize)),
			From: c.said + 1, Count: part, Rate: *crowdRate})
		c.said += part
	}
	for _, s := range c.good {
		eventually(c.t, s.name+" to have all", func() bool { return int(s.got.Load()) == c.said })
	}
}

// bad are the three bad ones of a round.
type bad struct {
	stuck, dripping, vanishing *net.TCPConn

	lagged  int          // how often anybody had to read the log before
	unread  *lightReader // of the stuck one
	dripped sequence
	free    chan struct{} // closed: the dripping one may read as it likes
	ended   sync.WaitGroup
}

// drips reads a little at a time, until it is free.
type drips struct {
	net.Conn
	piece int
	free  chan struct{}
}

func (d drips) Read(p []byte) (int, error) {
	select {
	case <-d.free:
		return d.Conn.Read(p)
	case <-time.After(10 * time.Millisecond):
		return d.Conn.Read(p[:min(len(p), d.piece)])
	}
}

// worsen lets the bad ones in: one never reads, one reads slower than events
// come, and one is gone in the middle of a frame; without a word, or, half
// gone, it has stopped speaking and reading.
func (c *crowd) worsen(i int) *bad {
	c.t.Helper()
	b := &bad{free: make(chan struct{}), lagged: c.figure("llbot_connections_lagged_total")}
	b.dripped.name = "the dripping one"
	b.dripped.got.Store(int64(c.said))
	var slow, short *lightReader
	b.stuck, b.unread = c.listener(i)
	b.dripping, slow = c.listener(i + 1)
	b.vanishing, short = c.listener(i + 2)
	_, piece := crowdPace()
	slow.in.Reset(drips{b.dripping, piece, b.free})
	b.ended.Go(func() {
		if err := b.dripped.follow(slow); !errors.Is(err, net.ErrClosed) {
			c.t.Errorf("%s: behind %d: %v", b.dripped.name, b.dripped.got.Load(), err)
		}
	})
	b.ended.Go(func() {
		for range 10 {
			_, _ = short.next()
		}
		_, _ = short.in.Read(make([]byte, crowdEventSize/2))
		if i%2 == 0 {
			_ = b.vanishing.SetLinger(0)
			_ = b.vanishing.Close()
		} else {
			_ = b.vanishing.CloseWrite()
		}
	})
	return b
}

// check looks at what became of the bad ones once the good ones have everything.
func (c *crowd) check(b *bad) {
	c.t.Helper()
	if got := int(b.dripped.got.Load()); got >= c.said {
		c.t.Errorf("the dripping one was as fast as the good ones")
	}
	if lagged := c.figure("llbot_connections_lagged_total") - b.lagged; lagged < 2 {
		c.t.Errorf("%d connections left their lane: the stuck one and the dripping one should have", lagged)
	}
	eventually(c.t, "the stuck and the vanished to be cut", func() bool { return c.conns() == len(c.good)+1 })
	close(b.free)
	eventually(c.t, "the dripping one to catch up", func() bool { return int(b.dripped.got.Load()) == c.said })
	_ = b.stuck.SetReadDeadline(time.Now().Add(patience))
	held := sequence{name: "the stuck one"}
	held.got.Store(int64(c.said - crowdEvents))
	err := held.follow(b.unread)
	if timeout := net.Error(nil); int(held.got.Load()) == c.said || errors.As(err, &timeout) && timeout.Timeout() {
		c.t.Errorf("the stuck one got %d of %d, then %v", held.got.Load(), c.said, err)
	}
	for _, conn := range []*net.TCPConn{b.stuck, b.dripping, b.vanishing} {
		_ = conn.Close()
	}
	b.ended.Wait()
	eventually(c.t, "the bad ones to be gone", func() bool { return c.conns() == len(c.good) })
}

// conns is how many WebSockets the server holds.
func (c *crowd) conns() int { return c.figure("llbot_outboxes") }

// figure reads a whole number that the server shows to scrapes.
func (r *rig) figure(name string) int {
	r.t.Helper()
	a := r.request("GET", r.admin.Base+"/metrics", "")
	_, rest, _ := strings.Cut(a.text, "\n"+name+" ")
	text, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.Atoi(text)
	if err != nil {
		r.t.Errorf("%s: %v", name, err)
	}
	return n
}

// Of many subscribers one never reads, one reads slowly and one vanishes. The
// others get everything in order at once; the slow one does so in the end, the
// stuck one is cut, and all of them together cost next to nothing.
func TestCrowd(t *testing.T) {
	stall, _ := crowdPace()
	r := start(t, func(cfg *config.Config) { cfg.Limits.Stall, cfg.Limits.Outbox = stall, 64<<10 })
	empty := heap()
	c := gather(r, *crowdSize-3)
	t.Logf("%d listeners, both their ends: %d KB each", len(c.good), (heap()-empty)>>10/int64(len(c.good)))
	c.speak() // fills the caches
	var late [2][]*latencies
	crowded := heap()
	for i := range 2 * *crowdRounds {
		with := (i + i/2) % 2 // 0 1 1 0 0 1 1 0 …
		c.late.Store(&latencies{})
		var b *bad
		if with == 1 {
			b = c.worsen(i)
		}
		c.speak()
		late[with] = append(late[with], c.late.Load())
		grown := heap() - crowded
		t.Logf("bad ones: %d; %v; the heap has grown by %d KB", 3*with, c.late.Load(), grown>>10)
		// Caches fill, and the simulated QQ remembers what was said.
		if grown > 64*megabyte+int64(c.said)*crowdEventSize {
			t.Errorf("the heap has grown by %d bytes", grown)
		}
		if b != nil {
			c.check(b)
		}
	}
	if *crowdRate > 0 {
		versus(t, "deliveries", late[0], late[1])
	}
	c.over.Store(true)
	r.stop()
	c.ended.Wait()
}
