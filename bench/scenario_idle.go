package bench

import (
	"fmt"
	"math"

	"llbot/bench/load"
	"llbot/bench/part"
	"llbot/bench/subject"
)

// idle is what a connection costs on which nothing happens.
type idle struct {
	name   string
	client variant
	stream bool
	limit  float64 // bytes
}

func idles() []idle {
	return []idle{
		{name: "ws", client: socketVariants()[0], limit: 8000},
		{name: "sse", client: streamVariants()[0], stream: true, limit: 5000},
	}
}

// rows are heap and stacks, goroutines, and what the kernel counts, garbage
// and all: the only one that other servers can be asked for.
func (i idle) rows() []Row {
	name := "idle/" + i.name
	return []Row{
		{Name: name + "/memory", Unit: "B/connection", needs: needInside},
		{Name: name + "/goroutines", Unit: "each", needs: needInside},
		{Name: name + "/resident", Unit: "B/connection", needs: needProcess},
	}
}

// crowded is how many connections wait.
func (s *session) crowded() int {
	if s.Quick {
		return 2000
	}
	return 10_000
}

func idleGroup() group {
	return group{
		name: "idle", peer: true,
		rows: func(bool) (rows []Row) {
			for _, i := range idles() {
				rows = append(rows, i.rows()...)
			}
			return rows
		},
		run: func(s *session) error {
			for _, i := range idles() {
				if s.wantsAny(i.rows()) {
					s.attempt(func() error { return s.measureIdle(i) }, i.rows()...)
				}
			}
			return s.ctx.Err()
		},
	}
}

func (s *session) measureIdle(i idle) error {
	n := s.crowded()
	if files, err := part.Files(); err != nil || files < uint64(n)+200 {
		return fmt.Errorf("%d connections need more open files than %d: %w", n, files, err)
	}
	at, err := s.served(subject.Spec{})
	if err != nil {
		return err
	}
	crowd := func(count int) (*rig, error) {
		return s.rig(load.RigSpec{Listen: s.crowdOf([]variant{i.client}, count, i.stream, at)})
	}
	first, err := crowd(100) // pools and tables have grown
	if err != nil {
		return err
	}
	before, err := s.settled()
	if err != nil {
		return err
	}
	more, err := crowd(n)
	if err != nil {
		return err
	}
	after, err := s.settled()
	if err != nil {
		return err
	}
	s.addIdle(i, n, before, after)
	return closeAll(first, more)
}

// addIdle tells what n connections took.
func (s *session) addIdle(i idle, n int, before, after part.Figures) {
	each := func(before, after int64) float64 { return float64(after-before) / float64(n) }
	rows, note := i.rows(), fmt.Sprintf("%d connections", n)
	for k, result := range []Result{
		limited(rows[0], i.limit, each(before.Memory, after.Memory)),
		limited(rows[1], 1, math.Round(100*each(int64(before.Goroutines), int64(after.Goroutines)))/100),
		shared(rows[2], i.limit, each(before.Resident, after.Resident)),
	} {
		if k != 1 {
			result.Note = note
		}
		s.add(result)
	}
}
