package router

import (
	"testing"

	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

// TestSeamModel holds the seam against a plain list that forgets nothing.
func TestSeamModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := qq.SN(rapid.IntRange(0, 5).Draw(t, "first"))
		count := rapid.IntRange(1, 8).Draw(t, "count")
		s := seam{floor: first, last: first}
		var all []qq.SN
		for range rapid.IntRange(0, 60).Draw(t, "pushes") {
			sn := s.last + qq.SN(rapid.IntRange(0, 3).Draw(t, "step")) // 0: a repeat
			if sn > s.last {
				all = append(all, sn)
			}
			if sn > 0 {
				s.push(NewEvent(entry(sn)))
			}
			if rapid.Bool().Draw(t, "trim") {
				s.trim(count, 5*unknownSize)
			}
			from := qq.SN(rapid.IntRange(0, int(s.last)+2).Draw(t, "from"))
			events, ok := s.after(from)
			if ok != (from >= s.floor) {
				t.Fatalf("after %d with floor %d: %v", from, s.floor, ok)
			}
			if ok {
				check(t, events, all, from)
			}
		}
		s.pushed = count
		s.trim(count, 5*unknownSize)
		if len(s.events) > min(count, 5) {
			t.Fatalf("%d events kept, limits %d and 5", len(s.events), count)
		}
		if len(all) > 0 && (len(s.events) == 0 || s.events[len(s.events)-1].SN() != s.last) {
			t.Fatal("the newest event is not kept")
		}
	})
}

// check compares events with what all holds behind from.
func check(t *rapid.T, events []*Event, all []qq.SN, from qq.SN) {
	for len(all) > 0 && all[0] <= from {
		all = all[1:]
	}
	if len(events) != len(all) {
		t.Fatalf("%d events behind %d, want %d", len(events), from, len(all))
	}
	for i, e := range events {
		if e.SN() != all[i] {
			t.Fatalf("event %d, want %d", e.SN(), all[i])
		}
	}
}
