package onebot11

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// The wire forms of events, keys in the order of OneBot's tables.

type head struct {
	Time     int64     `json:"time"` // Unix seconds
	SelfID   qq.UserID `json:"self_id"`
	PostType string    `json:"post_type"`
}

type metaHead struct {
	head
	MetaType string `json:"meta_event_type"`
	SubType  string `json:"sub_type,omitempty"`
}

type heartbeatEvent struct {
	metaHead
	Status   liveness `json:"status"`
	Interval int64    `json:"interval"` // milliseconds
}

type liveness struct {
	Online bool `json:"online"`
	Good   bool `json:"good"`
}

// gapEvent is no event of OneBot's tables: it tells a client that events are
// missing. Clients that do not know it take it for one more meta event.
type gapEvent struct {
	metaHead
	After  qq.SN  `json:"after"`
	Next   qq.SN  `json:"next,omitempty"`
	Reason string `json:"reason"`
}

type noticeHead struct {
	head
	NoticeType string `json:"notice_type"`
	SubType    string `json:"sub_type,omitempty"`
}

func noticeOf(e *qq.Entry, kind, sub string) noticeHead {
	return noticeHead{head{e.Time.Unix(), e.Account, "notice"}, kind, sub}
}

type requestHead struct {
	head
	RequestType string `json:"request_type"`
	SubType     string `json:"sub_type,omitempty"`
}

func requestOf(e *qq.Entry, kind, sub string) requestHead {
	return requestHead{head{e.Time.Unix(), e.Account, "request"}, kind, sub}
}

type groupUserEvent struct {
	noticeHead
	Group qq.GroupID `json:"group_id"`
	User  qq.UserID  `json:"user_id"`
}

type memberEvent struct {
	noticeHead
	Group    qq.GroupID `json:"group_id"`
	Operator qq.UserID  `json:"operator_id"`
	User     qq.UserID  `json:"user_id"`
}

type banEvent struct {
	noticeHead
	Group    qq.GroupID `json:"group_id"`
	Operator qq.UserID  `json:"operator_id"`
	User     qq.UserID  `json:"user_id"`  // 0 = everybody
	Duration int64      `json:"duration"` // seconds, -1 = everybody without end
}

type cardEvent struct {
	noticeHead
	Group qq.GroupID `json:"group_id"`
	User  qq.UserID  `json:"user_id"`
	New   string     `json:"card_new"`
	Old   string     `json:"card_old"`
}

type groupRecallEvent struct {
	noticeHead
	Group    qq.GroupID   `json:"group_id"`
	User     qq.UserID    `json:"user_id"`
	Operator qq.UserID    `json:"operator_id"`
	Message  qq.MessageID `json:"message_id"`
}

type friendRecallEvent struct {
	noticeHead
	User    qq.UserID    `json:"user_id"`
	Message qq.MessageID `json:"message_id"`
}

type friendAddEvent struct {
	noticeHead
	User qq.UserID `json:"user_id"`
}

type offlineEvent struct {
	noticeHead
	User    qq.UserID `json:"user_id"`
	Tag     string    `json:"tag"`
	Message string    `json:"message"`
}

type friendRequestEvent struct {
	requestHead
	User    qq.UserID `json:"user_id"`
	Comment string    `json:"comment"`
	Flag    string    `json:"flag"`
	Via     string    `json:"via"`
}

type joinRequestEvent struct {
	requestHead
	Group   qq.GroupID `json:"group_id"`
	User    qq.UserID  `json:"user_id"`
	Comment string     `json:"comment"`
	Flag    string     `json:"flag"`
	Inviter qq.UserID  `json:"invitor_id"` // 0 = nobody
}

type invitationEvent struct {
	requestHead
	Group   qq.GroupID `json:"group_id"`
	User    qq.UserID  `json:"user_id"`
	Comment string     `json:"comment"`
	Flag    string     `json:"flag"`
	Source  qq.GroupID `json:"source_group_id,omitempty"`
}

// messageEvent is a message in events and, with Real, in get_msg.
type messageEvent struct {
	head
	MessageType string       `json:"message_type"`
	SubType     string       `json:"sub_type"`
	ID          qq.MessageID `json:"message_id"`
	Seq         int64        `json:"message_seq"`
	User        qq.UserID    `json:"user_id"`
	Message     wire.Raw     `json:"message"`
	Raw         string       `json:"raw_message"` // CQ text in either format
	Format      string       `json:"message_format"`
	Font        int          `json:"font"`
	Sender      any          `json:"sender"` // one of the three below
	Group       qq.GroupID   `json:"group_id,omitempty"`
	GroupName   *string      `json:"group_name,omitempty"`
	TempSource  *int         `json:"temp_source,omitempty"`
	Target      int64        `json:"target_id,omitempty"` // own messages: the chat's peer
	Inner       wire.Raw     `json:"raw,omitempty"`       // debug: the message as the server keeps it
	Packet      *string      `json:"raw_pb,omitempty"`    // debug: always "", no driver hands packets over
}

type friendSender struct {
	User     qq.UserID `json:"user_id"`
	Nickname string    `json:"nickname"`
}

type tempSender struct {
	User     qq.UserID  `json:"user_id"`
	Nickname string     `json:"nickname"`
	Group    qq.GroupID `json:"group_id"`
}

type memberSender struct {
	User     qq.UserID `json:"user_id"`
	Nickname string    `json:"nickname"`
	Card     string    `json:"card"`
	Role     string    `json:"role"`
	Level    string    `json:"level"`
	Title    string    `json:"title"`
}
