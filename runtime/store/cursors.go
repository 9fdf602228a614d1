package store

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"llbot/protocols/qq"

	"go.etcd.io/bbolt"
)

// Cursors remember how far each durable target has come in the event log.
// Nothing here waits for the disk. A killed process loses no move of a cursor
// that goes forward, but while dead letters wait for the disk: a cursor that is
// found is never ahead of the letters that were added before it moved. A power
// cut, and a kill at such a time, takes at most the moves of the last 50 ms, so
// that a target gets again what it got then: at least once is the promise.
type Cursors struct {
	letters interface{ waits() bool }

	mu    sync.Mutex
	table *table[string, position]
	marks *marks
	at    map[string]position // all of them
}

// Cursor is the position of one target.
type Cursor struct {
	Target string
	SN     qq.SN   // everything up to it is done with
	Saved  qq.Time // when it moved last
}

type position struct {
	sn    qq.SN
	saved qq.Time
}

func newCursors(w *writer, db *bbolt.DB, m *marks, letters interface{ waits() bool }) *Cursors {
	name := []byte("cursors")
	return &Cursors{marks: m, letters: letters, at: map[string]position{}, table: newTable(w, db, form[string, position]{
		name:   "cursors",
		bucket: func(string) []byte { return name },
		key:    func(target string) []byte { return []byte(target) },
		parse:  func(key []byte) (string, bool) { return string(key), true },
		encode: encodePosition, decode: decodePosition,
	})}
}

func (c *Cursors) load() error {
	return c.table.each(func(target string, p position) {
		p.sn = max(p.sn, c.marks.of(target))
		c.at[target] = p
	})
}

// Load answers how far a target has come; false when it has no cursor.
func (c *Cursors) Load(target string) (qq.SN, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.at[target]
	if sn := c.marks.of(target); !ok && sn != 0 { // the kill came before the database heard of it
		p, ok = c.save(target, sn), true
	}
	return p.sn, ok
}

// Save moves a target's cursor on, making it when there is none; a position
// that is not behind the cursor's is ignored. The name is 1 to MaxTarget bytes;
// others are not kept, which is logged.
func (c *Cursors) Save(target string, sn qq.SN) { c.move(target, sn, false) }

// Set moves a target's cursor anywhere, also back: what follows is delivered
// again. The name is as for Save.
func (c *Cursors) Set(target string, sn qq.SN) { c.move(target, sn, true) }

func (c *Cursors) move(target string, sn qq.SN, anywhere bool) {
	if !nameable(target) {
		c.table.w.refuse(c.table.name(), target)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if was, ok := c.at[target]; ok && sn <= was.sn && !anywhere {
		return
	}
	c.save(target, sn)
	switch {
	case anywhere:
		c.marks.put(target, 0)
	case !c.letters.waits():
		c.marks.put(target, sn)
	}
}

func (c *Cursors) save(target string, sn qq.SN) position {
	p := position{sn, qq.TimeOf(time.Now())}
	c.at[target] = p
	c.table.put(target, p)
	return p
}

// List are all cursors, by target.
func (c *Cursors) List() []Cursor {
	c.mu.Lock()
	list := make([]Cursor, 0, len(c.at))
	for target, p := range c.at {
		list = append(list, Cursor{target, p.sn, p.saved})
	}
	c.mu.Unlock()
	slices.SortFunc(list, func(a, b Cursor) int { return cmp.Compare(a.Target, b.Target) })
	return list
}

// Newest is how far the target has come that has come farthest, those included
// that only a mark tells of; 0 when nobody has come anywhere.
func (c *Cursors) Newest() qq.SN {
	c.mu.Lock()
	defer c.mu.Unlock()
	newest := c.marks.newest()
	for _, p := range c.at {
		newest = max(newest, p.sn)
	}
	return newest
}

// Forget deletes a target's cursor.
func (c *Cursors) Forget(target string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.marks.put(target, 0)
	if _, ok := c.at[target]; ok {
		delete(c.at, target)
		c.table.remove(target)
	}
}

func encodePosition(p position) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 16), uint64(p.sn))
	return binary.BigEndian.AppendUint64(b, uint64(p.saved))
}

func decodePosition(_ string, b []byte) (position, bool) {
	if len(b) != 16 {
		return position{}, false
	}
	return position{qq.SN(binary.BigEndian.Uint64(b)), qq.Time(binary.BigEndian.Uint64(b[8:]))}, true
}
