package onebot11

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestPulse: silence counts from the last sign once a heartbeat has told how
// often they come, never while it is we who are slow, and once.
func TestPulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var died []time.Duration
		begun := time.Now()
		start := func(least time.Duration) *pulse {
			died, begun = nil, time.Now()
			return newPulse(least, func(error) { died = append(died, time.Since(begun)) })
		}
		sleep := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
		nothing := func() {}

		p := start(10 * time.Second)
		p.take(nothing)
		sleep(24 * time.Hour)
		if p.promise(0); len(died) > 0 || p.promised() != 0 {
			t.Errorf("nothing was promised, and it died at %v", died)
		}
		p.promise(20 * time.Second)
		begun = time.Now()
		sleep(40 * time.Second)
		p.take(nothing)
		sleep(49 * time.Second)
		if len(died) > 0 {
			t.Errorf("died at %v", died)
		}
		if sleep(time.Hour); len(died) != 1 || died[0] != 90*time.Second {
			t.Errorf("died at %v", died)
		}
		p.take(nothing)
		p.promise(time.Second)
		if sleep(time.Hour); len(died) != 1 {
			t.Errorf("died again at %v", died)
		}

		p = start(10 * time.Second)
		p.take(nothing)
		p.promise(time.Second)
		p.take(func() { sleep(time.Minute) })
		if len(died) > 0 {
			t.Errorf("died at %v while a frame waited for us", died)
		}
		if sleep(time.Hour); len(died) != 1 || died[0] != 70*time.Second {
			t.Errorf("died at %v", died)
		}

		p = start(10 * time.Second)
		p.promise(time.Second)
		p.stop()
		if sleep(time.Hour); len(died) != 0 {
			t.Errorf("died at %v after its end", died)
		}
	})
}
