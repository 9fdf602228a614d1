package system

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

func TestPanicAnswersTheAskAtOnce(t *testing.T) {
	cause := errors.New("bad day")
	for name, how := range map[string]Spawning{
		"goroutines":   {},
		"synchronized": {Dispatcher: Synchronized()},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSystem(t, Options{})
			pid := spawn(t, s, how, func(ctx actor.Context) {
				if q, ok := ctx.Message().(*query); ok {
					if q.n < 0 {
						panic(cause)
					}
					q.Answer(q.n)
				}
			})
			var asks Asks[int]
			begun := time.Now()
			_, err := ask(t.Context(), s, &asks, pid, -1)
			took := time.Since(begun)
			var panicked *PanicError
			if !errors.Is(err, ErrPanicked) || !errors.Is(err, cause) || !errors.As(err, &panicked) {
				t.Fatalf("err = %v", err)
			}
			if took > 500*time.Millisecond {
				t.Errorf("answered after %v", took)
			}
			if panicked.Where != pid.Id || !strings.Contains(panicked.Stack(), "spawn_test.go") {
				t.Errorf("where %q, stack %s", panicked.Where, panicked.Stack())
			}
			if got, err := ask(t.Context(), s, &asks, pid, 7); got != 7 || err != nil {
				t.Errorf("after the restart: %d, %v", got, err)
			}
			if st := s.Stats(); st.Panics != 1 || st.Restarts != 1 {
				t.Errorf("stats = %+v", st)
			}
			stop(t, s, pid)
		})
	}
}

// batched is a batchable ask.
type batched struct {
	Reply[int]
	n int
}

func (batched) BatchBytes() int { return 1 }

func TestPanicAnswersEveryAskOfABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		gate := make(chan struct{})
		pid := spawn(t, s, Spawning{Batch: &BatchLimits{}}, func(ctx actor.Context) {
			switch m := ctx.Message().(type) {
			case string:
				<-gate
			case *Batch:
				m.Items[0].(*batched).Answer(1)
				panic("half way")
			}
		})
		s.Root().Send(pid, "block")
		results := make(chan error, 3)
		var asks Asks[int]
		for n := range 3 {
			go func() {
				_, err := asks.Ask(t.Context(), func(r Reply[int]) { s.Root().Send(pid, &batched{r, n}) })
				results <- err
			}()
		}
		synctest.Wait()
		close(gate)
		good := 0
		for range 3 {
			if err := <-results; err == nil {
				good++
			} else if !errors.Is(err, ErrPanicked) {
				t.Errorf("err = %v", err)
			}
		}
		if good != 1 || s.Stats().Panics != 1 {
			t.Errorf("%d answered, stats %+v", good, s.Stats())
		}
		stop(t, s, pid)
	})
}

func TestRestartKeepsQueuedMessagesAndCapturedState(t *testing.T) {
	s := newSystem(t, Options{})
	gate, done := make(chan struct{}), make(chan struct{})
	var received, incarnations atomic.Int64
	producer := func() actor.Actor {
		incarnations.Add(1)
		return actor.ReceiveFunc(func(ctx actor.Context) {
			switch m := ctx.Message().(type) {
			case crash:
				<-gate
				panic(m.value)
			case int:
				if received.Add(1) == 50 {
					close(done)
				}
			}
		})
	}
	pid, err := s.Spawn(nil, "keeper", producer, Spawning{})
	if err != nil {
		t.Fatal(err)
	}
	s.Root().Send(pid, crash{"boom"})
	for n := range 50 {
		s.Root().Send(pid, n)
	}
	close(gate)
	<-done
	if incarnations.Load() != 2 {
		t.Errorf("%d incarnations", incarnations.Load())
	}
	stop(t, s, pid)
}

func TestStopAnswersQueuedAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(t, Options{})
		gate := make(chan struct{})
		pid := spawn(t, s, Spawning{}, func(ctx actor.Context) {
			if _, ok := ctx.Message().(string); ok {
				<-gate
			}
		})
		s.Root().Send(pid, "block")
		var asks Asks[int]
		results := make(chan error, 10)
		for n := range 10 {
			go func() {
				_, err := ask(t.Context(), s, &asks, pid, n)
				results <- err
			}()
		}
		synctest.Wait()
		begun := time.Now()
		s.Root().Stop(pid)
		close(gate)
		for range 10 {
			if err := <-results; !errors.Is(err, ErrStopped) {
				t.Errorf("err = %v", err)
			}
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("askers waited %v", took)
		}
		if s.DeadLetters() != 10 {
			t.Errorf("dead letters = %d", s.DeadLetters())
		}
	})
}

