package onebot11

// Missing is an action of OneBot's tables that is not served, and why.
type Missing struct{ Name, Reason string }

// reason is why a group of actions is not served.
type reason struct {
	text  string
	names []string
}

// Unsupported lists the actions that are known and not served. Every name of
// the tables is either here or served.
func Unsupported() []Missing {
	var out []Missing
	for _, r := range reasons() {
		for _, name := range r.names {
			out = append(out, Missing{name, r.text})
		}
	}
	return out
}

func reasons() []reason {
	return []reason{
		{"forwarded messages come later", []string{
			"get_forward_msg", "send_forward_msg", "send_group_forward_msg", "send_private_forward_msg",
			"forward_friend_single_msg", "forward_group_single_msg",
		}},
		{"voice, video and files come later", []string{
			"get_record", "get_image", "get_file", "download_file", "voice_msg_to_text", "ocr_image", ".ocr_image", "get_rkey",
			"nc_get_rkey", "get_rkey_server", "get_private_file_url", "upload_private_file",
		}},
		{"group files and albums come later", []string{
			"upload_group_file", "get_group_file_system_info", "get_group_root_files", "get_group_files_by_folder",
			"get_group_file_url", "create_group_file_folder", "delete_group_folder", "delete_group_file", "set_group_file_forever",
			"move_group_file", "rename_group_file", "rename_group_file_folder", "trans_group_file",
			"create_group_album", "delete_group_album", "get_group_album_list", "upload_group_album", "get_group_album_media_list",
			"get_qun_album_list", "upload_image_to_qun_album", "del_group_album_media", "set_group_album_media_like",
			"do_group_album_comment",
		}},
		{"flash transfer comes later", []string{
			"get_flash_file_info", "download_flash_file", "get_flash_file_download_urls", "upload_flash_file", "reshare_flash_file",
		}},
		{"this part of group management comes later", []string{
			"set_group_name", "set_group_special_title", "get_group_honor_info", "get_essence_msg_list", "set_essence_msg",
			"delete_essence_msg", "get_group_at_all_remain", "_send_group_notice", "_get_group_notice", "_delete_group_notice",
			"_del_group_notice", "set_group_portrait", "send_group_sign", "set_group_sign", "get_group_signed_list",
			"batch_delete_group_member", "set_group_kick_members", "set_group_msg_mask", "set_group_remark", "get_group_shut_list",
			"get_group_ignore_add_request", "get_group_ignored_notifies", "get_group_info_ex", "get_group_detail_info",
			"set_group_add_option", "set_group_robot_add_option", "set_group_search", "set_group_todo",
		}},
		{"this part of friends and profiles comes later", []string{
			"send_like", "set_qq_profile", "set_qq_avatar", "get_qq_avatar", "get_friends_with_category", "set_friend_category",
			"set_friend_remark", "get_doubt_friends_add_request", "set_doubt_friends_add_request", "set_online_status",
			"set_diy_online_status", "set_self_longnick", "get_profile_like", "get_profile_like_me", "get_profile_like_count",
			"get_unidirectional_friend_list", "delete_unidirectional_friend", "nc_get_user_status", "get_online_clients",
			"qidian_get_account_info", "_get_model_show", "_set_model_show",
		}},
		{"nudges, reactions and stickers come later", []string{
			"group_poke", "friend_poke", "send_poke", "set_msg_emoji_like", "unset_msg_emoji_like", "fetch_emoji_like",
			"fetch_custom_face", "get_recommend_face", "set_input_status",
		}},
		{"read marks and the list of chats come later", []string{
			"mark_msg_as_read", "mark_private_msg_as_read", "mark_group_msg_as_read", "_mark_all_as_read", "get_recent_contact",
		}},
		{"QQ's AI voices, cards and collections come later", []string{
			"get_ai_characters", "send_group_ai_record", "get_ai_record", "ArkSharePeer", "ArkShareGroup", "get_mini_app_ark",
			"click_inline_keyboard_button", "translate_en2zh", "get_collection_list", "create_collection", "check_url_safely",
			".get_word_slices", "get_robot_uin_range", "scan_qrcode",
		}},
		{"it hands out QQ's login secrets", []string{
			"get_cookies", "get_csrf_token", "get_credentials", "get_clientkey",
		}},
		{"it would run foreign code or raw packets inside the server", []string{
			"llonebot_debug", "send_pb", "send_packet", "nc_get_packet_status",
		}},
		{"the server is managed by its config and its command line", []string{
			"set_restart", "clean_cache", "get_config", "set_config", "bot_exit", "reload_event_filter", "get_supported_actions",
		}},
		{"use GET /_events or a WebSocket instead of polling", []string{"get_event", "get_updates"}},
		{"QQ no longer has anonymous chat", []string{"set_group_anonymous_ban", "set_group_anonymous"}},
		{"QQ's guilds are not covered", []string{
			"get_guild_list", "get_guild_meta_by_guest", "get_guild_channel_list", "get_guild_member_list", "get_guild_member_profile",
			"get_guild_msg", "get_guild_roles", "create_guild_role", "delete_guild_role", "update_guild_role", "set_guild_member_role",
			"send_guild_channel_msg", "get_topic_channel_feeds",
		}},
	}
}
