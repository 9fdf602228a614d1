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
	parts   [qq.PartGroups + 1]atomic.Uint64
	groups  sync.Map // qq.GroupID → *atomic.Uint64
}

type answer struct {
	version uint64
	value   any
}

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
	t := ticket{key: key, version: c.version(domain).Load()}
	if fresh {
		return t, nil, false
	}
	held, ok := c.answers.Load(key)
	if !ok || held.(*answer).version != t.version {
		return t, nil, false
	}
	return t, held.(*answer).value, true
}

func (c *cache) store(t ticket, value any) {
	if t.key == nil {
		return
	}
	if _, replaced := c.answers.Swap(t.key, &answer{t.version, value}); !replaced && c.size.Add(1) > cacheLimit {
		c.answers.Clear()
		c.size.Store(0)
	}
}

func (c *cache) touch(v any) {
	for _, d := range qq.Touches(v) {
		c.version(d).Add(1)
	}
}

func (c *cache) version(d qq.Domain) *atomic.Uint64 {
	if d.Part != qq.PartGroup {
		return &c.parts[d.Part]
	}
	if v, ok := c.groups.Load(d.Group); ok {
		return v.(*atomic.Uint64)
	}
	v, _ := c.groups.LoadOrStore(d.Group, new(atomic.Uint64))
	return v.(*atomic.Uint64)
}
