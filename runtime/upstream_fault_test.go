package runtime_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
	"llbot/runtime/admin"
	"llbot/runtime/config"
)

// upstreamProtocols are those that have a driver.
func upstreamProtocols() []upstreamProtocol {
	return []upstreamProtocol{viaMilkyDriver(), viaOneBotDriver(), viaSatoriDriver()}
}

// heardTexts are the messages of others that a server's log takes, in order.
type heardTexts struct {
	mu    sync.Mutex
	texts []string
	late  int
	lost  int
	seen  map[string]int
}

// hear follows a server's log until the test ends.
func hear(t *testing.T, s *llbot.Server) *heardTexts {
	t.Helper()
	h := &heardTexts{seen: map[string]int{}}
	end, err := s.Subscribe(t.Context(), llbot.Subscription{}, func(_ context.Context, e *qq.Entry) { h.take(e) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return h
}

func (h *heardTexts) take(e *qq.Entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch e := e.Event.(type) {
	case *qq.EventsLost:
		h.lost++
	case *qq.MessageReceived:
		text := e.Segments.PlainText()
		h.texts = append(h.texts, text)
		h.seen[text]++
		if e.Late {
			h.late++
		}
	}
}

// has tells whether a text was heard.
func (h *heardTexts) has(text string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seen[text] > 0
}

func (h *heardTexts) count() (texts, late, lost int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.texts), h.late, h.lost
}

// inOrder checks that of the texts "<word> n" each from 1 to last was heard
// once and in order.
func (h *heardTexts) inOrder(t *testing.T, word string, last int) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	next := 1
	for _, text := range h.texts {
		rest, ok := strings.CutPrefix(text, word+" ")
		if !ok {
			continue
		}
		if rest != fmt.Sprint(next) {
			t.Fatalf("%s: want %d, got %s", word, next, rest)
		}
		next++
	}
	if next != last+1 {
		t.Fatalf("%s: %d of %d were heard", word, next-1, last)
	}
}

// sayMany has Alice say "<word> 1" to "<word> count" in the group.
func (c *chain) sayMany(word string, count int) {
	c.a.t.Helper()
	c.a.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text(word + " {{seq}}"), Count: count})
}

// everyFault asks for all faults on all links.
var everyFault = flag.Bool("upstream.every", false, "every fault on every link to an upstream")

// mostFaults are those that are tried without being asked for, by protocol: each
// with calls and events apart and together, with a log to go on from and without.
func mostFaults() map[string][]string {
	return map[string][]string{
		"milky":    {"refused", "hanging", "half open", "garbage", "calls hang", "events hang"},
		"onebot11": {"refused", "half open", "garbage"},
		"satori":   {"hanging", "garbage", "calls hang", "events hang"},
		"NapCat":   {"refused", "events hang"},
	}
}

// TestUpstreamLinkFaults breaks the link in every way there is: b notices, says
// so, builds a new link when it can, and misses no message and takes none twice.
func TestUpstreamLinkFaults(t *testing.T) {
	noLeaks(t)
	for _, p := range append(upstreamProtocols(), viaMask("NapCat", maskNapCat())) {
		for name, f := range map[string]fault{
			"refused": linkRefuses, "hanging": linkHangs, "half open": linkDeafens, "garbage": linkGarbles,
			"calls hang": linkHangsCalls, "events hang": linkHangsEvents,
		} {
			if f == linkHangsCalls && p.one || !*everyFault && !slices.Contains(mostFaults()[p.name], name) {
				continue
			}
			t.Run(p.name+" "+name, func(t *testing.T) {
				t.Parallel()
				c := newChain(t, p)
				h := hear(t, c.inner)
				c.sayMany("before", 10)
				eventually(t, "the first words", func() bool { return h.has("before 10") })
				c.link.set(f)
				c.sayMany("meanwhile", 40)
				c.offline(t)
				began := time.Now()
				if _, err := qq.Do(t.Context(), c.inner.Accounts()[0], qq.ListFriends{NoCache: true}); err == nil || qq.AsError(err).Kind != qq.ErrOffline {
					t.Errorf("a call without a link: %v", err)
				}
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("which took %v", took)
				}
				c.link.set(linkPasses)
				c.link.cut() // what hung has lost bytes
				c.online(t)
				c.sayMany("after", 10)
				eventually(t, "the last words", func() bool { return h.has("after 10") })
				h.inOrder(t, "before", 10)
				h.inOrder(t, "meanwhile", 40)
				h.inOrder(t, "after", 10)
				if _, late, lost := h.count(); (lost == 0) != p.resumes {
					t.Errorf("%d messages came late, and the log has %d marks of a gap", late, lost)
				}
			})
		}
	}
}

// TestUpstreamSlowLink: what is slow is not dead.
func TestUpstreamSlowLink(t *testing.T) {
	for _, p := range upstreamProtocols() {
		t.Run(p.name, func(t *testing.T) {
			noLeaks(t)
			c := newChain(t, p)
			h := hear(t, c.inner)
			c.link.set(linkSlows)
			c.sayMany("slow", 20)
			eventually(t, "the words", func() bool { return h.has("slow 20") })
			h.inOrder(t, "slow", 20)
			if texts, late, lost := h.count(); late+lost > 0 || !c.status().Good {
				t.Errorf("of %d messages %d were late, %d gaps", texts, late, lost)
			}
		})
	}
}

// upstreamMessages is how many messages a restart is in the middle of: 10 000
// take half a minute under the race detector.
var upstreamMessages = flag.Int("upstream.messages", 2000, "messages around a restart of an upstream")

