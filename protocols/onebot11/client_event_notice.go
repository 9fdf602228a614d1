package onebot11

import "llbot/protocols/qq"

// notice reads a notice; nil for one that is not known.
func (t *tell) notice() qq.Event {
	if t.Notice == "notify" {
		return t.notify()
	}
	for _, read := range []func() qq.Event{t.memberNotice, t.messageNotice, t.fileNotice, t.accountNotice} {
		if e := read(); e != nil {
			return e
		}
	}
	return nil
}

func (t *tell) memberNotice() qq.Event {
	switch t.Notice {
	case "group_admin":
		var e groupUserEvent
		t.into(&e)
		return &qq.AdminChanged{Group: e.Group, User: e.User, On: t.Sub == "set"}
	case "group_increase":
		var e memberEvent
		t.into(&e)
		joined := &qq.MemberIncreased{Group: e.Group, User: e.User, Operator: e.Operator, Self: e.User == t.Self}
		if t.Sub == "invite" {
			joined.Inviter, joined.Operator = e.Operator, 0
		}
		return joined
	case "group_decrease":
		return t.decrease()
	case "group_dismiss":
		var e groupUserEvent
		t.into(&e)
		return &qq.GroupDisbanded{Group: e.Group, Operator: e.User}
	case "group_card":
		var e cardEvent
		t.into(&e)
		return &qq.CardChanged{Group: e.Group, User: e.User, Old: e.Old, New: e.New}
	case "group_ban":
		return t.ban()
	}
	return nil
}

// decrease: disband is how NapCat and SnowLuma tell of the group's end.
func (t *tell) decrease() qq.Event {
	var e memberEvent
	t.into(&e)
	switch t.Sub {
	case "disband":
		return &qq.GroupDisbanded{Group: e.Group, Operator: e.Operator}
	case "leave":
		e.Operator = 0
	}
	return &qq.MemberDecreased{Group: e.Group, User: e.User, Operator: e.Operator, Self: e.User == t.Self}
}

func (t *tell) ban() qq.Event {
	var e banEvent
	t.into(&e)
	on := t.Sub != "lift_ban"
	if e.User == 0 {
		return &qq.GroupMuted{Group: e.Group, Operator: e.Operator, On: on}
	}
	muted := &qq.MemberMuted{Group: e.Group, User: e.User, Operator: e.Operator, Seconds: e.Duration}
	if !on {
		muted.Seconds = 0
	}
	return muted
}

// recalled takes both forms of the recall.
type recalled struct {
	groupRecallEvent
	Number int64 `json:"message_id"`
	Seq    int64 `json:"message_seq"`
}

func (t *tell) messageNotice() qq.Event {
	switch t.Notice {
	case "group_recall":
		var e recalled
		t.into(&e)
		ref := qq.MessageRef{Chat: qq.GroupChat(e.Group), Seq: e.Seq, ID: narrow(e.Number)}
		return &qq.MessageRecalled{MessageRef: ref, Sender: e.User, Operator: e.Operator}
	case "friend_recall":
		var e recalled
		t.into(&e)
		ref := qq.MessageRef{ID: narrow(e.Number)}
		if e.User != t.Self { // with whom the account talked is not told when it took its own back
			ref.Chat = qq.FriendChat(e.User)
		}
		return &qq.MessageRecalled{MessageRef: ref, Sender: e.User, Operator: e.User}
	case "essence":
		return t.essence()
	case "group_msg_emoji_like":
		return t.reaction()
	}
	return nil
}

func (t *tell) essence() qq.Event {
	var e struct {
		essenceEvent
		Number int64 `json:"message_id"`
	}
	t.into(&e)
	sender := e.Sender
	if sender == 0 {
		sender = e.User
	}
	ref := qq.MessageRef{Chat: qq.GroupChat(e.Group), ID: narrow(e.Number)}
	return &qq.EssenceChanged{MessageRef: ref, Sender: sender, Operator: e.Operator, On: t.Sub == "add"}
}

// reaction: SnowLuma tells by sub_type what the others tell by is_add.
func (t *tell) reaction() qq.Event {
	var e struct {
		emojiEvent
		Number int64 `json:"message_id"`
		Added  *bool `json:"is_add"`
	}
	t.into(&e)
	if len(e.Likes) == 0 {
		return nil
	}
	on := t.Sub != "remove"
	if e.Added != nil {
		on = *e.Added
	}
	return &qq.ReactionChanged{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(e.Group), ID: narrow(e.Number)}, User: e.User,
		Emoji: qq.EmojiOf(e.Likes[0].Emoji), Count: e.Likes[0].Count, On: on,
	}
}

func (t *tell) fileNotice() qq.Event {
	switch t.Notice {
	case "group_upload":
		var e groupUploadEvent
		t.into(&e)
		file := qq.File{Media: qq.Media{Name: e.File.Name, Size: e.File.Size, URL: e.File.URL}, FileID: e.File.ID}
		if e.File.ID != "" {
			file.ID = qq.ResourceID(fileBlob + string(e.File.ID))
		}
		return &qq.FileUploaded{
			MessageRef: qq.MessageRef{Chat: qq.GroupChat(e.Group)}, User: e.User, File: file, Self: e.User == t.Self,
		}
	case "offline_file":
		var e offlineFileEvent
		t.into(&e)
		return &qq.FileUploaded{
			MessageRef: qq.MessageRef{Chat: qq.FriendChat(e.User)}, User: e.User, Self: e.User == t.Self,
			File: qq.File{Media: qq.Media{Name: e.File.Name, Size: e.File.Size, URL: e.File.URL}},
		}
	case "flash_file":
		return t.flash()
	}
	return nil
}

// flash takes all four steps.
func (t *tell) flash() qq.Event {
	var e struct {
		flashEvent
		flashPace
		Uploaded   int64 `json:"uploaded_size"`
		Downloaded int64 `json:"downloaded_size"`
	}
	t.into(&e)
	p := &qq.FlashProgressed{
		Set: qq.FlashSet{ID: e.Set, Title: e.Title, Link: e.Link, Files: each(e.Files, flashPartOf)}, Done: max(e.Uploaded, e.Downloaded),
		Speed: e.Speed, Remaining: e.Remaining,
	}
	for step := qq.FlashUploading; step <= qq.FlashDownloaded; step++ {
		if step.String() == t.Sub {
			p.Step = step
			return p
		}
	}
	return nil
}

func flashPartOf(f flashPart) qq.FlashPart { return qq.FlashPart{Name: f.Name, Size: f.Size} }

func (t *tell) accountNotice() qq.Event {
	switch t.Notice {
	case "friend_add":
		var e friendAddEvent
		t.into(&e)
		return &qq.FriendAdded{Friend: &qq.Friend{User: qq.User{ID: e.User}}}
	case "client_status":
		var e clientEvent
		t.into(&e)
		return &qq.DeviceChanged{Device: deviceOf(e.Client), Online: e.Online}
	case "bot_offline":
		var e offlineEvent
		t.into(&e)
		return &qq.StatusChanged{Reason: e.Message, Login: qq.Login{User: qq.User{ID: t.Self}}}
	}
	return nil
}

func deviceOf(d deviceInfo) qq.Device { return qq.Device{App: d.App, Name: d.Name, Kind: d.Kind} }
