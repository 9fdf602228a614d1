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

// stuckRows are what a consumer holds, kernel included: of the process heap and
// stacks, or all that is resident; and the latency of the others.
func stuckRows() []Row {
	return []Row{
		{Name: "stuck/memory", Unit: "B/consumer", needs: needInside},
		{Name: "stuck/resident", Unit: "B/consumer", needs: needProcess},
		atMost("stuck/p99", 2, "ms"),
	}
}

// stuckGroup is consumers who read nothing: what each holds, and what the
// others feel of them.
func stuckGroup() group {
	return group{
		name: "stuck", peer: true,
		rows: func(bool) []Row { return stuckRows() },
		run: func(s *session) error {
			at, err := s.served(subject.Spec{Feed: true})
			if err != nil {
				return err
			}
			listen := s.crowdOf(socketVariants()[:1], healthy, false, at)
			well, err := s.rig(load.RigSpec{Listen: listen, Trigger: at.Trigger, Act: s.acting()})
			if err != nil {
				return err
			}
			crowd := load.RigSpec{Listen: s.crowdOf(socketVariants()[:1], stuckPeers, false, at)}
			crowd.Listen[0].Stuck = true
			return errors.Join(s.weighStuck(well, crowd), s.feelStuck(well, crowd), well.close())
		},
	}
}

const (
	// warmEvents is how many events fill the log's memory of recent ones, which
	// would grow while consumers are stuck otherwise.
	warmEvents = 17_000
	// eventsTime is how long a slow server is asked for events.
	eventsTime = 20 * time.Second
)

// events has a server make at least so many events, or what it makes in time.
func (r *rig) events(n uint64) error {
	for done, until := uint64(0), time.Now().Add(eventsTime); done < n && time.Now().Before(until); {
		t, err := r.run(load.Saturate, 100*time.Millisecond, 0)
		if err != nil {
			return err
		}
		done += t.Events
	}
	return nil
}

// weighStuck measures the process and the kernel's buffers.
func (s *session) weighStuck(well *rig, crowd load.RigSpec) error {
	rows := stuckRows()[:2]
	if !s.wantsAny(rows) {
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
	kernel := float64(after.kernel - before.kernel)
	for _, result := range []Result{
		limited(rows[0], stuckLimit, (float64(after.Memory-before.Memory)+kernel)/stuckPeers),
		shared(rows[1], stuckLimit, (float64(after.Resident-before.Resident)+kernel)/stuckPeers),
	} {
		result.Note = fmt.Sprintf("%s B of it in the kernel", number(kernel/stuckPeers))
		s.add(result)
	}
	return stuck.close()
}

// weight is what a process holds, and beside it the kernel, in bytes.
type weight struct {
	part.Figures
	kernel int64
}

func (s *session) weigh() (w weight, err error) {
	if w.Figures, err = s.meter()(true); err != nil {
		return w, err
	}
	w.kernel, err = part.KernelMemory()
	return w, err
}

// feelStuck compares the latency of those who read, alone and beside four
// times as many who do not.
func (s *session) feelStuck(well *rig, crowd load.RigSpec) error {
	row := stuckRows()[2]
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
