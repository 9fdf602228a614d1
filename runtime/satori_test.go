package runtime_test

import (
	"fmt"
	"strings"
	"testing"

	"llbot/runtime/admin"
	"llbot/runtime/config"

	"github.com/coder/websocket"
)

func TestSatoriGolden(t *testing.T) {
	r := start(t)
	var talk conversation
	login := []string{"Satori-Platform", "LLBot", "Satori-User-ID", botText}
	for _, c := range []struct {
		method, path, body string
		headers            []string
	}{
		{"POST", "/v1/login.get", ``, login},
		{"POST", "/v1/login.get", `{}`, []string{"X-Platform", "llonebot", "X-Self-ID", botText}},
		{"POST", "/v1/login.get", `{}`, nil},
		{"POST", "/v1/friend.list", `{}`, login},
		{"POST", "/v1/guild.list", `{}`, login},
		{"POST", "/v1/channel.get", `{"channel_id":123456}`, login},
		{"POST", "/v1/guild.member.get", `{"guild_id":"123456","user_id":10002}`, login},
		{"POST", "/v1/message.create", `{"channel_id":"123456","content":"hi <at id=\"10001\"/>"}`, login},
		{"POST", "/v1/guild.member.kick", `{"guild_id":"123456","user_id":"10003"}`, login},
		{"POST", "/v1/guild.member.kick", `{"guild_id":"123456","user_id":"10001"}`, login},
		{"POST", "/v1/guild.member.get", `{}`, login},
		{"POST", "/v1/guild.get", `{"guild_id":"99999"}`, login},
		{"POST", "/v1/login.get", `{`, login},
		{"POST", "/v1/login.get", `[]`, login},
		{"POST", "/v1/no.such", `{}`, login},
		{"POST", "/v1/reaction.create", `{}`, login},
		{"POST", "/v1/upload.create", `{}`, login},
		{"GET", "/v1/login.get", ``, login},
		{"POST", "/v1/login.get", `{}`, []string{"Satori-Platform", "discord", "Satori-User-ID", botText}},
		{"POST", "/v1/login.get", `{}`, []string{"Satori-Platform", "llonebot", "Satori-User-ID", "1"}},
		{"POST", "/v1/login.get", `{}`, []string{"Satori-Platform", "llonebot"}},
		{"POST", "/v1/meta", ``, nil},
		{"GET", "/v1/events", ``, nil},
		{"GET", "/", ``, nil},
	} {
		talk.note("> %s %s %s %q", c.method, c.path, c.body, c.headers)
		a := r.request(c.method, r.url(satoriName, c.path), c.body, c.headers...)
		talk.note("< %d %s %s", a.status, a.header.Get("Content-Type"), a.text)
	}
	talk.golden(t, "satori.golden")
}

// The token comes before anything else, then name, verb and login.
func TestSatoriOrderOfChecks(t *testing.T) {
	r := start(t, withToken(token))
	good := "Bearer " + token
	for _, c := range []struct {
		auth, method, path, user string
		want                     int
	}{
		{"", "GET", "/v1/no.such", "1", 401},
		{"Bearer wrong", "POST", "/v1/login.get", botText, 403},
		{"", "POST", "/elsewhere", botText, 401},
		{good, "GET", "/v1/no.such", "1", 404},
		{good, "GET", "/v1/login.get", "1", 405},
		{good, "POST", "/v1/login.get", "1", 403},
		{good, "POST", "/v1/login.get", botText, 200},
	} {
		a := r.request(c.method, r.url(satoriName, c.path), "{}", "Authorization", c.auth, "Satori-Platform", "llonebot", "Satori-User-ID", c.user)
		if a.status != c.want {
			t.Errorf("%+v: %d %s", c, a.status, a.text)
		}
		if c.want == 405 && a.header.Get("Allow") != "POST" {
			t.Errorf("405 without Allow: %v", a.header)
		}
	}
}

func TestSatoriSocket(t *testing.T) {
	r := start(t)
	s := r.socket(satoriName, "/v1/events")
	s.send(`{"op":1}`)
	if got := s.next(); got != `{"op":2,"body":{}}` {
		t.Errorf("PONG before READY: %s", got)
	}
	r.say(alice, "too early")
	s.send(`[1]`)
	s.send(`{"op":99}`)
	s.send(`{"op":3}`)
	ready := s.next()
	if at(ready, "op") != "4" || at(ready, "body.logins.0.user.id") != `"`+botText+`"` || at(ready, "body.logins.0.status") != "1" ||
		!strings.Contains(at(ready, "body.proxy_urls"), "/media/") {
		t.Errorf("READY %s", ready)
	}
	s.send(`{"op":3,"body":{}}`) // a second IDENTIFY must not deliver twice
	if again := s.next(); at(again, "op") != "4" {
		t.Errorf("second READY %s", again)
	}
	r.say(alice, "one")
	r.say(alice, "two")
	for _, text := range []string{"one", "two"} {
		event := s.next()
		if at(event, "op") != "0" || word(at(event, "body.message.content")) != text || at(event, "body.type") != `"message-created"` ||
			at(event, "body.sn") != at(event, "body.id") || at(event, "body.login.user.id") != `"`+botText+`"` {
			t.Errorf("event %s", event)
		}
	}
	s.send(`{"op":1,"body":{}}`)
	if got := s.next(); at(got, "op") != "2" {
		t.Errorf("PONG: %s", got)
	}
	s.send(`broken`)
	if got := s.next(); !strings.HasPrefix(got, "closed StatusCode(4000)") {
		t.Errorf("after a broken frame: %s", got)
	}
}

