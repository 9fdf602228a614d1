package milky

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "group" of the specification: notifications, requests, invitations.
var noticeActions = []action.Action{
	action.Bind("get_group_notifications", getNotifications.op, encodeNotifications).Says("A page of group notifications, newest first; a limit of 0 counts as the default."),
	action.Bind("accept_group_request", acceptGroupRequest.op, nothingElse).Says("Accepts a request to join."),
	action.Bind("reject_group_request", rejectGroupRequest.op, nothingElse).Says("Rejects a request to join."),
	action.Bind("accept_group_invitation", groupInvitation.accept, nothingElse).Says("Accepts an invitation of the account."),
	action.Bind("reject_group_invitation", groupInvitation.reject, nothingElse).Says("Rejects an invitation of the account."),
}

type getNotifications struct {
	Start    wire.Optional[whole] `json:"start_notification_seq"`
	Filtered wire.Optional[bool]  `json:"is_filtered" default:"false"`
	Limit    wire.Optional[whole] `json:"limit" default:"20"` // 0 counts as the default
}

func (p getNotifications) op() (qq.ListGroupNotices, error) {
	return qq.ListGroupNotices{
		Start: int64(p.Start.Value), Limit: p.Limit.Or(20).count(), Filtered: p.Filtered.Value,
	}, nil
}

// notifications always has the key next_notification_seq: clients read it
// unconditionally.
type notifications struct {
	Notifications []notification `json:"notifications"`
	Next          *int64         `json:"next_notification_seq"`
}

// notification is a joinNotice, invitedNotice, adminNotice, kickNotice or quitNotice.
type notification any

func encodeNotifications(page *qq.GroupNotices) notifications {
	out := notifications{Notifications: []notification{}, Next: orNull(page.Next)}
	for _, n := range page.Notices {
		if notice := encodeNotice(n); notice != nil {
			out.Notifications = append(out.Notifications, notice)
		}
	}
	return out
}

// noticeHead is what all notifications share.
type noticeHead struct {
	Type    string     `json:"type"`
	GroupID qq.GroupID `json:"group_id"`
	Seq     int64      `json:"notification_seq"`
}

type joinNotice struct {
	noticeHead
	Filtered  bool      `json:"is_filtered"`
	Initiator qq.UserID `json:"initiator_id"`
	State     string    `json:"state" one:"pending|accepted|rejected|ignored"`
	Operator  qq.UserID `json:"operator_id,omitempty"`
	Comment   string    `json:"comment"`
}

type invitedNotice struct {
	noticeHead
	Initiator qq.UserID `json:"initiator_id"`
	Target    qq.UserID `json:"target_user_id"`
	State     string    `json:"state" one:"pending|accepted|rejected|ignored"`
	Operator  qq.UserID `json:"operator_id,omitempty"`
}

type adminNotice struct {
	noticeHead
	Target   qq.UserID `json:"target_user_id"`
	IsSet    bool      `json:"is_set"`
	Operator qq.UserID `json:"operator_id"`
}

type kickNotice struct {
	noticeHead
	Target   qq.UserID `json:"target_user_id"`
	Operator qq.UserID `json:"operator_id"`
}

type quitNotice struct {
	noticeHead
	Target qq.UserID `json:"target_user_id"`
}

// encodeNotice gives nil for what has no Milky form, or lacks an id that the
// form requires.
func encodeNotice(n *qq.GroupNotice) any {
	head := func(kind string) noticeHead { return noticeHead{kind, n.Group, n.Seq} }
	switch n.Kind {
	case qq.NoticeRequest:
		return encodeRequestNotice(n, head)
	case qq.NoticeAdminSet, qq.NoticeAdminUnset:
		return when(inGroup(n.Group, n.Target, n.Operator),
			adminNotice{head("admin_change"), n.Target, n.Kind == qq.NoticeAdminSet, n.Operator})
	case qq.NoticeKick:
		return when(inGroup(n.Group, n.Target, n.Operator), kickNotice{head("kick"), n.Target, n.Operator})
	case qq.NoticeQuit:
		return when(inGroup(n.Group, n.Target), quitNotice{head("quit"), n.Target})
	}
	return nil
}

func encodeRequestNotice(n *qq.GroupNotice, head func(string) noticeHead) any {
	r := n.Request
	if r == nil {
		return nil
	}
	switch r.Kind {
	case qq.JoinRequest:
		return when(inGroup(n.Group, r.Initiator),
			joinNotice{head("join_request"), r.Filtered, r.Initiator, r.State.String(), r.Operator, r.Comment})
	case qq.InvitedJoinRequest:
		return when(inGroup(n.Group, r.Initiator, r.Target),
			invitedNotice{head("invited_join_request"), r.Initiator, r.Target, r.State.String(), r.Operator})
	}
	return nil
}

type acceptGroupRequest struct {
	Seq      whole               `json:"notification_seq"`
	Kind     requestKind         `json:"notification_type"`
	GroupID  uin                 `json:"group_id"`
	Filtered wire.Optional[bool] `json:"is_filtered" default:"false"`
}

func (p acceptGroupRequest) op() (qq.AnswerGroupRequest, error) {
	return qq.AnswerGroupRequest{Ref: requestRef(p.GroupID, p.Seq, p.Kind, p.Filtered.Value), Approve: true}, nil
}

type rejectGroupRequest struct {
	Seq      whole                 `json:"notification_seq"`
	Kind     requestKind           `json:"notification_type"`
	GroupID  uin                   `json:"group_id"`
	Filtered wire.Optional[bool]   `json:"is_filtered" default:"false"`
	Reason   wire.Optional[string] `json:"reason"`
}

func (p rejectGroupRequest) op() (qq.AnswerGroupRequest, error) {
	return qq.AnswerGroupRequest{Ref: requestRef(p.GroupID, p.Seq, p.Kind, p.Filtered.Value), Reason: p.Reason.Value}, nil
}

type groupInvitation struct {
	GroupID uin   `json:"group_id"`
	Seq     whole `json:"invitation_seq"`
}

func (p groupInvitation) accept() (qq.AnswerGroupRequest, error) {
	return qq.AnswerGroupRequest{Ref: p.ref(), Approve: true}, nil
}

func (p groupInvitation) reject() (qq.AnswerGroupRequest, error) {
	return qq.AnswerGroupRequest{Ref: p.ref()}, nil
}

func (p groupInvitation) ref() qq.GroupRequestRef {
	return requestRef(p.GroupID, p.Seq, requestKind(qq.Invitation), false)
}

func requestRef(group uin, seq whole, kind requestKind, filtered bool) qq.GroupRequestRef {
	return qq.GroupRequestRef{
		Group: qq.GroupID(group), Seq: int64(seq), Kind: qq.GroupRequestKind(kind), Filtered: filtered,
	}
}
