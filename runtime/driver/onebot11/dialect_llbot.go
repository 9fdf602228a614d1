package onebot11

import "llbot/protocols/onebot11"

// ownDialect is this program's own server: LLBot's words, NapCat's and
// go-cqhttp's beside them, and events that are numbered.
func ownDialect() dialect {
	return dialect{
		name: "llbot", is: func(app string) bool { return app == "llbot" },
		seq: onebot11.SeqMessage, history: endSeq, resumes: true, flag: onebot11.GroupFlag,
	}
}

// llbotDialect is LLBot, which calls itself LLOneBot: message_seq is QQ's own
// number, message_id a signed hash that stays the same, a group's flag
// "group|seq|type|doubt".
func llbotDialect() dialect {
	return dialect{
		name: "LLBot",
		is: func(app string) bool {
			return begins(app, "llonebot", "llbot", "luckylillia")
		},
		seq: onebot11.SeqMessage, history: endSeq, flag: onebot11.GroupFlag,
		lacks: []string{
			"get_group_info_ex", "get_clientkey", "nc_get_rkey", "get_online_clients", "_get_model_show", "_set_model_show", "nc_get_user_status",
			"set_diy_online_status", "get_unidirectional_friend_list", "delete_unidirectional_friend", "mark_group_msg_as_read",
			"mark_private_msg_as_read", "_mark_all_as_read", "set_group_todo", "cancel_group_todo", "complete_group_todo",
			"click_inline_keyboard_button", "get_recent_contact", "get_ai_record", "ArkSharePeer", "get_mini_app_ark", "translate_en2zh",
			"check_url_safely", "set_group_robot_add_option", "set_group_search", "set_group_add_option", "get_group_ignored_notifies",
			"get_qun_album_list", "del_group_album_media", "set_group_album_media_like", "cancel_group_album_media_like",
			"do_group_album_comment",
		},
	}
}
