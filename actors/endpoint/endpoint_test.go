package endpoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

func withPort(p *port) Options {
	return Options{Server: protocol{}, Listener: p, Addr: "127.0.0.1:0", Accounts: Accounts{caller(10001), caller(10002)}}
}

func TestPort(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		p := &port{}
		ref := h.open(withPort(p))
		want(t, "address", ref.Addr, "127.0.0.1:4321")
		want(t, "answer", p.h.Serve(t.Context(), face.Request{Body: []byte("x")}).Status, 202)
		want(t, "refusal", p.h.Refuse(face.RefuseBusy, "later").Status, int(face.RefuseBusy))
		want(t, "route", p.h.Head(&face.Head{}).Talk.Account, 10001)
		a, b := p.connect("api"), p.connect("event")
		for role, s := range map[string]*socket{"api": a, "event": b} {
			words, _ := s.heard()
			want(t, "heard", strings.Join(words, " "), role)
		}
		want(t, "drained", ref.Drain(t.Context()), nil)
		for _, s := range []*socket{a, b} {
			_, code := s.heard()
			want(t, "close code", code, 1001)
		}
		stops, _ := p.stops()
		want(t, "port closed", stops, 1)
		want(t, "alive", h.alive(ref.PID()), false)
		want(t, "drained again", ref.Drain(t.Context()), nil)
	})
}

func TestAddressInUse(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		taken := errors.New("address already in use")
		_, err := Open(h.sys, nil, Options{Name: "milky", Env: h.env, Server: protocol{}, Listener: &port{refused: taken}})
		if !errors.Is(err, taken) || !strings.Contains(err.Error(), "milky") {
			t.Errorf("got %v", err)
		}
	})
}

// TestEarlyRequests: a request that comes while the endpoint is being opened
// waits for it, and is not left hanging when it cannot be.
func TestEarlyRequests(t *testing.T) {
	for name, twice := range map[string]bool{"opened": false, "name taken": true} {
		t.Run(name, func(t *testing.T) {
			inside(t, func(t *testing.T, h *house) {
				var first Ref
				if twice {
					first = h.open(withPort(&port{}))
				}
				s := &socket{end: make(chan error, 4)}
				var early sync.WaitGroup
				p := &port{requests: time.Hour, onListen: func(h Handler) {
					early.Go(func() { h.Connected(h.Head(&face.Head{Path: "early"}), s) })
				}}
				o := withPort(p)
				o.Name, o.Env = "test", h.env
				ref, err := Open(h.sys, nil, o)
				early.Wait()
				synctest.Wait()
				_, aborted := s.state()
				want(t, "aborted", aborted, twice)
				if twice {
					stops, _ := p.stops()
					want(t, "port closed", stops, 1)
					want(t, "failed", err != nil, true)
					want(t, "drained", first.Drain(t.Context()), nil)
					return
				}
				words, _ := s.heard()
				want(t, "heard", fmt.Sprint(words, err), "[early] <nil>")
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				want(t, "drained in time", ref.Drain(ctx) != nil, true)
				synctest.Wait()
				want(t, "alive", h.alive(ref.PID()), false)
			})
		})
	}
}

// TestRequestsUnderWayHoldUpNobody: connections get their close frames while the
// port waits, and the drain ends with its context.
func TestRequestsUnderWayHoldUpNobody(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		p := &port{requests: 3 * time.Second}
		ref := h.open(withPort(p))
		s := p.connect("event")
		began := time.Now()
		drained := make(chan error)
		go func() { drained <- ref.Drain(t.Context()) }()
		synctest.Wait()
		_, code := s.heard()
		want(t, "close code at once", code, 1001)
		late := p.connect("late")
		_, aborted := late.state()
		want(t, "late connection is cut", aborted, true)
		want(t, "drained", <-drained, nil)
		want(t, "took", time.Since(began), 3*time.Second)

		after := p.connect("after")
		_, aborted = after.state()
		want(t, "connection after the end is cut", aborted, true)
	})
}

