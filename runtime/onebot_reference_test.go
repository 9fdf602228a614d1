package runtime_test

import (
	"encoding/base64"
	"slices"
	"testing"

	"llbot/protocols/onebot11"
	"llbot/runtime/admin"
	"llbot/runtime/driver/sim"
)

// onePixel is the smallest picture, oneTone the smallest sound.
var (
	onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
	oneTone  = base64.StdEncoding.EncodeToString(append([]byte("RIFF\x64\x03\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x40\x03\x00\x00"), make([]byte, 832)...))
)

func referenceSteps() []step {
	at := noting
	return []step{
		{"get_updates", `{}`, nil}, {"get_event", `{}`, nil}, {"asks", ``, nil},
		{"get_event", `{"timeout":5000}`, at("friend", "data.0.flag")}, {"set_friend_add_request", `{"flag":"$friend","remark":"C"}`, nil},
		{"get_group_system_msg", `{}`, at("join", "data.join_requests.0.request_id")}, {"set_group_add_request", `{"flag":"$join"}`, nil},
		{"get_login_info", `{}`, nil}, {"get_status", `{}`, nil}, {"get_version_info", `{}`, nil}, {"get_config", `{}`, nil},
		{"get_guild_service_profile", `{}`, nil}, {"get_guild_list", `{}`, nil}, {"clean_cache", `{}`, nil}, {"get_robot_uin_range", `{}`, nil},
		{"can_send_image", `{}`, nil}, {"can_send_record", `{}`, nil}, {"get_supported_actions", `{}`, nil},
		{"get_stranger_info", `{"user_id":10001}`, nil}, {"get_friend_list", `{}`, nil}, {"get_friends_with_category", `{}`, nil},
		{"get_group_list", `{}`, nil}, {"get_group_info", `{"group_id":123456}`, nil}, {"get_group_detail_info", `{"group_id":123456}`, nil},
		{"get_group_info_ex", `{"group_id":123456}`, nil}, {"get_group_member_list", `{"group_id":123456}`, nil},
		{"get_group_member_info", `{"group_id":123456,"user_id":10002}`, nil},

		{"send_private_msg", `{"user_id":10001,"message":"hello [CQ:face,id=14]"}`, nil},
		{"send_group_msg", `{"group_id":123456,"message":[{"type":"at","data":{"qq":"10002"}},{"type":"text","data":{"text":" hello"}}]}`, at("said", "data.message_id")},
		{"send_msg", `{"group_id":123456,"message":[{"type":"image","data":{"file":"base64://` + onePixel + `"}}]}`, at("picture", "data.message_id")},
		{"get_msg", `{"message_id":$picture}`, at("image", "data.message.0.data.file")},
		{"get_group_msg_history", `{"group_id":123456,"count":2}`, at("seq", "data.messages.0.message_seq")},
		{"get_friend_msg_history", `{"user_id":10001,"count":2}`, nil},
		{"get_image", `{"file":"$image"}`, nil}, {"get_file", `{"file":"$image"}`, nil}, {"ocr_image", `{"image":"$image"}`, nil},
		{"send_group_msg", `{"group_id":123456,"message":"[CQ:record,file=base64://` + oneTone + `]"}`, at("spoken", "data.message_id")},
		{"get_msg", `{"message_id":$spoken}`, at("voice", "data.message.0.data.file")},
		{"get_record", `{"file":"$voice"}`, nil}, {"voice_msg_to_text", `{"message_id":$spoken}`, nil},
		{"download_file", `{"base64":"aGVsbG8=","name":"hello.txt"}`, nil},
		{"set_msg_emoji_like", `{"message_id":$said,"emoji_id":"76"}`, nil}, {"fetch_emoji_like", `{"message_id":$said,"emoji_id":"76"}`, nil},
		{"unset_msg_emoji_like", `{"message_id":$said,"emoji_id":"76"}`, nil},
		{"set_essence_msg", `{"message_id":$said}`, nil}, {"get_essence_msg_list", `{"group_id":123456}`, nil}, {"delete_essence_msg", `{"message_id":$said}`, nil},
		{"mark_msg_as_read", `{"message_id":$said}`, nil}, {"_mark_all_as_read", `{}`, nil}, {"get_recent_contact", `{"count":1}`, nil},
		{"set_group_todo", `{"group_id":123456,"message_id":$said}`, nil}, {"complete_group_todo", `{"group_id":123456,"message_id":$said}`, nil},
		{"cancel_group_todo", `{"group_id":123456,"message_id":$said}`, nil},
		{"forward_group_single_msg", `{"message_id":$said,"group_id":654321}`, nil}, {"forward_friend_single_msg", `{"message_id":$said,"user_id":10001}`, nil},
		{"send_group_forward_msg", `{"group_id":123456,"messages":[{"type":"node","data":{"id":"$said"}},{"type":"node","data":{"user_id":"10002","nickname":"Bob","content":"hi"}}]}`, at("card", "data.forward_id")},
		{"send_private_forward_msg", `{"user_id":10001,"messages":[{"type":"node","data":{"id":"$said"}}]}`, nil},
		{"send_forward_msg", `{"group_id":123456,"messages":[{"type":"node","data":{"content":"my own"}}]}`, nil},
		{"get_forward_msg", `{"id":"$card"}`, nil},
		{".handle_quick_operation", `{"context":{"post_type":"message","message_type":"group","group_id":123456,"user_id":10002,"message_id":$said},"operation":{"reply":"yes"}}`, nil},
		{"delete_msg", `{"message_id":$said}`, nil},

		{"set_group_ban", `{"group_id":123456,"user_id":10002,"duration":60}`, nil}, {"get_group_shut_list", `{"group_id":123456}`, nil},
		{"set_group_whole_ban", `{"group_id":123456,"enable":false}`, nil}, {"set_group_card", `{"group_id":123456,"user_id":10002,"card":"Bobby"}`, nil},
		{"set_group_admin", `{"group_id":654321,"user_id":10002}`, nil}, {"set_group_special_title", `{"group_id":654321,"user_id":10001,"special_title":"MVP"}`, nil},
		{"set_group_name", `{"group_id":654321,"group_name":"second"}`, nil}, {"set_group_portrait", `{"group_id":654321,"file":"base64://` + onePixel + `"}`, nil},
		{"set_group_remark", `{"group_id":123456,"remark":"home"}`, nil}, {"set_group_msg_mask", `{"group_id":123456,"mask":1}`, nil},
		{"set_group_add_option", `{"group_id":654321,"add_type":2}`, nil}, {"set_group_robot_add_option", `{"group_id":654321,"robot_member_switch":1}`, nil},
		{"set_group_search", `{"group_id":654321,"no_code_finger_open":0}`, nil}, {"get_group_at_all_remain", `{"group_id":123456}`, nil},
		{"send_group_sign", `{"group_id":123456}`, nil}, {"get_group_signed_list", `{"group_id":123456}`, nil}, {"get_group_honor_info", `{"group_id":123456}`, nil},
		{"_send_group_notice", `{"group_id":123456,"content":"hear, hear"}`, nil}, {"_get_group_notice", `{"group_id":123456}`, at("notice", "data.0.notice_id")},
		{"_delete_group_notice", `{"group_id":123456,"notice_id":"$notice"}`, nil},
		{"get_group_system_msg", `{}`, nil}, {"get_group_ignored_notifies", `{}`, nil}, {"get_doubt_friends_add_request", `{}`, nil},

		{"create_group_file_folder", `{"group_id":123456,"name":"docs"}`, at("folder", "data.folder_id")},
		{"upload_group_file", `{"group_id":123456,"file":"base64://aGVsbG8=","name":"hello.txt"}`, at("file", "data.file_id")},
		{"get_group_file_system_info", `{"group_id":123456}`, nil}, {"get_group_root_files", `{"group_id":123456}`, nil},
		{"move_group_file", `{"group_id":123456,"file_id":"$file","parent_directory":"/","target_directory":"$folder"}`, nil},
		{"get_group_files_by_folder", `{"group_id":123456,"folder_id":"$folder"}`, nil}, {"get_group_file_url", `{"group_id":123456,"file_id":"$file"}`, nil},
		{"rename_group_file", `{"group_id":123456,"file_id":"$file","current_parent_directory":"$folder","new_name":"bye.txt"}`, nil},
		{"delete_group_file", `{"group_id":123456,"file_id":"$file"}`, nil},
		{"rename_group_file_folder", `{"group_id":123456,"folder_id":"$folder","new_folder_name":"papers"}`, nil},
		{"delete_group_folder", `{"group_id":123456,"folder_id":"$folder"}`, nil},
		{"send_group_msg", `{"group_id":123456,"message":"[CQ:file,file=base64://aGVsbG8=,name=a.txt]"}`, at("shown", "data.message_id")},
		{"get_msg", `{"message_id":$shown}`, at("file", "data.message.0.data.file_id")},
		{"set_group_file_forever", `{"group_id":123456,"file_id":"$file"}`, nil},
		{"send_group_msg", `{"group_id":123456,"message":"[CQ:file,file=base64://aGVsbG8=,name=b.txt]"}`, at("shown", "data.message_id")},
		{"get_msg", `{"message_id":$shown}`, at("file", "data.message.0.data.file_id")},
		{"trans_group_file", `{"group_id":123456,"file_id":"$file"}`, nil},
		{"upload_private_file", `{"user_id":10001,"file":"base64://aGVsbG8=","name":"hello.txt"}`, at("private", "data.file_id")},
		{"get_private_file_url", `{"file_id":"$private"}`, nil},

		{"create_group_album", `{"group_id":123456,"name":"Trip"}`, at("album", "data.album_id")}, {"get_group_album_list", `{"group_id":123456}`, nil},
		{"get_qun_album_list", `{"group_id":123456}`, nil},
		{"upload_group_album", `{"group_id":123456,"album_id":"$album","files":["base64://` + onePixel + `"]}`, at("batch", "data.batch_id", "lloc", "data.media_list.0.lloc")},
		{"upload_image_to_qun_album", `{"group_id":123456,"album_id":"$album","album_name":"Trip","file":"base64://` + onePixel + `"}`, nil},
		{"get_group_album_media_list", `{"group_id":123456,"album_id":"$album"}`, nil},
		{"set_group_album_media_like", `{"group_id":123456,"album_id":"$album","batch_id":"$batch","lloc":"$lloc"}`, nil},
		{"cancel_group_album_media_like", `{"group_id":123456,"album_id":"$album","batch_id":"$batch","lloc":"$lloc"}`, nil},
		{"do_group_album_comment", `{"group_id":123456,"album_id":"$album","lloc":"$lloc","content":"nice"}`, nil},
		{"del_group_album_media", `{"group_id":123456,"album_id":"$album","lloc":"$lloc"}`, nil}, {"delete_group_album", `{"group_id":123456,"album_id":"$album"}`, nil},

		{"upload_flash_file", `{"title":"Set","paths":["base64://aGVsbG8="]}`, at("set", "data.file_set_id", "link", "data.share_link")},
		{"get_flash_file_info", `{"share_link":"$link"}`, nil}, {"get_flash_file_download_urls", `{"file_set_id":"$set"}`, nil},
		{"download_flash_file", `{"file_set_id":"$set"}`, nil}, {"reshare_flash_file", `{"file_set_id":"$set"}`, nil},

		{"set_qq_profile", `{"nickname":"Botty"}`, nil}, {"set_self_longnick", `{"longNick":"at your service"}`, nil},
		{"set_qq_avatar", `{"file":"base64://` + onePixel + `"}`, nil}, {"get_qq_avatar", `{"user_id":10001}`, nil},
		{"set_online_status", `{"status":10,"ext_status":1028,"battery_status":0}`, nil}, {"set_diy_online_status", `{"face_id":21,"wording":"busy"}`, nil},
		{"nc_get_user_status", `{"user_id":10001}`, nil}, {"get_online_clients", `{}`, nil}, {"_get_model_show", `{"model":"iPhone"}`, nil},
		{"_set_model_show", `{"model":"iPhone","model_show":"iPhone"}`, nil},
		{"get_cookies", `{"domain":"qun.qq.com"}`, nil}, {"get_csrf_token", `{}`, nil}, {"get_credentials", `{"domain":"qun.qq.com"}`, nil},
		{"get_clientkey", `{}`, nil}, {"get_rkey", `{}`, nil}, {"nc_get_rkey", `{}`, nil}, {"get_rkey_server", `{}`, nil},
		{"set_friend_remark", `{"user_id":10001,"remark":"Al"}`, nil}, {"set_friend_category", `{"user_id":10001,"category_id":0}`, nil},
		{"send_like", `{"user_id":10001}`, nil}, {"get_profile_like", `{}`, nil}, {"get_profile_like_me", `{}`, nil}, {"get_profile_like_count", `{"user_id":10001}`, nil},
		{"group_poke", `{"group_id":123456,"user_id":10002}`, nil}, {"friend_poke", `{"user_id":10001}`, nil}, {"send_poke", `{"user_id":10002,"group_id":123456}`, nil},
		{"set_input_status", `{"user_id":10001,"event_type":1}`, nil}, {"get_unidirectional_friend_list", `{}`, nil},
		{"fetch_custom_face", `{}`, nil}, {"get_recommend_face", `{"word":"hi"}`, nil},
		{"get_ai_characters", `{"group_id":123456}`, at("character", "data.0.characters.0.character_id")},
		{"get_ai_record", `{"character":"$character","group_id":123456,"text":"hello"}`, nil},
		{"send_group_ai_record", `{"character":"$character","group_id":123456,"text":"hello"}`, nil},
		{"ArkSharePeer", `{"user_id":10001}`, nil}, {"ArkShareGroup", `{"group_id":123456}`, nil},
		{"get_mini_app_ark", `{"type":"bili","title":"T","desc":"D","picUrl":"http://example.com/i.png","jumpUrl":"pages/index"}`, nil},
		{"translate_en2zh", `{"words":["hello"]}`, nil}, {"check_url_safely", `{"url":"https://example.com"}`, nil},
		{"set_group_kick", `{"group_id":123456,"user_id":10003}`, nil}, {"batch_delete_group_member", `{"group_id":654321,"user_ids":[10002]}`, nil},
		{"set_group_kick_members", `{"group_id":654321,"user_id":[10001]}`, nil}, {"set_group_leave", `{"group_id":123456}`, nil},
		{"delete_friend", `{"user_id":10002}`, nil},
	}
}

