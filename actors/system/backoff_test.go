package system

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// failing is a root actor that panics in each Started until it has done so n times; the
// times of its starts are told.
func failing(t *testing.T, s *System, n int, guardian actor.SupervisorStrategy) (*actor.PID, *[]time.Duration) {
	t.Helper()
	begun := time.Now()
	starts := &[]time.Duration{}
	pid := spawn(t, s, Spawning{Guardian: guardian}, func(ctx actor.Context) {
		if _, ok := ctx.Message().(*actor.Started); ok {
			*starts = append(*starts, time.Since(begun))
			if len(*starts) <= n {
				panic("not yet")
			}
		}
		double(ctx)
	})
	return pid, starts
}

func TestBackoffGrowsExponentially(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		pid, starts := failing(t, s, 8, Backoff{Initial: 20 * time.Millisecond, Max: time.Second, Steady: true}.Strategy())
		time.Sleep(10 * time.Second)
		synctest.Wait()
		const ms = time.Millisecond
		want := []time.Duration{0, 0, 20 * ms, 60 * ms, 140 * ms, 300 * ms, 620 * ms, 1260 * ms, 2260 * ms}
		if !slices.Equal(*starts, want) {
			t.Errorf("starts = %v\nwant %v", *starts, want)
		}
		var asks Asks[int]
		if got, err := ask(t.Context(), s, &asks, pid, 1); got != 2 || err != nil {
			t.Errorf("got %d, %v", got, err)
		}
		stop(t, s, pid)
	})
}

func TestBackoffJitterIsFull(t *testing.T) {
	s := Backoff{Initial: time.Second, Max: time.Minute}.Strategy().(*backoff)
	var shortest, longest time.Duration = time.Hour, 0
	for range 1000 {
		d := s.delay(4) // 4 s when steady
		shortest, longest = min(shortest, d), max(longest, d)
	}
	if shortest < 0 || longest > 4*time.Second {
		t.Errorf("delays from %v to %v", shortest, longest)
	}
	if shortest > 400*time.Millisecond || longest < 3600*time.Millisecond {
		t.Errorf("delays from %v to %v do not spread", shortest, longest)
	}
}

func TestBackoffForgives(t *testing.T) {
	s := Backoff{Initial: time.Second, ResetAfter: 10 * time.Second, Steady: true}.Strategy().(*backoff)
	child := actor.NewRestartStatistics()
	now := time.Unix(0, 0)
	fail := func(after time.Duration) time.Duration {
		now = now.Add(after)
		s.released(child)
		_, delay := s.record(child, now)
		return delay
	}
	for i, step := range []struct{ after, want time.Duration }{
		{0, 0}, {0, time.Second}, {time.Second, 2 * time.Second},
		{12 * time.Second, 4 * time.Second}, // 10 s after it was back, not longer
		{14*time.Second + 1, 0},             // one moment more than 10 s
		{0, time.Second},
	} {
		if got := fail(step.after); got != step.want {
			t.Errorf("step %d: delay %v, want %v", i, got, step.want)
		}
	}
}

func TestBackoffGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type ending struct {
			pid    *actor.PID
			reason error
		}
		ended := make(chan ending, 1)
		s := newSystem(t, Options{})
		pid, starts := failing(t, s, 100, Backoff{GiveUp: 3, OnGiveUp: func(pid *actor.PID, reason error) {
			ended <- ending{pid, reason}
			panic("must not matter")
		}}.Strategy())
		got := <-ended
		synctest.Wait()
		if !got.pid.Equal(pid) || !errors.Is(got.reason, ErrPanicked) {
			t.Errorf("told %v, %v", got.pid, got.reason)
		}
		if len(*starts) != 4 {
			t.Errorf("started %d times", len(*starts))
		}
		var asks Asks[int]
		if _, err := ask(t.Context(), s, &asks, pid, 1); !errors.Is(err, ErrStopped) {
			t.Errorf("err = %v", err)
		}
		if st := s.Stats(); st.GivenUp != 1 || st.Restarts != 3 {
			t.Errorf("stats = %+v", st)
		}
	})
}

