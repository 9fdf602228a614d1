package bench

import (
	"errors"
	"fmt"
	"time"

	"llbot/bench/load"
	"llbot/bench/part"
	"llbot/bench/subject"
)

const (
	healthy     = 5
	stuckPeers  = 20 // 80 % of all
	stuckEvents = 3000
	stuckRate   = 500
	stuckLimit  = 600_000 // bytes
)

func stuckRows() []Row {
	return []Row{{Name: "stuck/memory", Unit: "B/consumer"}, atMost("stuck/p99", 2, "ms")}
}

// stuckGroup is consumers who read nothing: what each holds, and what the
// others feel of them.
func stuckGroup() group {
	return group{
		name: "stuck",
		rows: func(bool) []Row { return stuckRows() },
		run: func(s *session) error {
			at, err := s.served(subject.Spec{Feed: true})
			if err != nil {
				return err
			}
			one := load.ListenSpec{Addr: at.Ports[portWS], Path: "/event", Count: healthy}
			well, err := s.rig(load.RigSpec{Listen: []load.ListenSpec{one}, Trigger: at.Trigger})
			if err != nil {
				return err
			}
			one.Count, one.Stuck = stuckPeers, true
			crowd := load.RigSpec{Listen: []load.ListenSpec{one}}
			return errors.Join(s.weighStuck(well, crowd), s.feelStuck(well, crowd), well.close())
		},
	}
}

// warmEvents is how many events fill the log's memory of recent ones, which
// would grow while consumers are stuck otherwise.
const warmEvents = 17_000

// events has a server make at least so many events.
func (r *rig) events(n uint64) error {
	for done := uint64(0); done < n; {
		t, err := r.run(load.Saturate, 100*time.Millisecond, 0)
		if err != nil {
			return err
		}
		done += t.Events
	}
	return nil
}

// weighStuck measures heap, stacks and the kernel's buffers.
func (s *session) weighStuck(well *rig, crowd load.RigSpec) error {
	if !s.wants(stuckRows()[0].Name) {
		return nil
	}
	if err := well.events(warmEvents); err != nil {
		return err
	}
	before, err := s.weigh()
	if err != nil {
		return err
	}
	stuck, err := s.rig(crowd)
	if err != nil {
		return err
	}
	if err := well.events(stuckEvents); err != nil {
		return err
	}
	after, err := s.weigh()
	if err != nil {
		return err
	}
	result := limited(stuckRows()[0], stuckLimit, float64(after.process+after.kernel-before.process-before.kernel)/stuckPeers)
	result.Note = fmt.Sprintf("%s B of it in the kernel", number(float64(after.kernel-before.kernel)/stuckPeers))
	s.add(result)
	return stuck.close()
}

// weight is memory in bytes.
type weight struct{ process, kernel int64 }

func (s *session) weigh() (w weight, err error) {
	f, err := figures(s.subject, true)
	if err != nil {
		return w, err
	}
	w.process = f.Memory
	w.kernel, err = part.KernelMemory()
	return w, err
}

// feelStuck compares the latency of those who read, alone and beside four
// times as many who do not.
func (s *session) feelStuck(well *rig, crowd load.RigSpec) error {
	row := stuckRows()[1]
	if !s.wants(row.Name) {
		return nil
	}
	var alone, beside []float64
	measure := func(into *[]float64) func(time.Duration) error {
		return func(d time.Duration) error {
			t, err := well.run(load.Pace, d, stuckRate)
			*into = append(*into, milliseconds(t.Latency.P99))
			return err
		}
	}
	crowded := func(d time.Duration) error {
		stuck, err := s.rig(crowd)
		if err != nil {
			return err
		}
		return errors.Join(well.events(stuckEvents/2), measure(&beside)(d), stuck.close())
	}
	if err := s.byTurns(max(s.Slice, pacedTime), crowded, measure(&alone)); err != nil {
		return err
	}
	s.add(resultOf(row, beside, alone))
	return nil
}