// TestUpstreamRestarts ends a in the middle of many messages and begins it
// again at another port: b gets each message once and in order.
func TestUpstreamRestarts(t *testing.T) {
	noLeaks(t)
	for _, p := range append(upstreamProtocols(), viaMask("NapCat", maskNapCat()), viaMask("go-cqhttp", maskGocqhttp())) {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			each := *upstreamMessages / 2
			c := newChain(t, p)
			h := hear(t, c.inner)
			said := make(chan struct{})
			go func() { defer close(said); c.sayMany("first", each) }()
			eventually(t, "some words", func() bool { n, _, _ := h.count(); return n > each/10 })
			c.link.set(linkRefuses) // while a still speaks
			<-said
			c.a.stop()
			c.a = startBeside(t, nil, reportAll, withUpstreamToken(p), func(cfg *config.Config) { cfg.Data = c.a.data })
			c.reach(p)
			go func() { time.Sleep(100 * time.Millisecond); c.link.set(linkPasses) }()
			c.sayMany("second", each)
			patiently(t, "the last words", func() bool { return h.has(fmt.Sprintf("second %d", each)) })
			h.inOrder(t, "first", each)
			h.inOrder(t, "second", each)
			if _, late, lost := h.count(); (late == 0) != p.resumes || (lost == 0) != p.resumes {
				t.Errorf("%d messages were late, %d gaps", late, lost)
			}
		})
	}
}

// patiently is eventually for much work.
func patiently(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(6 * patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited too long for %s", what)
}

// TestUpstreamClientRestarts ends b while a goes on, twice: what it missed is
// in its log afterwards, once.
func TestUpstreamClientRestarts(t *testing.T) {
	for _, p := range append(upstreamProtocols(), maskedProtocols()...) {
		t.Run(p.name, func(t *testing.T) {
			noLeaks(t)
			c := newChain(t, p)
			h := hear(t, c.inner)
			c.sayMany("one", 20)
			eventually(t, "the words", func() bool { return h.has("one 20") })
			for _, word := range []string{"two", "three"} {
				c.b.stopInner(c)
				c.sayMany(word, 50)
				c.startB(t, p, func(cfg *config.Config) { cfg.Data = c.b.data })
				h = hear(t, c.inner)
				c.online(t)
				eventually(t, "what was missed", func() bool { return c.logged(t, word+" 50") })
			}
			c.sayMany("four", 5)
			eventually(t, "the last words", func() bool { return h.has("four 5") })
			whole := c.log(t)
			for word, n := range map[string]int{"one": 20, "two": 50, "three": 50, "four": 5} {
				whole.inOrder(t, word, n)
			}
		})
	}
}

// stopInner ends b's server.
func (r *rig) stopInner(c *chain) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*llbot.StopTimeout)
	defer cancel()
	if err := c.inner.Stop(ctx); err != nil {
		r.t.Errorf("stop: %v", err)
	}
}

// log is everything that b's log holds.
func (c *chain) log(t *testing.T) *heardTexts {
	t.Helper()
	h := &heardTexts{seen: map[string]int{}}
	end := make(chan struct{})
	marker := fmt.Sprintf("marker %d", time.Now().UnixNano())
	stop, err := c.inner.Subscribe(t.Context(), llbot.Subscription{After: 1}, func(_ context.Context, e *qq.Entry) {
		h.take(e)
		if m, ok := e.Event.(*qq.MessageReceived); ok && m.Segments.PlainText() == marker {
			close(end)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	c.a.say(alice, marker)
	select {
	case <-end:
	case <-time.After(patience):
		t.Fatal("the log does not end")
	}
	return h
}

// logged tells whether b's log holds a text.
func (c *chain) logged(t *testing.T, text string) bool {
	t.Helper()
	return c.log(t).has(text)
}

// TestUpstreamWrongToken: nobody is let in, nothing breaks, and it is shown: in
// the status, and once in the log, with what to do. Trying goes on, but seldom.
func TestUpstreamWrongToken(t *testing.T) {
	ways := upstreamProtocols()
	stream := viaOneBotDriver()
	stream.name, stream.endpoint = "onebot11 over HTTP", httpName
	stream.account = func(addr string) config.Account {
		a := config.NewAccount(config.DriverOneBot11)
		a.Upstream.URL = config.URL("http://" + addr)
		return a
	}
	for _, p := range append(ways, stream) {
		for _, shown := range []config.Secret{"the-wrong-token", ""} {
			t.Run(p.name+" "+string(shown), func(t *testing.T) {
				p, right := p, p.account
				p.account = func(addr string) config.Account {
					a := right(addr)
					a.UIN, a.Upstream.Token = int64(bot), shown
					return a
				}
				noLeaks(t)
				c := &chain{a: startBeside(t, nil, reportAll, withUpstreamToken(p))}
				c.reach(p)
				c.link = newFaultProxy(t, func() string { return *c.at.Load() })
				var log logBuffer
				c.logs = slog.New(slog.NewTextHandler(&log, nil))
				c.startB(t, p)
				want := "does not take our token: write the one"
				if shown == "" {
					want = "wants a token and we have none: write the one"
				}
				eventually(t, "the reason", func() bool { return strings.Contains(c.status().Reason, want) })
				if s := c.status(); s.Online || s.Good {
					t.Errorf("%+v", s)
				}
				_, err := qq.Do(t.Context(), c.inner.Accounts()[0], qq.ListFriends{NoCache: true})
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Error(err)
				}
				text := log.String()
				if strings.Count(text, "level=ERROR") != 1 || strings.Contains(text, "account link lost") || !strings.Contains(text, want) {
					t.Errorf("the log says:\n%s", text)
				}
				if strings.Contains(text, "the-wrong-token") || strings.Contains(err.Error(), "the-wrong-token") {
					t.Errorf("the token is told: %v\n%s", err, text)
				}
			})
		}
	}
}
