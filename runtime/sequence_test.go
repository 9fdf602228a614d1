package runtime_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// numbered is a text that tells its number and when it was said, of at least
// size bytes.
func numbered(size int) string {
	const text = "number={{seq}}. ns={{ns}}. "
	return text + string(bytes.Repeat([]byte("x"), max(0, size-len(text))))
}

// said reads the number, and the time in Unix nanoseconds, in what came of a
// numbered text.
func said(text []byte) (number int, at int64, ok bool) {
	n, ok := after(text, "number=")
	at, timed := after(text, "ns=")
	return int(n), at, ok && timed
}

func after(text []byte, name string) (value int64, ok bool) {
	i := bytes.Index(text, []byte(name))
	if i < 0 {
		return 0, false
	}
	for _, c := range text[i+len(name):] {
		if c < '0' || c > '9' {
			return value, ok
		}
		value, ok = 10*value+int64(c-'0'), true
	}
	return value, ok
}

// sequence follows the numbers that one reader gets: each once, in order.
type sequence struct {
	name string
	got  atomic.Int64 // the last number
	late *clock       // nil: nobody wants to know how long each took
}

// take looks at what the reader got; what has no number does not count. Behind
// a fault it goes on with the number that came.
func (s *sequence) take(text []byte) error {
	number, at, ok := said(text)
	if !ok {
		return nil
	}
	if want := s.got.Swap(int64(number)) + 1; int64(number) != want {
		return fmt.Errorf("%s: want number %d, got %d", s.name, want, number)
	}
	if s.late != nil {
		s.late.Load().add(time.Duration(time.Now().UnixNano() - at))
	}
	return nil
}

// clock holds where latencies are counted at present.
type clock struct{ atomic.Pointer[latencies] }

func newClock() *clock {
	c := &clock{}
	c.Store(&latencies{})
	return c
}

// latencies counts how long deliveries took. Safe for concurrent use.
type latencies struct {
	steps [50_000]atomic.Uint32
	count atomic.Int64
}

// latencyStep is how exact latencies are; the last step is for all longer ones.
const latencyStep = 20 * time.Microsecond

func (l *latencies) add(d time.Duration) {
	l.steps[min(max(int(d/latencyStep), 0), len(l.steps)-1)].Add(1)
	l.count.Add(1)
}

// quantile is what the given part of all deliveries took at most.
func (l *latencies) quantile(part float64) time.Duration {
	rest := int64(part * float64(l.count.Load()))
	for i := range l.steps {
		if rest -= int64(l.steps[i].Load()); rest < 0 {
			return time.Duration(i+1) * latencyStep
		}
	}
	return time.Duration(len(l.steps)) * latencyStep
}

func (l *latencies) String() string {
	return fmt.Sprintf("p50 %v p99 %v p99.9 %v of %d", l.quantile(.5), l.quantile(.99), l.quantile(.999), l.count.Load())
}

// versus tells two sides of a comparison and how far the second moved, where
// rounds of the same number ran next to each other. The pair in the middle
// counts: a machine that others use too has bad moments.
func versus(t *testing.T, what string, without, with []*latencies) {
	t.Helper()
	for _, part := range []float64{.5, .9, .99} {
		var a, b, moves []float64
		for i := range without {
			a = append(a, without[i].quantile(part).Seconds())
			b = append(b, with[i].quantile(part).Seconds())
			moves = append(moves, b[i]/a[i]-1)
		}
		t.Logf("%s p%g: without %.2f ms, with %.2f ms; pair by pair it moves by %+.1f %%",
			what, 100*part, 1000*middle(a), 1000*middle(b), 100*middle(moves))
	}
}

// middle is the median.
func middle(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// heap is how much memory is in use, in bytes, once the garbage is out.
func heap() int64 {
	var m runtime.MemStats
	for range 2 { // what pools hold goes at the second time
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}

const megabyte = 1 << 20
