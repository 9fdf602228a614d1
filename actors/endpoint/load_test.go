package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/conn"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// cursed is a connection that has no link and cannot be cut at the first try:
// it brings the endpoint's actor down.
type cursed struct {
	*socket
	tried atomic.Bool
}

func (c *cursed) Abort() {
	if c.tried.CompareAndSwap(false, true) {
		panic("cannot be cut")
	}
	c.socket.Abort()
}

// strike makes an endpoint's actor panic once it comes to the message.
func (h *house) strike(ref Ref) *cursed {
	s := &cursed{socket: newSocket()}
	h.sys.Root().Send(ref.PID(), &connected{face.Route{Talk: face.Talk{Role: "panic"}}, s})
	return s
}

func newSocket() *socket { return &socket{end: make(chan error, 16)} }

// pause is a short wait of uneven length.
func pause(r *rand.Rand, most int) { time.Sleep(time.Duration(r.IntN(most)) * time.Millisecond) }

// visitors come to a port while its actor falls.
type visitors struct {
	*port
	mu     sync.Mutex
	came   map[string]*socket
	served atomic.Int32 // requests
}

// connects opens n connections, some of which hang up at once.
func (v *visitors) connects(who, n int, r *rand.Rand) {
	for i := range n {
		name, s := fmt.Sprintf("%d/%d", who, i), newSocket()
		v.mu.Lock()
		v.came[name] = s
		v.mu.Unlock()
		v.h.Connected(v.h.Head(&face.Head{Path: name}), s)
		pause(r, 10)
		if r.IntN(4) == 0 {
			s.end <- io.EOF
		}
	}
}

// requests asks n times; nobody waits for the actor.
func (v *visitors) requests(t testing.TB, n int, r *rand.Rand) {
	for i := range n {
		began, body := time.Now(), fmt.Sprint(i)
		answer := v.h.Serve(t.Context(), face.Request{Body: []byte(body)})
		if answer.Status != 202 || string(answer.Body) != body || time.Since(began) != 0 {
			t.Errorf("request %d: %d %q after %v", i, answer.Status, answer.Body, time.Since(began))
		}
		v.served.Add(1)
		pause(r, 5)
	}
}

// TestPortRestartsUnderLoad: connections and requests come while the endpoint's
// actor falls again and again. Requests do not notice; each connection is
// greeted once, also one that came while the actor was away; those that a
// restart ends are told; the port stays open.
func TestPortRestartsUnderLoad(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inside(t, func(t *testing.T, h *house) {
				const each = 60
				v := &visitors{port: &port{}, came: map[string]*socket{}}
				ref := h.open(withPort(v.port))
				var load sync.WaitGroup
				for who := range 3 {
					load.Go(func() { v.connects(who, each, rand.New(rand.NewPCG(seed, uint64(who)))) })
					load.Go(func() { v.requests(t, each, rand.New(rand.NewPCG(seed, uint64(who+10)))) })
				}
				var bad []*cursed
				load.Go(func() {
					r := rand.New(rand.NewPCG(seed, 20))
					for range 10 {
						bad = append(bad, h.strike(ref))
						pause(r, 40)
					}
				})
				load.Wait()
				time.Sleep(10 * time.Minute) // for restarts that are held back
				synctest.Wait()
				want(t, "requests", v.served.Load(), 3*each)
				last := v.connect("last")
				words, _ := last.heard()
				want(t, "the last heard", fmt.Sprint(words), "[last]")
				v.check(t, bad)
				want(t, "restarts", h.sys.Stats().Restarts >= 5, true)
				stops, _ := v.stops()
				want(t, "port closed", stops, 0)

				drainInTrouble(t, h, ref)
				for name, s := range v.came {
					if closed, aborted := s.state(); !closed && !aborted {
						t.Errorf("%s was left alone", name)
					}
				}
				_, code := last.heard()
				want(t, "close code of the last", code, 1001)
				stops, _ = v.stops()
				want(t, "port closed", stops, 1)
			})
		})
	}
}

