//go:build linux

package load

import (
	"encoding/binary"
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
	server  *fasthttp.Server
	at      net.Listener
	trigger net.Conn

	mu   sync.Mutex
	all  *audience
	news chan struct{} // something came
}

func openHooks(targets int) (*hooks, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("targets: %w", err)
	}
	h := &hooks{at: l, all: &audience{sample: [][]byte{nil}}, news: make(chan struct{}, 1)}
	for range targets {
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
	number, ok := strings.CutPrefix(string(ctx.Path()), hookPrefix)
	i, err := strconv.Atoi(number)
	if !ok || err != nil || i >= len(h.all.members) {
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
			err = h.tell(next)
		case over, now.After(late):
			h.mu.Lock()
			defer h.mu.Unlock()
			t.Seconds, t.Count, t.Events = time.Since(begun).Seconds(), a.deliveries-deliveries, a.granted-first
			a.faults(&t)
			if !over {
				err = fmt.Errorf("of %d events only %d came to all %d targets in %s", a.granted, a.done, len(a.members), drainTime)
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

func (h *hooks) tell(n uint64) error {
	_, err := h.trigger.Write(binary.BigEndian.AppendUint64(nil, n))
	return err
}

// link connects to the source and waits until every target hears it.
func (h *hooks) link(trigger string) (err error) {
	if h.trigger, err = net.Dial("tcp", trigger); err != nil {
		return fmt.Errorf("trigger: %w", err)
	}
	heard := func(n uint64) bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, l := range h.all.members {
			if l.newest < n {
				return false
			}
		}
		return true
	}
	for n, end := uint64(1), time.Now().Add(drainTime); time.Now().Before(end); n++ {
		if err := h.tell(n); err != nil {
			return err
		}
		for tries := 0; tries < 50; tries++ {
			if heard(n) {
				h.mu.Lock()
				h.all.restart(n)
				h.mu.Unlock()
				return nil
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	return fmt.Errorf("not every target hears events after %s", drainTime)
}

func (h *hooks) close() {
	_ = h.at.Close()
	if h.trigger != nil {
		_ = h.trigger.Close()
	}
}
