package milky

import "llbot/protocols/qq"

// decodeGroupEvent reads the events of groups.
func decodeGroupEvent(h *Heard, data []byte) qq.Event {
	switch h.Type {
	case "group_join_request":
		return as(data, func(d joinRequestData) qq.Event {
			ref := qq.GroupRequestRef{Group: d.Group, Seq: d.Seq, Kind: qq.JoinRequest, Filtered: d.Filtered}
			return requestedNow(h, qq.GroupRequest{GroupRequestRef: ref, Initiator: d.Initiator, Comment: d.Comment})
		})
	case "group_invited_join_request":
		return as(data, func(d invitedJoinData) qq.Event {
			ref := qq.GroupRequestRef{Group: d.Group, Seq: d.Seq, Kind: qq.InvitedJoinRequest}
			return requestedNow(h, qq.GroupRequest{GroupRequestRef: ref, Initiator: d.Initiator, Target: d.Target})
		})
	case "group_invitation":
		return as(data, func(d invitationData) qq.Event {
			ref := qq.GroupRequestRef{Group: d.Group, Seq: d.Seq, Kind: qq.Invitation}
			return requestedNow(h, qq.GroupRequest{GroupRequestRef: ref, Initiator: d.Initiator, SourceGroup: d.Source})
		})
	case "group_admin_change":
		return as(data, func(d adminChangeData) qq.Event {
			return &qq.AdminChanged{Group: d.Group, User: d.User, Operator: d.Operator, On: d.IsSet}
		})
	case "group_member_increase":
		return as(data, func(d memberIncreaseData) qq.Event {
			return &qq.MemberIncreased{Group: d.Group, User: d.User, Operator: d.Operator, Inviter: d.Invitor, Self: d.User == h.Account}
		})
	case "group_member_decrease":
		return as(data, func(d memberDecreaseData) qq.Event {
			return &qq.MemberDecreased{Group: d.Group, User: d.User, Operator: d.Operator, Self: d.User == h.Account}
		})
	case "group_disband":
		return as(data, func(d disbandData) qq.Event { return &qq.GroupDisbanded{Group: d.Group, Operator: d.Operator} })
	case "group_mute":
		return as(data, func(d muteData) qq.Event {
			return &qq.MemberMuted{Group: d.Group, User: d.User, Operator: d.Operator, Seconds: d.Duration}
		})
	case "group_whole_mute":
		return as(data, func(d wholeMuteData) qq.Event {
			return &qq.GroupMuted{Group: d.Group, Operator: d.Operator, On: d.IsMute}
		})
	}
	return decodeGroupChatEvent(h, data)
}

func requestedNow(h *Heard, r qq.GroupRequest) qq.Event {
	r.Time = h.Time
	return &qq.GroupRequested{GroupRequest: r}
}

// decodeGroupChatEvent reads what happens in a group's chat beside messages.
func decodeGroupChatEvent(h *Heard, data []byte) qq.Event {
	switch h.Type {
	case "group_nudge":
		return as(data, func(d groupNudgeData) qq.Event {
			return &qq.Nudged{Chat: qq.GroupChat(d.Group), Sender: d.Sender, Receiver: d.Receiver, Action: d.Action, Suffix: d.Suffix, Image: d.ActionImage}
		})
	case "group_file_upload":
		return as(data, func(d groupFileData) qq.Event {
			h.FileID = d.File
			return &qq.FileUploaded{
				MessageRef: qq.MessageRef{Chat: qq.GroupChat(d.Group)}, User: d.User, Self: d.User == h.Account,
				File: qq.File{Media: qq.Media{Name: d.Name, Size: d.Size}, FileID: d.File},
			}
		})
	case "group_name_change":
		return as(data, func(d renameData) qq.Event {
			return &qq.GroupRenamed{Group: d.Group, Operator: d.Operator, New: d.Name}
		})
	case "group_message_reaction":
		return as(data, func(d reactionData) qq.Event {
			emoji := qq.Emoji{Kind: qq.EmojiFace, ID: d.Face}
			switch d.Kind {
			case qq.EmojiUnicode.String():
				emoji.Kind = qq.EmojiUnicode
			case "": // before 1.2
				emoji = qq.EmojiOf(d.Face)
			}
			ref := qq.MessageRef{Chat: qq.GroupChat(d.Group), Seq: d.Seq}
			return &qq.ReactionChanged{MessageRef: ref, User: d.User, Emoji: emoji, On: d.IsAdd}
		})
	case "group_essence_message_change":
		return as(data, func(d essenceData) qq.Event {
			ref := qq.MessageRef{Chat: qq.GroupChat(d.Group), Seq: d.Seq}
			return &qq.EssenceChanged{MessageRef: ref, Operator: d.Operator, On: d.IsSet}
		})
	}
	return nil
}
