package bench

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"llbot/bench/load"
	"llbot/bench/subject"
)

// paced is an open loop: so many events a second to n listeners, held against
// the plain floor, which writes each event to each listener by itself.
type paced struct {
	n    int
	rate float64
}

func pacedLoops() []paced { return []paced{{1000, 50}, {100, 500}} }

func (p paced) rows() []Row {
	name := fmt.Sprintf("paced/%d@%g", p.n, p.rate)
	return []Row{
		atMost(name+"/cpu", 1.25, "µs/delivery").needing(needProcess), atMost(name+"/p50", 1.35, "ms"), atMost(name+"/p99", 2, "ms"),
	}
}

// pacedTime is the least that one round of an open loop takes.
const pacedTime = 500 * time.Millisecond

func pacedGroup() group {
	return group{
		name: "paced", peer: true,
		rows: func(bool) []Row {
			var rows []Row
			for _, p := range pacedLoops() {
				rows = append(rows, p.rows()...)
			}
			return rows
		},
		run: func(s *session) error {
			at, err := s.served(subject.Spec{Feed: true})
			if err != nil {
				return err
			}
			last := uint64(0)
			for _, p := range pacedLoops() {
				if !s.wantsAny(p.rows()) {
					continue
				}
				if err := s.comparePaced(p, at, &last); err != nil {
					return fmt.Errorf("%d@%g: %w", p.n, p.rate, err)
				}
			}
			return nil
		},
	}
}

// pacedRound is what one side did.
type pacedRound struct {
	took load.Latency
	cpu  float64 // microseconds a delivery
}

func (s *session) comparePaced(p paced, at subject.Addresses, last *uint64) error {
	pair, err := s.audience(fanout{n: p.n, variants: socketVariants()[:1], join: 1}, at, *last)
	if err != nil {
		return err
	}
	var all [2][]pacedRound
	measure := func(side int, r *rig, d time.Duration) error {
		used := s.meter()
		if side == 1 {
			used = metered(s.floor)
		}
		one := pacedRound{}
		took, err := busy(used, func(time.Duration) (round, error) {
			t, err := r.run(load.Pace, d, p.rate)
			one.took = t.Latency
			return round{count: float64(t.Count)}, err
		})(d)
		one.cpu = float64(took.cpu.Microseconds()) / took.count
		all[side] = append(all[side], one)
		return err
	}
	err = s.byTurns(max(s.Slice, pacedTime),
		func(d time.Duration) error { return measure(0, pair.ours, d) },
		func(d time.Duration) error { return measure(1, pair.under, d) })
	if err != nil {
		return err
	}
	figure := func(side int, of func(pacedRound) float64) []float64 {
		var list []float64
		for _, one := range all[side] {
			list = append(list, of(one))
		}
		return list
	}
	for i, of := range []func(pacedRound) float64{
		func(r pacedRound) float64 { return r.cpu },
		func(r pacedRound) float64 { return milliseconds(r.took.P50) },
		func(r pacedRound) float64 { return milliseconds(r.took.P99) },
	} {
		if i == 0 && !slices.ContainsFunc(all[0], func(r pacedRound) bool { return r.cpu > 0 }) {
			s.skip("the process used no processor time meanwhile: is it the target's?", p.rows()[0])
			continue
		}
		s.add(resultOf(p.rows()[i], figure(0, of), figure(1, of)))
	}
	return errors.Join(s.leave(pair, last))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// byTurns has two sides measure, each round beginning with the other one.
func (s *session) byTurns(d time.Duration, sides ...func(d time.Duration) error) error {
	for n := range s.Rounds {
		for turn := range sides {
			if err := s.ctx.Err(); err != nil {
				return err
			}
			if err := sides[(turn+n)%len(sides)](d); err != nil {
				return err
			}
		}
	}
	return nil
}

// wantsAny tells whether one of some results is asked for.
func (s *session) wantsAny(rows []Row) bool {
	for _, r := range rows {
		if s.wants(r.Name) {
			return true
		}
	}
	return false
}
