//go:build linux

package load

import (
	"errors"
	"sync"

	"llbot/bench/part"
)

// Service is the load generator as a part of a measurement. Its rigs stay open
// between runs, so that two of them can be measured by turns.
type Service struct {
	part.Measured

	mu    sync.Mutex
	rigs  []*rig
	hooks []*hooks
}

var errRig = errors.New("there is no such rig")

// Open makes the connections of a rig and answers its number.
func (s *Service) Open(spec RigSpec, number *int) error {
	r, err := openRig(spec)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rigs = append(s.rigs, r)
	*number = len(s.rigs) - 1
	return nil
}

func (s *Service) rig(number int) (*rig, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number < 0 || number >= len(s.rigs) || s.rigs[number] == nil {
		return nil, errRig
	}
	return s.rigs[number], nil
}

// Run does one run; one at a time.
func (s *Service) Run(run Run, t *Tally) error {
	r, err := s.rig(run.Rig)
	if err != nil {
		return err
	}
	switch {
	case run.Kind == Calls && r.calling != nil:
		*t, err = r.calls(run.Time)
	case run.Kind == Saturate:
		*t, err = r.saturate(run.Time)
	case run.Kind == Pace:
		*t, err = r.pace(run.Rate, run.Time)
	default:
		err = errors.New("this rig cannot do that")
	}
	return err
}

// Sample answers what first came to a rig.
func (s *Service) Sample(number int, sample *Sample) error {
	r, err := s.rig(number)
	if err != nil {
		return err
	}
	if r.calling != nil {
		sample.Answer = r.calling.answer
	}
	sample.Deliveries = r.audience.sample
	return nil
}

// Shut ends the connections of a rig.
func (s *Service) Shut(number int, _ *part.None) error {
	r, err := s.rig(number)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.close()
	s.rigs[number] = nil
	return nil
}

// Last answers the number of the last event that a rig asked for.
func (s *Service) Last(number int, last *uint64) error {
	r, err := s.rig(number)
	if err == nil {
		*last = r.audience.granted
	}
	return err
}

// OpenHooks opens targets of webhooks.
func (s *Service) OpenHooks(spec HookSpec, at *Hooks) error {
	h, err := openHooks(spec)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = append(s.hooks, h)
	*at = Hooks{Number: len(s.hooks) - 1, Addr: h.at.Addr().String()}
	return nil
}

// LinkHooks connects targets to the source of what they are told, and waits
// until they hear it; it answers the first body that came.
func (s *Service) LinkHooks(link HookLink, body *[]byte) error {
	h := s.target(link.Number)
	if err := h.link(link); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	*body = h.all.sample[0]
	return nil
}

func (s *Service) target(number int) *hooks {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hooks[number]
}

// RunHooks has as many events delivered to targets as they take.
func (s *Service) RunHooks(run Run, t *Tally) (err error) {
	*t, err = s.target(run.Rig).saturate(run.Time)
	return err
}

// ShutHooks ends targets.
func (s *Service) ShutHooks(number int, _ *part.None) error {
	s.target(number).close()
	return nil
}
