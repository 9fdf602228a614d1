package system

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

func TestStopWaitsForTheWholeTree(t *testing.T) {
	s := newSystem(t, Options{})
	ended := make(chan string, 2)
	parent := spawn(t, s, Spawning{}, func(ctx actor.Context) {
		switch ctx.Message().(type) {
		case *actor.Started:
			_, err := s.Spawn(ctx, "leaf", func() actor.Actor {
				return actor.ReceiveFunc(func(ctx actor.Context) {
					if _, ok := ctx.Message().(*actor.Stopped); ok {
						time.Sleep(5 * time.Millisecond)
						ended <- "leaf"
					}
				})
			}, Spawning{})
			if err != nil {
				t.Error(err)
			}
		case *actor.Stopped:
			ended <- "parent"
		}
	})
	stop(t, s, parent, parent) // named twice by mistake
	if first, second := <-ended, <-ended; first != "leaf" || second != "parent" {
		t.Errorf("%s ended before %s", first, second)
	}
	stop(t, s, parent) // long gone
	stop(t, s)
}

func TestStopGivesUpWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		gate := make(chan struct{})
		pid := spawn(t, s, Spawning{}, func(ctx actor.Context) {
			if _, ok := ctx.Message().(string); ok {
				<-gate
			}
		})
		s.Root().Send(pid, "block")
		synctest.Wait()
		begun := time.Now()
		err := s.Stop(within(t, 30*time.Second), pid)
		if !errors.Is(err, ErrTimeout) || time.Since(begun) != 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		close(gate)
		stop(t, s, pid)
	})
}

func TestDrainHandlesWhatWaits(t *testing.T) {
	s := newSystem(t, Options{})
	gate, handled := make(chan struct{}), 0
	pid := spawn(t, s, Spawning{}, func(ctx actor.Context) {
		if _, ok := ctx.Message().(int); ok {
			<-gate
			handled++
		}
	})
	for n := range 20 {
		s.Root().Send(pid, n)
	}
	close(gate)
	if err := s.Drain(within(t, 5*time.Second), pid, pid); err != nil {
		t.Fatal(err)
	}
	if handled != 20 || s.DeadLetters() != 0 {
		t.Errorf("handled %d, dead letters %d", handled, s.DeadLetters())
	}
}
