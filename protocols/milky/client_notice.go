package milky

import (
	"context"

	"llbot/protocols/qq"
)

// serveNotices serves group notifications, requests and invitations.
func (c *Client) serveNotices(h *qq.Handlers) {
	ask(c, h, "get_group_notifications", func(op qq.ListGroupNotices) (getNotifications, error) {
		p := getNotifications{Filtered: given(op.Filtered), Limit: given(whole(orDefault(op.Limit, 20)))}
		if op.Start != 0 {
			p.Start = given(whole(op.Start))
		}
		return p, nil
	}, decodeNotices)
	qq.Serve(h, c.answerGroup)
}

// heardNotice is a GroupNotification of any type as it comes in.
type heardNotice struct {
	noticeHead
	Filtered  bool      `json:"is_filtered"`
	Initiator qq.UserID `json:"initiator_id"`
	Target    qq.UserID `json:"target_user_id"`
	Operator  qq.UserID `json:"operator_id"`
	State     string    `json:"state"`
	Comment   string    `json:"comment"`
	IsSet     bool      `json:"is_set"`
}

type heardNotices struct {
	Notifications []heardNotice `json:"notifications"`
	Next          *int64        `json:"next_notification_seq"`
}

// decodeNotices leaves out notifications of types that this version does not
// know.
func decodeNotices(_ qq.ListGroupNotices, d heardNotices) (*qq.GroupNotices, error) {
	page := &qq.GroupNotices{}
	for _, n := range d.Notifications {
		if notice := n.notice(); notice != nil {
			page.Notices = append(page.Notices, notice)
		}
	}
	if d.Next != nil {
		page.Next = *d.Next
	}
	return page, nil
}

func (n heardNotice) notice() *qq.GroupNotice {
	out := &qq.GroupNotice{Seq: n.Seq, Group: n.GroupID, Target: n.Target, Operator: n.Operator}
	switch n.Type {
	case "join_request":
		out.Kind, out.Request = qq.NoticeRequest, n.request(qq.JoinRequest)
	case "invited_join_request":
		out.Kind, out.Request = qq.NoticeRequest, n.request(qq.InvitedJoinRequest)
	case "admin_change":
		out.Kind = qq.NoticeAdminUnset
		if n.IsSet {
			out.Kind = qq.NoticeAdminSet
		}
	case "kick":
		out.Kind = qq.NoticeKick
	case "quit":
		out.Kind = qq.NoticeQuit
	default:
		return nil
	}
	return out
}

func (n heardNotice) request(kind qq.GroupRequestKind) *qq.GroupRequest {
	return &qq.GroupRequest{
		GroupRequestRef: qq.GroupRequestRef{Group: n.GroupID, Seq: n.Seq, Kind: kind, Filtered: n.Filtered},
		Initiator:       n.Initiator, Target: n.Target, Comment: n.Comment, State: stateOf(n.State), Operator: n.Operator,
	}
}

// answered is the parameters of both APIs that answer a request to join.
type answered struct {
	Seq      int64      `json:"notification_seq"`
	Kind     string     `json:"notification_type"`
	Group    qq.GroupID `json:"group_id"`
	Filtered bool       `json:"is_filtered"`
	Reason   string     `json:"reason,omitempty"`
}

func (c *Client) answerGroup(ctx context.Context, op qq.AnswerGroupRequest) (qq.None, error) {
	r := op.Ref
	if r.Kind == qq.Invitation {
		_, err := get[none](ctx, c, answerWord(op.Approve)+"_group_invitation", groupInvitation{uin(r.Group), whole(r.Seq)})
		return qq.None{}, err
	}
	p := answered{Seq: r.Seq, Kind: "join_request", Group: r.Group, Filtered: r.Filtered}
	if r.Kind == qq.InvitedJoinRequest {
		p.Kind = "invited_join_request"
	}
	if !op.Approve {
		p.Reason = op.Reason
	}
	_, err := get[none](ctx, c, answerWord(op.Approve)+"_group_request", p)
	return qq.None{}, err
}

func answerWord(approve bool) string {
	if approve {
		return "accept"
	}
	return "reject"
}
