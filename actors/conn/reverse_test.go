package conn

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// dialer is the way to a reverse target. It watches that there is never more
// than one connection or attempt.
type dialer struct {
	t    testing.TB
	dial func(ctx context.Context, try int) (*socket, error)

	under atomic.Int32
	mu    sync.Mutex
	at    []time.Time
	links []*socket
}

func (d *dialer) Dial(ctx context.Context, url string, headers []face.Header) (Socket, error) {
	if d.under.Add(1) != 1 {
		d.t.Error("two dials at the same time")
	}
	defer d.under.Add(-1)
	if url != "ws://target" || !slices.Equal(headers, []face.Header{{Name: "X-Self-ID", Value: account.String()}}) {
		d.t.Errorf("dialed %s with %v", url, headers)
	}
	d.mu.Lock()
	for _, s := range d.links {
		if closed, aborted := s.ended(); !closed && !aborted {
			d.t.Error("dialed while there is a connection")
		}
	}
	d.at = append(d.at, time.Now())
	try := len(d.at)
	d.mu.Unlock()
	s, err := d.dial(ctx, try)
	if err != nil {
		return nil, err
	}
	s.client = true
	d.mu.Lock()
	d.links = append(d.links, s)
	d.mu.Unlock()
	return s, nil
}

func (d *dialer) tries() []time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.at)
}

func (d *dialer) last() *socket {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.links[len(d.links)-1]
}

// dialed is a protocol's reverse link for tests.
type reverseFace struct {
	link func() face.Link
}

func (f reverseFace) Headers(a qq.UserID) []face.Header {
	return []face.Header{{Name: "X-Self-ID", Value: a.String()}}
}

func (f reverseFace) Link(qq.Caller) face.Link {
	if f.link != nil {
		return f.link()
	}
	return &link{
		open:  func() []face.Effect { return []face.Effect{send("hello"), subscribe(face.Position{})} },
		frame: func(text string) []face.Effect { return []face.Effect{send("re:" + text)} },
	}
}

func (h *house) reverse(d *dialer, f reverseFace) *actor.PID {
	h.t.Helper()
	d.t, h.env.Dialer = h.t, d
	pid, err := SpawnReverse(nil, "reverse", h.env, Reverse{Name: "reverse", URL: "ws://target", Dialed: f, Caller: caller(account),
		Redial: Redial{Initial: 4 * time.Second, Max: 10 * time.Second}})
	if err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return pid
}

var errRefused = errors.New("refused with 401")

func TestReverseLinkBacksOff(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		d := &dialer{dial: func(ctx context.Context, try int) (*socket, error) {
			switch {
			case try == 3:
				<-ctx.Done() // a target that never answers
				return nil, ctx.Err()
			case try == 4:
				panic("dial panicked")
			case try < 6:
				return nil, errRefused
			}
			return newSocket(-1), nil
		}}
		pid := h.reverse(d, reverseFace{})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		tries := d.tries()
		want(t, "tries", len(tries), 6)
		for i, most := range []time.Duration{4 * time.Second, 8 * time.Second, 20 * time.Second, 10 * time.Second, 10 * time.Second} {
			least := most / 2
			if i == 2 {
				least = 15 * time.Second // the handshake and half of the rest
			}
			if wait := tries[i+1].Sub(tries[i]); wait < least || wait > most {
				t.Errorf("wait %d is %v, want %v to %v", i, wait, least, most)
			}
		}
		want(t, "heard", d.last().heard(), "hello")
		h.stop(pid)
	})
}

func TestJitterSpreadsLinksThatWereLostTogether(t *testing.T) {
	r := &reverse{tries: 3}
	waits := map[time.Duration]bool{}
	for range 50 {
		w := r.wait()
		if w < 2*time.Second || w > 4*time.Second {
			t.Fatalf("waits %v", w)
		}
		waits[w] = true
	}
	if len(waits) < 10 {
		t.Errorf("only %d different waits", len(waits))
	}
	r.tries = 1 << 20
	if w := r.wait(); w < 30*time.Second || w > time.Minute {
		t.Errorf("longest wait is %v", w)
	}
}

func TestReverseLinkIsDialedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		lose func(h *house, s *socket)
		code string // how the peer was told, if it was
	}{
		"hung up":  {func(_ *house, s *socket) { s.hangUp(errGone) }, ""},
		"closed":   {func(_ *house, s *socket) { s.in <- Frame{Kind: FrameClose, Code: 4009} }, "close:4009:"},
		"breach":   {func(_ *house, s *socket) { s.hangUp(breach{}) }, "close:1009:too big"},
		"no write": {func(_ *house, s *socket) { s.change(func() { s.gone = errGone }); s.say("y") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				d := &dialer{dial: func(context.Context, int) (*socket, error) { return newSocket(-1), nil }}
				pid := h.reverse(d, reverseFace{})
				for round := range 4 {
					want(t, "tries", len(d.tries()), round+1)
					s := d.last()
					s.say("x")
					time.Sleep(steadyLink + time.Second)
					want(t, "heard", s.heard(), "hello re:x")
					c.lose(h, s)
					time.Sleep(closeWait + 4*time.Second) // the first wait each time: the link was steady
					synctest.Wait()
					if c.code != "" {
						want(t, "heard at the end", s.heard(), "hello re:x "+c.code)
					}
				}
				h.publish(account, 1)
				synctest.Wait()
				want(t, "events on the new link", len(d.last().events()), 1)
				h.stop(pid)
			})
		})
	}
}