func TestStopWithoutDrain(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		p := &port{requests: time.Hour}
		ref := h.open(withPort(p))
		s := p.connect("event")
		want(t, "stopped", h.sys.Stop(t.Context(), ref.PID()), nil)
		synctest.Wait()
		stops, cut := p.stops()
		want(t, "port closed", stops, 1)
		want(t, "at once", cut, true)
		_, code := s.heard()
		want(t, "close code", code, 1001)
		want(t, "drain of the stopped", ref.Drain(t.Context()), nil)
		time.Sleep(time.Minute)
	})
}

// TestPanickingLinkEndsOneConnection and not all of them.
func TestPanickingLinkEndsOneConnection(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		p := &port{}
		ref := h.open(withPort(p))
		good := p.connect("event")
		bad := p.connect("panic")
		_, aborted := bad.state()
		want(t, "aborted", aborted, true)
		closed, aborted := good.state()
		want(t, "the other is there", closed || aborted, false)
		want(t, "restarts", h.sys.Stats().Restarts, 0)
		want(t, "drained", ref.Drain(t.Context()), nil)
	})
}

// hook and dialed are targets that only count.
type hook struct{ face.Hook }

func (hook) Encoder() face.Encoder                                                   { return users{} }
func (hook) Headers(qq.UserID, []byte) []face.Header                                 { return nil }
func (hook) Proven(status int) bool                                                  { return status == 200 }
func (hook) Beat() (time.Duration, func(context.Context, qq.Caller, qq.Time) []byte) { return 0, nil }
func (hook) Answer(qq.Caller, *qq.Entry, []byte) func(context.Context) error         { return nil }

type users struct{}

func (users) Encode(dst []byte, e *qq.Entry) ([]byte, bool) {
	return fmt.Appendf(dst, "%d:%d", e.Account, e.SN), true
}

type dialed struct{}

func (dialed) Headers(a qq.UserID) []face.Header {
	return []face.Header{{Name: "X-Self-ID", Value: a.String()}}
}
func (dialed) Link(c qq.Caller) face.Link { return greeter(c.Account().String()) }

// target is what both kinds reach.
type target struct {
	mu    sync.Mutex
	got   []string
	links []*socket

	status int // 0: 200
}

func (p *target) Post(_ context.Context, _ string, _ []face.Header, body []byte) (conn.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, string(body))
	return conn.Answer{Status: cmp.Or(p.status, 200)}, nil
}

func (p *target) Dial(_ context.Context, url string, headers []face.Header) (conn.Socket, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := &socket{end: make(chan error, 4)}
	p.got, p.links = append(p.got, url+" "+headers[0].Value), append(p.links, s)
	return s, nil
}

func (p *target) sorted() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(slices.Values(p.got))
}

func TestWebhookOfEachAccount(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		to := &target{}
		h.env.Poster = to
		ref := h.open(Options{Hook: hook{}, URL: "http://target", Accounts: Accounts{caller(10001), caller(10002)}})
		var expected []string
		for _, by := range []qq.UserID{10001, 10002, 10003, 10001} {
			if e := h.publish(by); by != 10003 {
				expected = append(expected, fmt.Sprintf("%d:%d", by, e.SN))
			}
		}
		synctest.Wait()
		slices.Sort(expected)
		want(t, "posted", fmt.Sprint(to.sorted()), fmt.Sprint(expected))
		want(t, "drained", ref.Drain(t.Context()), nil)
	})
}

// TestRestartKeepsThePlaceOfATarget: what happens while the endpoint's actor is
// away is delivered once.
func TestRestartKeepsThePlaceOfATarget(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		to := &target{}
		h.env.Poster = to
		ref := h.open(Options{Hook: hook{}, URL: "http://target", Accounts: Accounts{caller(10001)}})
		var expected []string
		for range 5 {
			expected = append(expected, fmt.Sprintf("10001:%d", h.publish(10001).SN))
			h.sys.Root().Send(ref.PID(), (*connected)(nil)) // makes it panic
			expected = append(expected, fmt.Sprintf("10001:%d", h.publish(10001).SN))
		}
		time.Sleep(5 * time.Minute)
		expected = append(expected, fmt.Sprintf("10001:%d", h.publish(10001).SN))
		synctest.Wait()
		want(t, "restarted", h.sys.Stats().Restarts > 0, true)
		want(t, "posted", fmt.Sprint(to.sorted()), fmt.Sprint(expected))
		want(t, "drained", ref.Drain(t.Context()), nil)
	})
}