func TestBackoffGivesUpWithinATime(t *testing.T) {
	s := Backoff{GiveUp: 2, Within: 10 * time.Second}.Strategy().(*backoff)
	child := actor.NewRestartStatistics()
	for i, step := range []struct {
		at   int // seconds
		stop bool
	}{{0, false}, {6, false}, {12, false}, {18, false}, {20, true}, {21, false}} {
		s.released(child)
		got, _ := s.record(child, time.Unix(int64(step.at), 0))
		if (got == stopChild) != step.stop {
			t.Errorf("step %d: verdict %v", i, got)
		}
	}
}

func TestBackoffSchedulesOneRestartAtATime(t *testing.T) {
	s := Backoff{Steady: true}.Strategy().(*backoff)
	child := actor.NewRestartStatistics()
	now := time.Now()
	for i, want := range []verdict{restartNow, restartLater, restartPending, restartPending} {
		if got, _ := s.record(child, now); got != want {
			t.Errorf("failure %d: %v, want %v", i, got, want)
		}
	}
	s.released(child)
	if got, delay := s.record(child, now); got != restartLater || delay != 8*DefaultInitial {
		t.Errorf("after the restart: %v, %v", got, delay)
	}
}

func TestBackoffForgetsChildren(t *testing.T) {
	s := Backoff{ResetAfter: time.Second}.Strategy().(*backoff)
	now := time.Now()
	for range 10_000 {
		s.record(actor.NewRestartStatistics(), now)
		now = now.Add(100 * time.Millisecond)
	}
	if n := len(s.children); n > minSweep {
		t.Errorf("%d children remembered", n)
	}
}

// The supervisor answers while a restart of its child is held back, siblings run on, and
// what waits for the child is served afterwards.
func TestBackoffBlocksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		var children [2]*actor.PID
		parent := spawn(t, s, Spawning{Strategy: Backoff{Initial: time.Second, Steady: true}.Strategy()}, func(ctx actor.Context) {
			if _, ok := ctx.Message().(*actor.Started); ok {
				for i, name := range []string{"a", "b"} {
					var err error
					if children[i], err = s.Spawn(ctx, name, func() actor.Actor { return actor.ReceiveFunc(double) }, Spawning{}); err != nil {
						t.Error(err)
					}
				}
			}
			double(ctx)
		})
		synctest.Wait()
		for range 2 {
			s.Root().Send(children[0], crash{"boom"})
			synctest.Wait()
		}
		begun := time.Now()
		var asks Asks[int]
		for _, pid := range []*actor.PID{parent, children[1]} {
			if got, err := ask(t.Context(), s, &asks, pid, 1); got != 2 || err != nil || time.Since(begun) != 0 {
				t.Errorf("%v: %d, %v after %v", pid, got, err, time.Since(begun))
			}
		}
		if got, err := ask(t.Context(), s, &asks, children[0], 1); got != 2 || err != nil || time.Since(begun) != time.Second {
			t.Errorf("held back: %d, %v after %v", got, err, time.Since(begun))
		}
		stop(t, s, parent)
	})
}

// A child that is stopped while its restart is held back stays stopped, and its end is
// not waited for in vain.
func TestStopDuringBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		pid, starts := failing(t, s, 100, Backoff{Initial: time.Minute, Steady: true}.Strategy())
		synctest.Wait()
		stop(t, s, pid)
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(*starts) != 2 {
			t.Errorf("started %d times", len(*starts))
		}
	})
}

// A restart that reaches an actor while it waits for its children to stop must not bring
// it back.
func TestRestartOfAStoppingActor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		starts := 0
		pid := spawn(t, s, Spawning{}, func(ctx actor.Context) {
			if _, ok := ctx.Message().(*actor.Started); !ok {
				return
			}
			starts++
			_, err := s.Spawn(ctx, "slow", func() actor.Actor {
				return actor.ReceiveFunc(func(ctx actor.Context) {
					if _, ok := ctx.Message().(*actor.Stopping); ok {
						time.Sleep(time.Minute)
					}
				})
			}, Spawning{})
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		s.Root().Stop(pid)
		synctest.Wait()
		process, found := s.Actors().ProcessRegistry.Get(pid)
		if !found {
			t.Fatal("gone too early")
		}
		process.SendSystemMessage(pid, &actor.Restart{})
		if err := s.Stop(within(t, time.Hour), pid); err != nil || starts != 1 {
			t.Errorf("%v, started %d times", err, starts)
		}
	})
}
