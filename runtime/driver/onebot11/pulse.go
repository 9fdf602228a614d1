package onebot11

import (
	"fmt"
	"sync"
	"time"
)

// pulse watches the side of an HTTP link where events come: it has no ping, but
// most servers can be set to send heartbeats. The first one tells how often they
// come; from then on nothing at all for two intervals and a half is the end of
// the link. Without heartbeats nobody can tell silence from death.
type pulse struct {
	least time.Duration // silence that is always allowed
	dead  func(error)   // called once, on a goroutine of its own

	mu     sync.Mutex
	every  time.Duration // what the heartbeats promise; 0 for nothing yet
	timer  *time.Timer   // nil until something is promised
	last   time.Time     // of the last sign
	taking int           // frames that wait for us to take them: then it is we who are slow
	over   bool
	began  chan struct{} // closed by the first sign
}

func newPulse(least time.Duration, dead func(error)) *pulse {
	return &pulse{least: least, dead: dead, began: make(chan struct{})}
}

// limit is the longest silence of a server that sends a heartbeat that often.
func (p *pulse) limit(every time.Duration) time.Duration { return max(p.least, every*5/2) }

// take runs on, which takes in what came on the events' side and may block.
func (p *pulse) take(on func()) {
	p.sign(1)
	on()
	p.sign(-1)
}

func (p *pulse) sign(taking int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taking += taking
	if p.last.IsZero() {
		close(p.began)
	}
	p.last = time.Now()
	if p.timer != nil && !p.over {
		p.timer.Reset(p.limit(p.every))
	}
}

// promise notes a heartbeat that tells how often they come.
func (p *pulse) promise(every time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if every <= 0 || p.over {
		return
	}
	p.every = every
	if p.timer == nil {
		p.timer = time.AfterFunc(p.limit(every), p.missed)
	}
}

// promised is how often heartbeats come, 0 while nobody told.
func (p *pulse) promised() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.every
}

// missed runs when nothing came for too long.
func (p *pulse) missed() {
	p.mu.Lock()
	if p.over {
		p.mu.Unlock()
		return
	}
	if p.taking > 0 {
		p.timer.Reset(p.limit(p.every))
		p.mu.Unlock()
		return
	}
	p.over = true
	silent, every := time.Since(p.last), p.every
	p.mu.Unlock()
	p.dead(fmt.Errorf("no event and no heartbeat for %s, though the upstream sends a heartbeat every %s: it has to send something again",
		silent.Round(100*time.Millisecond), every))
}

// stop ends the watch.
func (p *pulse) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	if p.timer != nil {
		p.timer.Stop()
	}
}
