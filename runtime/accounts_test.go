package runtime_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"llbot/protocols/qq"
	"llbot/runtime/config"
	"llbot/runtime/driver/sim"

	llbot "llbot/runtime"
)

// What one bot says is an event for the other, and each is served under its
// number on every port.
func TestTwoAccounts(t *testing.T) {
	r := start(t, twoAccounts)
	first, second := r.socket(wsName, "/"), r.socket(wsName, "/2222222222/")
	if at(first.next(), "self_id") != botText || at(second.next(), "self_id") != secondBot.String() {
		t.Error("each lifecycle names its account")
	}
	second.send(`{"action":"send_group_msg","params":{"group_id":123456,"message":"hello, bot"},"echo":1}`)
	if got := second.next(); at(got, "retcode") != "0" {
		t.Fatalf("answer %s", got)
	}
	heard := first.next()
	if at(heard, "self_id") != botText || at(heard, "user_id") != secondBot.String() || at(heard, "post_type") != `"message"` {
		t.Errorf("the first account hears %s", heard)
	}
	first.send(`{"action":"send_group_msg","params":{"group_id":123456,"message":[{"type":"reply","data":{"id":"` + at(heard, "message_id") + `"}},{"type":"text","data":{"text":"hello yourself"}}]}}`)
	reply := second.next()
	if at(reply, "self_id") != secondBot.String() || at(reply, "message.0.type") != `"reply"` || !strings.Contains(reply, "hello yourself") {
		t.Errorf("the second account hears %s", reply)
	}
	// Ids are the account's own: the quoted message is the one that it sent.
	second.send(`{"action":"get_msg","params":{"message_id":` + word(at(reply, "message.0.data.id")) + `},"echo":2}`)
	if got := second.next(); !strings.Contains(got, "hello, bot") {
		t.Errorf("the quoted message is %s", got)
	}
}

func TestAccountsByPath(t *testing.T) {
	r := start(t, twoAccounts)
	for _, c := range []struct{ endpoint, path, key, want string }{
		{httpName, "/get_login_info", "data.user_id", botText},
		{httpName, "/2222222222/get_login_info", "data.user_id", "2222222222"},
		{httpName, "/1234567890/get_login_info", "data.user_id", botText},
		{milkyName, "/api/get_login_info", "data.uin", botText},
		{milkyName, "/2222222222/api/get_login_info", "data.uin", "2222222222"},
	} {
		if a := r.request("POST", r.url(c.endpoint, c.path), "{}", "Content-Type", jsonType); a.at(c.key) != c.want {
			t.Errorf("%s: %d %s", c.path, a.status, a.text)
		}
	}
	if login := r.satoriAs(secondBot, "login.get", "{}"); word(login.at("user.id")) != "2222222222" || word(login.at("user.name")) != "second" {
		t.Errorf("login.get: %s", login.text)
	}
	if a := r.request("POST", r.url(satoriName, "/v1/login.get"), "{}"); a.status != 403 {
		t.Errorf("without headers and with two logins: %d %s", a.status, a.text)
	}
	streams := map[string]stream{
		botText:        r.stream(httpName, "/_events"),
		"2222222222":   r.stream(httpName, "/2222222222/_events"),
		botText + " ":  r.stream(milkyName, "/event"),
		"2222222222  ": r.stream(milkyName, "/2222222222/event"),
	}
	for id, s := range streams {
		r.listening(s.lines)
		r.say(bob, "to everybody")
		if got := field(s.await("to everybody"), "data"); at(got, "self_id") != strings.TrimSpace(id) {
			t.Errorf("the stream of %s: %s", id, got)
		}
	}
}

func TestSatoriHasAllLogins(t *testing.T) {
	r := start(t, twoAccounts)
	s := r.socket(satoriName, "/v1/events")
	s.send(`{"op":3}`)
	ready := s.next()
	if at(ready, "body.logins.0.user.id") != `"`+botText+`"` || at(ready, "body.logins.1.user.id") != `"2222222222"` || at(ready, "body.logins.0.sn") == at(ready, "body.logins.1.sn") {
		t.Errorf("READY %s", ready)
	}
	r.listening(s.lines)
	r.say(bob, "heard by two")
	seen, last := map[string]bool{}, ""
	for len(seen) < 2 {
		event := s.await("heard by two")
		seen[word(at(event, "body.login.user.id"))] = true
		if sn := at(event, "body.sn"); sn <= last {
			t.Errorf("sn %s after %s", sn, last)
		} else {
			last = sn
		}
	}
}