// withoutExample are the actions that the seeded world has nothing for.
var withoutExample = []string{
	"click_inline_keyboard_button", "delete_unidirectional_friend", "get_group_ignore_add_request", "set_doubt_friends_add_request",
}

// ask has people ask for what the account may grant.
func (r *rig) ask() {
	r.t.Helper()
	if err := r.admin.RequestFriend(r.t.Context(), admin.FriendRequest{From: carol, To: bot, Comment: "it is me"}); err != nil {
		r.t.Fatal(err)
	}
	if err := r.admin.RequestJoin(r.t.Context(), admin.JoinRequest{Group: group, User: sim.SeedDave, Comment: "let me in"}); err != nil {
		r.t.Fatal(err)
	}
}

// TestOneBotReference runs every action of the reference on the simulated QQ;
// with -update it writes the examples that the reference shows.
func TestOneBotReference(t *testing.T) {
	r := start(t)
	w := newTour(t)
	call := func(name, params string) answer {
		return r.request("POST", r.url(httpName, "/"+name), params, "Content-Type", jsonType)
	}
	for _, s := range referenceSteps() {
		if s.action == "asks" {
			r.ask()
			continue
		}
		w.take(s, call, func(a answer) bool { return a.status == 200 && a.at("retcode") == "0" })
	}
	list, err := onebot11.Reference()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if _, shown := w.shown[e.Name]; !shown && e.Unsupported == "" && !slices.Contains(withoutExample, e.Name) {
			t.Errorf("%s has no example", e.Name)
		}
	}
	w.write("../protocols/onebot11/examples.txt")
}
