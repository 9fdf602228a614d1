package runtime_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"llbot/protocols/milky"
	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/config"
	"llbot/runtime/driver/sim"
)

const (
	milkyDave, milkyEve = qq.UserID(10009), qq.UserID(10010)
	milkyPicture        = "base64://iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)

// milkyStep is a call that must succeed. $name in the parameters stands for what
// an earlier step kept: a name and the path in its answer.
type milkyStep struct{ api, params, keep string }

// milkyWorld is everything that can be asked of an account, once each at least.
var milkyWorld = []milkyStep{
	{"get_login_info", `{}`, ""},
	{"get_impl_info", `{}`, ""},
	{"get_user_profile", `{"user_id":10001}`, ""},
	{"get_friend_list", `{}`, ""},
	{"get_friend_info", `{"user_id":10001}`, ""},
	{"get_group_list", `{}`, ""},
	{"get_group_info", `{"group_id":123456}`, ""},
	{"get_group_member_list", `{"group_id":123456,"no_cache":true}`, ""},
	{"get_group_member_info", `{"group_id":123456,"user_id":10001}`, ""},
	{"set_peer_pin", `{"message_scene":"group","peer_id":123456}`, ""},
	{"get_peer_pins", `{}`, ""},
	{"set_avatar", `{"uri":"` + milkyPicture + `"}`, ""},
	{"set_nickname", `{"new_nickname":"Robo"}`, ""},
	{"set_bio", `{"new_bio":"I answer."}`, ""},
	{"get_custom_face_url_list", `{}`, ""},
	{"get_cookies", `{"domain":"qun.qq.com"}`, ""},
	{"get_csrf_token", `{}`, ""},

	{"send_group_message", `{"group_id":777777,"message":[{"type":"text","data":{"text":"Hello, "}},{"type":"mention","data":{"user_id":10001}},{"type":"face","data":{"face_id":"14"}}]}`, "seq data.message_seq"},
	{"get_message", `{"message_scene":"group","peer_id":777777,"message_seq":$seq}`, ""},
	{"send_private_message", `{"user_id":10001,"message":[{"type":"image","data":{"uri":"` + milkyPicture + `"}}]}`, "whisper data.message_seq"},
	{"get_history_messages", `{"message_scene":"friend","peer_id":10001,"limit":1}`, "resource data.messages.0.segments.0.data.resource_id"},
	{"get_resource_temp_url", `{"resource_id":"$resource"}`, ""},
	{"send_group_message", `{"group_id":777777,"message":[{"type":"forward","data":{"messages":[{"user_id":10001,"sender_name":"Alice","segments":[{"type":"text","data":{"text":"hi"}}]}]}}]}`, "forwarded data.message_seq"},
	{"get_history_messages", `{"message_scene":"group","peer_id":777777,"start_message_seq":$forwarded,"limit":1}`, "forward data.messages.0.segments.0.data.forward_id"},
	{"get_forwarded_messages", `{"forward_id":"$forward"}`, ""},
	{"mark_message_as_read", `{"message_scene":"group","peer_id":777777,"message_seq":$seq}`, ""},
	{"recall_private_message", `{"user_id":10001,"message_seq":$whisper}`, ""},
	{"recall_group_message", `{"group_id":777777,"message_seq":$forwarded}`, ""},

	{"send_friend_nudge", `{"user_id":10001}`, ""},
	{"send_profile_like", `{"user_id":10001,"count":5}`, ""},
	{"get_friend_requests", `{}`, "uid data.requests.1.initiator_uid"},
	{"accept_friend_request", `{"initiator_uid":"$uid"}`, ""},
	{"get_friend_requests", `{}`, "uid data.requests.0.initiator_uid"},
	{"reject_friend_request", `{"initiator_uid":"$uid","reason":"no"}`, ""},
	{"delete_friend", `{"user_id":10002}`, ""},

	{"get_group_notifications", `{"limit":5}`, "second data.notifications.0.notification_seq"},
	{"get_group_notifications", `{"limit":5}`, "first data.notifications.1.notification_seq"},
	{"accept_group_request", `{"notification_seq":$first,"notification_type":"join_request","group_id":777777}`, ""},
	{"reject_group_request", `{"notification_seq":$second,"notification_type":"join_request","group_id":777777,"reason":"full"}`, ""},
	{"set_group_name", `{"group_id":777777,"new_group_name":"Our group"}`, ""},
	{"set_group_avatar", `{"group_id":777777,"image_uri":"` + milkyPicture + `"}`, ""},
	{"set_group_member_card", `{"group_id":777777,"user_id":10001,"card":"Al"}`, ""},
	{"set_group_member_special_title", `{"group_id":777777,"user_id":10001,"special_title":"Star"}`, ""},
	{"set_group_member_admin", `{"group_id":777777,"user_id":10001}`, ""},
	{"set_group_member_mute", `{"group_id":777777,"user_id":10003,"duration":60}`, ""},
	{"set_group_whole_mute", `{"group_id":777777}`, ""},
	{"send_group_announcement", `{"group_id":777777,"content":"Be kind.","image_uri":"` + milkyPicture + `"}`, ""},
	{"get_group_announcements", `{"group_id":777777}`, "notice data.announcements.0.announcement_id"},
	{"delete_group_announcement", `{"group_id":777777,"announcement_id":"$notice"}`, ""},
	{"set_group_essence_message", `{"group_id":777777,"message_seq":$seq}`, ""},
	{"get_group_essence_messages", `{"group_id":777777,"page_index":0,"page_size":20}`, ""},
	{"send_group_message_reaction", `{"group_id":777777,"message_seq":$seq,"reaction":"128077","reaction_type":"emoji"}`, ""},
	{"send_group_nudge", `{"group_id":777777,"user_id":10001}`, ""},
	{"kick_group_member", `{"group_id":777777,"user_id":10009}`, ""},
	{"accept_group_invitation", `{"group_id":888888,"invitation_seq":$888888}`, ""},
	{"reject_group_invitation", `{"group_id":999999,"invitation_seq":$999999}`, ""},
	{"quit_group", `{"group_id":888888}`, ""},

	{"create_group_folder", `{"group_id":777777,"folder_name":"Papers"}`, "folder data.folder_id"},
	{"get_group_files", `{"group_id":777777}`, "dropped data.files.0.file_id"},
	{"persist_group_file", `{"group_id":777777,"file_id":"$dropped"}`, ""},
	{"upload_private_file", `{"user_id":10001,"file_uri":"base64://aGVsbG8=","file_name":"hello.txt"}`, "file data.file_id"},
	{"get_history_messages", `{"message_scene":"friend","peer_id":10001,"limit":1}`, "hash data.messages.0.segments.0.data.file_hash"},
	{"get_private_file_download_url", `{"user_id":10001,"file_id":"$file","file_hash":"$hash","is_self_send":true}`, ""},
	{"get_private_file_download_url", `{"user_id":10001,"file_id":"$file","file_hash":"$hash"}`, ""}, // as clients of 1.2 ask
	{"upload_group_file", `{"group_id":777777,"file_uri":"base64://aGVsbG8=","file_name":"hello.txt"}`, "file data.file_id"},
	{"get_group_file_download_url", `{"group_id":777777,"file_id":"$file"}`, ""},
	{"move_group_file", `{"group_id":777777,"file_id":"$file","target_folder_id":"$folder"}`, ""},
	{"rename_group_file", `{"group_id":777777,"file_id":"$file","parent_folder_id":"$folder","new_file_name":"hi.txt"}`, ""},
	{"delete_group_file", `{"group_id":777777,"file_id":"$file"}`, ""},
	{"rename_group_folder", `{"group_id":777777,"folder_id":"$folder","new_folder_name":"Books"}`, ""},
	{"delete_group_folder", `{"group_id":777777,"folder_id":"$folder"}`, ""},
}

// TestMilkyWhole calls every API, and holds the answers against the examples of
// the reference page; with -update they become those.
func TestMilkyWhole(t *testing.T) {
	r := start(t, on(func(e *config.Milky) { e.ReportSelf = true }))
	heard := hearMilky(t, r)
	kept := peopleForMilky(t, r, heard)
	examples := milkyExamples{}
	for _, s := range milkyWorld {
		params := s.params
		for _, name := range slices.Backward(slices.Sorted(maps.Keys(kept))) { // $forwarded before $forward
			params = strings.ReplaceAll(params, "$"+name, kept[name])
		}
		if faults := r.schema.schema.Request(s.api, []byte(params)); len(faults) > 0 {
			t.Errorf("%s %s: %v", s.api, params, faults)
		}
		a := r.milky(s.api, params)
		if name, path, found := strings.Cut(s.keep, " "); found {
			if kept[name] = word(a.at(path)); kept[name] == "" {
				t.Fatalf("%s: no %s in %s", s.api, path, a.text)
			}
		}
		examples.note(s.api, params, a.text)
	}
	for _, api := range milky.Reference().APIs {
		if examples[api.Name].Response == nil {
			t.Errorf("%s was not called", api.Name)
		}
	}
	examples.golden(t)
}

// peopleForMilky brings people, groups and requests; it answers the numbers of
// the invitations by group.
func peopleForMilky(t *testing.T, r *rig, heard *milkyEars) map[string]string {
	t.Helper()
	world := r.server.World("default")
	foundGroup(t, r, alice, carol)
	for _, u := range []qq.User{{ID: milkyDave, Nickname: "Dave"}, {ID: milkyEve, Nickname: "Eve"}} {
		if err := world.AddUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		if err := r.admin.RequestFriend(t.Context(), admin.FriendRequest{From: u.ID, Comment: "hello"}); err != nil {
			t.Fatal(err)
		}
		if err := r.admin.RequestJoin(t.Context(), admin.JoinRequest{Group: ownGroup, User: u.ID, Comment: "let me in"}); err != nil {
			t.Fatal(err)
		}
	}
	// What is dropped into the chat is there for a week, unless it is persisted.
	r.act(alice, "SendMessage", `{"chat":"group:777777","segments":[{"kind":"file","data":{"uri":"base64://aGVsbG8=","name":"notes.txt"}}]}`)
	kept := map[string]string{}
	for _, g := range []qq.GroupID{888888, 999999} {
		if err := world.AddGroup(t.Context(), sim.NewGroup{ID: g, Name: "Alice's", Owner: alice}); err != nil {
			t.Fatal(err)
		}
		if err := r.admin.Invite(t.Context(), admin.Invitation{Group: g, Inviter: alice}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the invitation", func() bool {
			kept[g.String()] = heard.invitation(g.String())
			return kept[g.String()] != ""
		})
	}
	return kept
}

// milkyEars keep what a stream of events tells.
type milkyEars struct {
	mu     sync.Mutex
	events []string
}

func (e *milkyEars) invitation(group string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, text := range e.events {
		if word(at(text, "event_type")) == "group_invitation" && at(text, "data.group_id") == group {
			return at(text, "data.invitation_seq")
		}
	}
	return ""
}

// hearMilky keeps every event until the test ends.
func hearMilky(t *testing.T, r *rig) *milkyEars {
	t.Helper()
	ears, done := &milkyEars{}, make(chan struct{})
	t.Cleanup(func() { <-done }) // after the stream's own
	s := r.stream(milkyName, "/event")
	go func() {
		defer close(done)
		for message := range s.in {
			if text := field(message, "data"); text != "" {
				ears.mu.Lock()
				ears.events = append(ears.events, text)
				ears.mu.Unlock()
			}
		}
	}()
	return ears
}
