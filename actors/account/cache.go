package account

import (
	"sync"
	"sync/atomic"

	"llbot/protocols/qq"
)

// cache holds the answers of cacheable reads. An answer is good as long as the
// version of its domain is the one read before the driver was asked: touching
// a domain costs one increment whatever is cached, and an answer that was
// overtaken by a change while it was fetched is never used.
//
// Answers are shared: nobody changes them.
type cache struct {
	answers sync.Map // qq.Operation (the key) → *answer
	size    atomic.Int64
	// epoch counts changes of the account's state: what happened while it was
	// offline was told to nobody, so that none of the answers is good any more.
	epoch atomic.Uint64
	parts [qq.PartGroup]atomic.Uint64
	// groups share versions when their numbers fall together. That costs a
	// fetch now and then, and asking for made-up groups costs no memory.
	groups [1 << 11]atomic.Uint64
	room   atomic.Int64 // bytes that may still be kept of what was made of answers
}

type answer struct {
	version uint64
	value   any
	made    *made
}

// madeLimit bounds the texts that are kept with an account's answers, in bytes.
const madeLimit = 16 << 20

// ticket remembers where an answer belongs; the zero ticket stores nothing.
type ticket struct {
	key     qq.Operation
	version uint64
}

// cacheLimit bounds the number of answers; past it the cache starts anew.
const cacheLimit = 1 << 17

func (c *cache) lookup(op qq.Operation) (ticket, any, bool) {
	cacheable, ok := op.(qq.Cacheable)
	if !ok {
		return ticket{}, nil, false
	}
	key, domain, fresh := cacheable.Cache()
	t := ticket{key: key, version: c.version(domain)}
	if fresh {
		return t, nil, false
	}
	if a := c.find(key, t.version); a != nil {
		return t, a.value, true
	}
	return t, nil, false
}

func (c *cache) store(t ticket, value any) {
	if t.key == nil {
		return
	}
	old, replaced := c.answers.Swap(t.key, &answer{t.version, value, newMade(&c.room)})
	switch {
	case replaced:
		old.(*answer).made.release()
	case c.size.Add(1) > cacheLimit:
		c.clear()
	}
}

// clear drops all answers and what was made of them.
func (c *cache) clear() {
	for key := range c.answers.Range {
		if old, held := c.answers.LoadAndDelete(key); held {
			old.(*answer).made.release()
			c.size.Add(-1)
		}
	}
}

// held is the answer of a read that needs no driver.
func (c *cache) held(op qq.Operation) (value any, texts *made, ok bool) {
	cacheable, ok := op.(qq.Cacheable)
	if !ok {
		return nil, nil, false
	}
	key, domain, fresh := cacheable.Cache()
	if fresh {
		return nil, nil, false
	}
	a := c.find(key, c.version(domain))
	if a == nil {
		return nil, nil, false
	}
	return a.value, a.made, true
}

// find is the answer under a key, when it is still good.
func (c *cache) find(key qq.Operation, version uint64) *answer {
	if held, ok := c.answers.Load(key); ok && held.(*answer).version == version {
		return held.(*answer)
	}
	return nil
}

func (c *cache) touch(v any) {
	if _, ok := v.(*qq.StatusChanged); ok {
		c.epoch.Add(1)
	}
	for _, d := range qq.Touches(v) {
		c.counter(d).Add(1)
	}
}

// version is a sum of counters that only rise: a change of either makes it new.
func (c *cache) version(d qq.Domain) uint64 { return c.epoch.Load() + c.counter(d).Load() }

func (c *cache) counter(d qq.Domain) *atomic.Uint64 {
	if d.Part != qq.PartGroup {
		return &c.parts[d.Part]
	}
	return &c.groups[uint64(d.Group)%uint64(len(c.groups))]
}
