package sim

import (
	"errors"
	"fmt"

	"llbot/protocols/qq"
)

// ErrOtherWorld tells that a world is there already and did not begin with the
// scene that it was opened with.
var ErrOtherWorld = errors.New("a world is there already that did not begin with this scene")

// stage makes a new world begin with the scene of the options, whole or not at
// all. A world that began with the same scene goes on as it is.
func (w *World) stage() error {
	s := w.opt.Scene
	if s == nil {
		return nil
	}
	if w.st.Record != 0 {
		if w.st.Scene != s.digest() {
			return ErrOtherWorld
		}
		return nil
	}
	first, err := w.openingOf(s)
	if err != nil {
		return fmt.Errorf("scene: %w", err)
	}
	for _, d := range first {
		apply(w.st, record{number: w.st.Record + 1, time: d.at, change: d.change}, nobody())
	}
	if w.folder == nil {
		return nil
	}
	return w.folder.save(w.st)
}

// openingOf is everything that happened in a world before it began.
func (w *World) openingOf(s *Scene) ([]dated, error) {
	var faults error
	s.check(func(path, message, _ string) { faults = errors.Join(faults, fmt.Errorf("%s: %s", path, message)) })
	if faults != nil {
		return nil, faults
	}
	real := w.clock.machine()
	w.st.Record = uint64(max(real.UnixMicro(), 0))
	opt := w.opt
	opt.Clock = s.own(opt.Clock)
	if s.Seed != 0 {
		opt.Seed = s.Seed
	}
	birth, err := opt.birth(real)
	if err != nil {
		return nil, err
	}
	now := qq.TimeOf(real)
	for _, c := range birth {
		if set, ok := c.(*clockSet); ok {
			now = set.At
		}
	}
	var list []dated
	for _, c := range birth {
		list = append(list, dated{now, c})
	}
	rest, err := s.history(now)
	return append(append(list, rest...), dated{now, &closed{}}), err
}
