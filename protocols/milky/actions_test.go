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
	{"recall_private_message nowhere", `{"user_id":20002000,"message_seq":7}`, map[string]any{"RecallMessage": []any{qq.Errorf(qq.ErrNotFound, "no such message of the friend"), qq.Errorf(qq.ErrNotFound, "no such temporary message")}}},
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
	{"get_peer_pins", `{}`, nil},
	{"get_peer_pins none", `{}`, map[string]any{"ListPins": &qq.Pins{}}},
	{"set_peer_pin", `{"message_scene":"group","peer_id":30003000}`, nil},
	{"set_peer_pin temp", `{"message_scene":"temp","peer_id":20002001,"is_pinned":false}`, map[string]any{"SetPin": qq.Errorf(qq.ErrInvalid, "temporary chats cannot be pinned")}},
	{"set_avatar", `{"uri":"base64://aGk="}`, nil},
	{"set_avatar no_picture", `{"uri":"https://a.example/1.txt"}`, map[string]any{"SetAvatar": qq.Errorf(qq.ErrMedia, "this is no picture")}},
	{"set_nickname", `{"new_nickname":"Robo"}`, nil},
	{"set_bio", `{"new_bio":""}`, nil},
	{"get_custom_face_url_list", `{}`, nil},
	{"get_custom_face_url_list none", `{}`, map[string]any{"ListCustomFaces": []string(nil)}},
	{"get_cookies", `{"domain":"qun.qq.com"}`, nil},
	{"get_cookies refused", `{"domain":"pay.qq.com"}`, map[string]any{"GetCredentials": qq.Errorf(qq.ErrForbidden, "no cookies for pay.qq.com")}},
	{"get_csrf_token", `{}`, nil},
	{"get_forwarded_messages", `{"forward_id":"fwd1"}`, nil},
	{"get_forwarded_messages gone", `{"forward_id":"x"}`, map[string]any{"GetForward": qq.Errorf(qq.ErrNotFound, "there is no such forward")}},
	{"mark_message_as_read", `{"message_scene":"friend","peer_id":20002000,"message_seq":7}`, nil},
	{"mark_message_as_read zero", `{"message_scene":"friend","peer_id":20002000,"message_seq":0}`, nil},
	{"send_friend_nudge", `{"user_id":20002000}`, nil},
	{"send_friend_nudge self", `{"user_id":20002000,"is_self":true}`, nil},
	{"send_profile_like", `{"user_id":20002000}`, nil},
	{"send_profile_like too_often", `{"user_id":20002000,"count":20}`, map[string]any{"SendLike": qq.Errorf(qq.ErrRateLimited, "that is all for today")}},
	{"set_group_name", `{"group_id":30003000,"new_group_name":"Club 2"}`, nil},
	{"set_group_avatar", `{"group_id":30003000,"image_uri":"file:///tmp/1.png"}`, nil},
	{"set_group_member_special_title", `{"group_id":30003000,"user_id":20002000,"special_title":"Star"}`, nil},
	{"send_group_message_reaction", `{"group_id":30003000,"message_seq":42,"reaction":"178"}`, nil},
	{"send_group_message_reaction emoji", `{"group_id":30003000,"message_seq":42,"reaction":"128077","reaction_type":"emoji","is_add":false}`, nil},
	{"send_group_nudge", `{"group_id":30003000,"user_id":20002000}`, nil},
	{"get_group_announcements", `{"group_id":30003000}`, nil},
	{"get_group_announcements none", `{"group_id":30003000}`, map[string]any{"ListAnnouncements": []*qq.Announcement(nil)}},
	{"send_group_announcement", `{"group_id":30003000,"content":"hello","image_uri":"https://a.example/1.png"}`, nil},
	{"send_group_announcement plain", `{"group_id":30003000,"content":"hello","image_uri":null,"image_url":"ignored"}`, nil},
	{"delete_group_announcement", `{"group_id":30003000,"announcement_id":"n1"}`, nil},
	{"get_group_essence_messages", `{"group_id":30003000,"page_index":0,"page_size":20}`, nil},
	{"get_group_essence_messages none", `{"group_id":30003000,"page_index":9,"page_size":0}`, map[string]any{"ListEssence": &qq.Essences{Last: true}}},
	{"set_group_essence_message", `{"group_id":30003000,"message_seq":42}`, nil},
	{"set_group_essence_message unset", `{"group_id":30003000,"message_seq":42,"is_set":false}`, nil},
	{"upload_private_file", `{"user_id":20002000,"file_uri":"file:///tmp/plan.pdf","file_name":"plan.pdf"}`, nil},
	{"upload_group_file", `{"group_id":30003000,"file_uri":"https://a.example/1.zip","file_name":"1.zip"}`, nil},
	{"upload_group_file folder", `{"group_id":30003000,"parent_folder_id":"/folder1","file_uri":"base64://aGk=","file_name":"hi.txt"}`, nil},
	{"get_private_file_download_url", `{"user_id":20002000,"file_id":"file1","file_hash":"abcd"}`, nil},
	{"get_private_file_download_url own", `{"user_id":20002000,"file_id":"file1","file_hash":"abcd","is_self_send":true}`, nil},
	{"get_group_file_download_url", `{"group_id":30003000,"file_id":"file1"}`, nil},
	{"get_group_files", `{"group_id":30003000}`, nil},
	{"get_group_files folder", `{"group_id":30003000,"parent_folder_id":"/folder1"}`, map[string]any{"ListFiles": &qq.FileList{}}},
	{"move_group_file", `{"group_id":30003000,"file_id":"file1","target_folder_id":"/folder1"}`, nil},
	{"rename_group_file", `{"group_id":30003000,"file_id":"file1","new_file_name":"new.pdf"}`, nil},
	{"delete_group_file", `{"group_id":30003000,"file_id":"file1"}`, nil},
	{"persist_group_file", `{"group_id":30003000,"file_id":"file2"}`, nil},
	{"create_group_folder", `{"group_id":30003000,"folder_name":"Photos"}`, nil},
	{"create_group_folder taken", `{"group_id":30003000,"folder_name":"Photos"}`, map[string]any{"CreateFolder": qq.Errorf(qq.ErrConflict, "there is a folder of that name")}},
	{"rename_group_folder", `{"group_id":30003000,"folder_id":"/folder1","new_folder_name":"Papers"}`, nil},
	{"delete_group_folder", `{"group_id":30003000,"folder_id":"/folder1"}`, nil},
	{"send_group_message forward", `{"group_id":30003000,"message":[{"type":"forward","data":{"title":"t","preview":["a","b"],"summary":"s","prompt":"p","messages":[
		{"user_id":20002000,"sender_name":"Alice","time":1767225600,"segments":[{"type":"text","data":{"text":"hi"}},{"type":"image","data":{"uri":"base64://aGk="}}]},
		{"user_id":20002001,"sender_name":"Bob","segments":[{"type":"forward","data":{"messages":[{"user_id":20002001,"sender_name":"Bob","time":null,"segments":[]}],"preview":null}}]}]}}]}`, nil},
	{"send_private_message media", `{"user_id":20002000,"message":[{"type":"record","data":{"uri":"file:///tmp/1.mp3"}},
		{"type":"video","data":{"uri":"https://a.example/1.mp4","thumb_uri":"base64://aGk="}},{"type":"video","data":{"uri":"https://a.example/2.mp4","thumb_uri":null}},
		{"type":"light_app","data":{"json_payload":"{\"app\":\"com.tencent.x\"}"}}]}`, nil},
	{"send_private_message no_friend", `{"user_id":20002001,"message":[{"type":"text","data":{"text":"x"}}]}`, map[string]any{
		"GetFriend": qq.Errorf(qq.ErrNotFound, "20002001 is no friend"), "SendMessage": qq.Errorf(qq.ErrNotFound, "20002001 is no friend and shares no group")}},
	{"send_private_message temp", `{"user_id":20002001,"message":[{"type":"reply","data":{"message_seq":6}}]}`, map[string]any{"GetFriend": qq.Errorf(qq.ErrNotFound, "20002001 is no friend")}},
	{"send_private_message friends_unknown", `{"user_id":20002001,"message":[]}`, map[string]any{"GetFriend": qq.Errorf(qq.ErrUnsupported, "no such list")}},
	{"upload_private_file no_friend", `{"user_id":20002001,"file_uri":"base64://aGk=","file_name":"hi.txt"}`, map[string]any{
		"GetFriend": qq.Errorf(qq.ErrNotFound, "20002001 is no friend"), "UploadFile": qq.Errorf(qq.ErrForbidden, "files go to friends only")}},
	{"upload_private_file refused", `{"user_id":20002000,"file_uri":"base64://aGk=","file_name":"hi.txt"}`, map[string]any{"UploadFile": qq.Errorf(qq.ErrForbidden, "the friend takes no files")}},
	{"get_login_info null", `null`, nil},
	{"get_message everything", `{"message_scene":"group","peer_id":30003000,"message_seq":42}`, nil},
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

// A row's class is the weightiest of what it does, and every row has one.
func TestEveryAPIHasItsClass(t *testing.T) {
	s, weightiest := newServer(t, Options{}), map[string]qq.Class{}
	for _, c := range apiCases {
		name, _, _ := strings.Cut(c.name, " ")
		caller := &fakeQQ{account: bot, answers: everyAnswer()}
		call(t, s, directory{caller}, name, c.body)
		for _, op := range caller.asked {
			weightiest[name] = max(weightiest[name], op.Class())
		}
	}
	for _, name := range s.table.Names() {
		if got, want := s.table.Lookup(name).Class, max(weightiest[name], qq.ClassRead); got != want {
			t.Errorf("%s has the class %d and does what has %d", name, got, want)
		}
	}
}