// check looks at what all the connections were told.
func (v *visitors) check(t *testing.T, bad []*cursed) {
	t.Helper()
	told := 0
	for name, s := range v.came {
		words, code := s.heard()
		if strings.Join(words, " ") != name {
			t.Errorf("%s heard %q", name, words)
		}
		if code == 1001 {
			told++
		}
	}
	want(t, "some were told of the end", told > 0, true)
	for _, s := range bad {
		_, aborted := s.state()
		want(t, "what has no link is cut", aborted, true)
	}
}

// drainInTrouble drains an endpoint whose actor has yet to fall some times: all
// who wait are answered.
func drainInTrouble(t *testing.T, h *house, ref Ref) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	for range 5 {
		h.strike(ref)
	}
	var drains sync.WaitGroup
	for range 3 {
		drains.Go(func() {
			if err := ref.Drain(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	drains.Wait()
	want(t, "alive", h.alive(ref.PID()), false)
}

// shaky is a webhook's target that refuses at whim.
type shaky struct {
	t testing.TB

	mu    sync.Mutex
	r     *rand.Rand
	under map[string]bool // accounts with an exchange under way
	tries int
	took  []string
}

func (s *shaky) Post(ctx context.Context, _ string, _ []face.Header, body []byte) (conn.Answer, error) {
	by, _, _ := strings.Cut(string(body), ":")
	s.mu.Lock()
	if s.under[by] {
		s.t.Errorf("two exchanges of %s at the same time", by)
	}
	s.under[by] = true
	s.tries++
	wait, whim := time.Duration(s.r.IntN(400))*time.Millisecond, s.r.IntN(20)
	s.mu.Unlock()
	time.Sleep(wait)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.under[by] = false
	switch {
	case ctx.Err() != nil:
		s.t.Error("an exchange under way was cut")
		return conn.Answer{}, ctx.Err()
	case whim == 0:
		return conn.Answer{}, errors.New("refused")
	case whim == 1:
		return conn.Answer{Status: 503}, nil
	}
	s.took = append(s.took, string(body))
	return conn.Answer{Status: 200}, nil
}

// of lists what was taken of one account.
func (s *shaky) of(by qq.UserID) (took []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, body := range s.took {
		if strings.HasPrefix(body, fmt.Sprintf("%d:", by)) {
			took = append(took, body)
		}
	}
	return took
}

// TestTargetRestartsUnderLoad: events go on while the actor of a webhook's
// endpoint falls, and all its targets with it. The target is posted each event
// in order and takes each once.
func TestTargetRestartsUnderLoad(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inside(t, func(t *testing.T, h *house) {
				to := &shaky{t: t, r: rand.New(rand.NewPCG(seed, 0)), under: map[string]bool{}}
				h.env.Poster = to
				accounts := []qq.UserID{10001, 10002}
				ref := h.open(Options{Hook: hook{}, URL: "http://target", Accounts: Accounts{caller(10001), caller(10002)}})
				expected := map[qq.UserID][]string{}
				publish := func(by qq.UserID) {
					expected[by] = append(expected[by], fmt.Sprintf("%d:%d", by, h.publish(by).SN))
				}
				var load sync.WaitGroup
				load.Go(func() {
					r := rand.New(rand.NewPCG(seed, 1))
					for range 400 {
						publish(accounts[r.IntN(2)])
						pause(r, 600)
					}
				})
				load.Go(func() {
					r := rand.New(rand.NewPCG(seed, 2))
					for range 20 {
						h.strike(ref)
						pause(r, 10_000)
					}
				})
				load.Wait()
				time.Sleep(time.Hour)
				for _, by := range accounts {
					publish(by)
				}
				time.Sleep(time.Hour)
				synctest.Wait()
				for _, by := range accounts {
					if got := to.of(by); !slices.Equal(got, expected[by]) {
						t.Errorf("account %d: took %v, want %v", by, got, expected[by])
					}
				}
				want(t, "restarts", h.sys.Stats().Restarts >= 10, true)
				want(t, "refusals", to.tries > len(to.took), true)
				drainInTrouble(t, h, ref)
			})
		})
	}
}
