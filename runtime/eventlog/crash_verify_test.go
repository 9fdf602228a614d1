package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"llbot/protocols/qq"
)

// cautious tells that nothing is said to be lost and a file without records was
// set aside all the same: when two crashes in a row left segments without a
// header, nobody knows whether the older one ever had an accepted record, and
// keeping it is better than not telling.
func cautious(r Recovery) bool {
	return len(r.Unreadable) > 0 && !r.Lost && !r.NumbersLost && len(r.Corrupt)+len(r.Missing) == 0
}

// verify reads everything and holds it against what was given.
func (c *course) verify(r Recovery) {
	if r.Damaged() && !c.hurt && !cautious(r) {
		c.fatalf("undamaged, and yet %+v", r)
	}
	first, last := c.log.First(), c.log.Last()
	held := c.readAll(first-1, 1+c.rng.IntN(50))
	lost := c.log.Lost()
	if len(lost) > 0 {
		c.lostTold++
		if !c.hurt {
			c.fatalf("undamaged, and yet lost %v", lost)
		}
	}
	told := func(sn qq.SN) bool {
		for _, r := range lost {
			if r.Holds(sn) {
				return true
			}
		}
		return false
	}
	for sn := range c.acked {
		if held[sn] {
			continue
		}
		_, err := c.log.Read(nil, sn-1, 1)
		gone := errors.Is(err, qq.ErrCursorGone)
		switch {
		case !c.hurt && c.opt.Retention.Bytes == 0:
			c.fatalf("acknowledged %d is not held (%d–%d)", sn, first, last)
		case gone, c.hurt && (told(sn) || sn > r.Last):
			delete(c.acked, sn) // told
			c.retained++
		default:
			c.fatalf("acknowledged %d is missing untold: holds %d–%d, lost %v, %+v", sn, first, last, lost, r)
		}
	}
	if !c.hurt && c.opt.Retention.Bytes == 0 {
		c.checkOrigins(held)
	}
}

// readAll reads to the end, and checks each entry.
func (c *course) readAll(after qq.SN, page int) map[qq.SN]bool {
	held := map[qq.SN]bool{}
	for {
		got, err := c.log.Read(nil, after, page)
		if err != nil {
			c.fatalf("read after %d: %v", after, err)
		}
		if len(got) == 0 {
			return held
		}
		for _, e := range got {
			c.check(e, after)
			held[e.SN], after = true, e.SN
		}
	}
}

func (c *course) check(e *qq.Entry, after qq.SN) {
	want, ok := c.given[e.SN]
	same := *e
	same.Event = want.entry.Event
	if !ok || e.SN <= after || same != want.entry || !want.told(e.Event) {
		c.fatalf("after %d: %+v %+v, want %+v %s", after, e, e.Event, want.entry, want.text)
	}
}

// told compares what an event says.
func (w truth) told(e qq.Event) bool {
	if was, raw := w.entry.Event.(*qq.UnknownEvent); raw { // without encoding, for speed
		is, ok := e.(*qq.UnknownEvent)
		return ok && is.Kind == was.Kind && bytes.Equal(is.Data, was.Data)
	}
	text, err := qq.EncodeEvent(e)
	return err == nil && bytes.Equal(text, w.text)
}

// checkOrigins finds lost and doubled emissions: each account's driver emitted
// 1, 2, 3, … and started again after the last that the log held.
func (c *course) checkOrigins(held map[qq.SN]bool) {
	seen := map[qq.UserID]map[uint64]bool{}
	most := map[qq.UserID]uint64{}
	for sn := range held {
		e := c.given[sn].entry
		if e.Origin == 0 {
			continue
		}
		if seen[e.Account] == nil {
			seen[e.Account] = map[uint64]bool{}
		}
		if seen[e.Account][e.Origin] {
			c.fatalf("origin %d of %d is held twice", e.Origin, e.Account)
		}
		seen[e.Account][e.Origin] = true
		most[e.Account] = max(most[e.Account], e.Origin)
	}
	for a, n := range most {
		if uint64(len(seen[a])) != n {
			c.fatalf("account %d: %d of %d emissions are held: %v", a, len(seen[a]), n, c.emissions(a, held))
		}
	}
}

// emissions tells of an account's entries for a failure: number, origin, held.
func (c *course) emissions(account qq.UserID, held map[qq.SN]bool) (list []string) {
	for _, sn := range slices.Sorted(maps.Keys(c.given)) {
		if e := c.given[sn].entry; e.Account == account && e.Origin > 0 {
			list = append(list, fmt.Sprintf("%d: origin %d held %v acked %v", sn, e.Origin, held[sn], c.acked[sn]))
		}
	}
	return list
}
