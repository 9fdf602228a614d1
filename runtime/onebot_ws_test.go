package runtime_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"llbot/runtime/config"

	"github.com/coder/websocket"
)

func TestOneBotSocketPaths(t *testing.T) {
	r := start(t)
	for _, c := range []struct {
		path            string
		actions, events bool
	}{
		{"", true, true}, {"/", true, true}, {"/?x=y", true, true}, {"/anything/else", true, true},
		{"/api", true, false}, {"/api/", true, false},
		{"/event", false, true}, {"/event/", false, true},
		{"/1234567890", true, true}, {"/1234567890/api", true, false}, {"/1234567890/event", false, true},
	} {
		t.Run(c.path, func(t *testing.T) {
			s := r.socket(wsName, c.path)
			if c.events {
				hello := s.next()
				if at(hello, "meta_event_type") != `"lifecycle"` || at(hello, "sub_type") != `"connect"` || at(hello, "self_id") != botText {
					t.Errorf("first frame %s", hello)
				}
			}
			s.send(`{"action":"get_login_info","echo":"first"}`)
			if c.actions {
				if got := s.next(); at(got, "echo") != `"first"` || at(got, "data.user_id") != botText {
					t.Errorf("answer %s", got)
				}
			}
			r.say(alice, "for "+c.path)
			if c.events {
				if got := s.next(); word(at(got, "raw_message")) != "for "+c.path {
					t.Errorf("event %s", got)
				}
				return
			}
			s.send(`{"action":"get_login_info","echo":"last"}`)
			if got := s.next(); at(got, "echo") != `"last"` {
				t.Errorf("an event on an API socket: %s", got)
			}
		})
	}
}

func TestOneBotSocketToken(t *testing.T) {
	r := start(t, withToken(token))
	for _, c := range []struct {
		path, auth string
		want       int
	}{
		{"/", "", 401}, {"/", "Bearer ", 401}, {"/", "Bearer wrong", 403}, {"/api?access_token=wrong", "", 403},
		{"/event", "Bearer " + token, 101}, {"/", "Token " + token, 101}, {"/api?access_token=" + token, "", 101},
	} {
		conn, resp, err := r.upgrade(wsName, c.path, "Authorization", c.auth)
		if resp == nil || resp.StatusCode != c.want {
			t.Errorf("%s with %q: %v %v, want %d", c.path, c.auth, resp, err, c.want)
		}
		if err == nil {
			_ = conn.CloseNow()
		}
	}
	if a := r.request("GET", r.url(wsName, "/"), "", "Authorization", "Bearer "+token); a.status != 426 {
		t.Errorf("no upgrade: %d %s", a.status, a.text)
	}
	if a := r.request("GET", r.url(wsName, "/"), ""); a.status != 401 {
		t.Errorf("no upgrade, no token: %d %s", a.status, a.text)
	}
}

func TestEchoIsReturnedByteForByte(t *testing.T) {
	r := start(t)
	s := r.socket(wsName, "/api")
	for _, echo := range []string{
		`1`, `-0`, `1.50`, `1e400`, `12345678901234567890`, `"one"`, `"<&> é"`, `"\u4f60\/"`, `""`, `true`, `false`,
		`[]`, `[1, 2 ,"x"]`, `{}`, `{"b": 1,"a":{"c":[null]}}`, `"` + strings.Repeat("long", 5000) + `"`,
	} {
		for action, code := range map[string]string{"get_login_info": "0", "get_group_info": "1400", "none": "1404"} {
			s.send(`{"echo":` + echo + `,"action":"` + action + `","params":{}}`)
			got := s.next()
			if !strings.HasSuffix(got, `,"echo":`+echo+`}`) || at(got, "retcode") != code {
				t.Errorf("%s with echo %.50s: %.300s", action, echo, got)
			}
		}
	}
	for _, request := range []string{`{"action":"get_login_info"}`, `{"action":"get_login_info","echo":null}`} {
		if s.send(request); at(s.next(), "echo") != "" {
			t.Errorf("%s is answered with an echo", request)
		}
	}
}

