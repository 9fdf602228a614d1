package system

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// minSweep is the least number of remembered children worth a sweep.
const minSweep = 64

// verdict is what a failure leads to.
type verdict int

const (
	restartNow verdict = iota
	restartLater
	restartPending // a restart is scheduled already and will serve
	stopChild
)

// failures is what the strategy remembers of one child.
type failures struct {
	streak  int         // failures since the child was last forgiven
	recent  []time.Time // those that count for GiveUp when Within is set, at most GiveUp+1
	alive   time.Time   // when the child was or will be back
	pending bool        // a restart is scheduled
}

// record notes a failure and says what follows.
func (s *backoff) record(child *actor.RestartStatistics, now time.Time) (verdict, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.remember(child, now)
	f.streak++
	if s.exhausted(f, now) {
		delete(s.children, child)
		return stopChild, 0
	}
	if f.pending {
		return restartPending, 0
	}
	delay := s.delay(f.streak)
	f.alive = now.Add(delay)
	if delay <= 0 {
		return restartNow, 0
	}
	f.pending = true
	return restartLater, delay
}

// remember finds the child's record, fresh if it was forgiven; mu is held.
func (s *backoff) remember(child *actor.RestartStatistics, now time.Time) *failures {
	f, known := s.children[child]
	if known && s.forgiven(f, now) {
		f.streak = 0
	}
	if !known {
		s.sweep(now)
		f = &failures{}
		s.children[child] = f
	}
	return f
}

func (s *backoff) forgiven(f *failures, now time.Time) bool {
	return now.Sub(f.alive) > s.ResetAfter
}

// exhausted reports whether the child has used up its chances; mu is held.
func (s *backoff) exhausted(f *failures, now time.Time) bool {
	switch {
	case s.GiveUp <= 0:
		return false
	case s.Within <= 0:
		return f.streak > s.GiveUp
	}
	expired := 0
	for expired < len(f.recent) && now.Sub(f.recent[expired]) > s.Within {
		expired++
	}
	f.recent = append(f.recent[expired:], now)
	return len(f.recent) > s.GiveUp
}

// delay is how long the streak's last restart is held back.
func (s *backoff) delay(streak int) time.Duration {
	if streak <= 1 {
		return 0
	}
	full := s.Initial
	for n := 2; n < streak && full < s.Max; n++ {
		full *= 2
	}
	full = min(full, s.Max)
	if s.Steady {
		return full
	}
	return s.draw(full)
}

// released notes that a scheduled restart is on its way.
func (s *backoff) released(child *actor.RestartStatistics) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.children[child]; ok {
		f.pending = false
	}
}

// sweep forgets children that nothing is held against, when they have become many; the
// threshold follows what remains, so that the cost for each failure is constant.
func (s *backoff) sweep(now time.Time) {
	if len(s.children) < s.sweepAt {
		return
	}
	for child, f := range s.children {
		if s.forgiven(f, now) && (len(f.recent) == 0 || now.Sub(f.recent[len(f.recent)-1]) > s.Within) {
			delete(s.children, child)
		}
	}
	s.sweepAt = max(minSweep, 2*len(s.children))
}
