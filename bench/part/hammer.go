package part

import (
	"errors"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Hammer has StrictWriters writers append, each waiting for its own record,
// for so long, and adds up what they did.
func Hammer(d time.Duration, t *AppendTally, write func(done chan error) error) error {
	counts := make([]*hdrhistogram.Histogram, StrictWriters)
	faults := make([]error, StrictWriters)
	begun := time.Now()
	var all sync.WaitGroup
	for w := range StrictWriters {
		all.Go(func() {
			counts[w] = hdrhistogram.New(1000, int64(time.Minute), 3)
			done := make(chan error, 1)
			for now := begun; now.Sub(begun) < d; {
				if faults[w] = write(done); faults[w] != nil {
					return
				}
				next := time.Now()
				_ = counts[w].RecordValue(int64(next.Sub(now))) // less than a minute
				now = next
			}
		})
	}
	all.Wait()
	t.Seconds = time.Since(begun).Seconds()
	for _, h := range counts[1:] {
		counts[0].Merge(h)
	}
	t.Count, t.P99 = uint64(counts[0].TotalCount()), time.Duration(counts[0].ValueAtQuantile(99))
	return errors.Join(faults...)
}
