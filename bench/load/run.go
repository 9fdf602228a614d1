//go:build linux

package load

import (
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/sys/unix"
)

// drainTime is how long the last answers and deliveries of a run may take.
const drainTime = 15 * time.Second

// settle makes single events until one has come to everybody: a server may take
// a while from the handshake to the subscription. Events after it are counted.
func (r *rig) settle() error {
	a := r.audience
	seated := func(n uint64) bool {
		for _, l := range a.members {
			if l.newest < n {
				return false
			}
		}
		return true
	}
	deadline, n := time.Now().Add(r.patience), a.granted
	for wait := 50 * time.Millisecond; !seated(n) || n == a.granted; wait *= 2 {
		if time.Now().After(deadline) {
			return r.refused(fmt.Errorf("not everybody who listens hears events after %s", r.patience))
		}
		if err := r.tell(n, n+1); err != nil {
			return err
		}
		n++
		for until := time.Now().Add(wait); !seated(n) && time.Now().Before(until); {
			if err := r.loop.turn(10); err != nil {
				return err
			}
		}
	}
	a.restart(n)
	return nil
}

// calls has every caller call as fast as answers come, and waits for the last
// answers and, when somebody listens, for what the calls led to.
func (r *rig) calls(d time.Duration) (t Tally, err error) {
	s := r.calling
	before, wrong := s.done, s.wrong
	s.going = true
	if len(r.audience.members) > 0 {
		// Each call makes one event, in an order that the server chooses.
		r.audience.expect(1 << 20)
		r.audience.grant(s.last+1<<19, time.Time{})
	}
	begun := time.Now()
	for _, c := range r.callers {
		k, _ := c.handler.(*caller)
		if err := k.send(c, s.spec.Depth); err != nil {
			return t, s.explain(err)
		}
	}
	for end := begun.Add(d); time.Now().Before(end); {
		if err := r.loop.turn(10); err != nil {
			return t, s.explain(err)
		}
	}
	s.going = false
	t.Count, t.Seconds = s.done-before, time.Since(begun).Seconds()
	err = r.drain(func() bool { return s.open == 0 && (len(r.audience.members) == 0 || r.audience.complete(s.last)) })
	t.Wrong = s.wrong - wrong
	if t.Wrong > 0 {
		err = s.explain(err)
	}
	if len(r.audience.members) > 0 {
		r.audience.granted = s.last
		r.audience.faults(&t)
		t.Reordered = 0 // calls overtake each other on 64 connections
		r.audience.restart(s.last)
	}
	return t, err
}

// complete tells whether everybody has got all events up to n.
func (a *audience) complete(n uint64) bool {
	for _, l := range a.members {
		if l.order.Last() < n || l.order.Missing() > 0 {
			return false
		}
	}
	return true
}

// drain goes on until all is in.
func (r *rig) drain(all func() bool) error {
	for deadline := time.Now().Add(r.patience); !all(); {
		if time.Now().After(deadline) {
			return r.overdue()
		}
		if err := r.loop.turn(10); err != nil {
			return err
		}
	}
	return nil
}

func (r *rig) overdue() error {
	a := r.audience
	if r.calling != nil && r.calling.open > 0 {
		return fmt.Errorf("%d answers did not come in %s", r.calling.open, r.patience)
	}
	return r.refused(fmt.Errorf("of %d events only %d came to all %d listeners in %s", a.granted, a.done, len(a.members), r.patience))
}

// refused adds the first answer of a server that would not make an event.
func (r *rig) refused(err error) error {
	if r.act == nil {
		return err
	}
	k, _ := r.act.handler.(*caller)
	return k.shared.explain(err)
}

// saturate keeps a window of events on their way, asking for the next half of
// it when that half has come everywhere.
func (r *rig) saturate(d time.Duration) (t Tally, err error) {
	a := r.audience
	first, deliveries := a.done, a.deliveries
	begun := time.Now()
	if err := r.grant(a.done+r.window, begun); err != nil {
		return t, err
	}
	for end := begun.Add(d); time.Now().Before(end); {
		if err := r.loop.turn(10); err != nil {
			return t, err
		}
		if next := a.done + r.window; next-a.granted >= r.window/2 {
			if err := r.grant(next, begun); err != nil {
				return t, err
			}
		}
	}
	err = r.drain(func() bool { return a.done == a.granted })
	t.Seconds, t.Count, t.Events = time.Since(begun).Seconds(), a.deliveries-deliveries, a.granted-first
	a.faults(&t)
	return t, err
}

// pace is an open loop: events are asked for when they are due, whatever came
// of those before, and their latency counts from when they were due.
func (r *rig) pace(rate float64, d time.Duration) (t Tally, err error) {
	a := r.audience
	total, first, deliveries := uint64(rate*d.Seconds()), a.done, a.deliveries
	a.expect(int(total) + 1)
	a.took = hdrhistogram.New(1000, int64(time.Minute), 3)
	defer func() { a.took = nil }()
	begun := time.Now()
	dueAt := func(n uint64) time.Time {
		return begun.Add(time.Duration(float64(n-first) / rate * float64(time.Second)))
	}
	for a.granted < first+total {
		before, now := a.granted, time.Now()
		for a.granted < first+total && !dueAt(a.granted+1).After(now) {
			a.open(a.granted+1, dueAt(a.granted+1))
		}
		if a.granted > before {
			if err := r.tell(before, a.granted); err != nil {
				return t, err
			}
		}
		if err := r.wake(dueAt(a.granted + 1)); err != nil {
			return t, err
		}
		if err := r.loop.turn(1000); err != nil {
			return t, err
		}
	}
	err = r.drain(func() bool { return a.done == a.granted })
	t.Seconds, t.Count, t.Events = time.Since(begun).Seconds(), a.deliveries-deliveries, total
	t.Latency = quantiles(a.took)
	a.faults(&t)
	return t, err
}

func quantiles(h *hdrhistogram.Histogram) Latency {
	at := func(q float64) time.Duration { return time.Duration(h.ValueAtQuantile(q)) }
	return Latency{P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: time.Duration(h.Max())}
}

// wake has the loop's next turn end at a time.
func (r *rig) wake(at time.Time) error {
	wait := max(time.Until(at), time.Nanosecond)
	return unix.TimerfdSettime(r.timer.fd, 0, &unix.ItimerSpec{Value: unix.NsecToTimespec(wait.Nanoseconds())}, nil)
}
