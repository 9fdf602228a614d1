package system

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

func BenchmarkTell(b *testing.B) {
	for name, how := range map[string]Spawning{
		"goroutines":   {},
		"synchronized": {Dispatcher: Synchronized()},
	} {
		b.Run(name, func(b *testing.B) {
			s := newSystem(b, Options{})
			var got atomic.Int64
			pid := spawn(b, s, how, func(ctx actor.Context) {
				if _, ok := ctx.Message().(*query); ok {
					got.Add(1)
				}
			})
			message := &query{}
			b.ReportAllocs()
			for b.Loop() {
				s.Root().Send(pid, message)
			}
			for got.Load() < int64(b.N) {
				runtime.Gosched()
			}
			stop(b, s, pid)
		})
	}
}

func BenchmarkAsk(b *testing.B) {
	for name, how := range map[string]Spawning{
		"goroutines":   {},
		"synchronized": {Dispatcher: Synchronized()},
	} {
		b.Run(name, func(b *testing.B) {
			s := newSystem(b, Options{})
			pid := spawn(b, s, how, double)
			var asks Asks[int]
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ask(context.Background(), s, &asks, pid, 1); err != nil {
					b.Fatal(err)
				}
			}
			stop(b, s, pid)
		})
	}
}

func BenchmarkBatching(b *testing.B) {
	s := newSystem(b, Options{})
	var got, batches atomic.Int64
	pid := spawn(b, s, Spawning{Batch: &BatchLimits{}}, func(ctx actor.Context) {
		if m, ok := ctx.Message().(*Batch); ok {
			got.Add(int64(len(m.Items)))
			batches.Add(1)
		}
	})
	message := &item{size: 600}
	b.ReportAllocs()
	for b.Loop() {
		s.Root().Send(pid, message)
	}
	for got.Load() < int64(b.N) {
		runtime.Gosched()
	}
	b.ReportMetric(float64(got.Load())/float64(batches.Load()), "items/batch")
	stop(b, s, pid)
}

// BenchmarkWakeDeep wakes an idle actor which handles what it gets under frames
// as deep as those of a delivery: a batching one has the stack for it from the
// start, a plain one grows it each time.
func BenchmarkWakeDeep(b *testing.B) {
	for name, how := range map[string]Spawning{"plain": {}, "batching": {Batch: &BatchLimits{}}} {
		b.Run(name, func(b *testing.B) {
			s := newSystem(b, Options{})
			handled := make(chan int, 1)
			pid := spawn(b, s, how, func(ctx actor.Context) {
				switch ctx.Message().(type) {
				case *Batch, *item:
					handled <- dig(24, [64]byte{})
				}
			})
			message := &item{size: 600}
			b.ReportAllocs()
			for b.Loop() {
				s.Root().Send(pid, message)
				<-handled
			}
			stop(b, s, pid)
		})
	}
}

// dig uses about three kilobytes of stack in so many frames.
//
//go:noinline
func dig(frames int, room [64]byte) int {
	if frames == 0 {
		return int(room[0])
	}
	room[0]++
	return dig(frames-1, room) + 1
}

// BenchmarkPanicToServing measures from the message that panics to the new incarnation.
func BenchmarkPanicToServing(b *testing.B) {
	s := newSystem(b, Options{Strategy: Backoff{ResetAfter: time.Nanosecond}.Strategy()})
	started := make(chan struct{}, 1)
	pid := spawn(b, s, Spawning{}, func(ctx actor.Context) {
		if _, ok := ctx.Message().(*actor.Started); ok {
			started <- struct{}{}
		}
		double(ctx)
	})
	<-started
	for b.Loop() {
		s.Root().Send(pid, crash{"boom"})
		<-started
	}
	stop(b, s, pid)
}

func BenchmarkSpawn(b *testing.B) {
	s := newSystem(b, Options{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var pids []*actor.PID
	for b.Loop() {
		pids = append(pids, spawn(b, s, Spawning{}, double))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(pids)), "B/actor")
	stop(b, s, pids...)
}

func TestAskAllocations(t *testing.T) {
	s := newSystem(t, Options{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for name, tt := range map[string]struct {
		how Spawning
		ctx context.Context
	}{
		"goroutines":   {Spawning{}, t.Context()},
		"synchronized": {Spawning{Dispatcher: Synchronized()}, t.Context()},
		"deadline":     {Spawning{}, ctx},
	} {
		t.Run(name, func(t *testing.T) {
			pid := spawn(t, s, tt.how, double)
			var asks Asks[int]
			allocs := testing.AllocsPerRun(2000, func() {
				if _, err := ask(tt.ctx, s, &asks, pid, 1); err != nil {
					t.Fatal(err)
				}
			})
			if allocs > 1+raceAllocs { // the message itself
				t.Errorf("%v allocations for an ask", allocs)
			}
			stop(t, s, pid)
		})
	}
}

func TestTellAllocations(t *testing.T) {
	s := newSystem(t, Options{})
	pid := spawn(t, s, Spawning{Dispatcher: Synchronized()}, double)
	message := &query{}
	if allocs := testing.AllocsPerRun(2000, func() { s.Root().Send(pid, message) }); allocs > 0 {
		t.Errorf("%v allocations for a tell", allocs)
	}
	stop(t, s, pid)
}