func TestLinkThatIsLostAtOnceBacksOff(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		d := &dialer{dial: func(context.Context, int) (*socket, error) {
			s := newSocket(-1)
			s.hangUp(errGone)
			return s, nil
		}}
		pid := h.reverse(d, reverseFace{})
		time.Sleep(10 * time.Minute)
		if n := len(d.tries()); n < 60 || n > 120 { // 5 to 10 seconds each in the long run
			t.Errorf("%d tries in ten minutes", n)
		}
		h.stop(pid)
	})
}

// TestReverseLinkSurvivesAPanickingFace: the socket that was dialed is cut and a
// new one is dialed.
func TestReverseLinkSurvivesAPanickingFace(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		d := &dialer{dial: func(context.Context, int) (*socket, error) { return newSocket(-1), nil }}
		var made atomic.Int32
		pid := h.reverse(d, reverseFace{link: func() face.Link {
			if made.Add(1) < 3 {
				panic("no link")
			}
			return &link{open: func() []face.Effect { return []face.Effect{send("hello")} }}
		}})
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "links made", made.Load(), 3)
		want(t, "heard", d.last().heard(), "hello")
		_, aborted := d.links[0].ended()
		want(t, "the first was cut", aborted, true)
		h.stop(pid)
	})
}

func TestReverseDrain(t *testing.T) {
	for name, c := range map[string]struct {
		dial func(ctx context.Context, try int) (*socket, error)
		code string
	}{
		"connected": {func(context.Context, int) (*socket, error) { return newSocket(-1), nil }, "hello close:1001:server is shutting down"},
		"dialing":   {func(ctx context.Context, _ int) (*socket, error) { <-ctx.Done(); return nil, ctx.Err() }, ""},
		"deaf dialing": {func(ctx context.Context, _ int) (*socket, error) {
			<-ctx.Done()
			time.Sleep(time.Second)
			return newSocket(-1), nil
		}, ""},
		"waiting": {func(context.Context, int) (*socket, error) { return nil, errRefused }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				d := &dialer{dial: c.dial}
				pid := h.reverse(d, reverseFace{})
				began := time.Now()
				Drain(t.Context(), h.env.Sys, pid, pid)
				want(t, "took", time.Since(began), 0)
				want(t, "alive", h.alive(pid), false)
				time.Sleep(time.Minute)
				want(t, "tries", len(d.tries()), 1)
				if c.code != "" {
					want(t, "heard", d.last().heard(), c.code)
				}
				for _, s := range d.links {
					closed, aborted := s.ended()
					want(t, "ended", closed || aborted, true)
				}
			})
		})
	}
}

func TestStoppedReverseLinkLeavesNothing(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		d := &dialer{dial: func(context.Context, int) (*socket, error) { return newSocket(-1), nil }}
		pid := h.reverse(d, reverseFace{})
		h.stop(pid)
		time.Sleep(time.Minute)
		want(t, "tries", len(d.tries()), 1)
		want(t, "heard", d.last().heard(), "hello close:1001:")
	})
}

// TestOneLinkEver: neither a stray timer nor a restart dials beside a connection
// or an attempt under way.
func TestOneLinkEver(t *testing.T) {
	for name, wait := range map[string]time.Duration{"connected": 0, "dialing": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				d := &dialer{dial: func(context.Context, int) (*socket, error) {
					time.Sleep(wait)
					return newSocket(-1), nil
				}}
				var fault atomic.Bool // makes the actor panic once
				now := h.env.Now
				h.env.Now = func() qq.Time {
					if fault.CompareAndSwap(true, false) {
						panic("no time")
					}
					return now()
				}
				pid := h.reverse(d, reverseFace{})
				for round := range 3 {
					for range 3 {
						h.env.Sys.Root().Send(pid, &dial{})
					}
					time.Sleep(time.Minute)
					synctest.Wait()
					want(t, "tries", len(d.tries()), round+1)
					want(t, "heard", d.last().heard(), "hello")
					fault.Store(true)
					d.last().hangUp(errGone)
					time.Sleep(time.Minute)
				}
				want(t, "restarts", h.env.Sys.Stats().Restarts, 3)
				h.publish(account, 1)
				synctest.Wait()
				want(t, "events", len(d.last().events()), 1)
				h.stop(pid)
			})
		})
	}
}
