package store

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync"

	"llbot/protocols/qq"

	"go.etcd.io/bbolt"
)

// Limits of what can be registered.
const (
	maxHooks     = 100  // of an endpoint
	maxHookField = 8192 // bytes of an endpoint's name, a URL, a token
)

// Hooks are the webhooks that were registered over an API (Satori's
// webhook.create), with their tokens. A change is on disk when it is answered.
type Hooks struct {
	changing sync.Mutex // one change at a time, through to the disk
	table    *table[hookKey, string]

	mu     sync.Mutex
	tokens map[hookKey]string // all of them
}

// Hook is one registered webhook.
type Hook struct {
	Endpoint string // the configured entry it was registered at
	URL      string
	Token    string // secret; "" when it has none
}

type hookKey struct{ endpoint, url string }

func newHooks(w *writer, db *bbolt.DB) *Hooks {
	return &Hooks{table: newTable(w, db, hookForm()), tokens: map[hookKey]string{}}
}

func (h *Hooks) load() error {
	return h.table.each(func(k hookKey, token string) { h.tokens[k] = token })
}

// Add registers a URL at an endpoint; false when it was there, then its token
// is replaced. It waits for the disk. The errors are *qq.Error: ErrInvalid for
// an empty URL, one beyond 8 KiB or one too many, ErrInternal when the disk
// does not take it; then nothing has changed.
func (h *Hooks) Add(endpoint, url, token string) (bool, error) {
	if url == "" || max(len(endpoint), len(url), len(token)) > maxHookField {
		return false, qq.Errorf(qq.ErrInvalid, "a webhook needs a URL; URL and token are %d bytes at most", maxHookField)
	}
	h.changing.Lock()
	defer h.changing.Unlock()
	k := hookKey{endpoint, url}
	was, known := h.token(k)
	if !known && len(h.List(endpoint)) >= maxHooks {
		return false, qq.Errorf(qq.ErrInvalid, "an endpoint has %d webhooks at most", maxHooks)
	}
	if known && was == token {
		return false, nil
	}
	h.table.put(k, token)
	if err := h.table.w.sync(); err != nil {
		h.restore(k, was, known)
		return false, qq.Errorf(qq.ErrInternal, "the webhook cannot be stored: %w", err)
	}
	h.mu.Lock()
	h.tokens[k] = token
	h.mu.Unlock()
	return !known, nil
}

// Remove deletes a URL from an endpoint; false when it was not there. It waits
// for the disk; qq.ErrInternal when that fails, then nothing has changed.
func (h *Hooks) Remove(endpoint, url string) (bool, error) {
	h.changing.Lock()
	defer h.changing.Unlock()
	k := hookKey{endpoint, url}
	was, known := h.token(k)
	if !known {
		return false, nil
	}
	h.table.remove(k)
	if err := h.table.w.sync(); err != nil {
		h.restore(k, was, true)
		return false, qq.Errorf(qq.ErrInternal, "the webhook cannot be deleted: %w", err)
	}
	h.mu.Lock()
	delete(h.tokens, k)
	h.mu.Unlock()
	return true, nil
}

// List are the webhooks of an endpoint, by URL.
func (h *Hooks) List(endpoint string) []Hook {
	var list []Hook
	h.mu.Lock()
	for k, token := range h.tokens {
		if k.endpoint == endpoint {
			list = append(list, Hook{k.endpoint, k.url, token})
		}
	}
	h.mu.Unlock()
	slices.SortFunc(list, func(a, b Hook) int { return cmp.Compare(a.URL, b.URL) })
	return list
}

func (h *Hooks) token(k hookKey) (string, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	token, ok := h.tokens[k]
	return token, ok
}

// restore takes back a change that the disk did not take.
func (h *Hooks) restore(k hookKey, token string, known bool) {
	if known {
		h.table.put(k, token)
	} else {
		h.table.remove(k)
	}
}

// hookForm lays tokens under the endpoint's length and name and the URL.
func hookForm() form[hookKey, string] {
	name := []byte("hooks")
	return form[hookKey, string]{
		name:   "webhooks",
		bucket: func(hookKey) []byte { return name },
		key: func(k hookKey) []byte {
			b := binary.BigEndian.AppendUint16(nil, uint16(len(k.endpoint)))
			return append(append(b, k.endpoint...), k.url...)
		},
		parse: func(b []byte) (hookKey, bool) {
			if len(b) < 2 {
				return hookKey{}, false
			}
			n := int(binary.BigEndian.Uint16(b))
			if b = b[2:]; len(b) < n {
				return hookKey{}, false
			}
			return hookKey{string(b[:n]), string(b[n:])}, true
		},
		encode: func(token string) []byte { return []byte(token) },
		decode: func(_ hookKey, b []byte) (string, bool) { return string(b), true },
	}
}
