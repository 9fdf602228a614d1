package account

import (
	"sync"

	"llbot/protocols/qq"
)

// keyring is Keys in memory.
type keyring struct {
	mu   sync.Mutex
	held map[string]*held
	fail error // Begin answers it when set
}

type held struct {
	fingerprint [32]byte
	begun       qq.Time
	ended       chan struct{} // open while in progress
	running     bool
	result      []byte // nil until it is finished
}

func newKeyring() *keyring { return &keyring{held: map[string]*held{}} }

func (k *keyring) Begin(account qq.UserID, key string, fingerprint [32]byte, now qq.Time) (Claim, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	h := k.held[key]
	switch {
	case k.fail != nil:
		return Claim{}, k.fail
	case h == nil:
		k.held[key] = &held{fingerprint: fingerprint, begun: now, ended: make(chan struct{}), running: true}
		return Claim{State: Fresh, Begun: now}, nil
	case h.fingerprint != fingerprint:
		return Claim{}, qq.Errorf(qq.ErrConflict, "used for another request")
	case h.running:
		again := func() (Claim, error) { return k.Begin(account, key, fingerprint, now) }
		return Claim{State: InProgress, Ended: h.ended, Again: again}, nil
	case h.result != nil:
		return Claim{State: Finished, Result: h.result}, nil
	}
	return Claim{State: Orphan, Begun: h.begun}, nil
}

func (k *keyring) Adopt(_ qq.UserID, key string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	h := k.held[key]
	if h == nil || h.running || h.result != nil {
		return false
	}
	h.running, h.ended = true, make(chan struct{})
	return true
}

// end fails loudly on a claim that is ended twice.
func (k *keyring) end(key string, then func(*held)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	h := k.held[key]
	if h == nil || !h.running {
		panic("key " + key + " is not in progress")
	}
	h.running = false
	then(h)
	close(h.ended)
}

func (k *keyring) Finish(_ qq.UserID, key string, result []byte) {
	k.end(key, func(h *held) { h.result = result })
}

func (k *keyring) Abandon(_ qq.UserID, key string) {
	k.end(key, func(*held) { delete(k.held, key) })
}

func (k *keyring) Lose(_ qq.UserID, key string) { k.end(key, func(*held) {}) }

// state is what is known of a key, 0 when it is free.
func (k *keyring) state(key string) ClaimState {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch h := k.held[key]; {
	case h == nil:
		return 0
	case h.running:
		return InProgress
	case h.result != nil:
		return Finished
	}
	return Orphan
}
