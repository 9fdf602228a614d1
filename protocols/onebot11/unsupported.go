package onebot11

import "llbot/protocols/action"

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
		{"it would run foreign code inside the server", []string{"llonebot_debug"}},
		{"it would send raw packets, which nobody can check", []string{"send_pb", "send_packet", "nc_get_packet_status"}},
		{"the server is managed by its config and its command line", []string{
			"set_restart", "set_config", "bot_exit", "reload_event_filter",
		}},
		{"no QQ that this server knows scans codes for an account", []string{"scan_qrcode"}},
		{"QQ no longer has anonymous chat", []string{"set_group_anonymous_ban", "set_group_anonymous"}},
		{"QQ's service for it is gone", []string{".get_word_slices"}},
		{"accounts of Qidian are not covered", []string{"qidian_get_account_info"}},
		{"favourites are opaque objects of QQ's own client", []string{"get_collection_list", "create_collection"}},
		{"QQ's guilds are not covered", []string{
			"get_guild_meta_by_guest", "get_guild_channel_list", "get_guild_member_list", "get_guild_member_profile",
			"get_guild_msg", "get_guild_roles", "create_guild_role", "delete_guild_role", "update_guild_role", "set_guild_member_role",
			"send_guild_channel_msg", "get_topic_channel_feeds",
		}},
	}
}

// alias is another name of an action.
type alias struct{ name, of string }

// aliases are the names that NapCat, go-cqhttp and their clients use for what
// LLBot calls otherwise.
func aliases() []alias {
	return []alias{
		{"_del_group_notice", "_delete_group_notice"},
		{".ocr_image", "ocr_image"},
		{"mark_private_msg_as_read", "mark_msg_as_read"},
		{"mark_group_msg_as_read", "mark_msg_as_read"},
		{"set_group_sign", "send_group_sign"},
		{"fetch_ptt_text", "voice_msg_to_text"},
		{"send_ark_share", "ArkSharePeer"},
		{"send_group_ark_share", "ArkShareGroup"},
	}
}

// withAliases adds the other names to the rows.
func withAliases(rows []action.Action) []action.Action {
	for _, a := range aliases() {
		for _, row := range rows {
			if row.Name == a.of {
				rows = append(rows, row.As(a.name))
				break
			}
		}
	}
	return rows
}
