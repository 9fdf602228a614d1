package router

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testAccount qq.UserID = 10001

var errPeerGone = errors.New("peer is gone")

// peer is a Sink whose other end takes as many bytes as the test allows.
type peer struct {
	t      testing.TB
	inside atomic.Int32 // calls of TryWrite and WriteAll under way

	mu      sync.Mutex
	got     []byte
	room    int // bytes it will take; negative: any
	gone    error
	more    chan struct{} // closed when something changed
	closed  bool
	aborted bool
	tries   int
}

func newPeer(t testing.TB, room int) *peer {
	return &peer{t: t, room: room, more: make(chan struct{})}
}

func (p *peer) enter() func() {
	if p.inside.Add(1) != 1 {
		p.t.Error("two writes at the same time")
	}
	return func() { p.inside.Add(-1) }
}

// take moves what fits; mu is held.
func (p *peer) take(b []byte) int {
	n := len(b)
	if p.room >= 0 {
		n = min(n, p.room)
		p.room -= n
	}
	p.got = append(p.got, b[:n]...)
	return n
}

func (p *peer) TryWrite(b []byte) (int, error) {
	defer p.enter()()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries++
	if p.gone != nil {
		return 0, p.gone
	}
	return p.take(b), nil
}

func (p *peer) WriteAll(b []byte, stall time.Duration) error {
	defer p.enter()()
	timer := time.NewTimer(stall)
	defer timer.Stop()
	for {
		p.mu.Lock()
		if p.gone != nil {
			p.mu.Unlock()
			return p.gone
		}
		n := p.take(b)
		b = b[n:]
		more := p.more
		p.mu.Unlock()
		if len(b) == 0 {
			return nil
		}
		if n > 0 {
			timer.Reset(stall)
		}
		select {
		case <-more:
		case <-timer.C:
			return fmt.Errorf("write: %w", os.ErrDeadlineExceeded)
		}
	}
}

func (p *peer) Abort() { p.change(func() { p.aborted, p.gone = true, errPeerGone }) }
func (p *peer) Close() { p.change(func() { p.closed = true }) }

func (p *peer) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
	close(p.more)
	p.more = make(chan struct{})
}

// allow lets the peer take n more bytes; negative: everything.
func (p *peer) allow(n int) {
	p.change(func() {
		if n < 0 {
			p.room = -1
		} else if p.room >= 0 {
			p.room += n
		}
	})
}

func (p *peer) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return string(p.got)
}

func (p *peer) ended() (closed, aborted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed, p.aborted
}

// owner records what it is told.
type owner struct {
	mu     sync.Mutex
	lagged []qq.SN
	dead   []error
	onLag  func(qq.SN)
}

func (o *owner) Lagging(after qq.SN) {
	o.mu.Lock()
	o.lagged = append(o.lagged, after)
	onLag := o.onLag
	o.mu.Unlock()
	if onLag != nil {
		onLag(after)
	}
}

func (o *owner) Dead(cause error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.dead = append(o.dead, cause)
}

func (o *owner) told() (lagged []qq.SN, dead []error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]qq.SN(nil), o.lagged...), append([]error(nil), o.dead...)
}

// numbers writes "<sn>\n", padded with dots to its size; it is silent about
// every mute'th event.
type numbers struct {
	size int
	mute int
}

func (n numbers) Encode(dst []byte, e *qq.Entry) ([]byte, bool) {
	if n.mute > 0 && int(e.SN)%n.mute == 0 {
		return dst, false
	}
	start := len(dst)
	dst = fmt.Appendf(dst, "%d", e.SN)
	for len(dst)-start < n.size-1 {
		dst = append(dst, '.')
	}
	return append(dst, '\n'), true
}

// counting is one identity of an encoder that counts its calls.
type counting struct {
	calls *atomic.Int64
	numbers
}

func (c counting) Encode(dst []byte, e *qq.Entry) ([]byte, bool) {
	c.calls.Add(1)
	return c.numbers.Encode(dst, e)
}

// panicking is an encoder with a fault.
type panicking struct{}

func (panicking) Encode([]byte, *qq.Entry) ([]byte, bool) { panic("no words") }

func entry(sn qq.SN) *qq.Entry {
	return &qq.Entry{SN: sn, Account: testAccount, Time: 1, Event: &qq.FriendDeleted{User: 10002}}
}

func raw(e face.Encoder) face.Variant { return face.Variant{Encoder: e} }

func everything() face.Selection {
	return face.Selection{Accounts: face.AccountsOf(testAccount), ReportSelf: true}
}

// start makes a router that ends with the test.
func start(t testing.TB, o Options) Ref {
	t.Helper()
	sys := system.New(system.Options{})
	ref, err := Spawn(sys, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ref.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		sys.Shutdown()
	})
	return ref
}

// seat joins and waits for the answer.
func seat(t testing.TB, r Ref, s Subscription) Seat {
	t.Helper()
	answer := make(chan Seat, 2)
	s.Reply = func(s Seat) { answer <- s }
	r.Join(s)
	return <-answer
}

// sequence is what numbers writes for the given numbers.
func sequence(size int, sns ...qq.SN) string {
	var text []byte
	for _, sn := range sns {
		text, _ = numbers{size: size}.Encode(text, entry(sn))
	}
	return string(text)
}

// span lists from..to.
func span(from, to qq.SN) []qq.SN {
	var all []qq.SN
	for sn := from; sn <= to; sn++ {
		all = append(all, sn)
	}
	return all
}

func lines(text string) int { return bytes.Count([]byte(text), []byte("\n")) }
