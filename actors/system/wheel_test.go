package system

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// stamp is a message with the time at which it is due.
type stamp struct{ due time.Time }

// recorder spawns an actor that notes the strings it gets with their time.
func recorder(t *testing.T, s *System) (*actor.PID, *[]string) {
	t.Helper()
	begun := time.Now()
	log := &[]string{}
	return spawn(t, s, Spawning{}, func(ctx actor.Context) {
		if m, ok := ctx.Message().(string); ok {
			*log = append(*log, fmt.Sprint(m, " ", time.Since(begun)))
		}
	}), log
}

func TestWheelPostsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		pid, log := recorder(t, s)
		w := s.Wheel()
		w.After(3*time.Second, pid, "c")
		w.After(time.Second, pid, "a")
		stopped := w.After(2*time.Second, pid, "never")
		w.After(time.Second, pid, "b")
		beat := w.Every(2*time.Second, pid, "beat")
		w.After(0, pid, "now")
		w.After(-time.Hour, pid, "past")
		if !stopped.Stop() || stopped.Stop() {
			t.Error("Stop does not tell whether it was in time")
		}
		time.Sleep(4500 * time.Millisecond)
		synctest.Wait()
		if !beat.Stop() {
			t.Error("a beat could not be stopped")
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		want := []string{"past 0s", "now 0s", "a 1s", "b 1s", "beat 2s", "c 3s", "beat 4s"}
		got := slices.Clone(*log)
		slices.Sort(got[:2]) // due at once: whichever call armed the timer first
		slices.Sort(want[:2])
		if !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		stop(t, s, pid)
	})
}

func TestWheelLeavesMissedBeatsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		pid, _ := recorder(t, s)
		beat := s.Wheel().Every(time.Second, pid, "beat")
		due := s.Wheel().collect(s.Wheel().now() + 3500*time.Millisecond)
		if len(due) != 1 || beat.due-s.Wheel().now() != 4*time.Second {
			t.Errorf("%d due, next in %v", len(due), beat.due-s.Wheel().now())
		}
		stop(t, s, pid)
	})
}

func TestWheelForgetsBeatsOfTheDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		pid, _ := recorder(t, s)
		s.Wheel().Every(time.Second, pid, "beat")
		stop(t, s, pid)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if len(s.Wheel().queue) != 0 || s.DeadLetters() != 0 {
			t.Errorf("%d timers left, %d dead letters", len(s.Wheel().queue), s.DeadLetters())
		}
	})
}

func TestWheelEndsWithTheSystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		pid, log := recorder(t, s)
		running := s.Wheel().After(time.Second, pid, "never")
		s.Shutdown()
		late := s.Wheel().After(time.Second, pid, "never")
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(*log) != 0 || running.Stop() || late.Stop() {
			t.Errorf("a timer outlived the system: %v", *log)
		}
		var none *Timer
		if none.Stop() {
			t.Error("a nil timer was running")
		}
		stop(t, s, pid)
	})
}

func TestWheelManyTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		got := 0
		pid := spawn(t, s, Spawning{}, func(ctx actor.Context) {
			if m, ok := ctx.Message().(stamp); ok {
				got++
				if late := time.Since(m.due); late != 0 {
					t.Errorf("late by %v", late)
				}
			}
		})
		want := 0
		var timers []*Timer
		for range 5000 {
			d := time.Duration(rand.IntN(1000)) * 10 * time.Millisecond
			timers = append(timers, s.Wheel().After(d+time.Millisecond, pid, stamp{time.Now().Add(d + time.Millisecond)}))
		}
		for i, timer := range timers {
			if i%3 == 0 {
				timer.Stop()
			} else {
				want++
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got != want {
			t.Errorf("%d of %d fired", got, want)
		}
		stop(t, s, pid)
	})
}

func TestWheelEveryNeedsAPeriod(t *testing.T) {
	s := newSystem(t, Options{})
	if err := s.Guard("every", func() { s.Wheel().Every(0, nil, "x") }); err == nil {
		t.Error("a period of zero was taken")
	}
}