// Endpoints that name their accounts serve no other.
func TestEndpointsNameAccounts(t *testing.T) {
	rec, b := newReceiver(t, nil), newBot(t, welcome)
	only := []int64{int64(secondBot)}
	r := start(t, twoAccounts,
		on(func(e *config.OneBotHTTP) { e.Accounts = only }),
		on(func(e *config.Satori) { e.Accounts = only }),
		oneBotHook(rec, func(e *config.OneBotWebhook) { e.Accounts = only }),
		reverseTo(b, func(e *config.OneBotWSReverse) { e.Accounts = only }))
	if a := r.onebot("get_login_info", ""); a.at("data.user_id") != "2222222222" {
		t.Errorf("the plain path: %s", a.text)
	}
	if a := r.request("GET", r.url(httpName, "/1234567890/get_login_info"), ""); a.status != 404 {
		t.Errorf("an account of another endpoint: %d %s", a.status, a.text)
	}
	if a := r.request("POST", r.url(satoriName, "/v1/login.get"), "{}", "Satori-Platform", "llonebot", "Satori-User-ID", botText); a.status != 403 {
		t.Errorf("satori: %d %s", a.status, a.text)
	}
	l := b.next(t)
	if got := l.header.Get("X-Self-ID"); got != "2222222222" {
		t.Errorf("reverse link of %s", got)
	}
	r.say(bob, "for whom")
	for range 1 {
		if p := rec.next(t); at(p.body, "self_id") != "2222222222" || p.header.Get("X-Self-ID") != "2222222222" {
			t.Errorf("delivery %v %s", p.header, p.body)
		}
	}
	r.say(bob, "end")
	if p := rec.next(t); !strings.Contains(p.body, "end") {
		t.Errorf("the event was delivered for another account too: %s", p.body)
	}
}

// A reverse endpoint of two accounts keeps one link for each.
func TestReverseLinkOfEachAccount(t *testing.T) {
	b := newBot(t, welcome)
	start(t, twoAccounts, reverseTo(b))
	seen := map[string]bool{}
	for range 2 {
		l := b.next(t)
		hello := l.next()
		if id := l.header.Get("X-Self-ID"); at(hello, "self_id") != id || seen[id] {
			t.Errorf("link of %s begins with %s", id, hello)
		} else {
			seen[id] = true
		}
	}
}

// The embedding program sees the same world as the bots.
func TestEmbedding(t *testing.T) {
	r := start(t, twoAccounts)
	heard := make(chan string, 100)
	end, err := r.server.Subscribe(t.Context(), llbot.Subscription{Accounts: []qq.UserID{secondBot}}, func(_ context.Context, e *qq.Entry) {
		if m, ok := e.Event.(*qq.MessageReceived); ok {
			heard <- fmt.Sprintf("%d %d %s", e.Account, m.Sender, m.Segments.PlainText())
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	account, ok := r.server.Account(bot)
	if _, none := r.server.Account(alice); !ok || none || len(r.server.Accounts()) != 2 {
		t.Fatal("the accounts are the configured ones")
	}
	sent, err := qq.Do(t.Context(), account, qq.SendMessage{Chat: qq.GroupChat(sim.SeedGroup), Segments: qq.NewText("embedded")})
	if err != nil {
		t.Fatal(err)
	}
	if got := <-heard; got != "2222222222 1234567890 embedded" {
		t.Errorf("heard %s", got)
	}
	if a := r.onebot("get_msg", fmt.Sprintf(`{"message_id":%d}`, sent.ID)); !strings.Contains(a.text, "embedded") {
		t.Errorf("get_msg: %s", a.text)
	}
	end()
	r.say(bob, "after the end")
	if len(heard) > 0 {
		t.Error("called after the end")
	}
}
