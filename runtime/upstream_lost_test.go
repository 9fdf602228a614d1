package runtime_test

import (
	"strings"
	"testing"
	"time"
)

// TestUpstreamLostAnswer: the answer to a send is lost, though the message was
// sent. The caller is told that nobody knows; asked again under the same key,
// b knows the message by its echo, and does not send it twice.
func TestUpstreamLostAnswer(t *testing.T) {
	noLeaks(t)
	for _, p := range upstreamProtocols() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			c := newChain(t, p)
			w := c.a.socket(wsName, "/event", "Authorization", "Bearer "+token)
			send := func(key, text string) answer {
				return c.b.request("POST", c.b.url(httpName, "/send_group_msg"), `{"group_id":123456,"message":"`+text+`"}`,
					"Content-Type", jsonType, "Idempotency-Key", key)
			}
			if a := send("one", "heard well"); a.at("retcode") != "0" {
				t.Fatal(a.text)
			}
			w.await("heard well")
			c.link.set(linkDeafens)
			if a := send("two", "said once"); a.at("retcode") == "0" {
				t.Fatalf("an answer came through: %s", a.text)
			}
			said := w.await("said once")
			c.offline(t)
			c.link.set(linkPasses)
			c.link.cut()
			c.online(t)
			var again answer
			eventually(t, "the echo", func() bool {
				again = send("two", "said once")
				time.Sleep(50 * time.Millisecond)
				return again.at("retcode") == "0"
			})
			if again.at("data.message_id") != at(said, "message_id") {
				t.Errorf("%s, and said was %s", again.text, said)
			}
			if third := send("two", "said once"); third.text != again.text {
				t.Errorf("%s, then %s", again.text, third.text)
			}
			c.b.onebot("send_group_msg", `{"group_id":123456,"message":"the end"}`)
			for _, e := range w.until("the end") {
				if strings.Contains(e, "said once") {
					t.Errorf("sent twice: %s", e)
				}
			}
		})
	}
}

// TestUpstreamLostAnswerOfOthers: at a server that takes no keys, the link is
// cut where the answer to a send should have come. Under the same key the true
// message is answered later, known by the account's own message in the event
// stream or in history, and nothing is sent twice; of two equal sends each has
// its own.
func TestUpstreamLostAnswerOfOthers(t *testing.T) {
	noLeaks(t)
	for _, muted := range []bool{false, true} {
		for _, p := range maskedProtocols() {
			name := p.name + " tells own messages"
			if muted { // and nothing fills them in: history is asked for the message
				name, p.backfill = p.name+" tells none", -1
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				lostAnswerOfOthers(t, p, muted)
			})
		}
	}
}

func lostAnswerOfOthers(t *testing.T, p upstreamProtocol, muted bool) {
	c := newChain(t, p)
	w := c.a.socket(wsName, "/event", "Authorization", "Bearer "+token)
	send := func(key string) answer {
		return c.b.request("POST", c.b.url(httpName, "/send_group_msg"), `{"group_id":123456,"message":"the same words"}`,
			"Content-Type", jsonType, "Idempotency-Key", key)
	}
	before := p.mask.count("send_group_msg")
	if a := send("well"); a.at("retcode") != "0" {
		t.Fatal(a.text)
	}
	first := w.await("the same words")
	p.mask.set("send_group_msg", muted)
	defer p.mask.set("", false)
	if a := send("lost"); a.at("retcode") == "0" {
		t.Fatalf("an answer came through: %s", a.text)
	}
	lost := w.await("the same words")
	p.mask.set("", muted)
	var again answer
	eventually(t, "the message", func() bool {
		again = send("lost")
		time.Sleep(20 * time.Millisecond)
		return again.at("retcode") == "0"
	})
	if id := again.at("data.message_id"); id != at(lost, "message_id") || id == at(first, "message_id") {
		t.Errorf("%s; the lost one was %s, the one before %s", again.text, lost, first)
	}
	if sent := p.mask.count("send_group_msg") - before; sent != 2 {
		t.Errorf("two messages were sent in %d calls", sent)
	}
}
