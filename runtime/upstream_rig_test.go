package runtime_test

import (
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
	"llbot/runtime/config"
	"llbot/runtime/driver/upstream"
)

// upstreamProtocol is a protocol that one server of ours speaks to another.
type upstreamProtocol struct {
	name     string
	driver   config.Driver
	endpoint string                           // of A, where B connects
	account  func(addr string) config.Account // B's account, given where A is reached
	resumes  bool                             // A goes on where B's log ends: nothing is late, no gap is told
	one      bool                             // calls and events share a connection
	hushed   bool                             // A does not report own messages
	mask     *mask                            // A passes for another implementation
	veil     *satoriVeil                      // A's Satori passes for another implementation
	names    []string                         // the same, by other names on the link: see faultProxy
	answer   time.Duration                    // how long b waits for an answer; 0 is that of hasty
	trusting bool                             // the link is not asked whether it lives: nothing but what the test does crosses it
	backfill time.Duration                    // how old a message may be that is filled in; 0 is the default
}

// viaMilkyDriver is the protocol of the Milky driver.
func viaMilkyDriver() upstreamProtocol {
	return upstreamProtocol{
		name: "milky", driver: config.DriverMilky, endpoint: milkyName,
		account: func(addr string) config.Account {
			a := config.NewAccount(config.DriverMilky)
			a.Upstream.URL, a.Upstream.Token = config.URL("http://"+addr), token
			return a
		},
	}
}

// chain is two servers: a holds the simulated QQ; b has its account by a
// protocol over the link, which can be made to fail. What is said to b.admin
// and b.server plays a's world, so that tests of one server run on b.
type chain struct {
	a, b  *rig
	link  *faultProxy
	inner *llbot.Server          // b's own
	logs  *slog.Logger           // b's, nil for none
	at    atomic.Pointer[string] // where a is reached
}

// hasty is a link that finds faults soon. What the account said and is not told of
// is made soon too; on a machine that is busy it may be told later, which is the
// same message.
func hasty() upstream.Timing {
	return upstream.Timing{Connect: 2 * time.Second, Probe: 100 * time.Millisecond, Silence: 1500 * time.Millisecond, Lookup: 2 * time.Second, Answer: 5 * time.Second, Own: 250 * time.Millisecond}
}

// withUpstreamToken guards the endpoint that b connects to, and has it keep own
// messages to itself where that is wanted.
func withUpstreamToken(p upstreamProtocol) func(*config.Config) {
	return func(cfg *config.Config) {
		for _, e := range cfg.Endpoints {
			if e.Common().Name == p.endpoint {
				config.ListenOf(e).Token = token
				hush(e, p.hushed)
			}
		}
	}
}

// hush has an endpoint report own messages or not.
func hush(e config.Endpoint, hushed bool) {
	switch e := e.(type) {
	case *config.OneBotWS:
		e.ReportSelf = !hushed
	case *config.Milky:
		e.ReportSelf = !hushed
	case *config.Satori:
		e.ReportSelf = !hushed
	}
}

// newChain starts both servers and waits for the link.
func newChain(t *testing.T, p upstreamProtocol, edits ...func(*config.Config)) *chain {
	t.Helper()
	c := &chain{a: startBeside(t, nil, append([]func(*config.Config){reportAll, withUpstreamToken(p)}, edits...)...)}
	c.reach(p)
	c.link = newFaultProxy(t, c.way(t, p))
	c.link.names = p.names
	c.startB(t, p, edits...)
	c.online(t)
	return c
}

// way is where the link leads: to a, or to the mask before it.
func (c *chain) way(t *testing.T, p upstreamProtocol) func() string {
	t.Helper()
	a := func() string { return *c.at.Load() }
	masked := ""
	switch {
	case p.mask != nil:
		masked = p.mask.before(t, a)
	case p.veil != nil:
		masked = p.veil.before(t, a)
	default:
		return a
	}
	return func() string { return masked }
}

// reach leads the link to a, which may be another one by now.
func (c *chain) reach(p upstreamProtocol) {
	addr := c.a.addr[p.endpoint]
	c.at.Store(&addr)
}

// startB starts the second server.
func (c *chain) startB(t *testing.T, p upstreamProtocol, edits ...func(*config.Config)) {
	t.Helper()
	account := func(cfg *config.Config) { cfg.Accounts = []config.Account{p.account(c.link.addr())} }
	timing := hasty()
	timing.Backfill = p.backfill
	if p.answer > 0 {
		timing.Answer = p.answer
	}
	if p.trusting {
		timing.Probe, timing.Silence = time.Minute, 2*time.Minute
	}
	options := []llbot.Option{llbot.WithTiming(timing)}
	if c.logs != nil {
		options = append(options, llbot.WithLogger(c.logs))
	}
	own := startBeside(t, options, append([]func(*config.Config){reportAll, account}, edits...)...)
	c.inner = own.server
	b := *own
	b.server, b.admin = c.a.server, c.a.admin
	c.b = &b
}

// status is how b's account is doing.
func (c *chain) status() qq.Status {
	accounts := c.inner.Accounts()
	if len(accounts) == 0 {
		return qq.Status{}
	}
	return accounts[0].Status()
}

// online waits until b's account is there.
func (c *chain) online(t *testing.T) {
	t.Helper()
	eventually(t, "the link", func() bool { s := c.status(); return s.Online && s.Good })
}

// offline waits until b knows that the link is dead.
func (c *chain) offline(t *testing.T) {
	t.Helper()
	eventually(t, "the link's end", func() bool { s := c.status(); return !s.Online && !s.Good })
}

func TestUpstreamLink(t *testing.T) {
	for _, p := range upstreamProtocols() {
		t.Run(p.name, func(t *testing.T) {
			noLeaks(t)
			c := newChain(t, p)
			if id := c.inner.Accounts()[0].Account(); id != bot {
				t.Errorf("the account is %d", id)
			}
			s := c.status()
			if s.Driver != string(p.driver) || len(s.MissingFeatures) == 0 {
				t.Errorf("%+v", s)
			}
			w := c.b.socket(milkyName, "/event")
			c.a.say(alice, "over the link")
			if e := w.await("over the link"); !strings.Contains(e, `"message_receive"`) {
				t.Error(e)
			}
			c.b.milky("send_group_message", `{"group_id":123456,"message":[{"type":"text","data":{"text":"and back"}}]}`)
			if e := w.await("and back"); at(e, "data.sender_id") != botText {
				t.Error(e)
			}
		})
	}
}
