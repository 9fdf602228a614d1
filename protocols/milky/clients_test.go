package milky

import (
	"encoding/json"
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// What the client libraries of Milky depend on, seen on the wire: Milky-go-sdk
// 1.0.2, nonebot's adapter-milky, milky-tea and koishi's adapter.

// TestClientsBodies are bodies as clients write them, odd as they are.
func TestClientsBodies(t *testing.T) {
	s := newServer(t, Options{})
	for name, c := range map[string]struct {
		api, body string
		code      int
	}{
		"go sdk: map without parameters":                         {"get_login_info", `{}`, 0},
		"go sdk: video without a still":                          {"send_group_message", `{"group_id":30003000,"message":[{"type":"video","data":{"uri":"https://a.example/1.mp4","thumb_uri":""}}]}`, 0},
		"go sdk: announcement without picture, in its own words": {"send_group_announcement", `{"group_id":30003000,"content":"x","image_url":""}`, 0},
		"go sdk: announcement":                                   {"send_group_announcement", `{"group_id":30003000,"content":"x","image_uri":""}`, 0},
		"go sdk: history from the newest":                        {"get_history_messages", `{"message_scene":"group","peer_id":30003000,"start_message_seq":0,"limit":20}`, 0},
		"go sdk: notifications from the newest":                  {"get_group_notifications", `{"start_notification_seq":0,"is_filtered":false,"limit":0}`, 0},
		"go sdk: upload into the root":                           {"upload_group_file", `{"group_id":30003000,"parent_folder_id":"","file_uri":"file:///1","file_name":"1"}`, 0},
		"go sdk: no message at all":                              {"send_group_message", `{"group_id":30003000,"message":null}`, -400},
		"go sdk: forward in the words of 1.0":                    {"send_group_message", `{"group_id":30003000,"message":[{"type":"forward","data":{"messages":[{"user_id":20002000,"name":"A","segments":[]}]}}]}`, -400},
		"nonebot: reply with more members":                       {"send_private_message", `{"user_id":20002000,"message":[{"type":"reply","data":{"message_seq":7,"client_seq":null}},{"type":"text","data":{"text":"x"}}]}`, 0},
		"nonebot: image with null summary":                       {"send_group_message", `{"group_id":30003000,"message":[{"type":"image","data":{"uri":"base64://aGk=","summary":null,"sub_type":"normal"}}]}`, 0},
		"nonebot: its own locals":                                {"get_friend_info", `{"user_id":20002000,"no_cache":false,"self":null,"__class__":null}`, 0},
		"nonebot: what was heard, said again":                    {"send_private_message", `{"user_id":20002000,"message":[{"type":"reply","data":{"message_seq":7,"sender_id":20002000,"sender_name":null,"time":1,"segments":[{"type":"text","data":{"text":"x"}}]}},{"type":"mention","data":{"user_id":20002000,"name":"A"}}]}`, 0},
		"nonebot: forward with its nulls":                        {"send_group_message", `{"group_id":30003000,"message":[{"type":"forward","data":{"messages":[{"user_id":20002000,"sender_name":"A","segments":[{"type":"text","data":{"text":"x"}}]}],"title":null,"preview":null,"summary":null,"prompt":null}}]}`, 0},
		"nonebot: a heard picture said again has no uri":         {"send_group_message", `{"group_id":30003000,"message":[{"type":"image","data":{"resource_id":"r","temp_url":"https://a.example/1","width":1,"height":1,"summary":"","sub_type":"normal"}}]}`, -400},
		"koishi: invitation answered under the wrong names":      {"accept_group_invitation", `{"group_id":3,"invitation_seq":0}`, -400},
		"koishi: mention of a name":                              {"send_group_message", `{"group_id":30003000,"message":[{"type":"mention","data":{"user_id":null}}]}`, -400},
		"koishi: own file without is_self_send":                  {"get_private_file_download_url", `{"user_id":20002000,"file_id":"file1","file_hash":"abcd"}`, 0},
		"koishi: limit of a page left open":                      {"get_history_messages", `{"message_scene":"temp","peer_id":20002001,"start_message_seq":null,"limit":null}`, 0},
		"koishi: card":                                           {"send_group_message", `{"group_id":30003000,"message":[{"type":"light_app","data":{"json_payload":"{}"}}]}`, 0},
		"koishi: id that is no number":                           {"get_message", `{"message_scene":"group","peer_id":30003000,"message_seq":null}`, -400},
	} {
		t.Run(name, func(t *testing.T) {
			if code, message := checkResponse(t, c.api, call(t, s, twoAccounts(), c.api, c.body)); code != c.code {
				t.Errorf("%d %s", code, message)
			}
		})
	}
}

// TestStatusAndRetcodeAgree: nonebot and the Go SDK look at both, koishi and
// milky-tea at the status alone.
func TestStatusAndRetcodeAgree(t *testing.T) {
	for _, path := range goldens(t, "apis") {
		var call struct {
			Response struct {
				Status  string
				Retcode int
				Data    json.RawMessage
				Message *string
			}
		}
		if err := json.Unmarshal(read(t, path), &call); err != nil {
			t.Fatal(err)
		}
		r := call.Response
		good := r.Status == "ok" && r.Retcode == 0 && len(r.Data) > 0 && r.Data[0] == '{' && r.Message == nil
		bad := r.Status == "failed" && r.Retcode < 0 && r.Data == nil && r.Message != nil
		if !good && !bad {
			t.Errorf("%s: %+v", path, r)
		}
	}
}

// TestRefusalsAreJSON: milky-tea parses the body before it looks at the status.
func TestRefusalsAreJSON(t *testing.T) {
	s := newServer(t, Options{Token: "t"})
	for name, head := range map[string]face.Head{
		"401":            {Method: "POST", Path: "/api/quit_group"},
		"401 of events":  {Method: "GET", Path: "/event"},
		"401 of sockets": {Method: "GET", Path: "/event", Upgrade: true},
		"404":            {Method: "POST", Path: "/api/nope", Authorization: "Bearer t"},
		"415":            {Method: "POST", Path: "/api/quit_group", ContentType: "text/plain", Authorization: "Bearer t"},
	} {
		r := s.Route(&head, twoAccounts())
		code, message := checkResponse(t, "quit_group", r.Response)
		if r.Kind != face.RouteAnswer || code != r.Response.Status || message == "" || !strings.HasPrefix(name, "4") {
			t.Errorf("%s: %d %s", name, r.Response.Status, r.Response.Body)
		}
	}
}

// TestClientsTokens: all four put the token into the query of /event; koishi
// escapes all of it, nonebot all but slashes, the others nothing.
func TestClientsTokens(t *testing.T) {
	s := newServer(t, Options{Token: "a b+c/d=="})
	for _, query := range []string{"access_token=a b+c/d==", "access_token=a%20b%2Bc%2Fd%3D%3D", "access_token=a+b%2Bc/d%3D%3D", "access_token=a%20b%2Bc/d=="} {
		for _, upgrade := range []bool{false, true} {
			r := s.Route(&face.Head{Method: "GET", Path: "/event", Query: query, Upgrade: upgrade}, twoAccounts())
			if want := map[bool]face.RouteKind{false: face.RouteStream, true: face.RouteSocket}[upgrade]; r.Kind != want {
				t.Errorf("%s upgrade %v: %s", query, upgrade, r.Response.Body)
			}
		}
	}
}

// TestFileHashTellsTheScene: koishi asks for a private file's link when there is
// a hash and for a group's when there is none.
func TestFileHashTellsTheScene(t *testing.T) {
	for hash, want := range map[string]bool{"": false, "abcd": true} {
		segment := EncodeIncoming(qq.Segments{&qq.File{FileID: "f", Hash: hash}})
		text, err := json.Marshal(segment)
		if err != nil || strings.Contains(string(text), "file_hash") != want {
			t.Errorf("hash %q: %s", hash, text)
		}
	}
}

// TestPushedMessagesNameTheirPeople: the Go SDK and koishi read friend, or
// group and group_member, of every message.
func TestPushedMessagesNameTheirPeople(t *testing.T) {
	for name, want := range map[string][]string{
		"friend": {`"friend":{`}, "friend_unknown": {`"friend":{`}, "own": {`"friend":{"user_id":20002000`}, "own_to_unknown": {`"friend":{`},
		"group": {`"group":{`, `"group_member":{`}, "group_unknown": {`"group":{`, `"group_member":{`},
	} {
		for _, c := range told {
			if c.name != "message_receive "+name {
				continue
			}
			text, _ := Encoder{}.Encode(nil, &qq.Entry{Account: bot, Time: noon, Event: c.event})
			for _, part := range want {
				if !strings.Contains(string(text), part) {
					t.Errorf("%s lacks %s: %s", name, part, text)
				}
			}
		}
	}
}

// TestFieldsThatAreText: face ids and the csrf token are text, though they
// are numbers.
func TestFieldsThatAreText(t *testing.T) {
	s := newServer(t, Options{})
	body := string(call(t, s, twoAccounts(), "get_csrf_token", `{}`).Body)
	if !strings.Contains(body, `"csrf_token":"1234567890"`) {
		t.Error(body)
	}
	text, _ := Encoder{}.Encode(nil, &qq.Entry{Account: bot, Event: &qq.ReactionChanged{
		MessageRef: groupMessage().MessageRef, User: alice, Emoji: qq.Emoji{Kind: qq.EmojiUnicode, ID: "128077"},
	}})
	if !strings.Contains(string(text), `"face_id":"128077","reaction_type":"emoji"`) {
		t.Errorf("%s", text)
	}
}
