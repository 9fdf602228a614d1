package sim

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

func mustRun(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestClockMoves(t *testing.T) {
	machine, ctx := newClock(), context.Background()
	start := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	w := openWorld(t, Options{Now: machine.Now, Clock: &Clock{At: start}})
	shows := func(want time.Time, own bool, speed float64) {
		t.Helper()
		if c := w.Clock(); !c.Now.Equal(want) || c.Own != own || c.Speed != speed {
			t.Fatalf("clock %+v, want %s", c, want)
		}
	}
	machine.add(time.Hour)
	shows(start, true, 0)
	mustRun(t, w.Advance(ctx, time.Minute))
	shows(start.Add(time.Minute), true, 0)
	if got := do(t, w, bot, inGroup("hi")).Time.Std(); !got.Equal(start.Add(time.Minute)) {
		t.Fatalf("a message of %s", got)
	}
	mustRun(t, w.SetClock(ctx, Clock{Speed: 60}))
	machine.add(time.Second)
	shows(start.Add(2*time.Minute), true, 60)
	if err := w.SetClock(ctx, Clock{At: start}); !errors.Is(err, qq.ErrInvalid) {
		t.Fatalf("turned back: %v", err)
	}
	for _, speed := range []float64{-1, MaxSpeed + 1} {
		if err := w.SetClock(ctx, Clock{Speed: speed}); !errors.Is(err, qq.ErrInvalid) {
			t.Errorf("speed %v: %v", speed, err)
		}
	}
	if err := w.Advance(ctx, -1); !errors.Is(err, qq.ErrInvalid) {
		t.Errorf("moved back: %v", err)
	}
	mustRun(t, w.FreeClock(ctx))
	shows(machine.Now(), false, 1)
	mustRun(t, w.Advance(ctx, time.Hour))
	shows(machine.Now().Add(time.Hour), true, 1)
	if err := w.FreeClock(ctx); !errors.Is(err, qq.ErrInvalid) {
		t.Errorf("freed while it is ahead: %v", err)
	}
}

func TestClockOutlivesARestart(t *testing.T) {
	machine, dir := newClock(), t.TempDir()
	opt := Options{Now: machine.Now, Dir: dir, Clock: &Clock{At: time.Unix(1e9, 0), Speed: 2}}
	w := openWorld(t, opt)
	mustRun(t, w.Close())
	machine.add(time.Minute)
	opt.Clock = &Clock{At: time.Unix(5, 0)} // a world that is there keeps its own
	if got := openWorld(t, opt).Clock(); !got.Now.Equal(time.Unix(1e9+120, 0)) || got.Speed != 2 {
		t.Errorf("after a restart: %+v", got)
	}
}

func TestMuteEndsByTheWorldsClock(t *testing.T) {
	w := openWorld(t, Options{Clock: &Clock{At: time.Unix(1e9, 0)}})
	do(t, w, alice, qq.MuteMember{Group: home, Member: bob, For: time.Minute})
	refused(t, w, bob, inGroup("hi"), qq.ErrMuted)
	mustRun(t, w.Advance(context.Background(), time.Minute))
	do(t, w, bob, inGroup("hi"))
}

// The same seed and the same operations make the same world.
func TestChanceIsReproducible(t *testing.T) {
	draw := func(seed uint64) (numbers [4]uint64, text []byte) {
		w := openWorld(t, Options{Seed: seed, Clock: &Clock{At: time.Unix(1e9, 0)}})
		numbers[0], numbers[1], numbers[2] = w.st.draw(1), w.st.draw(2), w.st.chance().Uint64()
		do(t, w, bot, inGroup("hi"))
		numbers[3] = w.st.draw(1)
		w.st.Birth, w.st.Clock = 0, nil // of the machine's clock
		return numbers, stateText(t, w.st)
	}
	numbers, text := draw(7)
	again, sameText := draw(7)
	if numbers != again || !bytes.Equal(text, sameText) {
		t.Errorf("%v and %v", numbers, again)
	}
	if other, _ := draw(8); other == numbers || numbers[0] == numbers[1] || numbers[0] == numbers[3] {
		t.Errorf("%v with another seed, %v with this", other, numbers)
	}
	if w := openWorld(t, Options{}); w.st.Seed == 0 {
		t.Error("a world without a seed")
	}
}

// Whatever is done to a clock, time never goes back, and the journal tells of
// the same time again.
func TestClockNeverGoesBack(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		machine := newClock()
		w, err := Open(Options{Now: machine.Now, Dir: mustTemp(t), Sync: time.Nanosecond})
		if err != nil {
			t.Fatal(err)
		}
		last := w.Clock().Now
		seconds := rapid.IntRange(-100, 1000)
		t.Repeat(map[string]func(*rapid.T){
			"machine": func(t *rapid.T) { machine.add(time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second) },
			"advance": func(t *rapid.T) { _ = w.Advance(ctx, time.Duration(seconds.Draw(t, "by"))*time.Second) },
			"speed":   func(t *rapid.T) { _ = w.SetClock(ctx, Clock{Speed: float64(rapid.IntRange(0, 9).Draw(t, "times"))}) },
			"set": func(t *rapid.T) {
				_ = w.SetClock(ctx, Clock{At: last.Add(time.Duration(seconds.Draw(t, "to")) * time.Second), Speed: 1})
			},
			"free": func(*rapid.T) { _ = w.FreeClock(ctx) },
			"": func(t *rapid.T) {
				now := w.Clock().Now
				if now.Before(last) {
					t.Fatalf("the clock went back from %s to %s", last, now)
				}
				last = now
			},
		})
		dir, want := w.opt.Dir, w.Clock()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := Open(Options{Now: machine.Now, Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if got := again.Clock(); !got.Now.Equal(want.Now) || got.Own != want.Own || got.Speed != want.Speed {
			t.Fatalf("after a restart %+v, before %+v", got, want)
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func mustTemp(t *rapid.T) string {
	dir, err := os.MkdirTemp("", "clock")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// The fastest clock leaves the range of a duration within three hours.
func TestTheFastestClockNeverGoesBack(t *testing.T) {
	machine, ctx := newClock(), context.Background()
	w := openWorld(t, Options{Now: machine.Now, Clock: &Clock{At: time.Unix(1e9, 0), Speed: MaxSpeed}})
	last := w.Clock().Now
	for range 200 {
		machine.add(time.Hour + time.Nanosecond)
		now := w.Clock().Now
		if now.Before(last) || now.After(lastTime.Std()) {
			t.Fatalf("from %s to %s", last, now)
		}
		if now.Equal(last) && !now.Equal(lastTime.Std()) {
			t.Fatalf("stands at %s", now)
		}
		last = now
	}
	if !last.Equal(lastTime.Std()) {
		t.Errorf("ends at %s", last)
	}
	mustRun(t, w.SetClock(ctx, Clock{Speed: 1}))
	if got := do(t, w, bot, inGroup("hi")).Time; got != lastTime {
		t.Errorf("a message of %s", stamp(got))
	}
}

func TestTimeEnds(t *testing.T) {
	ctx, never := context.Background(), lastTime.Std().Add(time.Second)
	if _, err := Open(Options{Clock: &Clock{At: never}}); !errors.Is(err, qq.ErrInvalid) {
		t.Errorf("a world that begins behind the end: %v", err)
	}
	w := openWorld(t, Options{Clock: &Clock{At: lastTime.Std().Add(-time.Hour)}})
	for what, err := range map[string]error{
		"set": w.SetClock(ctx, Clock{At: never}), "moved": w.Advance(ctx, 2*time.Hour), "moved far": w.Advance(ctx, 1<<63-1),
	} {
		if !errors.Is(err, qq.ErrInvalid) {
			t.Errorf("%s behind the end: %v", what, err)
		}
	}
	mustRun(t, w.Advance(ctx, time.Hour))
	if got := w.Clock().Now; !got.Equal(lastTime.Std()) {
		t.Errorf("shows %s", got)
	}
}
