package eventlog

import (
	"container/list"
	"sync"

	"llbot/protocols/qq"
)

// cache keeps decoded blocks, the most recently read ones, so that many
// laggards at the same place decode it once.
type cache struct {
	limit int64 // bytes on disk

	mu    sync.Mutex
	held  map[place]*list.Element
	order list.List // of *decoded, newest first
	bytes int64
}

// place names a block.
type place struct {
	segment qq.SN
	no      int
}

// decoded is a block's entries; whoever comes first loads them, the others
// wait for him.
type decoded struct {
	place   place
	size    int64
	once    sync.Once
	entries []*qq.Entry
	err     error
}

// get is the entries of a block, read by load unless they are held.
func (c *cache) get(at place, size int64, load func() ([]*qq.Entry, error)) ([]*qq.Entry, error) {
	d := c.claim(at, size)
	d.once.Do(func() { d.entries, d.err = load() })
	if d.err != nil {
		c.drop(d)
	}
	return d.entries, d.err
}

func (c *cache) claim(at place, size int64) *decoded {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.held[at]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(*decoded)
	}
	if c.held == nil {
		c.held = map[place]*list.Element{}
	}
	d := &decoded{place: at, size: size}
	c.held[at] = c.order.PushFront(d)
	c.bytes += size
	for c.bytes > c.limit && c.order.Len() > 1 {
		c.evict(c.order.Back())
	}
	return d
}

// drop forgets d, if it is still the one held.
func (c *cache) drop(d *decoded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.held[d.place]; e != nil && e.Value == d {
		c.evict(e)
	}
}

// forget drops the blocks of a segment.
func (c *cache) forget(s *segment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for at, e := range c.held {
		if at.segment == s.first {
			c.evict(e)
		}
	}
}

func (c *cache) evict(e *list.Element) {
	d := c.order.Remove(e).(*decoded)
	delete(c.held, d.place)
	c.bytes -= d.size
}
