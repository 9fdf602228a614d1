package satori

import "llbot/protocols/qq"

// The native data of events, under the names and in the units of Milky, or of
// OneBot 11 where Milky has no such event. Ids are numbers, spans seconds.
type (
	// MuteData is that of group_mute.
	MuteData struct {
		Group    qq.GroupID `json:"group_id"`
		User     qq.UserID  `json:"user_id"`
		Operator qq.UserID  `json:"operator_id"`
		Duration int64      `json:"duration"` // seconds, 0 = lifted
	}
	// WholeMuteData is that of group_whole_mute.
	WholeMuteData struct {
		Group    qq.GroupID `json:"group_id"`
		Operator qq.UserID  `json:"operator_id"`
		IsMute   bool       `json:"is_mute"`
	}
	// GroupDisbandData is that of group_disband.
	GroupDisbandData struct {
		Group    qq.GroupID `json:"group_id"`
		Operator qq.UserID  `json:"operator_id"`
	}
	// FriendNudgeData is that of friend_nudge.
	FriendNudgeData struct {
		User        qq.UserID `json:"user_id"`
		SelfSend    bool      `json:"is_self_send"`
		SelfReceive bool      `json:"is_self_receive"`
		NudgeWords
	}
	// GroupNudgeData is that of group_nudge.
	GroupNudgeData struct {
		Group    qq.GroupID `json:"group_id"`
		Sender   qq.UserID  `json:"sender_id"`
		Receiver qq.UserID  `json:"receiver_id"`
		NudgeWords
	}
	// NudgeWords is what QQ shows of a nudge.
	NudgeWords struct {
		Action string `json:"display_action"`
		Suffix string `json:"display_suffix"`
		Image  string `json:"display_action_img_url"`
	}
	// NudgeRecallData is that of OneBot's poke_recall.
	NudgeRecallData struct {
		Group  qq.GroupID `json:"group_id,omitempty"`
		User   qq.UserID  `json:"user_id"`
		Target qq.UserID  `json:"target_id"`
	}
	// PinData is that of peer_pin_change.
	PinData struct {
		Scene  string `json:"message_scene"`
		Peer   int64  `json:"peer_id"`
		Pinned bool   `json:"is_pinned"`
	}
	// FileData is what the two file events have in common.
	FileData struct {
		ID   string `json:"file_id"`
		Name string `json:"file_name"`
		Size int64  `json:"file_size"`
	}
	// GroupFileData is that of group_file_upload.
	GroupFileData struct {
		Group qq.GroupID `json:"group_id"`
		User  qq.UserID  `json:"user_id"`
		FileData
	}
	// FriendFileData is that of friend_file_upload.
	FriendFileData struct {
		User qq.UserID `json:"user_id"`
		FileData
		Hash string `json:"file_hash"`
		Self bool   `json:"is_self"`
	}
	// OfflineData is that of bot_offline.
	OfflineData struct {
		Reason string `json:"reason"`
	}
	// AdminData is that of group_admin_change.
	AdminData struct {
		Group    qq.GroupID `json:"group_id"`
		User     qq.UserID  `json:"user_id"`
		Operator qq.UserID  `json:"operator_id"`
		IsSet    bool       `json:"is_set"`
	}
	// CardData is that of OneBot's group_card.
	CardData struct {
		Group qq.GroupID `json:"group_id"`
		User  qq.UserID  `json:"user_id"`
		New   string     `json:"card_new"`
		Old   string     `json:"card_old"`
	}
	// TitleData is that of OneBot's title.
	TitleData struct {
		Group qq.GroupID `json:"group_id"`
		User  qq.UserID  `json:"user_id"`
		Title string     `json:"title"`
	}
	// LikeData is that of OneBot's profile_like.
	LikeData struct {
		Operator qq.UserID `json:"operator_id"`
		Nick     string    `json:"operator_nick"`
		Times    int       `json:"times"`
	}
	// TypingData is that of OneBot's input_status.
	TypingData struct {
		User qq.UserID `json:"user_id"`
		Kind int       `json:"event_type"`
		Text string    `json:"status_text"`
	}
	// TipData is that of OneBot's gray_tip.
	TipData struct {
		Group    qq.GroupID `json:"group_id,omitempty"`
		User     qq.UserID  `json:"user_id,omitempty"`
		Message  string     `json:"message_id"` // as in Satori
		Business string     `json:"busi_id"`
		Text     string     `json:"content"`
		Raw      string     `json:"raw_info,omitempty"`
	}
	// HonorData is that of OneBot's honor.
	HonorData struct {
		Group qq.GroupID `json:"group_id"`
		User  qq.UserID  `json:"user_id"`
		Honor string     `json:"honor_type"`
	}
	// LuckyData is that of OneBot's lucky_king.
	LuckyData struct {
		Group  qq.GroupID `json:"group_id"`
		User   qq.UserID  `json:"user_id"`
		Target qq.UserID  `json:"target_id"`
	}
	// FlashData is that of OneBot's flash_file; step is its sub_type.
	FlashData struct {
		Step      string `json:"sub_type"`
		Title     string `json:"title"`
		Link      string `json:"share_link"`
		Set       string `json:"file_set_id"`
		Done      int64  `json:"done_size,omitempty"`
		Total     int64  `json:"total_size"`
		Speed     int64  `json:"speed,omitempty"`
		Remaining int64  `json:"remain_seconds,omitempty"`
	}
	// ClientData is that of OneBot's client_status.
	ClientData struct {
		Client ClientDevice `json:"client"`
		Online bool         `json:"online"`
	}
	// ClientDevice is a device on which the account is logged in.
	ClientDevice struct {
		App  int64  `json:"app_id"`
		Name string `json:"device_name"`
		Kind string `json:"device_kind"`
	}
)

