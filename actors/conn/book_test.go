package conn

import (
	"maps"
	"slices"
	"sync"

	"llbot/protocols/qq"
)

// book is a ledger in memory.
type book struct {
	mu      sync.Mutex
	cursors map[string]qq.SN
	refused []Refusal
	skipped map[qq.SN]string
	struck  []qq.SN
}

func newBook() *book { return &book{cursors: map[string]qq.SN{}, skipped: map[qq.SN]string{}} }

func (b *book) Load(target string) (qq.SN, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	sn, ok := b.cursors[target]
	return sn, ok
}

func (b *book) Save(target string, sn qq.SN) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cursors[target] = max(b.cursors[target], sn)
}

// at is where a target's cursor is kept.
func (b *book) at(target string) qq.SN {
	sn, _ := b.Load(target)
	return sn
}

// lists are what was skipped and what was struck off.
func (b *book) lists() (skipped map[qq.SN]string, struck []qq.SN) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.skipped), slices.Clone(b.struck)
}

func (b *book) Refused(_ string, r Refusal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = append(b.refused, r)
}

func (b *book) Skipped(_ string, sn qq.SN, reason string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.skipped[sn] = reason
}

func (b *book) Redelivered(_ string, sn qq.SN) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.struck = append(b.struck, sn)
}
