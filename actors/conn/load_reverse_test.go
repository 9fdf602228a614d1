package conn

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// brittle is an account that the link's actor fails over once in a while.
type brittle struct {
	caller
	whim *whim
	calm atomic.Bool
}

func (b *brittle) Account() qq.UserID {
	if !b.calm.Load() && b.whim.draw(5) == 0 {
		panic("who was it?")
	}
	return b.caller.Account()
}

// farSide is a reverse target's program: it asks, and goes on behind the last
// event that it has seen.
type farSide struct {
	dialer
	asked map[*socket][]string
}

func newFarSide(seed uint64) *farSide {
	f, whim := &farSide{asked: map[*socket][]string{}}, newWhim(seed, 0)
	f.dial = func(context.Context, int) (*socket, error) {
		whim.pause(50)
		if whim.draw(5) == 0 {
			return nil, errRefused
		}
		return newSocket(-1), nil
	}
	return f
}

// sockets is all links so far.
func (f *farSide) sockets() []*socket {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.links)
}

// seen is all events of all links, in the order of the links.
func (f *farSide) seen() (sns []qq.SN) {
	for _, s := range f.sockets() {
		sns = append(sns, s.events()...)
	}
	return sns
}

// link is the conversation over the next connection.
func (f *farSide) link(before qq.SN) face.Link {
	if sns := f.seen(); len(sns) > 0 {
		before = sns[len(sns)-1]
	}
	return &link{
		open:  func() []face.Effect { return []face.Effect{subscribe(face.Position{Named: true, After: before})} },
		frame: func(text string) []face.Effect { return []face.Effect{send("re:" + text)} },
	}
}

// ask says something on the newest link, if somebody listens there.
func (f *farSide) ask(text string) {
	all := f.sockets()
	if len(all) == 0 {
		return
	}
	s := all[len(all)-1]
	select {
	case s.in <- Frame{Kind: FrameMessage, Data: []byte(text)}:
		f.asked[s] = append(f.asked[s], "re:"+text)
	case <-time.After(time.Second): // that link has ended
	}
}

// answers is what a link was answered.
func answers(s *socket) (got []string) {
	for _, word := range strings.Fields(s.heard()) {
		if strings.HasPrefix(word, "re:") {
			got = append(got, word)
		}
	}
	return got
}

// check looks at each link: it answered what it was asked, in order; only what
// was under way at its end may be missing.
func (f *farSide) check(t *testing.T) (answered int) {
	t.Helper()
	all := f.sockets()
	for i, s := range all {
		got, asked := answers(s), f.asked[s]
		closed, aborted := s.ended()
		if over := closed || aborted; over != (i < len(all)-1) {
			t.Errorf("link %d of %d: ended %v", i, len(all), over)
		}
		if lost := len(asked) - len(got); lost < 0 || lost > 1 || lost > 0 && !closed && !aborted || !slices.Equal(got, asked[:len(got)]) {
			t.Errorf("link %d answered %v to %v", i, got, asked)
		}
		answered += len(got)
	}
	return answered
}

// TestReverseRestartsUnderLoad: the peer asks and events go on while the link's
// actor falls again and again, with a link up, while it dials and when it has
// lost one. There is one link at a time, the peer gets each event once and in
// order, its calls are answered, and the link comes back each time.
func TestReverseRestartsUnderLoad(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				f, who := newFarSide(seed), &brittle{caller: caller(account), whim: newWhim(seed, 1)}
				first, events := h.log.Last()+1, 0
				pid := h.brittleLink(f, who, first-1)
				var load sync.WaitGroup
				over, end := context.WithCancel(t.Context())
				load.Go(func() {
					for r := newWhim(seed, 2); over.Err() == nil; r.pause(2000) {
						n := 1 + r.draw(5)
						h.publish(account, n)
						events += n
					}
				})
				load.Go(func() {
					r := newWhim(seed, 3)
					for i := 0; over.Err() == nil; i++ {
						f.ask(fmt.Sprint(i))
						r.pause(1000)
					}
				})
				load.Go(func() { defer end(); h.trouble(f, pid, newWhim(seed, 4)) })
				load.Wait()
				who.calm.Store(true)
				time.Sleep(time.Hour)
				h.publish(account, 1)
				f.ask("last")
				synctest.Wait()
				want(t, "events", fmt.Sprint(f.seen()), fmt.Sprint(span(first, events+1)))
				want(t, "answered", f.check(t) > 100, true)
				want(t, "the last is answered", slices.Contains(answers(f.last()), "re:last"), true)
				want(t, "restarts", h.env.Sys.Stats().Restarts >= 10, true)
				want(t, "links", len(f.links) >= 10, true)
				h.endOfLink(f, who, pid)
			})
		})
	}
}

// brittleLink starts the link; only its actor ever sees the account's moods.
func (h *house) brittleLink(f *farSide, who *brittle, before qq.SN) *actor.PID {
	h.t.Helper()
	who.calm.Store(true)
	defer who.calm.Store(false)
	f.t, h.env.Dialer = h.t, f
	pid, err := SpawnReverse(nil, "reverse", h.env, Reverse{Name: "reverse", URL: "ws://target", Caller: who,
		Dialed: reverseFace{link: func() face.Link { return f.link(before) }},
		Redial: Redial{Initial: time.Second, Max: 4 * time.Second}})
	if err != nil {
		h.t.Fatal(err)
	}
	return pid
}

// trouble loses links, and lets the actor hear of losses that are none.
func (h *house) trouble(f *farSide, pid *actor.PID, r *whim) {
	for range 100 {
		if all := f.sockets(); len(all) > 0 && r.draw(3) == 0 {
			all[len(all)-1].hangUp(errGone)
		} else {
			h.env.Sys.Root().Send(pid, &actor.Terminated{Who: pid})
		}
		r.pause(10_000)
	}
}

// endOfLink drains the link while its actor falls: all who wait are answered,
// and nothing is dialed any more.
func (h *house) endOfLink(f *farSide, who *brittle, pid *actor.PID) {
	h.t.Helper()
	who.calm.Store(false)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	var drains sync.WaitGroup
	for range 3 {
		for range 5 {
			h.env.Sys.Root().Send(pid, &actor.Terminated{Who: pid})
		}
		drains.Go(func() { Drain(ctx, h.env.Sys, pid) })
	}
	drains.Wait()
	want(h.t, "the drain ended by itself", ctx.Err(), nil)
	want(h.t, "alive", h.alive(pid), false)
	synctest.Wait() // for a dial that was begun before
	tries := len(f.tries())
	time.Sleep(time.Hour)
	want(h.t, "tries after the end", len(f.tries()), tries)
	for _, s := range f.links {
		closed, aborted := s.ended()
		want(h.t, "ended", closed || aborted, true)
	}
}