func TestOneBotSocketGolden(t *testing.T) {
	r := start(t)
	s := r.socket(wsName, "/")
	var talk conversation
	talk.note("< %s", s.next())
	for _, frame := range []string{
		`{"action":"get_login_info","params":null,"echo":1}`,
		`{"action":"get_group_member_list","params":{"group_id":"654321"},"echo":"list"}`,
		`{"action":"send_group_msg","params":{"group_id":123456,"message":"[CQ:at,qq=10001] hi"},"echo":{"a":1}}`,
		`{"action":"send_msg","params":{"message_type":"private","user_id":10001,"message":[{"type":"face","data":{"id":"14"}}]},"echo":2}`,
		`{"action":"get_login_info_async","echo":3}`,
		`{"action":"get_stranger_info","params":{"user_id":10003},"echo":4}`,
		`{"action":"set_group_ban","params":{"group_id":"x"},"echo":5}`,
		`{"action":"set_group_ban","params":{"group_id":123456,"user_id":10001},"echo":6}`,
		`{"action":"set_group_ban","params":[],"echo":7}`,
		`{"action":"send_group_msg","params":{"group_id":1,"message":"x"},"echo":8}`,
		`{"action":"none","echo":9}`,
		`{"params":{},"echo":10}`,
		`{"action":7,"echo":11}`,
		`{"action":"get_login_info","echo":"half`,
		`{"action":"get_login_info","echo":"whole",`,
		`null`, `7`, `"x"`, `[]`, `{}`, ``, `broken`, "\x00",
	} {
		talk.note("> %q", frame)
		s.send(frame)
		talk.note("< %s", s.next())
	}
	talk.golden(t, "onebot_ws.golden")
}

func TestBinaryFramesAreRead(t *testing.T) {
	r := start(t)
	s := r.socket(wsName, "/api")
	if err := s.conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"action":"get_login_info","echo":1}`)); err != nil {
		t.Fatal(err)
	}
	if got := s.next(); at(got, "echo") != "1" || at(got, "status") != `"ok"` {
		t.Errorf("answer %s", got)
	}
	w, err := s.conn.Writer(t.Context(), websocket.MessageText) // in fragments
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`{"action":"get_`, `login_info",`, `"echo":2}`} {
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := s.next(); at(got, "echo") != "2" || at(got, "status") != `"ok"` {
		t.Errorf("answer to fragments %s", got)
	}
}

func TestPingAndClose(t *testing.T) {
	r := start(t)
	for endpoint, path := range map[string]string{wsName: "/", milkyName: "/event", satoriName: "/v1/events"} {
		s := r.socket(endpoint, path)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		for range 3 {
			if err := s.conn.Ping(ctx); err != nil {
				t.Errorf("%s: ping: %v", endpoint, err)
			}
		}
		cancel()
		for _, code := range []websocket.StatusCode{websocket.StatusNormalClosure, 4321} {
			if err := s.conn.Close(code, "bye"); err != nil {
				t.Errorf("%s: close %d: %v", endpoint, code, err)
			}
			s = r.socket(endpoint, path)
		}
	}
}

func TestOneBotSocketHeartbeat(t *testing.T) {
	r := start(t, on(func(e *config.OneBotWS) { e.Heartbeat = 40 * time.Millisecond }))
	s, api := r.socket(wsName, "/event"), r.socket(wsName, "/api")
	if at(s.next(), "meta_event_type") != `"lifecycle"` {
		t.Error("the first frame is not lifecycle")
	}
	for range 3 {
		if beat := s.next(); at(beat, "meta_event_type") != `"heartbeat"` || at(beat, "interval") != "40" {
			t.Errorf("heartbeat %s", beat)
		}
	}
	api.send(`{"action":"get_status","echo":1}`)
	if got := api.next(); at(got, "echo") != "1" {
		t.Errorf("on the API socket: %s", got)
	}
}

// Requests run side by side, and each is answered once.
func TestManyCallsOnOneSocket(t *testing.T) {
	r := start(t)
	s := r.socket(wsName, "/api")
	const calls = 300
	go func() {
		for i := range calls {
			text := fmt.Sprintf(`{"action":"get_group_member_info","params":{"group_id":123456,"user_id":10002},"echo":%d}`, i)
			if s.conn.Write(context.Background(), websocket.MessageText, []byte(text)) != nil {
				return
			}
		}
	}()
	seen := map[string]bool{}
	for range calls {
		got := s.next()
		if at(got, "retcode") != "0" || seen[at(got, "echo")] {
			t.Fatalf("answer %s", got)
		}
		seen[at(got, "echo")] = true
	}
}
