package bench

import (
	"errors"
	"time"

	"llbot/bench/part"
)

// appendJoin is what a floor that joins records writes at a time.
const appendJoin = 256 << 10

// appendGroup is the durable log against a loop that appends and syncs.
func appendGroup() group {
	rows := func(strict bool) []Row {
		name := "append/batch"
		if strict {
			name = "append/strict"
		}
		return []Row{
			atLeast(name, 0.70, "events/s"), {Name: name + "/p99", Better: Lower, Unit: "ms"},
			{Name: name + "/joined", Better: Higher, Unit: "events/s"}, // the floor writes 256 KiB at a time
		}
	}
	return group{
		name: "append",
		rows: func(bool) []Row { return append(rows(false), rows(true)[:2]...) },
		run: func(s *session) (err error) {
			if s.subject, err = s.start(roleSubject); err != nil {
				return err
			}
			for _, strict := range []bool{false, true} {
				if s.wantsAny(rows(strict)) {
					err = errors.Join(err, s.compareAppends(rows(strict), strict))
				}
			}
			return err
		},
	}
}

func (s *session) compareAppends(rows []Row, strict bool) error {
	var first part.AppendTally
	if err := s.subject.Call("Append", part.AppendSpec{Strict: strict, Time: s.Slice / 4}, &first); err != nil {
		return err
	}
	var waits [2][]float64
	measure := func(p *part.Process, waits *[]float64, join int) side {
		return func(d time.Duration) (r round, err error) {
			var t part.AppendTally
			if err := p.Call("Append", part.AppendSpec{Strict: strict, Time: d, Size: first.Size, Join: join}, &t); err != nil {
				return r, err
			}
			if d == s.Slice {
				*waits = append(*waits, milliseconds(t.P99))
			}
			return round{value: float64(t.Count) / t.Seconds, count: float64(t.Count)}, nil
		}
	}
	ours := busy(metered(s.subject), measure(s.subject, &waits[0], 0))
	if err := s.versus(rows[0], ours, busy(metered(s.floor), measure(s.floor, &waits[1], 0))); err != nil {
		return err
	}
	s.add(resultOf(rows[1], waits[0], waits[1]))
	if strict || s.Quick || !s.wants(rows[2].Name) { // those who wait are joined anyway
		return nil
	}
	return s.versus(rows[2], ours, busy(metered(s.floor), measure(s.floor, &waits[1], appendJoin)))
}