// A panic in any handler of the end of life must leave no zombie, and the parent must be
// able to stop.
func TestPanicsAtTheEndLeaveNoZombie(t *testing.T) {
	for _, at := range []any{&actor.Stopping{}, &actor.Stopped{}} {
		t.Run(typeName(at), func(t *testing.T) {
			s := newSystem(t, Options{})
			var child *actor.PID
			parent := spawn(t, s, Spawning{}, func(ctx actor.Context) {
				if _, ok := ctx.Message().(*actor.Started); ok {
					var err error
					child, err = s.Spawn(ctx, "child", func() actor.Actor {
						return actor.ReceiveFunc(func(ctx actor.Context) {
							if typeName(ctx.Message()) == typeName(at) {
								panic("at the end")
							}
							double(ctx)
						})
					}, Spawning{})
					if err != nil {
						t.Error(err)
					}
				}
			})
			stop(t, s, parent)
			var asks Asks[int]
			if _, err := ask(t.Context(), s, &asks, child, 1); !errors.Is(err, ErrStopped) {
				t.Errorf("the child is still there: %v", err)
			}
			if st := s.Stats(); st.LifecyclePanics != 1 || st.Panics != 0 {
				t.Errorf("stats = %+v", st)
			}
		})
	}
}

func TestPanicInRestartingStillRestarts(t *testing.T) {
	s := newSystem(t, Options{})
	pid := spawn(t, s, Spawning{}, func(ctx actor.Context) {
		if _, ok := ctx.Message().(*actor.Restarting); ok {
			panic("again")
		}
		double(ctx)
	})
	s.Root().Send(pid, crash{"boom"})
	var asks Asks[int]
	if got, err := ask(t.Context(), s, &asks, pid, 4); got != 8 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
	if st := s.Stats(); st.LifecyclePanics != 1 || st.Panics != 1 || st.Restarts != 1 {
		t.Errorf("stats = %+v", st)
	}
	stop(t, s, pid)
}

func TestProducerPanics(t *testing.T) {
	s := newSystem(t, Options{})
	if _, err := s.Spawn(nil, "never", func() actor.Actor { panic("no") }, Spawning{}); !errors.Is(err, ErrPanicked) {
		t.Errorf("err = %v", err)
	}
	runs := 0
	pid, err := s.Spawn(nil, "second try", func() actor.Actor {
		if runs++; runs == 2 {
			panic("once")
		}
		return actor.ReceiveFunc(double)
	}, Spawning{Guardian: Backoff{Initial: time.Millisecond}.Strategy()})
	if err != nil {
		t.Fatal(err)
	}
	s.Root().Send(pid, crash{"boom"})
	var asks Asks[int]
	if got, err := ask(t.Context(), s, &asks, pid, 1); got != 2 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
	stop(t, s, pid)
}

func TestSpawnNameTaken(t *testing.T) {
	s := newSystem(t, Options{})
	producer := func() actor.Actor { return actor.ReceiveFunc(double) }
	pid, err := s.Spawn(s.Root(), "one", producer, Spawning{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Spawn(nil, "one", producer, Spawning{}); !errors.Is(err, actor.ErrNameExists) {
		t.Errorf("err = %v", err)
	}
	stop(t, s, pid)
}

func TestPanicIsLoggedWithoutContent(t *testing.T) {
	var log bytes.Buffer
	s := newSystem(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	pid := spawn(t, s, Spawning{Dispatcher: Synchronized()}, func(ctx actor.Context) {
		if _, ok := ctx.Message().(*query); ok {
			panic("boom")
		}
	})
	s.Root().Send(pid, &query{n: 987654})
	stop(t, s, pid)
	text := log.String()
	if !strings.Contains(text, "boom") || !strings.Contains(text, "*system.query") || !strings.Contains(text, "spawn_test.go") {
		t.Errorf("log lacks the panic, the message type or the stack:\n%s", text)
	}
	if strings.Contains(text, "987654") || strings.Contains(text, "Recovering") {
		t.Errorf("log tells too much:\n%s", text)
	}
}
