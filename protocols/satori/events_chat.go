package satori

import "llbot/protocols/qq"

// place sets where something happened: in a group, or in a private chat.
func (ev *Event) place(chat qq.Chat) {
	if chat.Scene == qq.SceneGroup {
		ev.in(chat.Group())
		return
	}
	channel := directChannel(chat.User(), "")
	ev.Channel = &channel
}

// chatEvent translates what happens around messages; false for other kinds.
func (c codec) chatEvent(ev *Event, event qq.Event) bool {
	switch v := event.(type) {
	case *qq.MessageReceived:
		c.messageCreated(ev, &v.Message)
	case *qq.MessageRecalled:
		messageDeleted(ev, v)
	case *qq.ReactionChanged:
		reactionChanged(ev, v)
	case *qq.EssenceChanged:
		essenceChanged(ev, v)
	case *qq.ButtonPressed:
		buttonPressed(ev, v)
	case *qq.FileUploaded:
		c.fileUploaded(ev, v)
	default:
		return false
	}
	return true
}

func reactionChanged(ev *Event, v *qq.ReactionChanged) {
	ev.Type = "reaction-removed"
	if v.On {
		ev.Type = "reaction-added"
	}
	ev.place(v.Chat)
	ev.Message, ev.Emoji = &Message{ID: MessageID(v.MessageRef)}, &Emoji{ID: v.Emoji.ID, Name: qq.FaceName(v.Emoji.ID)}
	ev.about(v.User, v.Member)
	ev.Operator = ev.User
}

// essenceChanged has the nearest names that the clients' libraries know; the
// specification has none.
func essenceChanged(ev *Event, v *qq.EssenceChanged) {
	ev.Type = "message-unpinned"
	if v.On {
		ev.Type = "message-pinned"
	}
	ev.place(v.Chat)
	ev.Message, ev.Operator = &Message{ID: MessageID(v.MessageRef)}, optionalUser(v.Operator)
	if v.Sender != 0 {
		ev.about(v.Sender, nil)
	}
}

func buttonPressed(ev *Event, v *qq.ButtonPressed) {
	ev.Type = "interaction/button"
	ev.place(v.Chat)
	ev.Button, ev.Message = &Button{ID: v.Button, Data: v.Data}, &Message{ID: MessageID(v.MessageRef)}
	ev.about(v.User, v.Member)
	if v.Scene != qq.SceneGroup {
		ev.Member = nil
	}
	ev.Operator = ev.User
}

// fileUploaded is guild-file-added with Milky's data, and internal in private
// chats. The message that shows the file is an event of its own.
func (c codec) fileUploaded(ev *Event, v *qq.FileUploaded) {
	file := FileData{ID: string(v.File.FileID), Name: v.File.Name, Size: v.File.Size}
	if v.Scene == qq.SceneGroup {
		c.native(ev, "group_file_upload", &GroupFileData{v.Chat.Group(), v.User, file})
		ev.Type = "guild-file-added"
	} else {
		c.native(ev, "friend_file_upload", &FriendFileData{v.Chat.User(), file, v.File.Hash, v.Self})
	}
	ev.place(v.Chat)
	ev.Message = &Message{ID: MessageID(v.MessageRef)}
	ev.about(v.User, nil)
	if v.Scene != qq.SceneGroup {
		ev.Member = nil
	}
}
