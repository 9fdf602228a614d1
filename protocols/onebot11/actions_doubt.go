package onebot11

import (
	"context"
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// ignoredInfo: InvitedRequest is the old name of invited_requests.
type ignoredInfo struct {
	Invited    []ignoredRequest `json:"invited_requests"`
	OldInvited []ignoredRequest `json:"InvitedRequest"`
	Join       []ignoredRequest `json:"join_requests"`
}

type ignoredRequest struct {
	Request       int64      `json:"request_id"`
	Inviter       qq.UserID  `json:"invitor_uin"`
	InviterNick   string     `json:"invitor_nick"`
	Group         qq.GroupID `json:"group_id"`
	Message       string     `json:"message"`
	Name          string     `json:"group_name"`
	Checked       bool       `json:"checked"`
	Actor         qq.UserID  `json:"actor"`
	RequesterNick string     `json:"requester_nick"`
}

func ignoredNotices(ctx context.Context, c qq.Caller, _ nothing) (ignoredInfo, error) {
	found, err := qq.Do(ctx, c, qq.ListGroupNotices{Limit: noticePage, Filtered: true})
	if err != nil {
		return ignoredInfo{}, err
	}
	info := ignoredInfo{[]ignoredRequest{}, []ignoredRequest{}, []ignoredRequest{}}
	for _, n := range found.Notices {
		r := n.Request
		if r == nil {
			continue
		}
		item := ignoredRequest{
			r.Seq, r.Initiator, r.Nickname, r.Group, r.Comment, r.GroupName, r.State != qq.RequestPending, r.Operator,
			choose(r.Kind == qq.InvitedJoinRequest, r.TargetName, r.Nickname),
		}
		if r.Kind == qq.Invitation {
			info.Invited = append(info.Invited, item)
		} else {
			info.Join = append(info.Join, item)
		}
	}
	info.OldInvited = info.Invited
	return info, nil
}

// ignoredRequests answers as NapCat does; LLBot always fails.
func ignoredRequests(ctx context.Context, c qq.Caller, p nothing) ([]ignoredRequest, error) {
	found, err := ignoredNotices(ctx, c, p)
	return found.Join, err
}

type doubtParam struct {
	Count wire.Optional[wire.Int] `json:"count" default:"50"`
}

func (p doubtParam) op() (qq.ListFriendRequests, error) {
	n, err := within("count", p.Count.Or(noticePage), 1, maxCount)
	return qq.ListFriendRequests{Filtered: true, Limit: n}, err
}

type doubtInfo struct {
	Flag   string `json:"flag"`
	User   string `json:"uin"`
	Nick   string `json:"nick"`
	Source string `json:"source"`
	Reason string `json:"reason"`
	Text   string `json:"msg"`
	Group  string `json:"group_code"`
	Time   string `json:"time"`
	Type   string `json:"type"`
}

func encodeDoubts(requests []*qq.FriendRequest) []doubtInfo {
	return each(requests, func(r *qq.FriendRequest) doubtInfo {
		return doubtInfo{
			friendFlag(r), r.Initiator.String(), r.Nickname, r.Via, "", r.Comment, r.Group.String(),
			strconv.FormatInt(r.Time.Unix(), 10), "doubt",
		}
	})
}

type answerDoubt struct {
	Flag wire.Str `json:"flag"`
}

// op accepts: this action cannot refuse. A flag counts as filtered either way.
func (p answerDoubt) op() (qq.AnswerFriendRequest, error) {
	uid, _ := parseFriendFlag(string(p.Flag))
	if uid == "" {
		return qq.AnswerFriendRequest{}, fault("flag", "must be the flag of a friend request")
	}
	return qq.AnswerFriendRequest{InitiatorUID: uid, Filtered: true, Approve: true}, nil
}
