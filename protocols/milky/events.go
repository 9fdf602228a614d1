package milky

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Encoder writes events as Milky pushes them, the same on WebSocket, SSE and
// webhook. All Encoders are equal. It implements face.Encoder.
type Encoder struct{}

// event is the envelope of everything that is pushed.
type event struct {
	Type   string    `json:"event_type"`
	Time   int64     `json:"time"`
	SelfID qq.UserID `json:"self_id"`
	Data   any       `json:"data"`
}

// Encode appends the entry's event object; false when Milky has nothing to say
// about it or an id that the event must carry is unknown.
func (Encoder) Encode(dst []byte, e *qq.Entry) ([]byte, bool) {
	kind, data := eventData(e.Account, e.Event)
	if data == nil {
		return dst, false
	}
	text, err := wire.Marshal(event{kind, e.Time.Unix(), e.Account, data})
	if err != nil {
		return dst, false
	}
	return append(dst, text...), true
}

// eventData gives an event's type and data; nil data for what is not told:
// coming online and what Milky has no event for.
func eventData(account qq.UserID, e qq.Event) (string, any) {
	switch e := e.(type) {
	case *qq.MessageReceived:
		return "message_receive", received(&e.Message)
	case *qq.MessageRecalled:
		return "message_recall", recalled(e)
	case *qq.FriendRequested:
		return "friend_request", when(e.Initiator.Valid(), friendRequestData{e.Initiator, e.InitiatorUID, e.Comment, e.Via})
	case *qq.GroupRequested:
		return requested(e)
	case *qq.MemberIncreased:
		return "group_member_increase", when(inGroup(e.Group, e.User), memberIncreaseData{e.Group, e.User, e.Operator, e.Inviter})
	case *qq.MemberDecreased:
		return "group_member_decrease", when(inGroup(e.Group, e.User), memberDecreaseData{e.Group, e.User, e.Operator})
	case *qq.GroupDisbanded:
		return "group_disband", when(inGroup(e.Group, e.Operator), disbandData{e.Group, e.Operator})
	case *qq.AdminChanged:
		return "group_admin_change", when(inGroup(e.Group, e.User, e.Operator), adminChangeData{e.Group, e.User, e.Operator, e.On})
	case *qq.MemberMuted:
		return "group_mute", when(inGroup(e.Group, e.User, e.Operator), muteData{e.Group, e.User, e.Operator, e.Seconds})
	case *qq.GroupMuted:
		return "group_whole_mute", when(inGroup(e.Group, e.Operator), wholeMuteData{e.Group, e.Operator, e.On})
	case *qq.StatusChanged:
		return "bot_offline", when(!e.Online, offlineData{e.Reason})
	case *qq.FileUploaded:
		return uploadedFile(e)
	case *qq.Nudged:
		return nudged(account, e)
	case *qq.PinChanged:
		return "peer_pin_change", when(inGroup(e.Chat.Group()) && e.Scene != qq.SceneNone,
			pinData{e.Scene.String(), peer(e.Peer), e.On})
	case *qq.GroupRenamed:
		return "group_name_change", when(inGroup(e.Group, e.Operator), renameData{e.Group, e.New, e.Operator})
	case *qq.ReactionChanged:
		return "group_message_reaction", when(e.Scene == qq.SceneGroup && inGroup(e.Chat.Group(), e.User),
			reactionData{e.Chat.Group(), e.User, e.Seq, e.Emoji.ID, e.Emoji.Kind.String(), e.On})
	case *qq.EssenceChanged:
		return "group_essence_message_change", when(e.Scene == qq.SceneGroup && inGroup(e.Chat.Group(), e.Operator),
			essenceData{e.Chat.Group(), e.Seq, e.Operator, e.On})
	}
	return "", nil
}

// when is data, or nil when the event cannot be told.
func when(tellable bool, data any) any {
	if !tellable {
		return nil
	}
	return data
}

// inGroup tells whether the ids that a group's event must carry are all known:
// clients refuse an event with 0 for one of them.
func inGroup(group qq.GroupID, users ...qq.UserID) bool {
	if !qq.UserID(group).Valid() {
		return false
	}
	for _, u := range users {
		if !u.Valid() {
			return false
		}
	}
	return true
}

// received tells of a message in any scene; a peer has the same range of
// numbers whether it is a group or a user.
func received(m *qq.Message) any {
	tellable := m.Scene != qq.SceneNone && inGroup(m.Chat.Group(), m.Sender)
	if !tellable {
		return nil
	}
	return encodeMessage(m)
}

func recalled(e *qq.MessageRecalled) any {
	operator := e.Operator
	if operator == 0 {
		operator = e.Sender
	}
	tellable := e.Scene != qq.SceneNone && inGroup(e.Chat.Group(), e.Sender, operator)
	return when(tellable, recallData{e.Scene.String(), peer(e.Peer), e.Seq, e.Sender, operator, e.Suffix})
}

func requested(e *qq.GroupRequested) (string, any) {
	switch e.Kind {
	case qq.JoinRequest:
		return "group_join_request", when(inGroup(e.Group, e.Initiator),
			joinRequestData{e.Group, e.Seq, e.Filtered, e.Initiator, e.Comment})
	case qq.InvitedJoinRequest:
		return "group_invited_join_request", when(inGroup(e.Group, e.Initiator, e.Target),
			invitedJoinData{e.Group, e.Seq, e.Initiator, e.Target})
	case qq.Invitation:
		return "group_invitation", when(inGroup(e.Group, e.Initiator),
			invitationData{e.Group, e.Seq, e.Initiator, e.SourceGroup})
	}
	return "", nil
}
