package eventlog

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// Stats are figures of a log since it was opened.
type Stats struct {
	Bytes    int64 // of all segments on disk
	Segments int
	Pending  int64 // bytes that wait for the disk

	Appended int64 // entries that came in
	Repeats  int64 // entries dropped since their origin was known
	Refused  int64 // entries not taken, see ErrBusy
	Failures int64 // writes and syncs that failed
	Lost     int64 // numbers found unreadable while open

	Syncs            int64
	SyncP50, SyncP99 time.Duration // of all syncs so far, within an eighth
}

type figures struct {
	appended, repeats, refused, failures, lost atomic.Int64
	syncs                                      latencies
}

// Stats reads the figures.
func (l *Log) Stats() Stats {
	f := &l.figures
	s := Stats{
		Appended: f.appended.Load(), Repeats: f.repeats.Load(), Refused: f.refused.Load(),
		Failures: f.failures.Load(), Lost: f.lost.Load(),
		Syncs: f.syncs.count(), SyncP50: f.syncs.quantile(0.50), SyncP99: f.syncs.quantile(0.99),
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	s.Segments, s.Pending = len(l.segments), l.pending
	for _, segment := range l.segments {
		s.Bytes += segment.size
	}
	return s
}

// latencies is a histogram of durations: eight steps for each power of two,
// in microseconds.
type latencies struct{ buckets [8 * 40]atomic.Int64 }

func (h *latencies) note(d time.Duration) {
	h.buckets[bucketOf(uint64(max(d.Microseconds(), 0)))].Add(1)
}

func bucketOf(us uint64) int {
	if us < 8 {
		return int(us)
	}
	power := bits.Len64(us) - 4 // us>>power lies in 8…15
	return min(8*(power+1)+int(us>>power)-8, 8*40-1)
}

// upper is the greatest duration of a bucket.
func upper(bucket int) time.Duration {
	if bucket < 8 {
		return time.Duration(bucket) * time.Microsecond
	}
	power := bucket/8 - 1
	return time.Duration((uint64(8+bucket%8+1)<<power)-1) * time.Microsecond
}

func (h *latencies) count() (n int64) {
	for i := range h.buckets {
		n += h.buckets[i].Load()
	}
	return n
}

func (h *latencies) quantile(q float64) time.Duration {
	n := h.count()
	if n == 0 {
		return 0
	}
	rank := int64(q * float64(n-1))
	for i := range h.buckets {
		if rank -= h.buckets[i].Load(); rank < 0 {
			return upper(i)
		}
	}
	return 0
}
