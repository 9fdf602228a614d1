package milky

import (
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

func TestContentTypes(t *testing.T) {
	s := newServer(t, Options{})
	for kind, want := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "Application/JSON;charset=UTF-8": true,
		" application/json ": true, "": false, "text/plain": false, "multipart/form-data; boundary=x": false,
	} {
		r := s.Route(&face.Head{Method: "POST", Path: "/api/quit_group", ContentType: kind}, twoAccounts())
		if got := r.Kind == face.RouteAction; got != want {
			t.Errorf("%q: let in %v", kind, got)
		}
	}
}

func TestBodies(t *testing.T) {
	s := newServer(t, Options{})
	for _, c := range []struct {
		api, body string
		code      int
		messages  []string
	}{
		{"get_login_info", "", 0, nil},
		{"get_login_info", " \r\n", 0, nil},
		{"get_login_info", "{}", 0, nil},
		{"get_login_info", `{"unknown":[1]}`, 0, nil},
		{"get_login_info", "[]", -400, []string{"must be an object, not an array"}},
		{"get_login_info", `"x"`, -400, []string{"must be an object, not a string"}},
		{"get_login_info", "{", -400, []string{"not JSON"}},
		{"get_login_info", "{}{}", -400, []string{"not JSON"}},
		{"get_login_info", "user_id=1", -400, []string{"not JSON"}},
		{"get_login_info", strings.Repeat("[", 1000), -400, []string{"nested deeper than 64"}},
		{"get_friend_info", "", -400, []string{"user_id: is required"}},
		{"get_friend_info", `{"user_id":null}`, -400, []string{"user_id: is required"}},
		{"get_friend_info", `{"user_id":"20002000"}`, -400, []string{"user_id: must be an integer written as a JSON number, not a string"}},
		{"get_friend_info", `{"user_id":20002000,"no_cache":"true"}`, -400, []string{"no_cache: must be a boolean, not a string"}},
		{"get_friend_info", `{"user_id":20002000,"no_cache":null}`, 0, nil},
		{"get_friend_info", `{"user_id":20002000.0}`, 0, nil},
		{"get_friend_info", `{"user_id":10000}`, -400, []string{"user_id: must lie between 10001 and 4294967295"}},
		{"get_friend_info", `{"user_id":4294967296}`, -400, []string{"user_id: must lie between"}},
		{"get_friend_info", `{"user_id":1e400}`, -400, []string{"user_id: is out of range"}},
		{"recall_group_message", `{"group_id":1,"message_seq":9007199254740992}`, -400, []string{"group_id: must lie between", "message_seq: must lie between 0 and 9007199254740991"}},
		{"recall_group_message", `{"message_seq":true}`, -400, []string{"group_id: is required", "message_seq: must be an integer written as a JSON number, not a boolean"}},
		{"get_message", `{"message_scene":"none","peer_id":[],"message_seq":{}}`, -400, []string{
			"message_scene: must be friend or group or temp", "peer_id: must be an integer", "message_seq: must be an integer",
		}},
		{"get_message", `{"message_scene":2,"peer_id":30003000,"message_seq":1}`, -400, []string{"message_scene: must be friend or group or temp, not a number"}},
		{"get_history_messages", `{"message_scene":"group","peer_id":30003000,"limit":0}`, -400, []string{"limit: must lie between 1 and 30"}},
		{"get_history_messages", `{"message_scene":"group","peer_id":30003000,"limit":31}`, -400, []string{"limit: must lie between 1 and 30"}},
		{"get_history_messages", `{"message_scene":"group","peer_id":30003000,"limit":30}`, 0, nil},
		{"get_history_messages", `{"message_scene":"group","peer_id":30003000,"limit":null}`, 0, nil},
		{"accept_group_request", `{"notification_seq":1,"notification_type":"invitation","group_id":30003000}`, -400, []string{"notification_type: must be join_request or invited_join_request"}},
		{"set_group_member_mute", `{"group_id":30003000,"user_id":20002000,"duration":-1}`, -400, []string{"duration: must lie between"}},
		{"send_group_message", `{"group_id":30003000,"message":"hi"}`, -400, []string{"message: must be an array, not a string"}},
		{"send_group_message", `{"group_id":30003000,"message":[{"type":"text","data":{"text":"x"}},{"type":"poke","data":{}},{"type":"image","data":{"sub_type":3}}]}`, -400, []string{
			"message[1].type: is no segment type", "message[2].data.sub_type: must be normal or sticker", "message[2].data.uri: is required",
		}},
	} {
		t.Run(c.api+" "+c.body, func(t *testing.T) {
			dir := twoAccounts()
			r := call(t, s, dir, c.api, c.body)
			code, message := checkResponse(t, c.api, r)
			if r.Status != 200 || code != c.code {
				t.Errorf("status %d, retcode %d: %s", r.Status, code, message)
			}
			if code == 0 {
				return
			}
			faults := strings.TrimPrefix(message, "Invalid payload: ")
			if faults == message || len(strings.Split(faults, "; ")) != len(c.messages) {
				t.Errorf("message %q", message)
			}
			for _, want := range c.messages {
				if !strings.Contains(faults, want) {
					t.Errorf("message %q lacks %q", message, want)
				}
			}
			if asked := dir[0].(*fakeQQ).asked; len(asked) > 0 {
				t.Errorf("QQ was asked: %v", asked)
			}
		})
	}
}

func TestManyFaultsAreCut(t *testing.T) {
	body := `{"group_id":30003000,"message":[` + strings.Repeat("1,", 4999) + `1]}`
	_, message := checkResponse(t, "send_group_message", call(t, newServer(t, Options{}), twoAccounts(), "send_group_message", body))
	if want := "; message[49]: must be an object, not a number; and there is more wrong"; !strings.HasSuffix(message, want) {
		t.Errorf("%d bytes: …%s", len(message), message[max(0, len(message)-100):])
	}
}

func TestTheBodyIsNotKept(t *testing.T) {
	s, caller := newServer(t, Options{}), &fakeQQ{account: bot, answers: everyAnswer()}
	body := []byte(`{"group_id":30003000,"message":[{"type":"text","data":{"text":"mine"}},{"type":"image","data":{"uri":"base64://aGk="}}]}`)
	r := s.Route(&face.Head{Method: "POST", Path: "/api/send_group_message", ContentType: "application/json"}, directory{caller})
	s.Serve(t.Context(), directory{caller}, face.Request{Route: &r, Body: body})
	for i := range body {
		body[i] = 'X'
	}
	segments := caller.asked[0].(qq.SendMessage).Segments
	if text := segments.PlainText(); text != "mine" || segments[1].(*qq.Image).URI != "base64://aGk=" {
		t.Errorf("the message became %q", text)
	}
}
