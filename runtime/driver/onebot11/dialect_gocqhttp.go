package onebot11

import "llbot/protocols/onebot11"

// gocqDialect is go-cqhttp: message_seq (real_id in get_msg) is QQ's own number,
// message_id a signed checksum of peer and seq; messages are CQ text unless told
// otherwise; a page of history is the twenty numbers up to its end; failures say code words in msg and the text in wording. Files in
// messages are named only, an upload reads local paths, where download_file has put what it fetched, and the flag of a
// request is a number.
func gocqDialect() dialect {
	return dialect{
		name: "go-cqhttp", is: func(app string) bool { return begins(app, "go-cqhttp", "cqhttp") },
		seq: onebot11.SeqMessage, history: endSeq, window: true, paths: true, flag: decimalFlag,
		called: map[string]string{"_delete_group_notice": "_del_group_notice"},
		lacks: []string{
			"get_friends_with_category", "set_friend_category", "set_friend_remark", "get_qq_avatar", "get_profile_like_count",
			"get_profile_like", "get_profile_like_me", "get_credentials", "get_clientkey", "get_rkey", "set_qq_avatar",
			"set_online_status", "set_diy_online_status", "nc_get_user_status", "get_doubt_friends_add_request",
			"set_doubt_friends_add_request", "group_poke", "friend_poke", "set_input_status", "get_group_shut_list", "set_group_remark",
			"set_group_msg_mask", "set_group_add_option", "set_group_robot_add_option", "set_group_search", "get_group_info_ex",
			"get_group_signed_list", "get_group_ignored_notifies", "get_friend_msg_history", "forward_group_single_msg",
			"forward_friend_single_msg", "mark_group_msg_as_read", "mark_private_msg_as_read", "_mark_all_as_read", "set_msg_emoji_like",
			"fetch_emoji_like", "set_group_todo", "cancel_group_todo", "complete_group_todo", "click_inline_keyboard_button",
			"get_recent_contact", "get_file", "voice_msg_to_text", "fetch_custom_face", "get_recommend_face", "get_private_file_url",
			"move_group_file", "rename_group_file", "set_group_file_forever", "rename_group_file_folder", "get_ai_characters",
			"get_ai_record", "send_group_ai_record", "ArkSharePeer", "get_mini_app_ark", "translate_en2zh", "get_group_album_list",
			"get_qun_album_list", "create_group_album", "delete_group_album", "get_group_album_media_list", "upload_group_album",
			"del_group_album_media", "set_group_album_media_like", "cancel_group_album_media_like", "do_group_album_comment",
			"get_flash_file_info", "get_flash_file_download_urls", "upload_flash_file", "reshare_flash_file", "download_flash_file",
			"get_record",
		},
	}
}
