package runtime_test

import (
	"strings"
	"testing"

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
// actions too.
func TestOneBotUpstreamWays(t *testing.T) {
	for name, w := range oneBotWays() {
		t.Run(name, func(t *testing.T) {
			noLeaks(t)
			c := newWayChain(t, w)
			heard := c.own.socket(wsName, "/event")
			c.a.say(alice, "over [the] link, & so")
			if e := heard.await("over [the] link, & so"); at(e, "user_id") != "10001" || at(e, "sender.role") != `"owner"` {
				t.Error(e)
			}
			if got := c.own.onebot("send_group_msg", `{"group_id":123456,"message":"and back"}`); at(got.text, "data.message_id") == "" {
				t.Error(got.text)
			}
			if e := heard.await("and back"); !strings.Contains(e, `"message_sent"`) {
				t.Error(e)
			}
		})
	}
}
