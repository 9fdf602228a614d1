//go:build linux

package load

import (
	"errors"
	"fmt"
	"time"
)

const (
	// hookTries is how long a source is waited for after each event, in steps
	// of hookStep.
	hookTries = 50
	hookStep  = 10 * time.Millisecond
	// hookPatience is how long another server may take to deliver the first
	// events: it may wait itself, since its earlier ones could not be delivered.
	hookPatience = 60 * time.Second
)

// link connects targets to their source and waits until every one hears it.
// Whoever hears two events one after the other has none of an earlier run
// left; the body of the second is kept as the sample.
func (h *hooks) link(to HookLink) (err error) {
	first, patience := uint64(0), drainTime
	if to.Act != nil {
		first, patience = freshNumber(time.Now()), hookPatience
	}
	if h.origin, err = openOrigin(to, first); err != nil {
		return err
	}
	row := 0
	for n, end := first+1, time.Now().Add(patience); time.Now().Before(end); n++ {
		h.forget()
		if err := h.origin.upto(n); err != nil {
			return err
		}
		if !h.hear(n) {
			row = 0
			continue
		}
		if row++; row == 2 {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.all.restart(n)
			return nil
		}
	}
	return errors.Join(h.origin.fault(), fmt.Errorf("not every target hears events after %s", patience))
}

// forget drops the sample.
func (h *hooks) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all.sample[0] = nil
}

// hear waits a while until everybody has event n.
func (h *hooks) hear(n uint64) bool {
	heard := func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, l := range h.all.members {
			if l.newest < n {
				return false
			}
		}
		return true
	}
	for range hookTries {
		if heard() {
			return true
		}
		time.Sleep(hookStep)
	}
	return false
}

// freshNumber is greater than the numbers of earlier runs, whose events a
// server may still hold: ten thousand a second since 1970, in Digits digits.
func freshNumber(now time.Time) uint64 {
	const most = 1_000_000_000_000
	return uint64(now.UnixNano()/100_000) % most
}
