package bench

import (
	"errors"
	"fmt"
	"time"

	"llbot/bench/load"
	"llbot/bench/part"
)

// rig is an open set of connections of the load generator.
type rig struct {
	s      *session
	number int
	shut   bool
}

func (s *session) rig(spec load.RigSpec) (*rig, error) {
	r := &rig{s: s}
	if err := s.load.Call("Open", spec, &r.number); err != nil {
		return nil, err
	}
	s.rigs = append(s.rigs, r)
	return r, nil
}

// run does one run and insists that everything came once and in order.
func (r *rig) run(kind load.Kind, d time.Duration, rate float64) (t load.Tally, err error) {
	if err := r.s.load.Call("Run", load.Run{Rig: r.number, Kind: kind, Time: d, Rate: rate}, &t); err != nil {
		return t, err
	}
	return t, sound(t)
}

// sound tells whether every delivery came once and in order.
func sound(t load.Tally) error {
	if t.Faults() == 0 {
		return nil
	}
	return fmt.Errorf("not every delivery came once and in order: %d missing, %d doubled, %d reordered, %d wrong",
		t.Missing, t.Doubled, t.Reordered, t.Wrong)
}

// rate is a side that runs so and counts each second.
func (r *rig) rate(kind load.Kind) side {
	return func(d time.Duration) (round, error) {
		t, err := r.run(kind, d, 0)
		return round{value: t.Rate(), count: float64(t.Count)}, err
	}
}

// compare measures the rates of two rigs, one of the server and one of the
// floor, and closes them.
func (s *session) compare(row Row, kind load.Kind, ours, under *rig) error {
	if err := s.versus(row, busy(s.meter(), ours.rate(kind)), busy(metered(s.floor), under.rate(kind))); err != nil {
		return fmt.Errorf("%s: %w", row.Name, err)
	}
	return errors.Join(ours.close(), under.close())
}

// answered measures the calls of a rig against a floor that answers the same:
// open starts the floor from the server's answer and writes where to call it.
func (s *session) answered(row Row, ours *rig, calls load.CallSpec, open func(answer []byte, bare *load.CallSpec) error) error {
	if _, err := ours.run(load.Calls, s.Slice/4, 0); err != nil {
		return err
	}
	sample, err := ours.sample()
	if err != nil {
		return err
	}
	if err := open(sample.Answer, &calls); err != nil {
		return err
	}
	under, err := s.rig(load.RigSpec{Calls: &calls})
	if err != nil {
		return err
	}
	return s.compare(row, load.Calls, ours, under)
}

func (r *rig) sample() (one load.Sample, err error) {
	err = r.s.load.Call("Sample", r.number, &one)
	return one, err
}

// close ends the connections of a rig, if it has any left.
func (r *rig) close() error {
	if r.shut {
		return nil
	}
	r.shut = true
	return r.s.load.Call("Shut", r.number, &part.None{})
}

// last reads the number of the last event that a rig asked for.
func (r *rig) last(n *uint64) error { return r.s.load.Call("Last", r.number, n) }

func closeAll(rigs ...*rig) error {
	var err error
	for _, r := range rigs {
		err = errors.Join(err, r.close())
	}
	return err
}
