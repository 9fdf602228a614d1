package endpoint

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/conn"
	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// named is a hook that shows its token.
type named struct {
	hook
	token string
}

func (n named) Headers(qq.UserID, []byte) []face.Header {
	return []face.Header{{Name: "Authorization", Value: n.token}}
}

// mailroom takes deliveries, each in its time, and notes "URL token account:sn"
// when they come.
type mailroom struct {
	takes time.Duration

	mu   sync.Mutex
	got  []string
	open int // exchanges under way
}

func (m *mailroom) Post(_ context.Context, url string, headers []face.Header, body []byte) (conn.Answer, error) {
	m.mu.Lock()
	m.got = append(m.got, fmt.Sprintf("%s %s %s", url, headers[0].Value, body))
	m.open++
	m.mu.Unlock()
	time.Sleep(m.takes)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open--
	return conn.Answer{Status: 200}, nil
}

// list is what came since the last call, sorted by URL, in order for each.
func (m *mailroom) list() string {
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	got := m.got
	m.got = nil
	slices.SortStableFunc(got, func(a, b string) int { return strings.Compare(a[:strings.Index(a, " ")], b[:strings.Index(b, " ")]) })
	return strings.Join(got, ", ")
}

func (m *mailroom) busy() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open
}

func registered(id, token string) Webhook {
	return Webhook{ID: id, URL: "http://" + id, Hook: named{token: token}}
}

// withWebhooks opens a port of one account, which begins.
func withWebhooks(h *house, m *mailroom, hooks *Webhooks) Ref {
	h.env.Poster = m
	if h.env.Targets == nil {
		h.env.Targets = conn.NewTargets(&shelf{cursors: map[string]qq.SN{}})
	}
	ref := h.open(Options{Server: protocol{}, Listener: &port{}, Accounts: Accounts{caller(10001)}, Webhooks: hooks})
	ref.Begin()
	ref.Begin()
	synctest.Wait()
	return ref
}

func TestRegisteredWebhooks(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		m, hooks := &mailroom{}, NewWebhooks(registered("a", "1"))
		ref := withWebhooks(h, m, hooks)
		sn := h.publish(10001).SN
		want(t, "from the beginning", m.list(), fmt.Sprintf("http://a 1 10001:%d", sn))

		want(t, "put", hooks.Put(t.Context(), registered("b", "2")), nil)
		synctest.Wait()
		sn = h.publish(10001).SN
		want(t, "another", m.list(), fmt.Sprintf("http://a 1 10001:%d, http://b 2 10001:%d", sn, sn))
		h.publish(10002)
		want(t, "an account of others", m.list(), "")
		want(t, "target", h.env.Targets.Find(WebhookTarget("test", 10001, "b")).Status().State, conn.StateUp)

		want(t, "put again", hooks.Put(t.Context(), registered("a", "3")), nil)
		sn = h.publish(10001).SN
		want(t, "new token", m.list(), fmt.Sprintf("http://a 3 10001:%d, http://b 2 10001:%d", sn, sn))

		want(t, "removed", hooks.Remove(t.Context(), "a"), nil)
		want(t, "removed twice", hooks.Remove(t.Context(), "a"), nil)
		sn = h.publish(10001).SN
		want(t, "one is left", m.list(), fmt.Sprintf("http://b 2 10001:%d", sn))

		want(t, "drained", ref.Drain(t.Context()), nil)
		h.publish(10001)
		want(t, "after the end", m.list(), "")
		want(t, "removed after the end", hooks.Remove(t.Context(), "b"), nil)
		want(t, "put after the end", errors.Is(hooks.Put(t.Context(), registered("c", "")), system.ErrStopped), true)
	})
}

// TestEventRightBehindOpen: an event that is accepted before the actor of a new
// webhook runs is its first, and was not missed.
func TestEventRightBehindOpen(t *testing.T) {
	for range 20 {
		inside(t, func(t *testing.T, h *house) {
			m := &mailroom{}
			h.env.Poster, h.env.Targets = m, conn.NewTargets(nil)
			hook := registered("a", "1")
			ref, err := Open(h.sys, nil, Options{Name: "test", Env: h.env, Accounts: Accounts{caller(10001)},
				URL: hook.URL, Hook: hook.Hook, Replay: conn.Replay{}}) // messages that were missed are left out
			want(t, "open", err, nil)
			sn := h.say(10001).SN
			want(t, "posted", m.list(), fmt.Sprintf("http://a 1 10001:%d", sn))
			want(t, "drained", ref.Drain(t.Context()), nil)
		})
	}
}

