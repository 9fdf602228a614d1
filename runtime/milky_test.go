package runtime_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"llbot/runtime/admin"
	"llbot/runtime/config"

	"github.com/coder/websocket"
)

func TestMilkyGolden(t *testing.T) {
	r := start(t)
	var talk conversation
	for _, c := range []struct{ method, path, contentType, body string }{
		{"POST", "/api/get_login_info", jsonType, `{}`},
		{"POST", "/api/get_login_info", jsonType + "; charset=utf-8", ``},
		{"POST", "/api/get_impl_info", jsonType, `{}`},
		{"POST", "/api/get_friend_list", jsonType, `{"no_cache":null}`},
		{"POST", "/api/get_group_info", jsonType, `{"group_id":123456,"unknown":1}`},
		{"POST", "/api/get_group_member_info", jsonType, `{"group_id":123456,"user_id":10002}`},
		{"POST", "/api/send_group_message", jsonType, `{"group_id":123456,"message":[{"type":"text","data":{"text":"hi"}}]}`},
		{"POST", "/api/set_group_member_card", jsonType, `{"group_id":123456,"user_id":10002,"card":"B"}`},
		{"POST", "/api/get_group_info", jsonType, `{"group_id":"123456"}`},
		{"POST", "/api/get_group_info", jsonType, `{"group_id":1}`},
		{"POST", "/api/get_group_info", jsonType, `{"group_id":99999}`},
		{"POST", "/api/get_group_member_info", jsonType, `{}`},
		{"POST", "/api/send_group_message", jsonType, `{"group_id":123456,"message":[{"type":"unheard_of","data":{}}]}`},
		{"POST", "/api/send_group_message", jsonType, `{"group_id":123456,"message":[]}`},
		{"POST", "/api/send_group_message", jsonType, `{"group_id":123456,"message":"text"}`},
		{"POST", "/api/get_login_info", jsonType, `{`},
		{"POST", "/api/get_login_info", jsonType, `[]`},
		{"POST", "/api/get_login_info", jsonType, `null`},
		{"POST", "/api/get_login_info", "text/plain", `{}`},
		{"POST", "/api/get_login_info", "", `{}`},
		{"POST", "/api/no_such_api", jsonType, `{}`},
		{"POST", "/api/no_such_api", "text/plain", `{}`},
		{"POST", "/api/get_no_such_thing", jsonType, `{}`},
		{"GET", "/api/get_login_info", "", ``},
		{"POST", "/event", jsonType, `{}`},
		{"GET", "/", "", ``},
		{"POST", "/api/", jsonType, `{}`},
		{"POST", "/api/a/b", jsonType, `{}`},
		{"POST", "/1234567890/api/get_login_info", jsonType, `{}`},
		{"POST", "/99999/api/get_login_info", jsonType, `{}`},
	} {
		talk.note("> %s %s [%s] %s", c.method, c.path, c.contentType, c.body)
		a := r.request(c.method, r.url(milkyName, c.path), c.body, "Content-Type", c.contentType)
		talk.note("< %d %s %s", a.status, a.header.Get("Content-Type"), a.text)
	}
	talk.golden(t, "milky.golden")
}

// The token comes before the name, the name before the content type.
func TestMilkyOrderOfChecks(t *testing.T) {
	r := start(t, withToken(token))
	for _, c := range []struct {
		auth, path, contentType string
		want                    int
	}{
		{"", "/api/no_such_api", "text/plain", 401},
		{"Bearer wrong", "/api/get_login_info", jsonType, 401},
		{"", "/nowhere", jsonType, 401},
		{"", "/api/get_login_info?access_token=" + token, jsonType, 401}, // the query is for /event alone
		{"Bearer " + token, "/api/no_such_api", "text/plain", 404},
		{"Bearer " + token, "/api/get_login_info", "text/plain", 415},
		{"Bearer " + token, "/api/get_login_info", jsonType, 200},
	} {
		a := r.request("POST", r.url(milkyName, c.path), "{}", "Authorization", c.auth, "Content-Type", c.contentType)
		if a.status != c.want || a.status != 200 && (a.at("status") != `"failed"` || a.at("retcode") != fmt.Sprint(c.want)) {
			t.Errorf("%+v: %d %s", c, a.status, a.text)
		}
	}
	for _, c := range []struct {
		auth, query string
		want        int
	}{
		{"", "", 401}, {"", "?access_token=wrong", 401}, {"Bearer wrong", "", 401},
		{"Bearer " + token, "", 101}, {"", "?access_token=" + token, 101}, {"Bearer wrong", "?access_token=" + token, 101},
	} {
		conn, resp, err := r.upgrade(milkyName, "/event"+c.query, "Authorization", c.auth)
		if resp == nil || resp.StatusCode != c.want {
			t.Errorf("socket %+v: %v %v", c, resp, err)
		}
		if err == nil {
			_ = conn.CloseNow()
			r.stream(milkyName, "/event"+c.query, "Authorization", c.auth)
		} else if a := r.request("GET", r.url(milkyName, "/event"+c.query), "", "Authorization", c.auth); a.status != c.want {
			t.Errorf("stream %+v: %d %s", c, a.status, a.text)
		}
	}
}