// The native types of what changed in a member.
const (
	nativeAdmin = "group_admin_change"
	nativeCard  = "group_card"
	nativeTitle = "title"
)

// native makes an internal event, its type prefixed by the implementation.
func (c codec) native(ev *Event, kind string, data any) {
	ev.Type, ev.Native, ev.Data = "internal", c.adapterName()+"/"+kind, data
}

// nativeEvent translates what Satori has no event for; false for other kinds.
func (c codec) nativeEvent(ev *Event, account qq.UserID, event qq.Event) bool {
	switch v := event.(type) {
	case *qq.MemberMuted:
		c.native(ev, "group_mute", &MuteData{v.Group, v.User, v.Operator, v.Seconds})
		ev.in(v.Group)
		ev.about(v.User, v.Member)
		ev.Operator = optionalUser(v.Operator)
	case *qq.GroupMuted:
		c.native(ev, "group_whole_mute", &WholeMuteData{v.Group, v.Operator, v.On})
		ev.in(v.Group)
		ev.Operator = optionalUser(v.Operator)
	case *qq.Nudged:
		c.nudged(ev, account, v)
	case *qq.NudgeRecalled:
		data := &NudgeRecallData{User: v.Sender, Target: v.Receiver}
		if v.Scene == qq.SceneGroup {
			data.Group = v.Chat.Group()
		}
		c.native(ev, "poke_recall", data)
		ev.place(v.Chat)
		ev.User, ev.Operator = userRef(v.Receiver), optionalUser(v.Sender)
	case *qq.PinChanged:
		c.native(ev, "peer_pin_change", &PinData{v.Scene.String(), v.Peer, v.On})
		ev.place(v.Chat)
	case *qq.TypingChanged:
		c.native(ev, "input_status", &TypingData{v.User, v.Kind, v.Text})
		ev.place(qq.FriendChat(v.User))
		ev.User = userRef(v.User)
	case *qq.GrayTip:
		c.grayTip(ev, v)
	default:
		return c.otherNative(ev, event)
	}
	return true
}

func (c codec) otherNative(ev *Event, event qq.Event) bool {
	switch v := event.(type) {
	case *qq.HonorGained:
		c.native(ev, "honor", &HonorData{v.Group, v.User, v.Honor.String()})
		ev.in(v.Group)
		ev.about(v.User, v.Member)
	case *qq.LuckyKing:
		c.native(ev, "lucky_king", &LuckyData{v.Group, v.Sender, v.Winner})
		ev.in(v.Group)
		ev.about(v.Winner, nil)
		ev.Operator = optionalUser(v.Sender)
	case *qq.ProfileLiked:
		c.native(ev, "profile_like", &LikeData{v.User, v.Nickname, v.Times})
		user := person(v.User, v.Nickname)
		ev.User, ev.Operator = &user, &user
	case *qq.FlashProgressed:
		c.native(ev, "flash_file", &FlashData{
			v.Step.String(), v.Set.Title, v.Set.Link, v.Set.ID, v.Done, v.Set.Size(), v.Speed, v.Remaining,
		})
	case *qq.DeviceChanged:
		c.native(ev, "client_status", &ClientData{ClientDevice{v.Device.App, v.Device.Name, v.Device.Kind}, v.Online})
	default:
		return false
	}
	return true
}

func (c codec) nudged(ev *Event, account qq.UserID, v *qq.Nudged) {
	words := NudgeWords{v.Action, v.Suffix, v.Image}
	if v.Scene == qq.SceneGroup {
		c.native(ev, "group_nudge", &GroupNudgeData{v.Chat.Group(), v.Sender, v.Receiver, words})
		ev.Member = &Member{User: userRef(v.Receiver)}
	} else {
		c.native(ev, "friend_nudge", &FriendNudgeData{v.Chat.User(), v.Sender == account, v.Receiver == account, words})
	}
	ev.place(v.Chat)
	ev.User, ev.Operator = userRef(v.Receiver), optionalUser(v.Sender)
}

func (c codec) grayTip(ev *Event, v *qq.GrayTip) {
	data := &TipData{User: v.User, Message: MessageID(v.MessageRef), Business: v.Business, Text: v.Text, Raw: v.Raw}
	if v.Scene == qq.SceneGroup {
		data.Group = v.Chat.Group()
	}
	c.native(ev, "gray_tip", data)
	ev.place(v.Chat)
	ev.User = optionalUser(v.User)
}
