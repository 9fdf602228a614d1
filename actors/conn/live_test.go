package conn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/router"
	"llbot/actors/system"
	"llbot/protocols/face"

	"github.com/asynkron/protoactor-go/actor"
)

// open starts a connection and waits until it rests.
func (h *house) open(s *socket, l *link) *actor.PID {
	h.t.Helper()
	pid, err := SpawnLive(nil, h.env.Sys.Actors().ProcessRegistry.NextId(), &h.env, Live{Name: "test", Socket: s, Link: l})
	if err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return pid
}

func TestEffectsAreCarriedOutInOrder(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		s := newSocket(-1)
		pid := h.open(s, &link{
			open: func() []face.Effect {
				return []face.Effect{send("a"), subscribe(face.Position{}), subscribe(face.Position{}), send("b")}
			},
			frame: func(text string) []face.Effect { return []face.Effect{send("re:" + text), send("end")} },
		})
		first := h.log.Last() + 1
		h.publish(account, 1)
		h.publish(other, 1)
		s.say("x")
		synctest.Wait()
		want(t, "heard", s.heard(), fmt.Sprintf("a b %d# re:x end", first))
		h.stop(pid)
		want(t, "heard at the end", strings.HasSuffix(s.heard(), " close:1001:"), true)
	})
}

func TestClientFramesAreMasked(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		s := newSocket(-1)
		s.client = true
		pid := h.open(s, &link{open: func() []face.Effect { return []face.Effect{send("hello")} }})
		s.in <- Frame{Kind: FramePing, Data: []byte("p")}
		synctest.Wait()
		want(t, "heard", s.heard(), "hello pong:p")
		want(t, "masked", s.bytes()[1]&0x80, 0x80)
		h.stop(pid)
	})
}

func TestStreamIsSentAsItIs(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		s := newSocket(-1)
		hello := face.AppendSSE(nil, "hello", []byte("{}"), 0)
		pid, err := SpawnLive(nil, "stream", &h.env, Live{Socket: s, Stream: true,
			Link: &link{open: func() []face.Effect { return []face.Effect{face.Send{Payload: hello}, face.Close{}} }}})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		want(t, "heard", string(s.bytes()), string(hello))
		want(t, "alive", h.alive(pid), false)
	})
}

func TestTimers(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		s, began := newSocket(-1), time.Now()
		s.rude = true
		var fired []string
		after := func(key string, d time.Duration) face.Effect { return face.After{Key: key, Delay: d} }
		pid := h.open(s, &link{
			open: func() []face.Effect {
				return []face.Effect{after("beat", time.Second), after("gone", time.Second), after("late", time.Second), after("never", 0)}
			},
			frame: func(string) []face.Effect { return []face.Effect{after("gone", 0), after("late", 5*time.Second)} },
			fire: func(key string) []face.Effect {
				fired = append(fired, fmt.Sprintf("%s@%v", key, time.Since(began)))
				if key == "late" {
					return []face.Effect{face.Close{Code: 1000}, after("dead", time.Millisecond)}
				}
				return []face.Effect{after(key, 2*time.Second)}
			},
		})
		time.Sleep(500 * time.Millisecond)
		s.say("x")
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "fired", fmt.Sprint(fired), "[beat@1s beat@3s beat@5s late@5.5s]")
		want(t, "alive", h.alive(pid), false)
	})
}

func TestLateMessageOfAReplacedTimerIsIgnored(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		count := 0
		pid := h.open(newSocket(-1), &link{
			open: func() []face.Effect { return []face.Effect{face.After{Key: "k", Delay: time.Second}} },
			fire: func(string) []face.Effect { count++; return nil },
		})
		h.env.Sys.Root().Send(pid, &fired{key: "k"})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		want(t, "fired", count, 1)
		h.stop(pid)
	})
}

func TestRunsAnswerAndPanicsAreAnswered(t *testing.T) {
	inside(t, setting{limits: Limits{InFlight: 2}}, func(t *testing.T, h *house) {
		s := newSocket(-1)
		pid := h.open(s, &link{
			fire: func(key string) []face.Effect { return []face.Effect{send("fired " + key)} },
			frame: func(text string) []face.Effect {
				run := face.Run{
					Do: func(context.Context) []face.Effect {
						if text != "good" {
							panic(text)
						}
						return []face.Effect{send("1"), face.After{Key: "k", Delay: time.Second}, send("2")}
					},
					Fail: func(err error) []face.Effect {
						if text == "worse" {
							panic(text)
						}
						return []face.Effect{send(fmt.Sprint("failed:", errors.Is(err, system.ErrPanicked)))}
					},
				}
				if text == "mute" {
					run.Fail = nil
				}
				return []face.Effect{run}
			},
		})
		for _, text := range []string{"good", "bad", "worse", "worse", "worse", "mute", "mute", "mute", "bad"} {
			s.say(text)
			synctest.Wait()
		}
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "heard", s.heard(), "1 2 failed:true failed:true fired k")
		h.stop(pid)
	})
}

