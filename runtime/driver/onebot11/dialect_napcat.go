package onebot11

import "llbot/protocols/onebot11"

// napcatDialect is NapCat: message_seq repeats the message_id and real_seq has
// QQ's own number; ids are positive, made by hashing QQ's own 64-bit id, and
// forgotten once five thousand others have come or it was restarted, until its
// history is read again. History ends at a message_id, which it wants under
// message_seq, and reaches back only with reverseOrder. Flags are opaque.
func napcatDialect() dialect {
	return dialect{
		name: "NapCat", is: func(app string) bool { return begins(app, "napcat") },
		seq: onebot11.SeqReal, history: endID, reversed: true, keyList: true, flag: decimalFlag,
		called: map[string]string{
			"voice_msg_to_text": "fetch_ptt_text", "_delete_group_notice": "_del_group_notice", "get_rkey": "nc_get_rkey",
			"set_group_file_forever": "trans_group_file", "upload_group_album": "upload_image_to_qun_album", "send_group_sign": "set_group_sign",
		},
		lacks: []string{
			"get_qq_avatar", "get_profile_like_count", "get_profile_like_me", "set_friend_category", "set_group_msg_mask",
			"get_recommend_face", "rename_group_file_folder", "get_group_album_list", "create_group_album", "delete_group_album",
			"get_flash_file_info", "get_flash_file_download_urls", "upload_flash_file", "reshare_flash_file", "download_flash_file",
			"_set_model_show",
		},
	}
}
