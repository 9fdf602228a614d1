package bench

import (
	"errors"
	"time"

	"llbot/bench/load"
	"llbot/bench/subject"
)

const (
	panicRate     = 500
	panicAudience = 1000
)

func panicRows() []Row {
	return []Row{{Name: "panic/p50", Unit: "µs"}, {Name: "panic/p99", Unit: "µs"}, atLeast("panic/throughput", 0.90, "deliveries/s")}
}

// panicGroup is how soon an actor serves again after a panic, and what 500
// panics a second cost a saturated fan-out. The floor of that is the same
// server, left in peace.
func panicGroup() group {
	return group{
		name: "panic",
		rows: func(bool) []Row { return panicRows() },
		run: func(s *session) error {
			at, err := s.served(subject.Spec{Feed: true})
			if err != nil {
				return err
			}
			if err := s.recovery(); err != nil || !s.wants(panicRows()[2].Name) {
				return err
			}
			crowd, err := s.rig(load.RigSpec{
				Listen: []load.ListenSpec{{Addr: at.Ports[portWS], Path: "/event", Count: panicAudience}}, Trigger: at.Trigger,
			})
			if err != nil {
				return err
			}
			quiet := crowd.rate(load.Saturate)
			panicking := func(d time.Duration) (r round, err error) {
				var count uint64
				if err := s.subject.Call("Panics", subject.PanicSpec{Rate: panicRate}, &count); err != nil {
					return r, err
				}
				r, err = quiet(d)
				return r, errors.Join(err, s.subject.Call("Panics", subject.PanicSpec{}, &count))
			}
			return errors.Join(s.versus(panicRows()[2], busy(s.meter(), panicking), busy(s.meter(), quiet)), crowd.close())
		},
	}
}

// recovery measures one actor in some rounds.
func (s *session) recovery() error {
	const times = 300
	var p50, p99 []float64
	for range s.Rounds {
		var r subject.Recovery
		if err := s.subject.Call("Recover", times, &r); err != nil {
			return err
		}
		p50, p99 = append(p50, microseconds(r.P50)), append(p99, microseconds(r.P99))
	}
	s.add(limited(panicRows()[0], 50, p50...))
	s.add(limited(panicRows()[1], 500, p99...))
	return nil
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
