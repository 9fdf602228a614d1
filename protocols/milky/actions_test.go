package milky

import (
	"encoding/json"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// apiCases has at least one call of each API; with answers set, those replace
// the usual ones.
var apiCases = []struct {
	name    string // API, and what is special behind a space
	body    string
	answers map[string]any
}{
	{"get_login_info", ``, nil},
	{"get_impl_info", `{}`, nil},
	{"get_impl_info other_backend", `{}`, map[string]any{"GetBackend": qq.Backend{ProtocolType: "toaster"}}},
	{"get_user_profile", `{"user_id":20002000}`, nil},
	{"get_user_profile nothing_known", `{"user_id":20002000}`, map[string]any{"GetUser": &qq.User{ID: alice}}},
	{"get_friend_list", `{"no_cache":null}`, nil},
	{"get_friend_list none", `{"no_cache":true}`, map[string]any{"ListFriends": []*qq.Friend(nil)}},
	{"get_friend_info", `{"user_id":20002000,"no_cache":true}`, nil},
	{"get_friend_info no_friend", `{"user_id":20002000}`, map[string]any{"GetFriend": qq.Errorf(qq.ErrNotFound, "20002000 is no friend")}},
	{"get_group_list", `{}`, nil},
	{"get_group_info", `{"group_id":30003000}`, nil},
	{"get_group_member_list", `{"group_id":30003000,"no_cache":false}`, nil},
	{"get_group_member_info", `{"group_id":30003000,"user_id":20002001}`, nil},
	{"send_private_message", `{"user_id":20002000,"message":[{"type":"reply","data":{"message_seq":6}},{"type":"text","data":{"text":"hello"}}]}`, nil},
	{"send_group_message", `{"group_id":30003000,"message":[
		{"type":"reply","data":{"message_seq":42}},{"type":"mention","data":{"user_id":20002000}},{"type":"mention_all","data":{}},
		{"type":"text","data":{"text":"hi\u2028"}},{"type":"face","data":{"face_id":"178"}},{"type":"face","data":{"face_id":"5","is_large":true}},
		{"type":"image","data":{"uri":"base64://aGk=","sub_type":null,"summary":null}},
		{"type":"image","data":{"uri":"file:///tmp/1.png","sub_type":"sticker","summary":"look"}}]}`, nil},
	{"send_group_message nothing", `{"group_id":30003000,"message":[]}`, map[string]any{"SendMessage": qq.Errorf(qq.ErrInvalid, "the message is empty")}},
	{"send_group_message muted", `{"group_id":30003000,"message":[{"type":"text","data":{"text":"x"}}]}`, map[string]any{"SendMessage": qq.Errorf(qq.ErrMuted, "you are muted")}},
	{"recall_private_message", `{"user_id":20002000,"message_seq":7}`, nil},
	{"recall_private_message temp", `{"user_id":20002000,"message_seq":7}`, map[string]any{"RecallMessage": []any{qq.Errorf(qq.ErrNotFound, "no such message"), qq.None{}}}},
	{"recall_private_message too_late", `{"user_id":20002000,"message_seq":7}`, map[string]any{"RecallMessage": qq.Errorf(qq.ErrForbidden, "more than two minutes have passed")}},
	{"recall_group_message", `{"group_id":30003000,"message_seq":42}`, nil},
	{"get_message", `{"message_scene":"group","peer_id":30003000,"message_seq":42}`, nil},
	{"get_message friend", `{"message_scene":"friend","peer_id":20002000,"message_seq":8}`, map[string]any{"GetMessage": ownMessage()}},
	{"get_message temp", `{"message_scene":"temp","peer_id":20002001,"message_seq":3}`, map[string]any{"GetMessage": tempMessage()}},
	{"get_message left_group", `{"message_scene":"group","peer_id":30003000,"message_seq":42}`, map[string]any{"GetMessage": bare(groupMessage())}},
	{"get_message recalled", `{"message_scene":"group","peer_id":30003000,"message_seq":42}`, map[string]any{"GetMessage": &qq.Message{Recalled: true}}},
	{"get_history_messages", `{"message_scene":"friend","peer_id":20002000,"start_message_seq":8,"limit":2}`, nil},
	{"get_history_messages end", `{"message_scene":"group","peer_id":30003000,"start_message_seq":null}`, map[string]any{"GetHistory": &qq.History{}}},
	{"get_resource_temp_url", `{"resource_id":"res1"}`, nil},
	{"delete_friend", `{"user_id":20002000}`, nil},
	{"get_friend_requests", `{"limit":5,"is_filtered":true}`, nil},
	{"get_friend_requests none", `{}`, map[string]any{"ListFriendRequests": []*qq.FriendRequest(nil)}},
	{"accept_friend_request", `{"initiator_uid":"u_alice"}`, nil},
	{"reject_friend_request", `{"initiator_uid":"u_alice","is_filtered":true,"reason":"no"}`, nil},
	{"set_group_member_card", `{"group_id":30003000,"user_id":20002000,"card":""}`, nil},
	{"set_group_member_admin", `{"group_id":30003000,"user_id":20002000}`, nil},
	{"set_group_member_admin unset", `{"group_id":30003000,"user_id":20002000,"is_set":false}`, nil},
	{"set_group_member_mute", `{"group_id":30003000,"user_id":20002000,"duration":600}`, nil},
	{"set_group_member_mute lift", `{"group_id":30003000,"user_id":20002000}`, nil},
	{"set_group_member_mute for_ever", `{"group_id":30003000,"user_id":20002000,"duration":9007199254740991}`, nil},
	{"set_group_whole_mute", `{"group_id":30003000}`, nil},
	{"set_group_whole_mute lift", `{"group_id":30003000,"is_mute":false}`, nil},
	{"kick_group_member", `{"group_id":30003000,"user_id":20002000}`, nil},
	{"kick_group_member block", `{"group_id":30003000,"user_id":20002000,"reject_add_request":true}`, nil},
	{"quit_group", `{"group_id":30003000}`, nil},
	{"get_group_notifications", `{"start_notification_seq":900,"is_filtered":true,"limit":10}`, nil},
	{"get_group_notifications end", `{}`, map[string]any{"ListGroupNotices": &qq.GroupNotices{}}},
	{"accept_group_request", `{"notification_seq":900,"notification_type":"join_request","group_id":30003000,"is_filtered":true}`, nil},
	{"reject_group_request", `{"notification_seq":900,"notification_type":"invited_join_request","group_id":30003000,"reason":"full"}`, nil},
	{"accept_group_invitation", `{"group_id":30003000,"invitation_seq":901}`, nil},
	{"reject_group_invitation", `{"group_id":30003000,"invitation_seq":901}`, nil},
}

func TestAPIs(t *testing.T) {
	s := newServer(t, Options{})
	covered := map[string]bool{}
	for _, c := range apiCases {
		t.Run(c.name, func(t *testing.T) {
			name, _, _ := strings.Cut(c.name, " ")
			caller := &fakeQQ{account: bot, answers: everyAnswer()}
			for op, answer := range c.answers {
				caller.answers[op] = answer
			}
			r := call(t, s, directory{caller}, name, c.body)
			if r.Status != 200 {
				t.Errorf("status %d", r.Status)
			}
			code, _ := checkResponse(t, name, r)
			covered[name] = covered[name] || code == 0
			golden(t, "apis/"+strings.ReplaceAll(c.name, " ", "."), transcript(t, c.body, caller, r.Body))
		})
	}
	for _, name := range s.Table().Names() {
		if !covered[name] {
			t.Errorf("no call of %s that works", name)
		}
	}
}

type apiTranscript struct {
	Request    json.RawMessage `json:"request"`
	Operations []operation     `json:"operations"`
	Response   json.RawMessage `json:"response"`
}

type operation struct {
	Name string       `json:"name"`
	With qq.Operation `json:"with"`
}

func transcript(t *testing.T, body string, caller *fakeQQ, response []byte) apiTranscript {
	t.Helper()
	if body == "" {
		body = "null"
	}
	out := apiTranscript{Request: json.RawMessage(body), Response: response}
	for _, op := range caller.asked {
		out.Operations = append(out.Operations, operation{qq.OpName(op), op})
	}
	return out
}

func TestPagingKeysAreAlwaysThere(t *testing.T) {
	s := newServer(t, Options{})
	for name, key := range map[string]string{
		"get_history_messages":    `"next_message_seq":null`,
		"get_group_notifications": `"next_notification_seq":null`,
	} {
		caller := &fakeQQ{account: bot, answers: map[string]any{"GetHistory": &qq.History{}, "ListGroupNotices": &qq.GroupNotices{}}}
		body := string(call(t, s, directory{caller}, name, `{"message_scene":"group","peer_id":30003000}`).Body)
		if !strings.Contains(body, key) {
			t.Errorf("%s answered %s without %s", name, body, key)
		}
	}
}

func TestSuccessAlwaysHasAnObject(t *testing.T) {
	s := newServer(t, Options{})
	r := call(t, s, directory{&fakeQQ{account: bot}}, "quit_group", `{"group_id":30003000}`)
	if got, want := string(r.Body), `{"status":"ok","retcode":0,"data":{}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
