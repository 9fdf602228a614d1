package runtime_test

import (
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/config"
)

// TestOneBotUpstreamWaysHang: over the other ways of OneBot too nobody tells that
// a link hangs, whole or on one side. It is seen, shown and stays so while the
// hanging lasts, though the rest works; then everything was said once.
func TestOneBotUpstreamWaysHang(t *testing.T) {
	noLeaks(t)
	const passes = linkPasses
	for _, c := range []struct {
		way, name   string
		link, posts fault
		reason      string // that the status tells, "" for any
		asked       bool   // only with -upstream.every: much as one that is tried
	}{
		{"reverse WebSocket", "whole", passes, linkHangs, "", false},
		{"reverse WebSocket", "events", passes, linkMutes, "", true},
		{"reverse WebSocket", "calls", passes, linkDeafens, "", false},
		{"webhook", "whole", linkHangs, linkHangs, "", true},
		{"webhook", "events", passes, linkHangs, "no event and no heartbeat", false},
		{"webhook", "calls", linkHangs, passes, "calls", false},
		{"server-sent events", "whole", linkHangs, passes, "", true},
		{"server-sent events", "events", linkHangsEvents, passes, "", false},
		{"server-sent events", "calls", linkHangsCalls, passes, "calls", false},
	} {
		if c.asked && !*everyFault {
			continue
		}
		t.Run(c.way+" "+c.name, func(t *testing.T) {
			t.Parallel()
			w := newWayChain(t, oneBotWays()[c.way])
			h := hear(t, w.inner)
			w.sayMany("before", 5)
			eventually(t, "the first words", func() bool { return h.has("before 5") })
			if c.way != "reverse WebSocket" { // which has pings; the rest has a heartbeat to go by
				eventually(t, "heartbeats", func() bool { return w.link.beaten()+w.posts.beaten() >= 2 })
			}
			w.link.set(c.link)
			w.posts.set(c.posts)
			w.sayMany("meanwhile", 20)
			w.offline(t)
			if reason := w.status().Reason; !strings.Contains(reason, c.reason) {
				t.Errorf("the reason is %q", reason)
			}
			_, err := qq.Do(t.Context(), w.inner.Accounts()[0], qq.ListFriends{NoCache: true})
			if e := qq.AsError(err); e.Kind != qq.ErrOffline || e.Outcome != qq.NotApplied {
				t.Errorf("a call without a link: %v", err)
			}
			for until := time.Now().Add(1500 * time.Millisecond); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
				if s := w.status(); s.Online || s.Good {
					t.Fatalf("it is taken for good while it hangs: %+v", s)
				}
			}
			w.set(passes)
			w.up(t)
			w.sayMany("after", 5)
			patiently(t, "what was said after it", func() bool { return h.has("after 5") && h.has("meanwhile 20") })
			h.inOrder(t, "before", 5)
			h.inOrder(t, "meanwhile", 20)
			h.inOrder(t, "after", 5)
			if _, late, lost := h.count(); lost == 0 {
				t.Errorf("%d messages came late, %d gaps", late, lost)
			}
		})
	}
}

// TestOneBotUpstreamQuietStream: a stream whose heartbeats are rare is not dead
// while calls are answered.
func TestOneBotUpstreamQuietStream(t *testing.T) {
	noLeaks(t)
	stream := oneBotWays()["server-sent events"]
	stream.a = func(string) func(*config.Config) {
		return on(func(e *config.OneBotHTTP) { e.Heartbeat = time.Hour })
	}
	w := newWayChain(t, stream)
	h := hear(t, w.inner)
	time.Sleep(2 * hasty().Silence)
	w.sayMany("quiet", 1)
	eventually(t, "the words", func() bool { return h.has("quiet 1") })
	if texts, late, lost := h.count(); texts != 1 || late+lost != 0 {
		t.Errorf("%d messages, %d late, %d gaps", texts, late, lost)
	}
}
