package bench

import (
	"math"
	"time"

	"llbot/bench/part"
)

// meter reads what a measured process uses, after it collected its garbage
// when settled is wanted and there is a way to ask for it.
type meter func(settled bool) (part.Figures, error)

// metered is the meter of a part.
func metered(p *part.Process) meter {
	return func(settled bool) (part.Figures, error) { return figures(p, settled) }
}

// meter is that of the server; nil for a target whose process is not known.
func (s *session) meter() meter {
	switch {
	case s.Target == nil:
		return metered(s.subject)
	case s.Target.PID != 0:
		return func(bool) (part.Figures, error) { return part.Outside(s.Target.PID) }
	}
	return nil
}

// figures asks a part what it uses.
func figures(p *part.Process, settled bool) (f part.Figures, err error) {
	err = p.Call("Figures", settled, &f)
	return f, err
}

// busy adds to a side what the process used meanwhile, if that can be read.
func busy(m meter, measure side) side {
	return func(d time.Duration) (r round, err error) {
		if m == nil {
			return measure(d)
		}
		before, err := m(false)
		if err != nil {
			return r, err
		}
		if r, err = measure(d); err != nil {
			return r, err
		}
		after, err := m(false)
		r.cpu = after.CPU - before.CPU
		return r, err
	}
}

const (
	settleStep = 200 * time.Millisecond
	settleTime = 20 * time.Second
)

// settled waits until the server is at rest, no longer than settleTime, and
// collects its garbage if it is ours.
func (s *session) settled() (f part.Figures, err error) {
	m := s.meter()
	last, err := m(false)
	for until := time.Now().Add(settleTime); err == nil && time.Now().Before(until); last = f {
		time.Sleep(settleStep)
		if f, err = m(false); err == nil && atRest(last, f) {
			break
		}
	}
	if err != nil {
		return f, err
	}
	return m(true)
}

// atRest tells whether a process did next to nothing for a step.
func atRest(before, after part.Figures) bool {
	return after.Goroutines == before.Goroutines && after.CPU-before.CPU < settleStep/10 &&
		math.Abs(float64(after.Resident-before.Resident)) <= float64(before.Resident)/100
}
