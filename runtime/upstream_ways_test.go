package runtime_test

import (
	"sync/atomic"
	"testing"
	"time"

	llbot "llbot/runtime"
	"llbot/runtime/config"
)

// way is how two servers meet over OneBot other than by a forward WebSocket.
// Both sides reach each other through links that can be made to fail.
type way struct {
	a func(at string) func(*config.Config)          // a's endpoint; at is where it reaches b
	b func(api, listen string, up *config.Upstream) // b's account; api is where it reaches a
}

const signing = "what-signs-the-posts"

func oneBotWays() map[string]way {
	report := config.OneBot{MessageFormat: config.FormatString, ReportSelf: true}
	return map[string]way{
		"reverse WebSocket": {
			a: func(at string) func(*config.Config) {
				return add(config.KindOneBotWSReverse, func(e *config.OneBotWSReverse) {
					e.URL, e.Token, e.OneBot, e.Heartbeat = config.URL("ws://"+at+"/onebot"), token, report, 100*time.Millisecond
					e.Reconnect = briskly()
				})
			},
			b: func(_, listen string, up *config.Upstream) {
				up.Listen, up.Token = config.URL("ws://"+listen+"/onebot"), token
			},
		},
		"webhook": {
			a: func(at string) func(*config.Config) {
				return add(config.KindOneBotWebhook, func(e *config.OneBotWebhook) {
					e.URL, e.Token, e.OneBot, e.Timeout = config.URL("http://"+at+"/hook"), signing, report, time.Second
					e.HeartbeatEnable, e.Heartbeat = true, 100*time.Millisecond
				})
			},
			b: func(api, listen string, up *config.Upstream) {
				up.URL, up.Listen, up.Secret = config.URL("http://"+api), config.URL("http://"+listen+"/hook"), signing
			},
		},
		"server-sent events": {
			a: func(string) func(*config.Config) {
				return on(func(e *config.OneBotHTTP) { e.Heartbeat, e.OneBot = 100*time.Millisecond, report })
			},
			b: func(api, _ string, up *config.Upstream) { up.URL = config.URL("http://" + api) },
		},
	}
}

// wayChain is a chain over such a way.
type wayChain struct {
	*chain
	way   way
	posts *faultProxy // where a reaches b
	own   *rig        // b
	at    string      // where b listens
	api   atomic.Pointer[string]
}

func newWayChain(t *testing.T, w way) *wayChain {
	t.Helper()
	c := &wayChain{chain: &chain{}, way: w, at: freeAddr(t)}
	c.posts = newFaultProxy(t, func() string { return c.at })
	c.link = newFaultProxy(t, func() string { return *c.api.Load() })
	c.startA(t)
	c.startB(t)
	return c
}

// startA starts the server that holds the simulated QQ, again on the same data.
func (c *wayChain) startA(t *testing.T) {
	t.Helper()
	edits := []func(*config.Config){reportAll, c.way.a(c.posts.addr())}
	if c.a != nil {
		data := c.a.data
		edits = append(edits, func(cfg *config.Config) { cfg.Data = data })
	}
	c.a = startBeside(t, nil, edits...)
	addr := c.a.addr[httpName]
	c.api.Store(&addr)
}

func (c *wayChain) startB(t *testing.T) {
	t.Helper()
	account := config.NewAccount(config.DriverOneBot11)
	account.UIN = int64(bot)
	c.way.b(c.link.addr(), c.at, &account.Upstream)
	data := ""
	if c.own != nil {
		data = c.own.data
	}
	c.own = startBeside(t, []llbot.Option{llbot.WithTiming(hasty())}, reportAll, func(cfg *config.Config) {
		cfg.Accounts = []config.Account{account}
		if data != "" {
			cfg.Data = data
		}
	})
	c.inner = c.own.server
	c.up(t)
}

func (c *wayChain) up(t *testing.T) {
	t.Helper()
	patiently(t, "the link", func() bool { s := c.status(); return s.Online && s.Good })
}

// set does the same to both directions.
func (c *wayChain) set(f fault) {
	c.link.set(f)
	c.posts.set(f)
	if f == linkPasses { // what hung has lost bytes
		c.link.cut()
		c.posts.cut()
	}
}

// TestOneBotUpstreamWaysFaults: over the other ways too a dead or half-dead link
// is noticed, shown and built anew, either side may restart, and each message is
// told once and in order.
func TestOneBotUpstreamWaysFaults(t *testing.T) {
	noLeaks(t)
	for name, w := range oneBotWays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newWayChain(t, w)
			h := hear(t, c.inner)
			words := map[string]int{"begin": 5}
			c.sayMany("begin", 5)
			eventually(t, "the first words", func() bool { return h.has("begin 5") })
			for word, f := range map[string]fault{"refused": linkRefuses, "deaf": linkDeafens} {
				c.set(f)
				words[word], words["after "+word] = 20, 5
				c.sayMany(word, 20)
				c.offline(t)
				c.set(linkPasses)
				c.up(t)
				c.sayMany("after "+word, 5)
				patiently(t, "what was said after it", func() bool { return h.has("after "+word+" 5") && h.has(word+" 20") })
			}
			if _, late, lost := h.count(); lost == 0 {
				t.Errorf("%d messages came late, %d gaps", late, lost)
			}
			c.a.stop()
			c.offline(t)
			c.startA(t)
			words["a again"] = 10
			c.sayMany("a again", 10)
			c.up(t)
			patiently(t, "words of the new a", func() bool { return h.has("a again 10") })
			c.own.stop()
			words["meanwhile"], words["b again"] = 20, 5
			c.sayMany("meanwhile", 20)
			c.startB(t)
			c.sayMany("b again", 5)
			whole := &heardTexts{}
			patiently(t, "the last words", func() bool { whole = c.log(t); return whole.has("b again 5") && whole.has("meanwhile 20") })
			for word, n := range words {
				whole.inOrder(t, word, n)
			}
		})
	}
}
