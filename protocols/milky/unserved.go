package milky

// UnservedAPI is an API of the specification that this version does not serve.
type UnservedAPI struct{ Name, Reason string }

// Unserved lists the APIs of the specification that this version does not
// serve, each with the reason that callers are told.
func Unserved() []UnservedAPI {
	var list []UnservedAPI
	for _, g := range unserved {
		for _, name := range g.names {
			list = append(list, UnservedAPI{name, g.reason})
		}
	}
	return list
}

var unserved = []struct {
	reason string
	names  []string
}{
	{"pinned chats are not supported", []string{"get_peer_pins", "set_peer_pin"}},
	{"the account's own profile cannot be edited", []string{"set_avatar", "set_nickname", "set_bio"}},
	{"saved stickers are not supported", []string{"get_custom_face_url_list"}},
	{"web credentials of the account are not handed out", []string{"get_cookies", "get_csrf_token"}},
	{"forwarded messages are not supported", []string{"get_forwarded_messages"}},
	{"read marks are not supported", []string{"mark_message_as_read"}},
	{"nudges are not supported", []string{"send_friend_nudge", "send_group_nudge"}},
	{"profile likes are not supported", []string{"send_profile_like"}},
	{"a group's name and picture cannot be edited", []string{"set_group_name", "set_group_avatar"}},
	{"special titles cannot be given", []string{"set_group_member_special_title"}},
	{"group announcements are not supported", []string{"get_group_announcements", "send_group_announcement", "delete_group_announcement"}},
	{"essence messages are not supported", []string{"get_group_essence_messages", "set_group_essence_message"}},
	{"reactions are not supported", []string{"send_group_message_reaction"}},
	{"files are not supported", []string{
		"upload_private_file", "upload_group_file", "get_private_file_download_url", "get_group_file_download_url",
		"get_group_files", "move_group_file", "rename_group_file", "delete_group_file", "persist_group_file",
		"create_group_folder", "rename_group_folder", "delete_group_folder",
	}},
}
