package system

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
)

// where tells the goroutine that runs Receive.
type where struct{ Reply[string] }

func goroutineID() string {
	var buf [64]byte
	return strings.Fields(string(buf[:runtime.Stack(buf[:], false)]))[1]
}

func TestDispatchersRunWhereTheySay(t *testing.T) {
	var inline atomic.Bool
	for _, tt := range []struct {
		name       string
		dispatcher actor.Dispatcher
		inline     bool // value of the flag
		mine       bool // Receive runs in the sender's goroutine
	}{
		{"goroutines", Goroutines(), true, false},
		{"synchronized", Synchronized(), false, true},
		{"adaptive on", Adaptive(&inline), true, true},
		{"adaptive off", Adaptive(&inline), false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSystem(t, Options{})
			pid := spawn(t, s, Spawning{Dispatcher: tt.dispatcher}, func(ctx actor.Context) {
				if m, ok := ctx.Message().(*where); ok {
					m.Answer(goroutineID())
				}
			})
			inline.Store(tt.inline)
			var asks Asks[string]
			ask := func() string {
				id, err := asks.Ask(t.Context(), func(r Reply[string]) { s.Root().Send(pid, &where{r}) })
				if err != nil {
					t.Fatal(err)
				}
				return id
			}
			ask() // the first may still meet the run that handled Started
			if got := ask() == goroutineID(); got != tt.mine {
				t.Errorf("in the sender's goroutine: %v", got)
			}
			stop(t, s, pid)
		})
	}
}

// A sender must not be held for as long as others keep the actor busy.
func TestSynchronizedHandsOver(t *testing.T) {
	for _, dispatcher := range []actor.Dispatcher{Synchronized(), Adaptive(on())} {
		const total = 10 * throughput
		var mine, all atomic.Int64
		var done sync.WaitGroup
		done.Add(total)
		me := goroutineID()
		s := newSystem(t, Options{})
		var pid *actor.PID
		pid = spawn(t, s, Spawning{Dispatcher: dispatcher}, func(ctx actor.Context) {
			if _, ok := ctx.Message().(int); !ok {
				return
			}
			if goroutineID() == me {
				mine.Add(1)
			}
			if n := all.Add(1); n < total {
				s.Root().Send(pid, int(n)) // one more is always waiting
			}
			done.Done()
		})
		s.Root().Send(pid, 0)
		done.Wait()
		if got := mine.Load(); got == 0 || got > throughput {
			t.Errorf("%T: the sender handled %d messages of %d", dispatcher, got, total)
		}
		stop(t, s, pid)
	}
}

func on() *atomic.Bool {
	var b atomic.Bool
	b.Store(true)
	return &b
}
