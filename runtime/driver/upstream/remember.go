package upstream

import (
	"fmt"
	"time"

	"llbot/protocols/qq"
)

// trailAge is how far back the log is read after a restart, so that what it
// holds is not emitted again.
const trailAge = 15 * time.Minute

// remember finds what was emitted: in this process or, behind a restart, in
// the log, where last is the greatest key.
func (l *live) remember(last uint64) error {
	l.sends.restore(l.o.Notes, l.link.Login().ID)
	if l.past != nil {
		l.trail = l.past
		l.trail.link()
		l.origin = max(l.origin, last)
		return nil
	}
	l.trail, l.origin = newTrail(), last
	floor := originTime(last)
	if positionOf(last) != 0 { // a time that is not written down: as far back as history is wanted
		floor = qq.TimeOf(l.o.Now().Add(-max(l.o.Timing.Backfill, 0)))
	}
	if floor == 0 || l.o.Past == nil {
		l.past = l.trail
		return nil
	}
	since := qq.TimeOf(floor.Std().Add(-trailAge))
	err := l.o.Past(l.link.Login().ID, since, func(e *qq.Entry) {
		l.trail.repeated(e.Time, e.Event)
		l.lastSN = max(l.lastSN, e.SN)
	})
	if err != nil {
		return fmt.Errorf("reading what the log holds: %w", err)
	}
	l.trail.floor = floor
	l.trail.link()
	l.past = l.trail
	return nil
}
