package bench

import "time"

// round is what one side did in one round.
type round struct {
	value float64       // in the row's unit
	count float64       // calls or deliveries
	cpu   time.Duration // that the part used for them
}

// side measures one side for a while.
type side func(d time.Duration) (round, error)

// versus measures two sides by turns, each round beginning with the other one,
// after one short round of each that does not count.
func (s *session) versus(row Row, ours, floor side) error {
	for _, warm := range []side{ours, floor} {
		if _, err := warm(s.Slice / 4); err != nil {
			return err
		}
	}
	both := [2][]round{}
	keep := func(into *[]round, measure side) func(time.Duration) error {
		return func(d time.Duration) error {
			one, err := measure(d)
			*into = append(*into, one)
			return err
		}
	}
	if err := s.byTurns(s.Slice, keep(&both[0], ours), keep(&both[1], floor)); err != nil {
		return err
	}
	value := func(r round) float64 { return r.value }
	result := resultOf(row, each(both[0], value), each(both[1], value))
	result.CPU = processorRatio(both[0], both[1])
	need := func(r round) float64 { return microseconds(r.cpu) / r.count }
	s.cost = Point{Value: SpreadOf(each(both[0], need)).Median, Floor: SpreadOf(each(both[1], need)).Median}
	s.add(result)
	return nil
}

// each is one figure of all rounds.
func each[R any](rounds []R, figure func(R) float64) []float64 {
	list := make([]float64, len(rounds))
	for i, r := range rounds {
		list[i] = figure(r)
	}
	return list
}

// processorRatio compares what the sides needed for each call or delivery;
// nil when that was not measured.
func processorRatio(ours, floor []round) *Spread {
	need := func(r round) float64 { return float64(r.cpu) / r.count }
	a, b := each(ours, need), each(floor, need)
	ratios := make([]float64, len(a))
	for i := range a {
		if !(a[i] > 0 && b[i] > 0) {
			return nil
		}
		ratios[i] = a[i] / b[i]
	}
	spread := SpreadOf(ratios)
	return &spread
}
