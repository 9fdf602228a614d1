package sim

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// marks are the numbers of messages at which a long run is measured.
func marks() []int { return []int{100_000, 200_000, 500_000, 600_000, 900_000, 1_000_000} }

// BenchmarkMillionMessages says a million messages into one group, which an
// account hears, and shows at several points what a message takes and what the
// heap holds: both must not depend on how many there were.
func BenchmarkMillionMessages(b *testing.B) {
	for name, dir := range map[string]string{"memory": "", "disk": b.TempDir()} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				w := openWorld(b, Options{Dir: dir})
				drain(b, w)
				sayMillion(b, w)
			}
		})
	}
}

func sayMillion(b *testing.B, w *World) {
	before, first := 0, uint64(0)
	for _, mark := range marks() {
		start := time.Now()
		res, err := w.Say(context.Background(), Say{As: alice, Group: home, Text: "message {{seq}} of a million", Count: mark - before, From: before})
		if err != nil || res.Accepted != mark-before {
			b.Fatalf("%+v, %v", res, err)
		}
		took := time.Since(start)
		b.ReportMetric(float64(took.Nanoseconds())/float64(mark-before), fmt.Sprintf("ns/msg@%dk", mark/1000))
		b.ReportMetric(float64(heap())/(1<<20), fmt.Sprintf("MB@%dk", mark/1000))
		before = mark
		if mark == marks()[0] {
			first = heap()
		}
	}
	if last := heap(); last > 2*first+8<<20 {
		b.Errorf("the heap grew from %d bytes to %d", first, last)
	}
}

// heap is how many bytes are in use after a collection.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
