package runtime_test

import (
	"strings"
	"testing"
	"time"

	llbot "llbot/runtime"
	"llbot/runtime/config"
)

// viaOneBotDriver is the protocol of the OneBot 11 driver over a forward
// WebSocket.
func viaOneBotDriver() upstreamProtocol {
	return upstreamProtocol{
		name: "onebot11", driver: config.DriverOneBot11, endpoint: wsName, resumes: true, one: true,
		account: func(addr string) config.Account {
			a := config.NewAccount(config.DriverOneBot11)
			a.Upstream.URL, a.Upstream.Token = config.URL("ws://"+addr), token
			return a
		},
	}
}

// TestOneBotUpstreamWays: the other ways to a OneBot server carry events and
// actions too, and come back when the server does.
func TestOneBotUpstreamWays(t *testing.T) {
	const secret = "what-signs-the-posts"
	report := config.OneBot{MessageFormat: config.FormatString, ReportSelf: true}
	for name, way := range map[string]struct {
		a func(listen string) func(*config.Config)
		b func(a *rig, listen string, up *config.Upstream)
	}{
		"reverse WebSocket": {
			func(listen string) func(*config.Config) {
				return add(config.KindOneBotWSReverse, func(e *config.OneBotWSReverse) {
					e.URL, e.Token, e.OneBot = config.URL("ws://"+listen+"/onebot"), token, report
				})
			},
			func(_ *rig, listen string, up *config.Upstream) {
				up.Listen, up.Token = config.URL("ws://"+listen+"/onebot"), token
			},
		},
		"webhook": {
			func(listen string) func(*config.Config) {
				return add(config.KindOneBotWebhook, func(e *config.OneBotWebhook) {
					e.URL, e.Token, e.OneBot = config.URL("http://"+listen+"/hook"), secret, report
				})
			},
			func(a *rig, listen string, up *config.Upstream) {
				up.URL, up.Listen, up.Secret = config.URL("http://"+a.addr[httpName]), config.URL("http://"+listen+"/hook"), secret
			},
		},
		"server-sent events": {
			func(string) func(*config.Config) {
				return on(func(e *config.OneBotHTTP) { e.Heartbeat, e.OneBot = 100*time.Millisecond, report })
			},
			func(a *rig, _ string, up *config.Upstream) { up.URL = config.URL("http://" + a.addr[httpName]) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			noLeaks(t)
			listen := freeAddr(t)
			a := startBeside(t, nil, reportAll, way.a(listen))
			account := config.NewAccount(config.DriverOneBot11)
			account.UIN = int64(bot)
			way.b(a, listen, &account.Upstream)
			own := startBeside(t, []llbot.Option{llbot.WithTiming(hasty())}, reportAll, func(cfg *config.Config) {
				cfg.Accounts = []config.Account{account}
			})
			c := &chain{a: a, inner: own.server}
			patiently(t, "the link", func() bool { s := c.status(); return s.Online && s.Good })
			w := own.socket(wsName, "/event")
			a.say(alice, "over [the] link, & so")
			if e := w.await("over [the] link, & so"); at(e, "user_id") != "10001" || at(e, "sender.role") != `"owner"` {
				t.Error(e)
			}
			if got := own.onebot("send_group_msg", `{"group_id":123456,"message":"and back"}`); at(got.text, "data.message_id") == "" {
				t.Error(got.text)
			}
			if e := w.await("and back"); !strings.Contains(e, `"message_sent"`) {
				t.Error(e)
			}
		})
	}
}
