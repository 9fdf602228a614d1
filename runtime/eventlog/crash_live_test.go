package eventlog

import (
	"errors"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

// startDriver starts emitting again after what the log holds.
func (c *course) startDriver() {
	for _, a := range accounts {
		c.next[a] = c.log.LastOrigin(a) + 1
	}
	c.slip.Store(false)
}

// live is one life: appending, reading, and faults.
func (c *course) live() {
	switch c.rng.IntN(6) {
	case 0, 1:
		c.disk.opsLeft = c.rng.IntN(60)
	case 2:
		c.disk.capacity = c.disk.used() + c.rng.IntN(6000)
	}
	badSyncAt := -1
	if c.rng.IntN(6) == 0 {
		badSyncAt = c.rng.IntN(70)
	}
	for i := range c.rng.IntN(100) {
		if i == badSyncAt {
			c.disk.set(func() { c.disk.badSyncs = 1 })
			c.badSyncs++
		}
		switch c.rng.IntN(12) {
		case 0:
			time.Sleep(time.Duration(c.rng.IntN(60)) * time.Millisecond)
		case 1:
			c.settle()
		case 2:
			c.readSome()
		case 3:
			if c.rng.IntN(8) == 0 {
				c.disk.set(func() { c.disk.capacity = 0 })
			}
		default:
			c.emit()
		}
	}
}

// settle waits until the writer has nothing to do, and starts the driver over
// when something was refused.
func (c *course) settle() {
	synctest.Wait()
	clear(c.waiting)
	if c.slip.Load() {
		c.startDriver()
	}
}

func (c *course) emit() {
	account := accounts[c.rng.IntN(len(accounts))]
	repeat := c.rng.IntN(10) == 0
	if c.slip.Load() || repeat || c.waiting[account] { // under Strict a driver waits for each answer
		c.settle()
	}
	e := &qq.Entry{Account: account, Time: qq.Time(c.rng.IntN(1000)), Event: randomEvent(c.rng)}
	switch {
	case repeat:
		if e.Origin = c.next[account] - 1; e.Origin > 0 {
			c.repeats++
			if fresh, err := c.log.Append(e, func(error) { c.fatalf("a repeat was accepted") }); fresh {
				c.fatalf("repeated origin %d of %d taken as new (%v)", e.Origin, account, err)
			}
		}
		return
	case c.rng.IntN(10) > 0:
		e.Origin = c.next[account]
	}
	// accepted may come late, from the writer; the bubble makes that safe to read
	// after it is idle.
	fresh, err := c.log.Append(e, func(err error) { c.answered(e, err) })
	if err != nil {
		c.slip.Store(true)
		return
	}
	if !fresh {
		c.fatalf("origin %d of %d dropped", e.Origin, account)
	}
	text, _ := qq.EncodeEvent(e.Event)
	c.disk.mu.Lock() // orders this with answered
	defer c.disk.mu.Unlock()
	if e.SN <= c.top || e.SN >= 1<<53 {
		c.fatalf("number %d after %d", e.SN, c.top)
	}
	c.top, c.given[e.SN] = e.SN, truth{*e, text}
	c.appended++
	c.waiting[account] = c.opt.Durability == Strict
	if e.Origin > 0 {
		c.next[account] = e.Origin + 1
	}
}

// answered is called when an entry counts as accepted.
func (c *course) answered(e *qq.Entry, err error) {
	if c.opt.Durability == Batch {
		return // Synced tells
	}
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	if err != nil {
		c.slip.Store(true)
		return
	}
	c.acknowledge(e.SN, e.Account, e.Origin)
}

func (c *course) acknowledge(sn qq.SN, account qq.UserID, origin uint64) {
	if !c.acked[sn] {
		c.tally.acked++
	}
	c.acked[sn] = true
	c.origin[account] = max(c.origin[account], origin)
}

// readSome reads from anywhere.
func (c *course) readSome() {
	after := c.log.First() - 1 + qq.SN(c.rng.IntN(60))
	got, err := c.log.Read(nil, after, c.rng.IntN(20))
	if err != nil && !errors.Is(err, qq.ErrCursorGone) {
		c.fatalf("read after %d: %v", after, err)
	}
	for _, e := range got {
		c.check(e, after)
		after = e.SN
	}
}
