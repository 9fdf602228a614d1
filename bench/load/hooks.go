//go:build linux

package load

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// hooks are targets of webhooks: one server, a path for each target. They
// count like other listeners.
type hooks struct {
	server *fasthttp.Server
	at     net.Listener
	anyway bool   // whatever the path, the first target is meant
	origin origin // once it is linked

	mu   sync.Mutex
	all  *audience
	news chan struct{} // something came
}

func openHooks(spec HookSpec) (*hooks, error) {
	l, err := net.Listen("tcp", cmp.Or(spec.Addr, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("targets: %w", err)
	}
	h := &hooks{at: l, anyway: spec.Addr != "", all: &audience{sample: [][]byte{nil}}, news: make(chan struct{}, 1)}
	for range spec.Targets {
		h.all.members = append(h.all.members, &listener{all: h.all})
	}
	h.all.expect(2 * defaultWindow)
	h.server = &fasthttp.Server{Handler: h.take}
	go func() { _ = h.server.Serve(l) }() // ends with the listener
	return h, nil
}

// take is one delivery.
func (h *hooks) take(ctx *fasthttp.RequestCtx) {
	ctx.SetStatusCode(fasthttp.StatusNoContent)
	i, ok := h.target(string(ctx.Path()))
	if !ok {
		ctx.SetStatusCode(fasthttp.StatusNotFound)
		return
	}
	h.mu.Lock()
	body := ctx.PostBody()
	h.all.members[i].delivered(body, body)
	h.mu.Unlock()
	select {
	case h.news <- struct{}{}:
	default:
	}
}

// target is which one a path leads to.
func (h *hooks) target(path string) (i int, ok bool) {
	if h.anyway {
		return 0, true
	}
	number, ok := strings.CutPrefix(path, hookPrefix)
	i, err := strconv.Atoi(number)
	return i, ok && err == nil && i >= 0 && i < len(h.all.members)
}

// saturate is like a rig's.
func (h *hooks) saturate(d time.Duration) (t Tally, err error) {
	h.mu.Lock()
	a := h.all
	first, deliveries := a.done, a.deliveries
	h.mu.Unlock()
	begun := time.Now()
	end, late := begun.Add(d), begun.Add(d+drainTime)
	for {
		h.mu.Lock()
		next, now := a.done+defaultWindow, time.Now()
		due := now.Before(end) && next-a.granted >= defaultWindow/2
		if due {
			a.grant(next, now)
		}
		over := !now.Before(end) && a.done == a.granted
		h.mu.Unlock()
		switch {
		case due:
			err = h.origin.upto(next)
		case over, now.After(late):
			h.mu.Lock()
			defer h.mu.Unlock()
			t.Seconds, t.Count, t.Events = time.Since(begun).Seconds(), a.deliveries-deliveries, a.granted-first
			a.faults(&t)
			if !over {
				err = errors.Join(h.origin.fault(), fmt.Errorf("of %d events only %d came to all %d targets in %s", a.granted, a.done, len(a.members), drainTime))
			}
			return t, err
		}
		if err != nil {
			return t, err
		}
		select {
		case <-h.news:
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (h *hooks) close() {
	_ = h.at.Close()
	if h.origin != nil {
		_ = h.origin.Close()
	}
}
