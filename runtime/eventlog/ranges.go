package eventlog

import (
	"fmt"
	"slices"

	"llbot/protocols/qq"
)

// Range is a stretch of numbers, both ends included.
type Range struct{ First, Last qq.SN }

// String is "17–20", or "17" for one number.
func (r Range) String() string {
	if r.First == r.Last {
		return fmt.Sprint(r.First)
	}
	return fmt.Sprintf("%d–%d", r.First, r.Last)
}

// Holds tells whether sn lies in r.
func (r Range) Holds(sn qq.SN) bool { return sn >= r.First && sn <= r.Last }

// addRange puts r into a sorted list of ranges that do not touch, and tells
// whether it held anything new.
func addRange(list []Range, r Range) ([]Range, bool) {
	at, _ := slices.BinarySearchFunc(list, r.First, func(x Range, first qq.SN) int {
		if x.Last+1 < first {
			return -1
		}
		return 1
	})
	end := at
	joined := r
	for ; end < len(list) && list[end].First <= r.Last+1; end++ {
		if list[end].First <= r.First && list[end].Last >= r.Last {
			return list, false
		}
		joined.First, joined.Last = min(joined.First, list[end].First), max(joined.Last, list[end].Last)
	}
	return slices.Replace(list, at, end, joined), true
}
