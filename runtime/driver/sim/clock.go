package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"llbot/protocols/qq"
)

// MaxSpeed is how many times faster than real time a world's clock may run.
const MaxSpeed = 1_000_000

// lastTime is the end of every world's time: 9999-12-31T23:59:59Z, the last
// second that RFC 3339 can write. A clock that reaches it stands still.
const lastTime qq.Time = 253402300799_000

// Clock says how a world's own clock runs. It never goes back.
type Clock struct {
	At    time.Time // what it shows when it is set; the zero time leaves that as it is
	Speed float64   // how much faster than real time: 1 as fast, 0 stands still until it is moved
}

// ClockState is what a world's clock shows.
type ClockState struct {
	Now   time.Time
	Own   bool    // the world has a clock of its own; false: it is the machine's
	Speed float64 // 1 for the machine's
}

// clockSet gives the world a clock of its own: at the machine's time Real it
// shows At and runs at Speed from there. While no server runs it runs on.
type clockSet struct {
	At    qq.Time `json:"at"`
	Real  qq.Time `json:"real"`
	Speed float64 `json:"speed"`
}

func (*clockSet) kind() string { return "clock" }

func (c *clockSet) apply(st *state, _ qq.Time, _ *telling) { st.Clock = c }

// clockFreed gives the world the machine's clock again.
type clockFreed struct{}

func (*clockFreed) kind() string { return "clock_freed" }

func (*clockFreed) apply(st *state, _ qq.Time, _ *telling) { st.Clock = nil }

// now is what the clock shows at the machine's time real, in whole
// milliseconds as everything in a world. A fast clock leaves the range of a
// time.Duration within hours, so it is counted otherwise.
func (c *clockSet) now(real time.Time) time.Time {
	const nanos = float64(time.Millisecond)
	passed := float64(max(real.Sub(c.Real.Std()), 0)) * c.Speed / nanos
	if rest := max(lastTime-c.At, 0); passed < float64(rest) {
		return (c.At + qq.Time(passed)).Std()
	}
	return max(c.At, lastTime).Std()
}

// timepiece tells a world's time to those who do not hold its lock.
type timepiece struct {
	machine func() time.Time
	own     atomic.Pointer[clockSet] // nil: the machine's clock
}

func (p *timepiece) now() time.Time {
	if own := p.own.Load(); own != nil {
		return own.now(p.machine())
	}
	return p.machine()
}

// follow takes the clock over from the state.
func (p *timepiece) follow(st *state) {
	if st.Clock != p.own.Load() {
		p.own.Store(st.Clock)
	}
}

// Clock tells what the world's clock shows.
func (w *World) Clock() ClockState {
	c := ClockState{Now: w.clock.now(), Speed: 1}
	if own := w.clock.own.Load(); own != nil {
		c.Own, c.Speed = true, own.Speed
	}
	return c
}

// SetClock gives the world a clock of its own. ErrInvalid when that would turn
// time back or lead behind the year 9999, or the speed is none.
func (w *World) SetClock(ctx context.Context, c Clock) error {
	if err := checkSpeed(c.Speed); err != nil {
		return err
	}
	return w.wind(ctx, func(_ *state, now, real qq.Time) (change, error) {
		at := now
		if !c.At.IsZero() {
			at = qq.TimeOf(c.At)
		}
		if at < now {
			return nil, turnsBack(at, now)
		}
		return &clockSet{At: at, Real: real, Speed: c.Speed}, checkTime(at)
	})
}

func checkSpeed(speed float64) error {
	if speed >= 0 && speed <= MaxSpeed {
		return nil
	}
	return qq.Errorf(qq.ErrInvalid, "a clock cannot run at %v times real time; 0 to %d can be", speed, MaxSpeed)
}

// checkTime refuses a time that no world sees.
func checkTime(at qq.Time) error {
	if at <= lastTime {
		return nil
	}
	return qq.Errorf(qq.ErrInvalid, "the time of a simulated world ends at %s", stamp(lastTime))
}

func turnsBack(at, now qq.Time) error {
	return qq.Errorf(qq.ErrInvalid, "the world's clock shows %s and cannot be turned back to %s; a new world can begin at any time", stamp(now), stamp(at))
}

// stamp writes a time for people.
func stamp(t qq.Time) string { return t.Std().Format(time.RFC3339) }

// Advance moves the world's clock forward; it then runs on as before. A world
// that went by the machine's clock has one of its own from now on. ErrInvalid
// when by is negative or leads behind the year 9999.
func (w *World) Advance(ctx context.Context, by time.Duration) error {
	if by < 0 {
		return qq.Errorf(qq.ErrInvalid, "the world's clock cannot be moved by %s: it never goes back", by)
	}
	return w.wind(ctx, func(st *state, now, real qq.Time) (change, error) {
		c := &clockSet{At: now + qq.Time(by.Milliseconds()), Real: real, Speed: 1}
		if st.Clock != nil {
			c.Speed = st.Clock.Speed
		}
		return c, checkTime(c.At)
	})
}

// FreeClock gives the world the machine's clock again. ErrInvalid when that
// shows an earlier time than the world's.
func (w *World) FreeClock(ctx context.Context) error {
	return w.wind(ctx, func(st *state, now, real qq.Time) (change, error) {
		switch {
		case st.Clock == nil:
			return nil, nil
		case real < now:
			return nil, turnsBack(real, now)
		}
		return &clockFreed{}, nil
	})
}

// wind changes the clock.
func (w *World) wind(ctx context.Context, decide func(st *state, now, real qq.Time) (change, error)) error {
	return w.lasting(ctx, func(st *state, now qq.Time) (change, error) {
		c, err := decide(st, now, qq.TimeOf(w.clock.machine()))
		if err != nil || c == nil {
			return nil, err
		}
		return c, nil
	})
}

// birth is how the history of a new world begins: with its seed and its clock.
func (o Options) birth(real time.Time) ([]change, error) {
	seed := o.Seed
	for seed == 0 {
		seed = rand.Uint64()
	}
	list := []change{&created{Seed: seed}}
	if o.Clock == nil {
		return list, nil
	}
	if err := checkSpeed(o.Clock.Speed); err != nil {
		return nil, fmt.Errorf("clock of a new world: %w", err)
	}
	at := o.Clock.At
	if at.IsZero() {
		at = real
	}
	if err := checkTime(qq.TimeOf(at)); err != nil {
		return nil, fmt.Errorf("clock of a new world: %w", err)
	}
	return append(list, &clockSet{At: qq.TimeOf(at), Real: qq.TimeOf(real), Speed: o.Clock.Speed}), nil
}
