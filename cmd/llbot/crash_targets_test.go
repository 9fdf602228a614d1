package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// crashTargets are the bot programs that outlive the killed one: two webhooks,
// a reverse WebSocket and a reader of an event stream.
type crashTargets struct {
	onebot, milky, reverse, stream *inbox

	ctx    context.Context
	cancel context.CancelFunc
	links  sync.WaitGroup
	open   atomic.Int64 // connections, links included
}

func newCrashTargets(strict bool) *crashTargets {
	c := &crashTargets{onebot: newInbox("onebot webhook", strict), milky: newInbox("milky webhook", strict), reverse: newInbox("reverse link", strict),
		stream: newInbox("event stream", strict)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

func (c *crashTargets) inboxes() []*inbox { return []*inbox{c.onebot, c.milky, c.reverse, c.stream} }

// ServeHTTP takes deliveries. Nearly any answer below 500 is proof from a Milky client.
func (c *crashTargets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	box, status := c.onebot, http.StatusNoContent
	switch r.URL.Path {
	case "/reverse":
		c.link(w, r)
		return
	case "/milky":
		box, status = c.milky, http.StatusNotFound
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // cut off by a kill
	}
	before := box.count()
	box.take(body, r.Header.Get("X-Delivery-Id"))
	box.proven(max(before-1, 0), before) // the next one comes only after the proof of the last
	w.WriteHeader(status)
}

// link reads a reverse WebSocket. A Ping comes only when the Pong of the one
// before it was seen: all that came before that one is proven.
func (c *crashTargets) link(w http.ResponseWriter, r *http.Request) {
	c.open.Add(1) // the server no longer counts it
	c.links.Add(1)
	defer c.links.Done()
	defer c.open.Add(-1)
	proven := c.reverse.count()
	pinged := proven
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{OnPingReceived: func(context.Context, []byte) bool {
		c.reverse.proven(proven, pinged)
		proven, pinged = pinged, c.reverse.count()
		return true
	}})
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(1 << 20)
	for {
		_, text, err := conn.Read(c.ctx)
		if err != nil {
			return
		}
		c.reverse.take(text, "")
	}
}

// read opens the event stream behind the last event that was read, and reads it
// until the program is gone. Nothing may come again.
func (c *crashTargets) read(t *testing.T, p *program) {
	t.Helper()
	req, err := http.NewRequestWithContext(c.ctx, http.MethodGet, "http://"+p.addr["onebot11-http"]+"/_events?since=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	if last := c.stream.lastNumber(); last != 0 {
		req.Header.Set("Last-Event-ID", strconv.FormatUint(last, 10))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("event stream: %v, %v", resp, err)
	}
	c.open.Add(1)
	c.links.Go(func() {
		defer c.open.Add(-1)
		defer resp.Body.Close()
		id := ""
		for in := bufio.NewScanner(resp.Body); in.Scan(); {
			line := in.Text()
			if value, ok := strings.CutPrefix(line, "id: "); ok {
				id = "-" + value
			} else if strings.HasPrefix(line, "data: ") {
				before := c.stream.count()
				c.stream.take([]byte(line), id)
				c.stream.proven(before, c.stream.count())
			} else if strings.HasPrefix(line, "event: ") {
				c.stream.report(line)
			}
		}
	})
}

// hangUp ends the links.
func (c *crashTargets) hangUp() {
	c.cancel()
	c.links.Wait()
}

// connState counts connections.
func (c *crashTargets) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		c.open.Add(-1)
	}
}

// died reads to its end what the dead program had sent; what comes then is of
// its next life.
func (c *crashTargets) died(t *testing.T) {
	waitFor(t, 10*time.Second, func() bool { return c.open.Load() == 0 })
	for _, b := range c.inboxes() {
		b.reborn()
	}
}

func (c *crashTargets) haveAll(accepted []saying) bool {
	for _, b := range c.inboxes() {
		if n, _ := b.missing(accepted); n > 0 {
			return false
		}
	}
	return true
}

func (c *crashTargets) haveEnded() bool {
	for _, b := range c.inboxes() {
		b.mu.Lock()
		ended := b.ended
		b.mu.Unlock()
		if !ended {
			return false
		}
	}
	return true
}

// judge looks at each target: what is in the log all got, and under strict
// nothing else.
func (c *crashTargets) judge(t *testing.T, accepted, kept []saying) {
	for _, b := range c.inboxes() {
		b.judge(t, accepted, kept)
		if b.strict && len(b.first) > len(kept) {
			t.Errorf("%s got %d messages, %d are in the log", b.name, len(b.first), len(kept))
		}
	}
}
