package eventlog

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"sync"

	"llbot/protocols/qq"
)

// Memory is an event log in memory, bounded by count: the oldest entries make
// room for new ones. It is safe for concurrent use; Append is the journal's.
//
// Numbers start at the clock's milliseconds times 1000: they rise over
// restarts as long as fewer than a million events a second pass on average,
// stay below 2^53 until the year 2255, and can be told from Unix milliseconds
// by their size.
type Memory struct {
	mu      sync.RWMutex
	entries []*qq.Entry // ring, number n at index n % len
	first   qq.SN       // oldest held
	last    qq.SN       // newest held; first-1 while empty
	origins map[qq.UserID]uint64
	epoch   uint64
	figures figures
}

// DefaultEntries is how many entries Memory holds when not told otherwise.
const DefaultEntries = 1 << 17

// NewMemory makes an empty log that starts numbering at now and holds up to
// capacity entries (0: DefaultEntries).
func NewMemory(now qq.Time, capacity int) *Memory {
	if capacity <= 0 {
		capacity = DefaultEntries
	}
	base := qq.SN(now) * 1000
	return &Memory{entries: make([]*qq.Entry, capacity), first: base + 1, last: base, origins: map[qq.UserID]uint64{}, epoch: rand.Uint64() | 1}
}

// Append gives e its number and keeps it; a repeated origin is dropped.
// accepted, which may be nil, is called with nil before Append returns.
func (m *Memory) Append(e *qq.Entry, accepted func(error)) (fresh bool, err error) {
	if fresh = m.append(e); fresh && accepted != nil {
		accepted(nil)
	}
	return fresh, nil
}

// Strict is false: readers see an entry at once.
func (m *Memory) Strict() bool { return false }

func (m *Memory) append(e *qq.Entry) (fresh bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.Origin != 0 {
		if e.Origin <= m.origins[e.Account] {
			m.figures.repeats.Add(1)
			return false
		}
		m.origins[e.Account] = e.Origin
	}
	m.figures.appended.Add(1)
	m.last++
	e.SN = m.last
	m.entries[m.slot(e.SN)] = e
	if m.last-m.first >= qq.SN(len(m.entries)) {
		m.first = m.last - qq.SN(len(m.entries)) + 1
	}
	return true
}

// LastOrigin is the greatest origin held for an account, 0 for none.
func (m *Memory) LastOrigin(account qq.UserID) uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.origins[account]
}

// Read appends up to max entries after the given number to dst, in order. A
// number beyond the newest reads nothing. qq.ErrCursorGone when entries behind
// after are no longer held.
func (m *Memory) Read(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if after+1 < m.first {
		return dst, fmt.Errorf("events up to %d are not held: %w", m.first-1, qq.ErrCursorGone)
	}
	for sn := after + 1; sn <= m.last && max > 0; sn, max = sn+1, max-1 {
		dst = append(dst, m.entries[m.slot(sn)])
	}
	return dst, nil
}

// Seek is the number after which the first entry at or after t comes, by the
// order of entry times; drivers may emit slightly out of order.
func (m *Memory) Seek(t qq.Time) qq.SN {
	m.mu.RLock()
	defer m.mu.RUnlock()
	n := sort.Search(int(m.last+1-m.first), func(i int) bool { return m.entries[m.slot(m.first+qq.SN(i))].Time >= t })
	return m.first + qq.SN(n) - 1
}

// First is the oldest number held, Last()+1 while the log is empty.
func (m *Memory) First() qq.SN {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.first
}

// Last is the newest number held, or the base number while the log is empty.
func (m *Memory) Last() qq.SN {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.last
}

func (m *Memory) slot(sn qq.SN) int { return int(uint64(sn) % uint64(len(m.entries))) }

// ReadAccount is Read for the entries of one account. Fewer than max mean that
// there are no more.
func (m *Memory) ReadAccount(dst []*qq.Entry, account qq.UserID, after qq.SN, max int) ([]*qq.Entry, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if after+1 < m.first {
		return dst, fmt.Errorf("events up to %d are not held: %w", m.first-1, qq.ErrCursorGone)
	}
	for sn := after + 1; sn <= m.last && max > 0; sn++ {
		if e := m.entries[m.slot(sn)]; e.Account == account {
			dst = append(dst, e)
			max--
		}
	}
	return dst, nil
}

// Synced is Last: nothing here is safer than anything else.
func (m *Memory) Synced() qq.SN { return m.Last() }

// Epoch is a random number: every start begins another log.
func (m *Memory) Epoch() uint64 { return m.epoch }

// Lost is nothing.
func (m *Memory) Lost() []Range { return nil }

// Trouble is none: there is no disk to fail.
func (m *Memory) Trouble() error { return nil }

// Stats reads the figures; there are none of a disk.
func (m *Memory) Stats() Stats {
	return Stats{Appended: m.figures.appended.Load(), Repeats: m.figures.repeats.Load()}
}

// Close does nothing: what is held is gone with the process.
func (m *Memory) Close() error { return nil }