func TestSatoriIdentify(t *testing.T) {
	r := start(t, withToken(token))
	for _, body := range []string{``, `,"body":{}`, `,"body":{"token":"wrong"}`, `,"body":{"token":null}`} {
		s := r.socket(satoriName, "/v1/events")
		s.send(`{"op":3` + body + `}`)
		if got := s.next(); !contains(got, "closed StatusCode(4004)", "invalid token") {
			t.Errorf("IDENTIFY%s: %s", body, got)
		}
	}
	s := r.socket(satoriName, "/v1/events")
	s.send(`{"op":3,"body":{"token":"` + token + `"}}`)
	if got := s.next(); at(got, "op") != "4" {
		t.Errorf("READY %s", got)
	}
	s.send(`{"op":3,"body":7}`)
	if got := s.next(); !contains(got, "closed StatusCode(4000)") {
		t.Errorf("IDENTIFY with a number: %s", got)
	}
}

// A client that comes back with its last number gets what it missed, in
// order, behind READY; a number beyond ours means that it is new.
func TestSatoriResumes(t *testing.T) {
	r := start(t)
	const parts, each = 5, 40
	s := r.socket(satoriName, "/v1/events")
	s.send(`{"op":3}`)
	s.await(`"op":4`)
	speaking := make(chan struct{})
	go func() {
		defer close(speaking)
		r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("n={{seq}}."), Count: parts * each, Rate: 2000})
	}()
	last := ""
	for number := 1; number <= parts*each; number++ {
		event := s.next()
		if !strings.Contains(event, fmt.Sprintf("n=%d.", number)) {
			t.Fatalf("want number %d, got %s", number, event)
		}
		last = at(event, "body.sn")
		if number%23 == 0 {
			_ = s.conn.CloseNow()
			s = r.socket(satoriName, "/v1/events")
			s.send(`{"op":3,"body":{"sn":` + last + `}}`)
			if ready := s.next(); at(ready, "op") != "4" {
				t.Fatalf("first frame %s", ready)
			}
		}
	}
	<-speaking
	future := r.socket(satoriName, "/v1/events")
	future.send(`{"op":3,"body":{"sn":9007199254740000}}`)
	future.await(`"op":4`)
	if told := future.next(); at(told, "body._type") != `"llbot/gap"` || at(told, "body._data.after") != "9007199254740000" {
		t.Errorf("not told that the number is none of ours: %s", told)
	}
	r.say(bob, "new")
	if event := future.next(); !strings.Contains(event, "new") {
		t.Errorf("after a number of the future: %s", event)
	}
}

func TestSatoriPath(t *testing.T) {
	r := start(t, on(func(e *config.Satori) { e.Prefix, e.Platform = "/satori", "qq" }))
	a := r.request("POST", r.url(satoriName, "/satori/v1/login.get"), "{}", "Satori-Platform", "qq", "Satori-User-ID", botText)
	if a.status != 200 || a.at("platform") != `"qq"` {
		t.Errorf("%d %s", a.status, a.text)
	}
	s := r.socket(satoriName, "/satori/v1/events")
	s.send(`{"op":3}`)
	if ready := s.next(); at(ready, "body.logins.0.platform") != `"qq"` {
		t.Errorf("READY %s", ready)
	}
	if _, resp, err := r.upgrade(satoriName, "/v1/events"); err == nil || resp.StatusCode != 404 {
		t.Errorf("without the path: %v %v", resp, err)
	}
}

func TestSatoriWebhook(t *testing.T) {
	open, guarded := newReceiver(t, nil), newReceiver(t, nil)
	hook := func(rec *receiver, secret config.Secret) func(*config.Config) {
		return add(config.KindSatoriWebhook, func(e *config.SatoriWebhook) { e.URL, e.Token = config.URL(rec.url+"/satori"), secret })
	}
	r := start(t, hook(open, ""), hook(guarded, token))
	r.say(alice, "posted")
	for rec, auth := range map[*receiver]string{open: "", guarded: "Bearer " + token} {
		p := rec.await(t, "posted")
		if p.header.Get("Satori-Opcode") != "0" || p.header.Get("Authorization") != auth || p.header.Get("Content-Type") != jsonType {
			t.Errorf("headers %v", p.header)
		}
		if at(p.body, "type") != `"message-created"` || at(p.body, "op") != "" {
			t.Errorf("body %s", p.body)
		}
	}
}

// A binary frame is read like a text one.
func TestSatoriBinary(t *testing.T) {
	r := start(t)
	s := r.socket(satoriName, "/v1/events")
	if err := s.conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"op":3}`)); err != nil {
		t.Fatal(err)
	}
	if ready := s.next(); at(ready, "op") != "4" {
		t.Errorf("READY %s", ready)
	}
}
