package upstream

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"llbot/protocols/qq"
)

// alive notes when the upstream was last heard.
func (l *live) alive() { l.heard.Store(l.o.Now().UnixMilli()) }

// status tells that the account came or went, if it did. What was missed while
// it was away is filled in behind the news.
func (l *live) status(online bool, reason string, resumed bool) error {
	was := l.online.Swap(online)
	if was == online && l.told {
		return nil
	}
	l.told = true
	e := qq.Emission{Time: qq.TimeOf(l.o.Now()), Event: &qq.StatusChanged{Online: online, Reason: reason, Login: l.login()}}
	fresh := l.trail.floor == 0
	if fresh { // from here on nothing may be missed
		l.origin = originAfter(l.origin, e.Time, e.Time)
		e.Origin = l.origin
	}
	if err := l.deliver(e); err != nil {
		return err
	}
	if !online || fresh || resumed {
		return nil
	}
	return l.fill()
}

// watch ends the link when either half of it is dead: events that do not come,
// calls that are not answered.
func (l *live) watch() {
	tick := time.NewTicker(l.o.Timing.Probe)
	defer tick.Stop()
	var probing sync.WaitGroup
	defer probing.Wait()
	var busy atomic.Bool
	for {
		select {
		case <-l.ctx.Done():
			return
		case <-tick.C:
		}
		if err := l.link.Ping(); err != nil {
			l.fail(lost("events", err))
			return
		}
		silent := l.o.Now().Sub(time.UnixMilli(l.heard.Load()))
		if silent > l.o.Timing.Silence && !l.held.Load() {
			l.fail(fmt.Errorf("events: no sign of life for %s", silent.Round(time.Second)))
			return
		}
		if busy.CompareAndSwap(false, true) {
			probing.Go(func() {
				defer busy.Store(false)
				l.probe()
			})
		}
	}
}

func (l *live) probe() {
	ctx, cancel := context.WithTimeout(l.ctx, l.o.Timing.Silence)
	defer cancel()
	online, err := l.link.Probe(ctx)
	if err != nil {
		l.fail(lost("calls", err))
		return
	}
	if online == l.online.Load() {
		return
	}
	select { // behind the events that came before
	case l.events <- Inbound{Event: &qq.StatusChanged{Online: online}}:
	case <-l.ctx.Done():
	}
}
