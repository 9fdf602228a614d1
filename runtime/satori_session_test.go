package runtime_test

import (
	"net/http"
	"strings"
	"testing"

	"llbot/runtime/admin"
)

// A stranger who writes through a group is answered in the channel that his
// message came in, with its referrer, as clients hand it back.
func TestSatoriTemporarySession(t *testing.T) {
	r := start(t)
	s := r.identified()
	r.act(carol, "SendMessage", `{"chat":"temp:1234567890","via":123456,"message":"may I ask"}`)
	heard := s.await("may I ask")
	if at(heard, "body.channel.id") != `"private:10003"` || at(heard, "body.channel.type") != "1" || at(heard, "body.guild") != "" ||
		at(heard, "body.user.id") != `"10003"` || at(heard, "body.referrer.guild_id") != `"123456"` {
		t.Errorf("heard %s", heard)
	}
	id := at(heard, "body.message.id")
	if !strings.HasPrefix(word(id), "100|10003|") {
		t.Errorf("id %s", id)
	}
	sent := r.satori("message.create", `{"channel_id":"private:10003","content":"you may","referrer":`+at(heard, "body.referrer")+`}`)
	if !strings.HasPrefix(word(sent.at("0.id")), "100|10003|") || sent.at("0.channel.id") != `"private:10003"` {
		t.Errorf("sent %s", sent.text)
	}
	if a := r.satori("message.get", `{"channel_id":"private:10003","message_id":`+id+`}`); a.at("content") != `"may I ask"` || a.at("user.id") != `"10003"` {
		t.Errorf("message.get: %s", a.text)
	}
	if a := r.satori("message.list", `{"channel_id":"private:10003"}`); !contains(a.text, "may I ask", "you may") {
		t.Errorf("message.list: %s", a.text)
	}
	r.satori("message.delete", `{"channel_id":"private:10003","message_id":`+sent.at("0.id")+`}`)
	if a := r.method("message.get", `{"channel_id":"private:10003","message_id":`+sent.at("0.id")+`}`); a.status != 404 {
		t.Errorf("taken back: %d %s", a.status, a.text)
	}
}

// The old name of meta leads there with verb and body, for clients that follow.
func TestSatoriAdminLeadsToMeta(t *testing.T) {
	r := start(t, withToken(token))
	auth := []string{"Authorization", "Bearer " + token}
	if a := r.request("POST", r.url(satoriName, "/v1/admin/"), "{}", auth...); a.status != 200 || a.at("logins.0.user.id") != `"`+botText+`"` {
		t.Errorf("%d %s", a.status, a.text)
	}
	hook := newReceiver(t, nil)
	create := r.request("POST", r.url(satoriName, "/v1/admin/webhook.create"), `{"url":"`+hook.url+`"}`, auth...)
	if create.status != 200 || create.text != "{}" {
		t.Fatalf("%d %s", create.status, create.text)
	}
	r.say(alice, "to the new hook")
	hook.await(t, "to the new hook")
	if a := r.request("POST", r.url(satoriName, "/v1/admin/webhook.create"), `{}`); a.status != http.StatusUnauthorized {
		t.Errorf("without the token: %d %s", a.status, a.text)
	}
}

// QQ that does not answer is 504, whether it has done something or not.
func TestSatoriOfASilentQQ(t *testing.T) {
	r := start(t)
	for _, kind := range []string{"lost_call", "lost_answer"} {
		if _, err := r.sim("").AddFault(t.Context(), admin.Fault{Kind: kind, Op: "SendMessage", Count: 1}); err != nil {
			t.Fatal(err)
		}
		if a := r.method("message.create", `{"channel_id":"123456","content":"x"}`); a.status != http.StatusGatewayTimeout || a.text == "" {
			t.Errorf("%s: %d %s", kind, a.status, a.text)
		}
	}
}

// What was missed is told again, but for what became of the logins: READY has
// told that.
func TestSatoriReplaysNoLogins(t *testing.T) {
	r := start(t)
	s := r.identified()
	r.say(alice, "the last one seen")
	last := at(s.await("the last one seen"), "body.sn")
	_ = s.conn.CloseNow()
	r.act(bot, "EditProfile", `{"nickname":"Botty"}`)
	r.say(alice, "missed")
	late := r.socket(satoriName, "/v1/events")
	late.send(`{"op":3,"body":{"sn":` + last + `}}`)
	if ready := late.next(); at(ready, "body.logins.0.user.name") != `"Botty"` {
		t.Errorf("READY %s", ready)
	}
	if missed := late.next(); !contains(missed, "message-created", "missed") {
		t.Errorf("first after READY: %s", missed)
	}
}
