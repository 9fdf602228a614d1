package onebot11

import (
	"context"
	"strconv"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func requestActions() []action.Action {
	return []action.Action{
		action.Bind("set_friend_add_request", answerFriend.op, null).Says("Accepts or refuses a friend request."),
		action.Handle("set_group_add_request", answerGroup).Acts(qq.ClassChange).Says("Accepts or refuses a request to join a group, or an invitation."),
		action.Handle("get_group_system_msg", systemMessages).Acts(qq.ClassRead).Says("The newest requests of groups, filtered ones behind the others."),
		action.Handle("get_group_ignored_notifies", ignoredNotices).Acts(qq.ClassRead).Says("The newest requests of groups that QQ filtered."),
		action.Handle("get_group_ignore_add_request", ignoredRequests).Acts(qq.ClassRead).Says("The filtered requests to join a group."),
		action.Bind("get_doubt_friends_add_request", doubtParam.op, encodeDoubts).Says("The newest friend requests that QQ filtered."),
		action.Bind("set_doubt_friends_add_request", answerDoubt.op, null).Says("Accepts a friend request that QQ filtered."),
	}
}

type answerFriend struct {
	Flag    wire.Str                 `json:"flag"`
	Approve wire.Optional[wire.Bool] `json:"approve" default:"true"`
	Remark  wire.Optional[wire.Str]  `json:"remark"`
}

func (p answerFriend) op() (qq.AnswerFriendRequest, error) {
	uid, filtered := parseFriendFlag(string(p.Flag))
	if uid == "" {
		return qq.AnswerFriendRequest{}, fault("flag", "must be the flag of a friend request")
	}
	return qq.AnswerFriendRequest{
		InitiatorUID: uid, Filtered: filtered, Approve: bool(p.Approve.Or(true)), Remark: string(p.Remark.Value),
	}, nil
}

type answerGroupParams struct {
	Flag    wire.Str                 `json:"flag"`
	Approve wire.Optional[wire.Bool] `json:"approve" default:"true"`
	Reason  wire.Optional[wire.Str]  `json:"reason"`
}

func answerGroup(ctx context.Context, c qq.Caller, p answerGroupParams) (*noData, error) {
	ref, err := groupRequest(ctx, c, "flag", string(p.Flag))
	if err != nil {
		return nil, err
	}
	op := qq.AnswerGroupRequest{Ref: ref, Approve: bool(p.Approve.Or(true)), Reason: string(p.Reason.Value)}
	if _, err := qq.Do(ctx, c, op); err != nil {
		return nil, err
	}
	return null(qq.None{}), nil
}

// groupRequest finds what a flag names: "group|seq|type|doubt", or digits, the
// request_id of get_group_system_msg.
func groupRequest(ctx context.Context, c qq.Caller, path, flag string) (qq.GroupRequestRef, error) {
	if ref, ok := parseGroupFlag(flag); ok {
		return ref, nil
	}
	id, err := strconv.ParseInt(flag, 10, 64)
	if err != nil || id <= 0 {
		return qq.GroupRequestRef{}, fault(path, "must be the flag of a group request, or its request_id")
	}
	requests, err := groupRequests(ctx, c)
	if err != nil {
		return qq.GroupRequestRef{}, err
	}
	for _, r := range requests {
		if r.Seq == id {
			return r.GroupRequestRef, nil
		}
	}
	return qq.GroupRequestRef{}, qq.Errorf(qq.ErrNotFound, "there is no group request %d", id)
}

// noticePage is how many notifications of each kind are looked at.
const noticePage = 50

// groupRequests lists the requests among the newest notifications, the
// filtered ones behind the others.
func groupRequests(ctx context.Context, c qq.Caller) ([]*qq.GroupRequest, error) {
	var requests []*qq.GroupRequest
	for _, filtered := range []bool{false, true} {
		found, err := qq.Do(ctx, c, qq.ListGroupNotices{Limit: noticePage, Filtered: filtered})
		if err != nil {
			return nil, err
		}
		for _, n := range found.Notices {
			if n.Request != nil {
				requests = append(requests, n.Request)
			}
		}
	}
	return requests, nil
}

type systemInfo struct {
	Invited []invitedRequest `json:"invited_requests"`
	Join    []joinRequest    `json:"join_requests"`
}

type invitedRequest struct {
	Request int64      `json:"request_id"`
	Inviter qq.UserID  `json:"invitor_uin"`
	Nick    string     `json:"invitor_nick"`
	Group   qq.GroupID `json:"group_id"`
	Name    string     `json:"group_name"`
	Checked bool       `json:"checked"`
	Actor   qq.UserID  `json:"actor"`
}

type joinRequest struct {
	Request   int64      `json:"request_id"`
	Requester qq.UserID  `json:"requester_uin"`
	Nick      string     `json:"requester_nick"`
	Message   string     `json:"message"`
	Group     qq.GroupID `json:"group_id"`
	Name      string     `json:"group_name"`
	Checked   bool       `json:"checked"`
	Actor     qq.UserID  `json:"actor"`
}

func systemMessages(ctx context.Context, c qq.Caller, _ nothing) (systemInfo, error) {
	requests, err := groupRequests(ctx, c)
	if err != nil {
		return systemInfo{}, err
	}
	info := systemInfo{[]invitedRequest{}, []joinRequest{}}
	for _, r := range requests {
		checked := r.State != qq.RequestPending
		switch r.Kind {
		case qq.Invitation:
			info.Invited = append(info.Invited, invitedRequest{r.Seq, r.Initiator, r.Nickname, r.Group, r.GroupName, checked, r.Operator})
		case qq.JoinRequest:
			info.Join = append(info.Join, joinRequest{r.Seq, r.Initiator, r.Nickname, r.Comment, r.Group, r.GroupName, checked, r.Operator})
		case qq.InvitedJoinRequest: // Nickname is the inviter's, so the applicant has none here
			info.Join = append(info.Join, joinRequest{r.Seq, r.Target, "", r.Comment, r.Group, r.GroupName, checked, r.Operator})
		}
	}
	return info, nil
}
