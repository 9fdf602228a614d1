package conn

import (
	"context"
	"time"
)

// paceSlack is how far a pacer may be behind and still make up for it. Timers
// come a millisecond late or more: a pacer that forgot that would never reach
// a thousand events a second.
const paceSlack = 20 * time.Millisecond

// pacer spreads replayed events. The zero value lets the first one go at once.
type pacer struct {
	next time.Time // no event before it
}

// wait waits until the next event may go; gap is the time between two.
func (p *pacer) wait(ctx context.Context, gap time.Duration) error {
	now := time.Now()
	if due := now.Add(-paceSlack); p.next.Before(due) {
		if p.next.IsZero() {
			due = now
		}
		p.next = due
	}
	wait := p.next.Sub(now)
	if p.next = p.next.Add(gap); wait <= 0 {
		return ctx.Err()
	}
	return sleep(ctx, wait)
}
