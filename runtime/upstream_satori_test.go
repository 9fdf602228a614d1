package runtime_test

import (
	"strings"
	"testing"

	"llbot/runtime/config"
)

// viaSatoriDriver is the protocol of the Satori driver. A server of ours sends by
// itself what was missed.
func viaSatoriDriver() upstreamProtocol {
	return upstreamProtocol{
		name: "satori", driver: config.DriverSatori, endpoint: satoriName, resumes: true,
		account: func(addr string) config.Account {
			a := config.NewAccount(config.DriverSatori)
			a.Upstream.URL, a.Upstream.Token = config.URL("http://"+addr), token
			return a
		},
	}
}

// TestSatoriLostAnswer: the answer to a send is lost. Asked again under its key,
// also behind a restart of b, it answers with the message that a sent then.
func TestSatoriLostAnswer(t *testing.T) {
	noLeaks(t)
	p := viaSatoriDriver()
	c := newChain(t, p)
	said := func(text string) int { // how often a says so
		page := c.a.milky("get_history_messages", `{"message_scene":"group","peer_id":123456,"limit":30}`)
		return strings.Count(page.text, `"`+text+`"`)
	}
	send := func(text string) answer {
		return c.b.request("POST", c.b.url(milkyName, "/api/send_group_message"),
			`{"group_id":123456,"message":[{"type":"text","data":{"text":"`+text+`"}}]}`,
			"Content-Type", jsonType, "Idempotency-Key", "the key of "+text)
	}
	for i, restarts := range []bool{false, true} {
		text := []string{"kept", "kept over a restart"}[i]
		c.link.set(linkDeafens)
		if lost := send(text); strings.Contains(lost.text, `"status":"ok"`) {
			t.Fatalf("the answer was not lost: %s", lost.text)
		}
		eventually(t, "the message", func() bool { return said(text) == 1 })
		c.link.set(linkPasses)
		c.link.cut()
		if restarts {
			c.b.stopInner(c)
			c.startB(t, p, func(cfg *config.Config) { cfg.Data = c.b.data })
		}
		c.online(t)
		first, second := send(text), send(text)
		if !strings.Contains(first.text, `"status":"ok"`) || first.text != second.text {
			t.Errorf("%s, then %s", first.text, second.text)
		}
	}
	for _, text := range []string{"kept", "kept over a restart"} {
		if n := said(text); n != 1 {
			t.Errorf("%q was said %d times", text, n)
		}
	}
}
