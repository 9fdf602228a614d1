package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Encoder writes events for one kind of connection. It is comparable; equal
// encoders write equal bytes.
type Encoder struct {
	Format MessageFormat
	// Debug lets messages through that have nothing to show, and adds raw and
	// raw_pb to all.
	Debug bool
	// OwnUploads also tells of files that the account itself put into a chat.
	OwnUploads bool
	// Filter decides which events are told; gaps always are.
	Filter Filter
	// SN adds the entry's number as _sn.
	SN bool
}

// Encode appends the event; false for what the filter keeps back and for what
// OneBot has no event for: a friend lost, an account that came online, and
// kinds that this version does not know.
func (c Encoder) Encode(dst []byte, e *qq.Entry) ([]byte, bool) {
	out, ok := c.append(dst, e)
	if !ok {
		return dst, false
	}
	if _, gap := e.Event.(*qq.EventsLost); !gap && !c.Filter.Passes(out[len(dst):]) {
		return dst, false
	}
	if c.SN {
		out = append(out[:len(out)-1], `,"_sn":`...)
		out = append(strconv.AppendUint(out, uint64(e.SN), 10), '}')
	}
	return out, true
}

// append writes the event, without regard to the filter.
func (c Encoder) append(dst []byte, e *qq.Entry) ([]byte, bool) {
	if v, ok := e.Event.(*qq.MessageReceived); ok && !c.Debug {
		return appendMessage(dst, e.Account, &v.Message, c.Format)
	}
	v := c.event(e)
	if v == nil {
		return dst, false
	}
	text, err := wire.Marshal(v)
	if err != nil {
		return dst, false
	}
	return append(dst, text...), true
}

// event is the entry's wire form, nil when there is none.
func (c Encoder) event(e *qq.Entry) any {
	switch v := e.Event.(type) {
	case *qq.MessageReceived:
		m := encodeMessage(e.Account, &v.Message, c.Format)
		m.addRaw(&v.Message)
		return m
	case *qq.FriendRequested:
		return friendRequestEvent{
			requestHead: requestOf(e, "friend", ""), User: v.Initiator, Comment: v.Comment, Flag: friendFlag(&v.FriendRequest), Via: v.Via,
		}
	case *qq.GroupRequested:
		return groupRequestOf(e, &v.GroupRequest)
	case *qq.StatusChanged:
		if v.Online {
			return nil
		}
		return offlineEvent{noticeOf(e, "bot_offline", ""), e.Account, "offline", v.Reason}
	case *qq.EventsLost:
		return gapEvent{metaHead{head{e.Time.Unix(), e.Account, "meta_event"}, "gap", ""}, v.After, v.Next, v.Reason}
	}
	if v, ok := e.Event.(*qq.FileUploaded); ok && v.Self && !c.OwnUploads {
		return nil
	}
	for _, notice := range []func(*qq.Entry) any{groupNotice, friendNotice, chatNotice, honorNotice} {
		if n := notice(e); n != nil {
			return n
		}
	}
	return nil
}

func friendNotice(e *qq.Entry) any {
	switch v := e.Event.(type) {
	case *qq.MessageRecalled:
		return friendRecallEvent{noticeOf(e, "friend_recall", ""), v.Sender, v.ID}
	case *qq.FriendAdded:
		return friendAddEvent{noticeOf(e, "friend_add", ""), v.Friend.ID}
	case *qq.ProfileLiked:
		return profileLikeEvent{noticeOf(e, "notify", "profile_like"), v.User, v.Nickname, v.Times}
	case *qq.DeviceChanged:
		return clientEvent{noticeOf(e, "client_status", ""), encodeDevice(v.Device), v.Online}
	}
	return nil
}

func groupNotice(e *qq.Entry) any {
	switch v := e.Event.(type) {
	case *qq.MessageRecalled:
		if v.Scene == qq.SceneGroup {
			return groupRecallEvent{noticeOf(e, "group_recall", ""), v.Chat.Group(), v.Sender, v.Operator, v.ID}
		}
	case *qq.MemberIncreased:
		sub, operator := "approve", v.Operator
		if v.Inviter != 0 {
			sub, operator = "invite", v.Inviter
		}
		return memberEvent{noticeOf(e, "group_increase", sub), v.Group, operator, v.User}
	case *qq.MemberDecreased:
		sub, operator := decrease(v)
		return memberEvent{noticeOf(e, "group_decrease", sub), v.Group, operator, v.User}
	case *qq.GroupDisbanded:
		return groupUserEvent{noticeOf(e, "group_dismiss", ""), v.Group, v.Operator}
	case *qq.AdminChanged:
		return groupUserEvent{noticeOf(e, "group_admin", choose(v.On, "set", "unset")), v.Group, v.User}
	case *qq.CardChanged:
		return cardEvent{noticeOf(e, "group_card", ""), v.Group, v.User, v.New, v.Old}
	case *qq.MemberMuted:
		return banEvent{noticeOf(e, "group_ban", choose(v.Seconds != 0, "ban", "lift_ban")), v.Group, v.Operator, v.User, v.Seconds}
	case *qq.GroupMuted:
		if v.On {
			return banEvent{noticeOf(e, "group_ban", "ban"), v.Group, v.Operator, 0, -1}
		}
		return banEvent{noticeOf(e, "group_ban", "lift_ban"), v.Group, v.Operator, 0, 0}
	}
	return nil
}

func choose(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// decrease tells leaving from being kicked; who leaves is his own operator.
func decrease(v *qq.MemberDecreased) (sub string, operator qq.UserID) {
	switch {
	case v.Operator == 0 || v.Operator == v.User:
		return "leave", v.User
	case v.Self:
		return "kick_me", v.Operator
	}
	return "kick", v.Operator
}

// groupRequestOf: somebody who was invited by a member counts as the applicant.
func groupRequestOf(e *qq.Entry, r *qq.GroupRequest) any {
	flag := groupFlag(r.GroupRequestRef)
	switch r.Kind {
	case qq.JoinRequest:
		return joinRequestEvent{requestOf(e, "group", "add"), r.Group, r.Initiator, r.Comment, flag, 0}
	case qq.InvitedJoinRequest:
		return joinRequestEvent{requestOf(e, "group", "add"), r.Group, r.Target, r.Comment, flag, r.Initiator}
	case qq.Invitation:
		return invitationEvent{requestOf(e, "group", "invite"), r.Group, r.Initiator, r.Comment, flag, r.SourceGroup}
	}
	return nil
}
