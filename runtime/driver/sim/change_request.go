package sim

import (
	"cmp"
	"slices"

	"llbot/protocols/qq"
)

// friendAsked is a wish to be friends. It replaces a pending one of the same two.
type friendAsked struct {
	From     qq.UserID  `json:"from"`
	To       qq.UserID  `json:"to"`
	Comment  string     `json:"comment,omitempty"`
	Via      string     `json:"via,omitempty"`      // where From found To; "" is by the number
	Group    qq.GroupID `json:"group,omitempty"`    // through which he did
	Filtered bool       `json:"filtered,omitempty"` // QQ found it doubtful: To is not told
}

func (*friendAsked) kind() string { return "friend_asked" }

func (c *friendAsked) apply(st *state, at qq.Time, out *telling) {
	if i := st.friendRequest(c.From, c.To, c.Filtered); i >= 0 && st.FriendRequests[i].State == qq.RequestPending {
		st.settleFriendRequest(i, qq.RequestIgnored)
	}
	r := &qq.FriendRequest{Time: at, Initiator: c.From, InitiatorUID: uidOf(c.From), Target: c.To, TargetUID: uidOf(c.To),
		Comment: c.Comment, Via: cmp.Or(c.Via, "QQ number"), Group: c.Group, Filtered: c.Filtered, Nickname: st.nickname(c.From)}
	st.FriendRequests = newest(append(st.FriendRequests, r), requestLimit)
	if !c.Filtered {
		out.user(c.To, func() qq.Event { return &qq.FriendRequested{FriendRequest: *r} })
	}
}

// friendRequest is the place of the newest request between two, or -1.
func (st *state) friendRequest(from, to qq.UserID, filtered bool) int {
	for i, r := range slices.Backward(st.FriendRequests) {
		if r.Initiator == from && r.Target == to && r.Filtered == filtered {
			return i
		}
	}
	return -1
}

func (st *state) settleFriendRequest(i int, s qq.RequestState) {
	r := *st.FriendRequests[i]
	r.State = s
	st.FriendRequests[i] = &r
}

// friendAnswered settles the newest request of From to To.
type friendAnswered struct {
	From     qq.UserID `json:"from"`
	To       qq.UserID `json:"to"`
	Approve  bool      `json:"approve"`
	Remark   string    `json:"remark,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Filtered bool      `json:"filtered,omitempty"` // it is the newest of the filtered ones
}

func (*friendAnswered) kind() string { return "friend_answered" }

func (c *friendAnswered) apply(st *state, _ qq.Time, out *telling) {
	st.settleFriendRequest(st.friendRequest(c.From, c.To, c.Filtered), settled(c.Approve))
	if c.Approve && st.Friends[c.To][c.From] == nil {
		st.befriend(c.To, c.From, c.Remark, out)
	}
	if c.Approve && st.Friends[c.From][c.To] == nil {
		st.befriend(c.From, c.To, "", out)
	}
}

func settled(approve bool) qq.RequestState {
	if approve {
		return qq.RequestAccepted
	}
	return qq.RequestRejected
}

// groupAsked is a request of a group. Invited is who would come in: the
// initiator himself, the one a member wants in, or the one who is invited.
type groupAsked struct {
	Kind      qq.GroupRequestKind `json:"kind"`
	Group     qq.GroupID          `json:"group"`
	Initiator qq.UserID           `json:"initiator"`
	Invited   qq.UserID           `json:"invited"`
	Comment   string              `json:"comment,omitempty"`
	Filtered  bool                `json:"filtered,omitempty"`
}

func (*groupAsked) kind() string { return "group_asked" }

func (c *groupAsked) apply(st *state, at qq.Time, out *telling) {
	for i, n := range st.Notices {
		if c.repeats(n) {
			st.settleGroupRequest(i, qq.RequestIgnored, 0)
		}
	}
	g := st.Groups[c.Group]
	r := &qq.GroupRequest{
		GroupRequestRef: qq.GroupRequestRef{Group: c.Group, Kind: c.Kind, Filtered: c.Filtered}, Time: at, GroupName: g.Info.Name,
		Initiator: c.Initiator, Nickname: st.nickname(c.Initiator), Comment: c.Comment,
	}
	if c.Kind == qq.InvitedJoinRequest {
		r.Target, r.TargetName = c.Invited, st.nickname(c.Invited)
	}
	n := &qq.GroupNotice{Kind: qq.NoticeRequest, Group: c.Group, Target: c.Invited, Request: r}
	st.notice(n)
	r.Seq = n.Seq
	event := func() qq.Event { return &qq.GroupRequested{GroupRequest: *r} }
	if c.Kind == qq.Invitation {
		out.user(c.Invited, event)
		return
	}
	out.managers(g, event)
}

// repeats tells whether the notice is a pending request that this one replaces.
func (c *groupAsked) repeats(n *qq.GroupNotice) bool {
	r := n.Request
	return r != nil && r.State == qq.RequestPending && r.Kind == c.Kind && r.Group == c.Group &&
		r.Initiator == c.Initiator && n.Target == c.Invited
}

// noticeAt is the place of the notice with that number, or -1.
func (st *state) noticeAt(seq int64) int {
	i, ok := slices.BinarySearchFunc(st.Notices, seq, func(n *qq.GroupNotice, seq int64) int {
		return int(min(max(n.Seq-seq, -1), 1))
	})
	if !ok {
		return -1
	}
	return i
}

func (st *state) settleGroupRequest(i int, s qq.RequestState, operator qq.UserID) {
	n := *st.Notices[i]
	r := *n.Request
	r.State, r.Operator = s, operator
	n.Request, n.Operator = &r, operator
	st.Notices[i] = &n
}

// groupAnswered settles a request of a group.
type groupAnswered struct {
	Seq      int64     `json:"seq"`
	Operator qq.UserID `json:"operator"`
	Approve  bool      `json:"approve"`
	Reason   string    `json:"reason,omitempty"`
	Block    bool      `json:"block,omitempty"` // he may not ask again
}

func (*groupAnswered) kind() string { return "group_answered" }

func (c *groupAnswered) apply(st *state, at qq.Time, out *telling) {
	i := st.noticeAt(c.Seq)
	st.settleGroupRequest(i, settled(c.Approve), c.Operator)
	n := st.Notices[i]
	g := st.Groups[n.Group]
	if c.Block {
		g.block(n.Target)
	}
	if !c.Approve || g.Members[n.Target] != nil {
		return
	}
	j := joining{user: n.Target}
	if n.Request.Kind != qq.JoinRequest {
		j.inviter = n.Request.Initiator
	}
	if n.Request.Kind != qq.Invitation {
		j.operator = c.Operator
	}
	st.join(g, j, at, out)
}
