package runtime_test

import (
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
	"llbot/runtime/config"
)

// TestUpstreamIsWaitedFor: of a server that dials us the status tells from the
// beginning that it is waited for and where, and why it is turned away while its
// token is wrong; with the right one it is linked. A second server with no number
// written down waits until the upstream has told whose account it holds.
func TestUpstreamIsWaitedFor(t *testing.T) {
	noLeaks(t)
	at := freeAddr(t)
	account := config.NewAccount(config.DriverOneBot11)
	account.UIN, account.Upstream.Listen, account.Upstream.Token = int64(bot), config.URL("ws://"+at+"/onebot"), token
	front := func() *rig {
		return startBeside(t, []llbot.Option{llbot.WithTiming(hasty())}, func(cfg *config.Config) { cfg.Accounts = []config.Account{account} })
	}
	c := &chain{}
	b := front()
	c.inner = b.server
	waits := "waiting for the OneBot 11 server to connect to ws://" + at + "/onebot"
	eventually(t, "the reason", func() bool { return c.status().Reason == waits })
	if _, err := qq.Do(t.Context(), c.inner.Accounts()[0], qq.ListGroups{}); err == nil || !strings.Contains(err.Error(), waits) {
		t.Errorf("an operation is told %v", err)
	}
	dialling := func(with config.Secret) *rig {
		return startBeside(t, nil, add(config.KindOneBotWSReverse, func(e *config.OneBotWSReverse) {
			e.URL, e.Token, e.Reconnect = config.URL("ws://"+at+"/onebot"), with, briskly()
		}))
	}
	wrong := dialling("another-token-than-that")
	eventually(t, "who is turned away", func() bool { return strings.Contains(c.status().Reason, "turned away: it showed a wrong token") })
	if reason := c.status().Reason; !strings.HasPrefix(reason, waits) {
		t.Error(reason)
	}
	wrong.stop()
	dialling(token)
	c.online(t)
	if reason := c.status().Reason; reason != "" {
		t.Errorf("it is online: %s", reason)
	}
	b.stop()
	account.UIN = 0
	c.inner = front().server
	c.online(t)
	if id := c.inner.Accounts()[0].Account(); id != bot {
		t.Errorf("the account is %d", id)
	}
}

// briskly is how a server of ours dials one that may have to be waited for.
func briskly() config.Reconnect {
	return config.Reconnect{Initial: 50 * time.Millisecond, Max: 300 * time.Millisecond}
}