// TestWebhooksOfAllAccounts: one registration is a target for each account.
func TestWebhooksOfAllAccounts(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		m, hooks := &mailroom{}, NewWebhooks(registered("a", "1"))
		h.env.Poster = m
		h.env.Targets = conn.NewTargets(nil)
		o := withPort(&port{})
		o.Webhooks = hooks
		ref := h.open(o)
		first := h.publish(10001).SN
		want(t, "before it begins", m.list(), "")
		want(t, "put before it begins", hooks.Put(t.Context(), registered("b", "2")), nil)
		second := h.publish(10001).SN
		want(t, "nor that one", m.list(), "")
		ref.Begin()
		want(t, "each has what came since it was registered", m.list(), fmt.Sprintf(
			"http://a 1 10001:%d, http://a 1 10001:%d, http://b 2 10001:%d", first, second, second))
		one, two := h.publish(10001).SN, h.publish(10002).SN
		got := strings.Split(m.list(), ", ")
		slices.Sort(got)
		want(t, "posted", strings.Join(got, ", "), fmt.Sprintf(
			"http://a 1 10001:%d, http://a 1 10002:%d, http://b 2 10001:%d, http://b 2 10002:%d", one, two, one, two))
		want(t, "targets", len(h.env.Targets.List()), 4)
		want(t, "drained", ref.Drain(t.Context()), nil)
	})
}

// TestPortWithoutWebhooks is not troubled by Begin.
func TestPortWithoutWebhooks(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		p := &port{}
		ref := h.open(withPort(p))
		ref.Begin()
		p.connect("event")
		want(t, "drained", ref.Drain(t.Context()), nil)
	})
	want(t, "of a port that was not opened", errors.Is(NewWebhooks().Put(t.Context(), Webhook{}), system.ErrStopped), true)
}

// TestWebhooksOutliveARestart of the actor, with what happened meanwhile.
func TestWebhooksOutliveARestart(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		m, hooks := &mailroom{}, NewWebhooks(registered("a", "1"), registered("gone", "0"))
		ref := withWebhooks(h, m, hooks)
		want(t, "put", hooks.Put(t.Context(), registered("b", "2")), nil)
		want(t, "removed", hooks.Remove(t.Context(), "gone"), nil)
		synctest.Wait()
		var a, b []string
		for range 4 {
			h.sys.Root().Send(ref.PID(), (*connected)(nil)) // makes it panic
			sn := h.publish(10001).SN
			a, b = append(a, fmt.Sprintf("http://a 1 10001:%d", sn)), append(b, fmt.Sprintf("http://b 2 10001:%d", sn))
		}
		time.Sleep(time.Minute)
		want(t, "posted", m.list(), strings.Join(append(a, b...), ", "))
		want(t, "restarts", h.sys.Stats().Restarts, 4)
		want(t, "removed", hooks.Remove(t.Context(), "a"), nil)
		sn := h.publish(10001).SN
		want(t, "one is left", m.list(), fmt.Sprintf("http://b 2 10001:%d", sn))
		want(t, "drained", ref.Drain(t.Context()), nil)
	})
}

// TestSlowWebhooksEndInOrder: an exchange under way is waited for by those who
// can wait, and nothing comes twice or at once.
func TestSlowWebhooksEndInOrder(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		m, hooks := &mailroom{takes: 3 * time.Second}, NewWebhooks(registered("a", "1"))
		ref := withWebhooks(h, m, hooks)
		first, second := h.publish(10001).SN, h.publish(10001).SN
		want(t, "under way", m.list(), fmt.Sprintf("http://a 1 10001:%d", first))
		for _, token := range []string{"2", "3"} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			want(t, "put without patience", hooks.Put(ctx, registered("a", token)) != nil, true)
			cancel()
		}
		want(t, "one at once", m.list(), "")
		time.Sleep(2 * time.Second)
		want(t, "goes on", m.list(), fmt.Sprintf("http://a 3 10001:%d", second))

		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		want(t, "no patience", hooks.Remove(ctx, "a") != nil, true)
		want(t, "took", time.Since(began), time.Second)
		h.publish(10001)
		time.Sleep(time.Minute)
		want(t, "no more", m.list(), "")

		want(t, "put", hooks.Put(t.Context(), registered("a", "4")), nil)
		synctest.Wait()
		h.env.Targets.Find(WebhookTarget("test", 10001, "a")).Move(h.log.Last())
		h.publish(10001)
		synctest.Wait()
		began = time.Now()
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		want(t, "put while busy", hooks.Put(ctx, registered("a", "5")) != nil, true)
		want(t, "removed with what was before", hooks.Remove(t.Context(), "a"), nil)
		want(t, "took", time.Since(began), 3*time.Second)
		want(t, "open", m.busy(), 0)

		want(t, "put", hooks.Put(t.Context(), registered("b", "6")), nil)
		synctest.Wait()
		h.publish(10001)
		synctest.Wait()
		began = time.Now()
		want(t, "drained", ref.Drain(t.Context()), nil)
		want(t, "took", time.Since(began), 3*time.Second)
		want(t, "open", m.busy(), 0)
	})
}