func TestReaderWaitsWhileTooManyCallsAreInFlight(t *testing.T) {
	inside(t, setting{limits: Limits{InFlight: 2}}, func(t *testing.T, h *house) {
		s := newSocket(-1)
		var begun atomic.Int32
		release := make(chan struct{})
		pid := h.open(s, &link{frame: func(text string) []face.Effect {
			return []face.Effect{
				face.Run{Do: func(context.Context) []face.Effect { begun.Add(1); <-release; return []face.Effect{send(text)} }},
				face.Run{Do: func(context.Context) []face.Effect { return nil }}, // holds no slot
			}
		}})
		said := make(chan struct{})
		go func() {
			defer close(said)
			for i := range 6 {
				s.say(fmt.Sprint(i))
			}
		}()
		synctest.Wait()
		want(t, "begun", begun.Load(), 2)
		for want := range 4 {
			release <- struct{}{}
			synctest.Wait()
			if got := int(begun.Load()); got != want+3 {
				t.Fatalf("begun %d, want %d", got, want+3)
			}
		}
		close(release)
		<-said
		synctest.Wait()
		want(t, "answers", len(strings.Fields(s.heard())), 6)
		h.stop(pid)
	})
}

func TestReaderThatWaitsForASlotEndsWithTheConnection(t *testing.T) {
	inside(t, setting{limits: Limits{InFlight: 1}}, func(t *testing.T, h *house) {
		s := newSocket(-1)
		pid := h.open(s, &link{frame: func(string) []face.Effect {
			return []face.Effect{face.Run{Do: func(ctx context.Context) []face.Effect { <-ctx.Done(); return nil }}}
		}})
		s.say("1")
		s.say("2")
		h.stop(pid) // the bubble fails when a goroutine stays
	})
}

// TestPanickingFrame: the connection, its subscription, its timers and its slots
// outlive the actor.
func TestPanickingFrame(t *testing.T) {
	inside(t, setting{limits: Limits{InFlight: 2}}, func(t *testing.T, h *house) {
		s := newSocket(-1)
		pid := h.open(s, &link{
			open: func() []face.Effect {
				return []face.Effect{subscribe(face.Position{}), face.After{Key: "k", Delay: time.Hour}}
			},
			frame: func(text string) []face.Effect {
				if text == "bad" {
					panic(text)
				}
				return []face.Effect{send(text)}
			},
			fire: func(string) []face.Effect { return []face.Effect{send("fired")} },
		})
		first := h.log.Last() + 1
		go func() {
			for range 5 {
				s.say("bad")
			}
			s.say("good")
		}()
		h.publish(account, 1)
		synctest.Wait()
		time.Sleep(time.Hour)
		synctest.Wait()
		h.publish(account, 1)
		synctest.Wait()
		want(t, "heard", s.heard(), fmt.Sprintf("%d# good fired %d#", first, first+1))
		want(t, "panics", h.env.Sys.Stats().Panics, 5)
		h.stop(pid)
	})
}

func TestPanickingOpenIsTold(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		s := newSocket(-1)
		pid := h.open(s, &link{open: func() []face.Effect { panic("no manners") }})
		want(t, "heard", s.heard(), "close:1011:internal error")
		want(t, "alive", h.alive(pid), false)
	})
}

func TestPingsDoNotWaitForTheActor(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		s, held := newSocket(-1), make(chan struct{})
		pid := h.open(s, &link{frame: func(string) []face.Effect { <-held; return nil }})
		s.say("slow")
		for _, p := range []string{"1", "2"} {
			s.in <- Frame{Kind: FramePing, Data: []byte(p)}
			s.in <- Frame{Kind: FramePong}
		}
		synctest.Wait()
		want(t, "heard", s.heard(), "pong:1 pong:2")
		close(held)
		h.stop(pid)
	})
}

// TestSeatLostWithItsShard: a join that a stopping shard answered is tried again
// from where the connection is, not from the beginning of the log.
func TestSeatLostWithItsShard(t *testing.T) {
	for _, err := range []error{system.ErrStopped, system.ErrPanicked, router.ErrClosed} {
		inside(t, setting{}, func(t *testing.T, h *house) {
			h.publish(account, 5)
			s := newSocket(-1)
			pid := h.open(s, &link{open: func() []face.Effect { return []face.Effect{subscribe(face.Position{})} }})
			h.env.Sys.Root().Send(pid, &behind{router.Seat{Err: err}})
			time.Sleep(time.Second)
			first := h.log.Last() + 1
			h.publish(account, 3)
			synctest.Wait()
			if got := s.events(); !slices.Equal(got, span(first, 3)) {
				t.Errorf("%v: got %v, want three from %d", err, got, first)
			}
			h.stop(pid)
		})
	}
}
