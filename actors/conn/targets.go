package conn

import (
	"cmp"
	"slices"
	"sync"

	"llbot/protocols/qq"
)

// Targets are the durable targets of a server, by name. Safe for concurrent use.
type Targets struct {
	ledger Ledger

	mu   sync.Mutex
	held map[string]*Target
}

// NewTargets makes an empty set. A nil ledger keeps nothing beyond the process.
func NewTargets(ledger Ledger) *Targets { return &Targets{ledger: ledger, held: map[string]*Target{}} }

// Open finds a target, or makes it with the cursor that the ledger holds.
func (t *Targets) Open(name string, kind TargetKind, account qq.UserID) *Target {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held[name] == nil {
		t.held[name] = newTarget(name, kind, account, t.ledger)
	}
	return t.held[name]
}

// maxNamed is how many clients of one account may keep a place under a name.
const maxNamed = 256

// OpenNamed is Open for a client that names itself; nil when there are too many
// of the account.
func (t *Targets) OpenNamed(name string, account qq.UserID) *Target {
	t.mu.Lock()
	named := 0
	for _, one := range t.held {
		if one.Kind == TargetForward && one.Account == account {
			named++
		}
	}
	known := t.held[name] != nil
	t.mu.Unlock()
	if !known && named >= maxNamed {
		return nil
	}
	return t.Open(name, TargetForward, account)
}

// Find finds a target; nil when there is none of that name.
func (t *Targets) Find(name string) *Target {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.held[name]
}

// Close forgets a target that is gone for good. What the ledger holds stays.
func (t *Targets) Close(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.held, name)
}

// List are all targets, by name.
func (t *Targets) List() []*Target {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]*Target, 0, len(t.held))
	for _, one := range t.held {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b *Target) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
