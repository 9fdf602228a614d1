package runtime

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"llbot/actors/endpoint"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/config"
	"llbot/runtime/store"
)

// webhooks are what bot programs registered at one endpoint. The store keeps
// them; the endpoint's actor posts to them. A webhook's targets, one for each
// account, are known by the endpoint, the account and the webhook's ID.
type webhooks struct {
	*machine
	spawn    func(name string, fn func(), onPanic func(error)) // runs what outlasts a call
	endpoint string
	accounts []qq.UserID
	hook     func(token string) face.Hook
	posted   *endpoint.Webhooks
	turns    turns
}

var _ satori.Hooks = (*webhooks)(nil)

const (
	// parting is how long a change is not answered while an exchange is under
	// way. The receiver may be the one who asks, and answer only then.
	parting = time.Second
	// departed bounds that exchange.
	departed = time.Minute
)

func (s *Server) webhooks(e config.Endpoint) *webhooks {
	h := &webhooks{machine: s.machine, spawn: s.sys.Go, endpoint: e.Common().Name}
	for _, uin := range e.Common().Serves(s.cfg) {
		h.accounts = append(h.accounts, qq.UserID(uin))
	}
	return h
}

// open takes up what was registered in earlier lives.
func (h *webhooks) open(hook func(token string) face.Hook) *endpoint.Webhooks {
	h.hook = hook
	var list []endpoint.Webhook
	known := map[string]bool{}
	for _, one := range h.store.Hooks().List(h.endpoint) {
		w := h.webhook(one)
		known[w.ID], list = true, append(list, w)
	}
	// A deletion that was cut off has left its places behind.
	h.forget(func(id string) bool { return !known[id] })
	h.posted = endpoint.NewWebhooks(list...)
	return h.posted
}

func (h *webhooks) webhook(one store.Hook) endpoint.Webhook {
	return endpoint.Webhook{ID: webhookID(one.URL), URL: one.URL, Hook: h.hook(one.Token)}
}

// Create registers a URL. Its place in the log is on disk before it is: it gets
// whatever happens from then on. A new token is used from the next exchange on.
func (h *webhooks) Create(ctx context.Context, url, token string) error {
	if err := h.turns.take(ctx, url); err != nil {
		return err
	}
	defer h.turns.give(url)
	id := webhookID(url)
	mine := func(of string) bool { return of == id }
	known := h.registered(url)
	if !known {
		h.forget(mine)
		for _, account := range h.accounts {
			h.store.Cursors().Set(endpoint.WebhookTarget(h.endpoint, account, id), h.log.Last())
		}
	}
	if _, err := h.store.Hooks().Add(h.endpoint, url, token); err != nil {
		if !known {
			h.forget(mine)
		}
		return err
	}
	soon, cancel := context.WithTimeout(ctx, parting)
	defer cancel()
	err := h.posted.Put(soon, h.webhook(store.Hook{Endpoint: h.endpoint, URL: url, Token: token}))
	if err != nil && soon.Err() == nil {
		return qq.Errorf(qq.ErrInternal, "the webhook is registered, but not in use before the next start: %w", err)
	}
	return nil
}

// Delete ends a webhook for good. It stays deleted once this has answered, and no
// exchange begins; one that is under way is waited for as long as parting.
func (h *webhooks) Delete(ctx context.Context, url string) (bool, error) {
	if err := h.turns.take(ctx, url); err != nil {
		return false, err
	}
	found, err := h.store.Hooks().Remove(h.endpoint, url)
	if err != nil || !found {
		h.turns.give(url)
		return false, err
	}
	ended := make(chan struct{})
	end := sync.OnceFunc(func() { h.turns.give(url); close(ended) })
	h.spawn("end of a webhook of "+h.endpoint, func() {
		defer end()
		h.end(webhookID(url))
	}, nil)
	select {
	case <-ended:
	case <-time.After(parting):
	case <-ctx.Done():
	}
	return true, nil
}

// end waits for a webhook's exchanges and forgets where they were.
func (h *webhooks) end(id string) {
	ctx, cancel := context.WithTimeout(context.Background(), departed)
	defer cancel()
	// Whatever it says, the webhook is gone; its places would only be seen.
	_ = h.posted.Remove(ctx, id)
	for _, account := range h.accounts {
		h.targets.Close(endpoint.WebhookTarget(h.endpoint, account, id))
	}
	h.forget(func(of string) bool { return of == id })
}

// forget deletes what is kept of the targets of some webhooks.
func (h *webhooks) forget(which func(id string) bool) {
	for _, c := range h.store.Cursors().List() {
		rest, mine := strings.CutPrefix(c.Target, h.endpoint+"/")
		_, id, _ := strings.Cut(rest, "/")
		if mine && strings.HasPrefix(id, webhookMark) && which(id) {
			h.store.Cursors().Forget(c.Target)
			h.store.DeadLetters().Forget(c.Target)
		}
	}
}

func (h *webhooks) registered(url string) bool {
	for _, one := range h.store.Hooks().List(h.endpoint) {
		if one.URL == url {
			return true
		}
	}
	return false
}

// webhookMark begins the IDs of webhooks. Names that clients give to their
// connections have no colon.
const webhookMark = "hook:"

// webhookID names a webhook for people and for ever: by its host, and a hash
// of its whole URL, whose path and query may be secret.
func webhookID(text string) string {
	host := "?"
	if u, err := url.Parse(text); err == nil {
		host = u.Host
	}
	plain := strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f && r != '/' {
			return r
		}
		return '_'
	}, host)
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%s%.64s-%s", webhookMark, plain, hex.EncodeToString(sum[:8]))
}

// turns lets one at a time change a thing that has a key.
type turns struct {
	mu    sync.Mutex
	taken map[string]chan struct{} // closed when it is given back
}

// take waits for its turn, or fails when ctx ends before.
func (t *turns) take(ctx context.Context, key string) error {
	for {
		t.mu.Lock()
		other, busy := t.taken[key]
		if !busy {
			if t.taken == nil {
				t.taken = map[string]chan struct{}{}
			}
			t.taken[key] = make(chan struct{})
			t.mu.Unlock()
			return nil
		}
		t.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (t *turns) give(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.taken[key])
	delete(t.taken, key)
}
