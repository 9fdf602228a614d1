package onebot11

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestPulse: silence counts from the last sign once a heartbeat has told how
// often they come, never while it is we who are slow, and once.
func TestPulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var deaths []time.Time
		begun := time.Now()
		dead := func() (after []time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			for _, at := range deaths {
				after = append(after, at.Sub(begun))
			}
			return after
		}
		start := func(least time.Duration) *pulse {
			mu.Lock()
			defer mu.Unlock()
			deaths, begun = nil, time.Now()
			return newPulse(least, func(error) { mu.Lock(); defer mu.Unlock(); deaths = append(deaths, time.Now()) })
		}
		sleep := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
		nothing := func() {}

		p := start(10 * time.Second)
		p.take(nothing)
		sleep(24 * time.Hour)
		if p.promise(0); len(dead()) > 0 || p.promised() != 0 {
			t.Errorf("nothing was promised, and it died at %v", dead())
		}
		p.promise(20 * time.Second)
		begun = time.Now()
		sleep(40 * time.Second)
		p.take(nothing)
		sleep(49 * time.Second)
		if len(dead()) > 0 {
			t.Errorf("died at %v", dead())
		}
		if sleep(time.Hour); len(dead()) != 1 || dead()[0] != 90*time.Second {
			t.Errorf("died at %v", dead())
		}
		p.take(nothing)
		p.promise(time.Second)
		if sleep(time.Hour); len(dead()) != 1 {
			t.Errorf("died again at %v", dead())
		}

		p = start(10 * time.Second)
		p.take(nothing)
		p.promise(time.Second)
		p.take(func() { sleep(time.Minute) })
		if len(dead()) > 0 {
			t.Errorf("died at %v while a frame waited for us", dead())
		}
		if sleep(time.Hour); len(dead()) != 1 || dead()[0] != 70*time.Second {
			t.Errorf("died at %v", dead())
		}

		p = start(10 * time.Second)
		p.promise(time.Second)
		p.stop()
		if sleep(time.Hour); len(dead()) != 0 {
			t.Errorf("died at %v after its end", dead())
		}
	})
}