// The first thing on either kind of event connection is an event, and what a
// client says there is ignored.
func TestMilkyEvents(t *testing.T) {
	r := start(t)
	s, events := r.socket(milkyName, "/event"), r.stream(milkyName, "/event")
	for _, frame := range []string{`{"op":1,"d":0}`, `broken`, `null`, ``} {
		s.send(frame)
	}
	if err := s.conn.Write(t.Context(), websocket.MessageBinary, []byte{0xff, 0}); err != nil {
		t.Fatal(err)
	}
	r.say(alice, "first")
	message := events.next()
	if field(message, "event") != "milky_event" || field(message, "id") == "" {
		t.Errorf("message %q", message)
	}
	for name, event := range map[string]string{"socket": s.next(), "stream": field(message, "data")} {
		if at(event, "event_type") != `"message_receive"` || at(event, "self_id") != botText ||
			at(event, "data.segments") != `[{"data":{"text":"first"},"type":"text"}]` || at(event, "data.message_scene") != `"group"` {
			t.Errorf("%s: %s", name, event)
		}
	}
	events.end()
	r.say(alice, "second")
	events = r.stream(milkyName, "/event", "Last-Event-ID", field(message, "id"))
	if got := events.next(); !strings.Contains(got, "second") {
		t.Errorf("resumed at %s", got)
	}
	since := r.socket(milkyName, "/event?since="+field(message, "id"))
	if got := since.next(); !strings.Contains(got, "second") {
		t.Errorf("socket resumed at %s", got)
	}
}

func TestMilkyPrefix(t *testing.T) {
	r := start(t, on(func(e *config.Milky) { e.Prefix = "/milky" }))
	for path, want := range map[string]int{"/milky/api/get_login_info": 200, "/api/get_login_info": 404, "/milkyapi/get_login_info": 404} {
		if a := r.request("POST", r.url(milkyName, path), "{}", "Content-Type", jsonType); a.status != want {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	s := r.socket(milkyName, "/milky/event")
	r.say(alice, "under a prefix")
	s.await("under a prefix")
}

func TestMilkyWebhook(t *testing.T) {
	open, guarded := newReceiver(t, nil), newReceiver(t, nil)
	hook := func(rec *receiver, secret config.Secret) func(*config.Config) {
		return add(config.KindMilkyWebhook, func(e *config.MilkyWebhook) { e.URL, e.Token = config.URL(rec.url+"/milky/"), secret })
	}
	r := start(t, hook(open, ""), hook(guarded, token))
	r.say(alice, "posted")
	for rec, auth := range map[*receiver]string{open: "", guarded: "Bearer " + token} {
		p := rec.next(t)
		if p.path != "/milky/" || p.header.Get("Content-Type") != jsonType || p.header.Get("Authorization") != auth {
			t.Errorf("%s %v", p.path, p.header)
		}
		if at(p.body, "event_type") != `"message_receive"` || !strings.Contains(p.body, "posted") {
			t.Errorf("body %s", p.body)
		}
	}
}

// An event tells when it happened, not when it is read again.
func TestMilkyTimeOfReplay(t *testing.T) {
	r := start(t)
	live := r.stream(milkyName, "/event")
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("once")})
	first := live.next()
	time.Sleep(1100 * time.Millisecond) // times are whole seconds
	again := r.stream(milkyName, "/event?since=0")
	if got := again.next(); got != first {
		t.Errorf("again %s\nfirst %s", got, first)
	}
}
