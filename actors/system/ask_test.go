package system

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

func TestAskAnswered(t *testing.T) {
	for name, dispatcher := range map[string]actor.Dispatcher{
		"goroutines":   Goroutines(),
		"synchronized": Synchronized(),
	} {
		t.Run(name, func(t *testing.T) {
			s := newSystem(t, Options{})
			pid := spawn(t, s, Spawning{Dispatcher: dispatcher}, double)
			var asks Asks[int]
			for n := range 100 {
				got, err := ask(t.Context(), s, &asks, pid, n)
				if err != nil || got != 2*n {
					t.Fatalf("ask(%d) = %d, %v", n, got, err)
				}
			}
			stop(t, s, pid)
		})
	}
}

func TestAskReturnsTheActorsError(t *testing.T) {
	refused := errors.New("refused")
	var asks Asks[int]
	if _, err := asks.Ask(t.Context(), func(r Reply[int]) { r.Fail(refused) }); err != refused {
		t.Fatalf("err = %v", err)
	}
}

func TestAskDeadlines(t *testing.T) {
	ignored := func(Reply[int]) {}
	tests := []struct {
		name     string
		asks     *Asks[int]
		deadline time.Duration // of the context, 0 for none
		want     time.Duration
	}{
		{"default", &Asks[int]{}, 0, DefaultTimeout},
		{"own", &Asks[int]{Timeout: time.Second}, 0, time.Second},
		{"context", &Asks[int]{Timeout: time.Second}, 3 * time.Second, 3 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				begun := time.Now()
				_, err := tt.asks.Ask(ctx, ignored)
				if !errors.Is(err, ErrTimeout) {
					t.Errorf("err = %v", err)
				}
				if took := time.Since(begun); took != tt.want {
					t.Errorf("took %v, want %v", took, tt.want)
				}
			})
		})
	}
}

func TestAskCancelled(t *testing.T) {
	var asks Asks[int]
	ctx, cancel := context.WithCancel(t.Context())
	_, err := asks.Ask(ctx, func(Reply[int]) { cancel() })
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrTimeout) {
		t.Fatalf("err = %v", err)
	}
	_, err = asks.Ask(ctx, func(Reply[int]) { t.Error("sent for an asker that is gone") })
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("err = %v", err)
	}
}

func TestLateAndDoubleAnswersReachNobodyElse(t *testing.T) {
	var asks Asks[int]
	var first Reply[int]
	if got, err := asks.Ask(t.Context(), func(r Reply[int]) {
		first = r
		if !r.Waiting() || !r.Answer(1) {
			t.Error("first answer was not taken")
		}
		if r.Waiting() || r.Answer(2) {
			t.Error("second answer was taken")
		}
		r.Fail(ErrPanicked)
	}); got != 1 || err != nil {
		t.Fatalf("got %d, %v", got, err)
	}
	if first.cell.value != 0 || first.cell.err != nil {
		t.Error("a pooled cell holds on to its answer")
	}
	// Force the very cell back into use, which the pool does not promise.
	reused := first.cell
	asks.cells.Put(reused)
	for range 3 {
		got, err := asks.Ask(t.Context(), func(r Reply[int]) {
			first.Fail(ErrPanicked)
			if first.Answer(9) {
				t.Error("a reply of an earlier ask answered a later one")
			}
			r.Answer(3)
		})
		if got != 3 || err != nil {
			t.Fatalf("got %d, %v", got, err)
		}
	}
}

// An answer that is being written when the deadline comes is an answer.
func TestAnswerAtTheDeadlineIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asks := Asks[int]{Timeout: time.Second}
		begun := time.Now()
		got, err := asks.Ask(t.Context(), func(r Reply[int]) {
			r.cell.settle(r.generation, phaseAnswered)
			go func() {
				time.Sleep(2 * time.Second)
				r.cell.value = 7
				r.cell.done <- struct{}{}
			}()
		})
		if got != 7 || err != nil || time.Since(begun) != 2*time.Second {
			t.Errorf("got %d, %v after %v", got, err, time.Since(begun))
		}
	})
}

func TestAbandonedCellIsNotPooled(t *testing.T) {
	asks := Asks[int]{Timeout: time.Nanosecond}
	var left Reply[int]
	if _, err := asks.Ask(t.Context(), func(r Reply[int]) { left = r }); !errors.Is(err, ErrTimeout) {
		t.Fatal(err)
	}
	if left.Waiting() || left.Answer(1) {
		t.Error("an abandoned ask took an answer")
	}
	for range 10 {
		if c := asks.take(); c == left.cell {
			t.Fatal("abandoned cell came back")
		}
	}
}

func TestZeroReply(t *testing.T) {
	var r Reply[int]
	r.Fail(ErrStopped)
	if r.Answer(1) || r.Waiting() {
		t.Error("nobody waits for a zero Reply")
	}
}

// Several goroutines answer each ask while it runs into its deadline: every ask must end
// with one of its own answers or a timeout.
func TestAskAnsweredExactlyOnceUnderRace(t *testing.T) {
	asks := Asks[int]{Timeout: 20 * time.Microsecond}
	var answered, timedOut, taken atomic.Int64
	var answerers sync.WaitGroup
	var askers sync.WaitGroup
	for worker := range 4 {
		askers.Go(func() {
			for i := range 500 {
				id := worker*1_000_000 + i*10
				got, err := asks.Ask(context.Background(), func(r Reply[int]) {
					for k := range 3 {
						answerers.Go(func() {
							if r.Answer(id + k) {
								taken.Add(1)
							}
						})
					}
				})
				switch {
				case err == nil && got/10 == id/10:
					answered.Add(1)
				case errors.Is(err, ErrTimeout):
					timedOut.Add(1)
				default:
					t.Errorf("ask %d: got %d, %v", id, got, err)
				}
			}
		})
	}
	askers.Wait()
	answerers.Wait()
	if answered.Load()+timedOut.Load() != 2000 || taken.Load() != answered.Load() {
		t.Errorf("answered %d (taken %d), timed out %d of 2000", answered.Load(), taken.Load(), timedOut.Load())
	}
}

func TestAskToStoppedActorIsAnsweredAtOnce(t *testing.T) {
	s := newSystem(t, Options{})
	pid := spawn(t, s, Spawning{}, double)
	stop(t, s, pid)
	before := s.DeadLetters()
	var asks Asks[int]
	begun := time.Now()
	_, err := ask(t.Context(), s, &asks, pid, 1)
	if !errors.Is(err, ErrStopped) {
		t.Fatalf("err = %v", err)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("took %v", took)
	}
	_, err = asks.Ask(t.Context(), func(r Reply[int]) {
		s.Root().RequestWithCustomSender(pid, &query{r, 1}, pid) // in an envelope
	})
	if !errors.Is(err, ErrStopped) {
		t.Fatalf("err = %v", err)
	}
	// The library answers the sender of the envelope, which is dead here too.
	if got := s.DeadLetters() - before; got != 3 {
		t.Errorf("dead letters = %d", got)
	}
}
