package sim

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"llbot/protocols/qq"
)

// maxFaults is how many faults a world holds at a time, spent ones included.
const maxFaults = 1000

// faultSet holds the faults of a world. What it decides by chance depends on
// the seed and on what was asked before.
type faultSet struct {
	seed        uint64
	ops, events atomic.Bool // there are faults of that sort: the way around them is short

	mu    sync.Mutex
	list  []*Fault
	tries map[int]uint64 // by fault: how often chance was asked
	last  int

	late int // events that wait for their time, under the world's lock
}

// maxLate is how many events wait at a time because of a fault: what would be
// late beyond them is told at once.
const maxLate = 1024

// AddFault adds a fault and answers it with its number; ErrInvalid when it
// could never strike.
func (w *World) AddFault(f Fault) (Fault, error) {
	if err := f.check(); err != nil {
		return Fault{}, err
	}
	return w.faults.add(f)
}

// Faults lists the faults, those that are spent included.
func (w *World) Faults() []Fault {
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	list := make([]Fault, len(w.faults.list))
	for i, f := range w.faults.list {
		list[i] = *f
	}
	return list
}

// ClearFaults takes the faults with those numbers away, or all when none is
// given, and tells how many that were.
func (w *World) ClearFaults(ids ...int) int {
	s := &w.faults
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.list)
	s.list = slices.DeleteFunc(s.list, func(f *Fault) bool {
		if len(ids) > 0 && !slices.Contains(ids, f.ID) {
			return false
		}
		delete(s.tries, f.ID)
		return true
	})
	s.sorted()
	return before - len(s.list)
}

func (s *faultSet) add(f Fault) (Fault, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) >= maxFaults {
		return Fault{}, qq.Errorf(qq.ErrInvalid, "there are %d faults already; clear some", maxFaults)
	}
	s.last++
	f.ID, f.Struck = s.last, 0
	s.list = append(s.list, &f)
	if s.tries == nil {
		s.tries = map[int]uint64{}
	}
	s.sorted()
	return f, nil
}

// sorted notes which sorts of faults there are.
func (s *faultSet) sorted() {
	ops, events := false, false
	for _, f := range s.list {
		if f.Count > 0 && f.Struck >= f.Count {
			continue
		}
		ops, events = ops || !f.Kind.ofEvents(), events || f.Kind.ofEvents()
	}
	s.ops.Store(ops)
	s.events.Store(events)
}

// strike finds the faults that strike now and counts them.
func (s *faultSet) strike(meant func(*Fault) bool) []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Fault
	for _, f := range s.list {
		if f.Count > 0 && f.Struck >= f.Count || !meant(f) || !s.chance(f) {
			continue
		}
		f.Struck++
		list = append(list, *f)
	}
	if len(list) > 0 {
		s.sorted()
	}
	return list
}

// chance throws the dice for a fault.
func (s *faultSet) chance(f *Fault) bool {
	if f.Probability == 0 || f.Probability == 1 {
		return true
	}
	s.tries[f.ID]++
	n := mixed(s.seed ^ mixed(uint64(f.ID)) ^ mixed(s.tries[f.ID])<<1)
	return float64(n>>11)/(1<<53) < f.Probability
}

// around does an operation of an account under the faults that strike it.
func (d *driver) around(ctx context.Context, op qq.Operation, do func() (any, error)) (any, error) {
	lost := false
	for _, f := range d.world.faults.strike(func(f *Fault) bool {
		return f.strikesOp(d.user, op) && !(f.Kind == FaultOffline && qq.AnswersOffline(op))
	}) {
		switch f.Kind {
		case FaultSlow, FaultSlowMedia:
			if err := sleepUntil(ctx, time.Now().Add(f.Delay)); err != nil {
				return nil, qq.Errorf(qq.ErrTimeout, "the simulated QQ is slow: %w", err)
			}
		case FaultLostAnswer:
			lost = true
		default:
			return nil, d.refusal(ctx, f)
		}
	}
	v, err := do()
	if lost {
		return nil, noAnswer(Fault{})
	}
	return v, err
}

// refusal is what the account is told instead of an answer.
func (d *driver) refusal(ctx context.Context, f Fault) error {
	say := func(kind error, text string) error {
		if f.Text != "" {
			text = f.Text
		}
		return qq.Errorf(kind, "%s", text)
	}
	switch f.Kind {
	case FaultRateLimited:
		return say(qq.ErrRateLimited, "too often; try again later")
	case FaultRiskControl:
		return say(qq.ErrRiskControl, "QQ refuses this to protect the account")
	case FaultUpstream:
		return say(qq.ErrUpstream, "QQ refuses this")
	case FaultLostCall:
		return noAnswer(f)
	case FaultLinkLost:
		err := say(qq.ErrOffline, "the link to QQ is lost")
		d.queue.cut(err)
		return err
	case FaultKicked:
		err := say(qq.ErrOffline, "QQ has thrown the account out")
		move := LoginMove{User: d.user, Step: qq.LoginKicked, Reason: err.Error()}
		if moving := d.world.MoveLogin(ctx, move); moving != nil && !errors.Is(moving, qq.ErrConflict) { // unless it is out already
			return moving
		}
		return err
	}
	return say(qq.ErrOffline, "the account is not logged in")
}

// noAnswer is all that is known when an answer is lost.
func noAnswer(f Fault) error {
	text := "no answer came"
	if f.Text != "" {
		text = f.Text
	}
	err := qq.Errorf(qq.ErrTimeout, "%s", text)
	err.Outcome = qq.Unknown
	return err
}

// tell puts an event into an account's queue, unless a fault is in its way.
// Faults strike what happens, once: what is derived again from the journal is
// whole. Called under the world's lock.
func (w *World) tell(r record, t told, paper *receipt) {
	q := w.queues[t.account]
	origin := q.slot(r.number)
	if !w.faults.events.Load() {
		q.put(origin, r, t.event, paper)
		return
	}
	times := 1
	for _, f := range w.faults.strike(func(f *Fault) bool { return f.strikesEvent(t.account, t.event) }) {
		switch f.Kind {
		case FaultDuplicateEvent:
			times++
		case FaultLateEvent:
			if w.faults.late < maxLate {
				w.faults.late++
				times--
				time.AfterFunc(f.Delay, func() { w.tellLate(origin, r, t) })
			}
		default:
			times = 0
		}
	}
	if times < 1 {
		paper.lose()
	}
	for range times {
		q.put(origin, r, t.event, paper)
		paper = nil
	}
}

func (w *World) tellLate(origin uint64, r record, t told) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults.late--
	if !w.closed {
		w.queues[t.account].put(origin, r, t.event, nil)
	}
}