// shelf keeps what targets need beyond a process.
type shelf struct {
	mu      sync.Mutex
	cursors map[string]qq.SN
	refused []string
	skipped []string
}

func (s *shelf) Load(target string) (qq.SN, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sn, ok := s.cursors[target]
	return sn, ok
}

func (s *shelf) Save(target string, sn qq.SN) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cursors[target] = sn
}

func (s *shelf) Refused(target string, r conn.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = append(s.refused, fmt.Sprintf("%s after %d", target, r.Tries))
}

func (s *shelf) Skipped(target string, _ qq.SN, _ string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skipped = append(s.skipped, target)
}

func (s *shelf) Redelivered(string, qq.SN) {}

// TestTargetsOutliveTheProcess: each account's target goes on where it was, by
// the endpoint's name, under the endpoint's options.
func TestTargetsOutliveTheProcess(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		to, kept := &target{}, &shelf{cursors: map[string]qq.SN{}}
		h.env.Poster = to
		o := Options{Name: "bot", Hook: hook{}, URL: "http://target", Accounts: Accounts{caller(10001), caller(10002)}, Attempts: 2,
			Replay: conn.Replay{Messages: false}}
		var expected []string
		for life := range 3 {
			h.env.Targets = conn.NewTargets(kept)
			ref := h.open(o)
			want(t, "targets", len(h.env.Targets.List()), 2)
			for _, by := range []qq.UserID{10001, 10002, 10002} {
				expected = append(expected, fmt.Sprintf("%d:%d", by, h.publish(by).SN))
			}
			synctest.Wait()
			s := h.env.Targets.Find(TargetName("bot", 10002)).Status()
			want(t, "delivered", s.Delivered, uint64(min(2+life, 3)))
			want(t, "skipped", int(s.Skipped), min(life, 1))
			want(t, "kind", s.Kind, conn.TargetWebhook)
			want(t, "account", s.Account, 10002)
			want(t, "drained", ref.Drain(t.Context()), nil)
			expected = append(expected, fmt.Sprintf("10002:%d", h.publish(10002).SN)) // away
			h.say(10002)
		}
		slices.Sort(expected[:len(expected)-1])
		want(t, "posted", fmt.Sprint(to.sorted()), fmt.Sprint(expected[:len(expected)-1]))
		want(t, "listed", fmt.Sprint(kept.skipped), "[bot/10002 bot/10002]")

		to.status = 404
		h.env.Targets = conn.NewTargets(kept)
		ref := h.open(o)
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "dead letters", fmt.Sprint(kept.refused), "[bot/10002 after 2]")
		want(t, "drained", ref.Drain(t.Context()), nil)
	})
}

func TestRestartKeepsThePort(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		p := &port{}
		ref := h.open(withPort(p))
		h.sys.Root().Send(ref.PID(), (*connected)(nil)) // makes it panic
		time.Sleep(time.Minute)
		s := p.connect("again")
		words, _ := s.heard()
		want(t, "heard", fmt.Sprint(words), "[again]")
		stops, _ := p.stops()
		want(t, "port closed", stops, 0)
		want(t, "drained", ref.Drain(t.Context()), nil)
	})
}

func TestReverseLinkOfEachAccount(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		to := &target{}
		h.env.Dialer = to
		ref := h.open(Options{Dialed: dialed{}, URL: "ws://target", Accounts: Accounts{caller(10001), caller(10002)}})
		want(t, "dialed", fmt.Sprint(to.sorted()), "[ws://target 10001 ws://target 10002]")
		want(t, "drained", ref.Drain(t.Context()), nil)
		for _, s := range to.links {
			_, code := s.heard()
			want(t, "close code", code, 1001)
		}
	})
}

func TestDirectory(t *testing.T) {
	all := Accounts{caller(10001), caller(10002)}
	if c, ok := all.Account(10002); !ok || c.Account() != 10002 {
		t.Error("an account is not found")
	}
	if _, ok := all.Account(10003); ok {
		t.Error("found an account that is not served")
	}
	if _, ok := (Accounts{}).First(); ok {
		t.Error("found a first account among none")
	}
}
