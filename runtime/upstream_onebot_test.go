package runtime_test

import (
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

func TestOneBotUpstreamWalk(t *testing.T) {
	c := newChain(t, viaOneBotDriver())
	w := c.b.socket(wsName, "/event")
	c.a.say(alice, "over the link")
	t.Log(w.await("over the link"))
	t.Log(c.b.onebot("send_group_msg", `{"group_id":123456,"message":"and back"}`).text)
	t.Log(w.await("and back"))
}
