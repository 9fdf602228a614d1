package conn

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/router"
	"llbot/protocols/face"
)

func TestCloseHandshake(t *testing.T) {
	for name, c := range map[string]struct {
		peer int // the code that the peer closes with, 0: it does not
		rude bool
		want string
		stay time.Duration
	}{
		"ours":                         {want: "close:4001:enough"},
		"ours, peer stays":             {rude: true, want: "close:4001:enough", stay: closeWait},
		"the peer's":                   {peer: 4000, want: "close:4000:"},
		"the peer's, without code":     {peer: closeNoStatus, want: "close:1000:"},
		"the peer's, which then stays": {peer: 1000, rude: true, want: "close:1000:", stay: closeWait},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				s := newSocket(-1)
				s.rude = c.rude
				pid := h.open(s, &link{frame: func(string) []face.Effect {
					return []face.Effect{face.Close{Code: 4001, Reason: "enough"}, send("too late"), face.Close{Code: 4002}}
				}})
				if c.peer != 0 {
					s.in <- Frame{Kind: FrameClose, Code: c.peer}
				} else {
					s.say("x")
				}
				synctest.Wait()
				want(t, "heard", s.heard(), c.want)
				if c.rude {
					s.say("more") // nobody listens
					time.Sleep(c.stay - time.Millisecond)
					want(t, "still there", h.alive(pid), true)
					time.Sleep(time.Millisecond)
					synctest.Wait()
				}
				want(t, "alive", h.alive(pid), false)
				want(t, "heard at the end", s.heard(), c.want)
				if closed, _ := s.ended(); !closed {
					t.Error("the socket was not closed in order")
				}
				time.Sleep(time.Minute)
				if got := h.env.Sys.DeadLetters(); got > 1 {
					t.Errorf("%d messages to the dead", got)
				}
			})
		})
	}
}

// breach is what a transport says of a frame that is too big.
type breach struct{}

func (breach) Error() string       { return "message too big" }
func (breach) CloseCode() int      { return 1009 }
func (breach) CloseReason() string { return "too big" }

func TestBreachIsTold(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		s := newSocket(-1)
		pid := h.open(s, &link{})
		s.hangUp(fmt.Errorf("reading: %w", breach{}))
		time.Sleep(closeWait)
		synctest.Wait()
		want(t, "heard", s.heard(), "close:1009:too big")
		want(t, "alive", h.alive(pid), false)
	})
}

func TestEndOfThePeer(t *testing.T) {
	for name, end := range map[string]func(h *house, s *socket){
		"reader": func(_ *house, s *socket) { s.hangUp(errGone) },
		"writer": func(h *house, s *socket) {
			s.change(func() { s.gone = errGone })
			h.publish(account, 1)
		},
		"reader panics": func(_ *house, s *socket) { s.in <- Frame{Kind: FramePing, Data: bytes.Repeat([]byte("x"), 9)} },
		"stall": func(h *house, s *socket) {
			s.change(func() { s.room = 3 })
			h.publish(account, 1)
			time.Sleep(61 * time.Second)
		},
		"both at once": func(h *house, s *socket) {
			s.change(func() { s.gone = errGone })
			go s.hangUp(errGone)
			go h.publish(account, 2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				s := newSocket(-1)
				var sock Socket = s
				if name == "reader panics" {
					sock = explosive{s}
				}
				pid, err := SpawnLive(nil, "c", &h.env, Live{Socket: sock,
					Link: &link{open: func() []face.Effect { return []face.Effect{subscribe(face.Position{})} }}})
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				end(h, s)
				synctest.Wait()
				want(t, "alive", h.alive(pid), false)
				closed, aborted := s.ended()
				want(t, "ended", closed || aborted, true)
				want(t, "live", h.env.Routes.Stats().Live, 0)
				time.Sleep(time.Minute)
			})
		})
	}
}

// explosive is a socket with a fault in its reader.
type explosive struct{ *socket }

func (e explosive) Receive(func(Frame) bool) error { <-e.in; panic("boom") }

func TestDrain(t *testing.T) {
	for name, c := range map[string]struct {
		room int
		rude bool
		took time.Duration
	}{
		"polite": {room: -1},
		"rude":   {room: -1, rude: true, took: closeWait},
		"stuck":  {room: 3, took: closeWait},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				s := newSocket(c.room)
				s.rude = c.rude
				pid := h.open(s, &link{open: func() []face.Effect { return []face.Effect{send("hello")} }})
				began := time.Now()
				Drain(t.Context(), h.env.Sys, pid, pid)
				want(t, "took", time.Since(began), c.took)
				synctest.Wait()
				want(t, "alive", h.alive(pid), false)
				if c.room < 0 {
					want(t, "heard", s.heard(), "hello close:1001:server is shutting down")
				}
				Drain(t.Context(), h.env.Sys, pid) // it is gone: nothing to wait for
			})
		})
	}
}

func TestStuckPeerDoesNotOutliveItsStoppedActor(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		s := newSocket(3)
		pid := h.open(s, &link{open: func() []face.Effect { return []face.Effect{send("hello")} }})
		h.stop(pid)
		time.Sleep(closeWait)
		synctest.Wait()
		_, aborted := s.ended()
		want(t, "aborted", aborted, true)
	})
}

func TestPeerThatLetsAnswersPileUpIsCut(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		s := newSocket(0)
		big := strings.Repeat("x", router.DefaultHard/4)
		pid := h.open(s, &link{frame: func(string) []face.Effect { return []face.Effect{send(big)} }})
		for range 5 {
			s.say("again")
		}
		synctest.Wait()
		want(t, "alive", h.alive(pid), false)
	})
}

// TestDrainCutsAnExchangeThatHangs in the end, and the event comes again.
func TestDrainCutsAnExchangeThatHangs(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		target := NewTargets(newBook()).Open("hook/10001", TargetWebhook, account)
		p := &poster{answer: func(ctx context.Context, _ string, _ int) (Answer, error) {
			<-ctx.Done()
			return Answer{}, ctx.Err()
		}}
		before := h.log.Last()
		pid := h.target(&hook{}, p, func(w *Webhook) { w.Target = target })
		h.publish(account, 1)
		synctest.Wait()
		began := time.Now()
		Drain(t.Context(), h.env.Sys, pid)
		want(t, "takes", time.Since(began), lastExchange)
		want(t, "cursor", target.At(), before)
		want(t, "tries", len(p.bodies()), 1)
	})
}
