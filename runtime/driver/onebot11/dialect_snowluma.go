package onebot11

import "llbot/protocols/onebot11"

// snowlumaDialect is SnowLuma: message_seq is QQ's own number, message_id a
// signed hash of seq and chat; history ends at a message_id, under that name;
// reactions tell by sub_type whether they were added, pokes have their words
// outside raw_info. Own private messages in the event stream do not tell to
// whom they went and have an id of their own that get_msg knows no peer of
// either; only the answer to a send leads to both. A page of history without an
// end is up to the newest message of others that it saw itself. Media keys come
// as NapCat's list. Flags are opaque.
func snowlumaDialect() dialect {
	return dialect{
		name: "SnowLuma", is: func(app string) bool { return begins(app, "snowluma") },
		seq: onebot11.SeqMessage, history: endID, keyList: true, flag: decimalFlag,
		called: map[string]string{
			"_delete_group_notice": "_del_group_notice", "set_group_file_forever": "trans_group_file",
			"upload_group_album": "upload_image_to_qun_album", "ArkSharePeer": "send_ark_share",
		},
		lacks: []string{
			"get_qq_avatar", "get_profile_like_count", "get_profile_like_me", "set_friend_category", "delete_unidirectional_friend",
			"set_group_msg_mask", "send_group_sign", "voice_msg_to_text", "ocr_image", "get_recommend_face", "create_group_album",
			"delete_group_album", "get_flash_file_info", "get_flash_file_download_urls", "upload_flash_file", "reshare_flash_file",
			"download_flash_file",
		},
	}
}
