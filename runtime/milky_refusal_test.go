package runtime_test

import (
	"strings"
	"testing"

	"llbot/runtime/admin"
)

// milkyRefusals are calls that the simulated world refuses, with the code and a part
// of the text that they get.
var milkyRefusals = []struct{ call, code, text string }{
	{`send_private_message {"user_id":10101,"message":[{"type":"text","data":{"text":"x"}}]}`, "-404", "no friends and share no group"},
	{`send_private_message {"user_id":99999,"message":[{"type":"text","data":{"text":"x"}}]}`, "-404", "nobody has"},
	{`upload_private_file {"user_id":10003,"file_uri":"base64://aGk=","file_name":"x"}`, "-404", "no friend"},
	{`get_private_file_download_url {"user_id":10003,"file_id":"x","file_hash":"y"}`, "-404", "no private file"},
	{`send_friend_nudge {"user_id":10003}`, "-404", "no friend"},
	{`delete_friend {"user_id":10003}`, "-404", "no friend"},
	{`get_friend_info {"user_id":10003}`, "-404", "no friend"},
	{`get_friend_info {"user_id":10003,"no_cache":true}`, "-404", "no friend"},
	{`set_peer_pin {"message_scene":"friend","peer_id":10003}`, "-404", "no friend"},
	{`set_peer_pin {"message_scene":"temp","peer_id":10003}`, "-400", "pinned"},
	{`get_group_info {"group_id":99999}`, "-404", "no group"},
	{`get_group_member_info {"group_id":123456,"user_id":10101}`, "-404", "not in group"},
	{`get_message {"message_scene":"group","peer_id":123456,"message_seq":99}`, "-404", "no message"},
	{`recall_private_message {"user_id":10001,"message_seq":99}`, "-404", "no message"},
	{`accept_friend_request {"initiator_uid":"u"}`, "-404", "no friend request"},
	{`set_group_member_mute {"group_id":123456,"user_id":10001,"duration":5}`, "-500", "may not mute"},
	{`set_group_member_special_title {"group_id":123456,"user_id":10002,"special_title":"x"}`, "-500", "only the owner"},
	{`get_cookies {"domain":"pay.qq.com"}`, "-500", "pay.qq.com"},
}

func TestMilkyRefusals(t *testing.T) {
	r := start(t)
	for _, c := range milkyRefusals {
		api, params, _ := strings.Cut(c.call, " ")
		a := r.request("POST", r.url(milkyName, "/api/"+api), params, "Content-Type", jsonType)
		if a.status != 200 || a.at("retcode") != c.code || !strings.Contains(word(a.at("message")), c.text) {
			t.Errorf("%s: %d %s, want %s and %q", c.call, a.status, a.text, c.code, c.text)
		}
	}
	// A stranger out of a shared group is spoken to there.
	if a := r.milky("send_private_message", `{"user_id":10003,"message":[{"type":"text","data":{"text":"hello"}}]}`); a.at("data.message_seq") != "1" {
		t.Error(a.text)
	}
	if a := r.milky("get_message", `{"message_scene":"temp","peer_id":10003,"message_seq":1}`); a.at("data.message.message_scene") != `"temp"` ||
		a.at("data.message.group.group_id") != "123456" || a.at("data.message.sender_id") != botText {
		t.Error(a.text)
	}
}

// What QQ itself refuses is -500 with QQ's own words.
func TestMilkyTellsQQsWords(t *testing.T) {
	r := start(t)
	for _, kind := range []string{"upstream", "risk_control", "rate_limited"} {
		if _, err := r.sim("").AddFault(t.Context(), admin.Fault{Kind: kind, Op: "SendMessage", Count: 1, Text: "QQ says " + kind}); err != nil {
			t.Fatal(err)
		}
		a := r.request("POST", r.url(milkyName, "/api/send_group_message"), `{"group_id":123456,"message":[{"type":"text","data":{"text":"x"}}]}`, "Content-Type", jsonType)
		if a.status != 200 || a.at("retcode") != "-500" || !strings.Contains(word(a.at("message")), "QQ says "+kind) {
			t.Errorf("%s: %d %s", kind, a.status, a.text)
		}
	}
}

// An account that was thrown out is told so, its streams stay open, and every
// API is -403 until it is back, but the two that tell who is asked.
func TestMilkyOffline(t *testing.T) {
	r := start(t)
	events := r.stream(milkyName, "/event")
	r.listening(events.lines)
	if _, err := r.sim("").AddFault(t.Context(), admin.Fault{Kind: "kicked", Count: 1, Text: "logged in elsewhere"}); err != nil {
		t.Fatal(err)
	}
	post := func(api, params string) answer {
		return r.request("POST", r.url(milkyName, "/api/"+api), params, "Content-Type", jsonType)
	}
	if a := post("get_csrf_token", "{}"); a.at("retcode") != "-403" || !strings.Contains(a.text, "logged in elsewhere") {
		t.Errorf("thrown out: %s", a.text)
	}
	if got := events.await("bot_offline"); at(field(got, "data"), "data.reason") != `"logged in elsewhere"` {
		t.Errorf("told %s", got)
	}
	answered := map[string]bool{}
	for _, s := range milkyWorld {
		params := strings.NewReplacer("$888888", "1", "$999999", "1", "$first", "1", "$second", "1", "$whisper", "1", "$forwarded", "1", "$seq", "1").Replace(s.params)
		switch a := post(s.api, params); a.at("retcode") {
		case "-403":
		case "0":
			answered[s.api] = true
		default:
			t.Errorf("%s %s: %s", s.api, params, a.text)
		}
	}
	if len(answered) != 2 || !answered["get_login_info"] || !answered["get_impl_info"] {
		t.Errorf("answered without QQ: %v", answered)
	}
	r.act(bot, "MoveLogin", `{"step":"online"}`)
	eventually(t, "the account to be back", func() bool { return post("get_csrf_token", "{}").at("retcode") == "0" })
	r.say(alice, "welcome back")
	events.await("welcome back")
}
