package router

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// benchVariant says 600 bytes at hardly any cost, so that what the router adds
// can be seen.
var benchVariant = face.Variant{Encoder: blank{}, Framing: face.FrameServer}

type blank struct{}

func (blank) Encode(dst []byte, _ *qq.Entry) ([]byte, bool) {
	return append(dst, make([]byte, 600)...), true
}

// crowd seats n connections that take everything.
func crowd(b testing.TB, ref Ref, n int) {
	for range n {
		o := ref.Outbox(discard{}, &owner{}, Limits{})
		seat(b, ref, Subscription{Outbox: o, Selection: everything(), Variant: benchVariant, Tail: true})
	}
}

// settle waits until the shards have delivered everything.
func settle(ref Ref, frames uint64) {
	for ref.router.tally.frames.Load() < frames {
		runtime.Gosched()
	}
}

// BenchmarkFanOut measures everything but the system call: deliveries are
// writes into a sink that drops them.
func BenchmarkFanOut(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("N=%d", n), func(b *testing.B) {
			ref := start(b, Options{})
			crowd(b, ref, n)
			b.ReportAllocs()
			sn := qq.SN(0)
			for b.Loop() {
				sn++
				ref.Publish(NewEvent(entry(sn)))
				if sn > 64 { // as many in flight as one batch holds
					settle(ref, uint64(n)*uint64(sn-64))
				}
			}
			settle(ref, uint64(n)*uint64(sn))
			report(b, n)
		})
	}
}

// BenchmarkFloor is the least that a loop in one goroutine can do: encode once,
// one call of each sink for each event.
func BenchmarkFloor(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("N=%d", n), func(b *testing.B) {
			sinks := make([]Sink, n)
			for i := range sinks {
				sinks[i] = discard{}
			}
			sn := qq.SN(0)
			for b.Loop() {
				sn++
				frame := NewEvent(entry(sn)).Frame(benchVariant)
				for _, s := range sinks {
					if _, err := s.TryWrite(frame); err != nil {
						b.Fatal(err)
					}
				}
			}
			report(b, n)
		})
	}
}

func report(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed())/float64(time.Nanosecond)/float64(b.N*n), "ns/delivery")
}

func TestDeliveryAllocatesNothing(t *testing.T) {
	const conns, events = 1000, 200
	ref := start(t, Options{Inline: 1 << 20})
	crowd(t, ref, conns)
	all := make([]*Event, 2*events)
	for i := range all {
		all[i] = NewEvent(entry(qq.SN(i + 1)))
		all[i].Frame(benchVariant)
	}
	deliver := func(some []*Event) {
		for _, e := range some {
			ref.Publish(e)
		}
	}
	deliver(all[:events])
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	deliver(all[events:])
	runtime.ReadMemStats(&after)
	each := float64(after.Mallocs-before.Mallocs) / (conns * events)
	if each > 0.001 {
		t.Errorf("%.4f allocations for each delivery", each)
	}
	want(t, "delivered", ref.Stats().Frames, uint64(2*conns*events))
}
