package sim

import (
	"context"

	"llbot/protocols/qq"
)

// listGroupNotices gives the notices that concern the user: the filtered list
// has the requests that QQ held suspicious, the other one all else.
func (a *actor) listGroupNotices(_ context.Context, op qq.ListGroupNotices) (*qq.GroupNotices, error) {
	limit, err := pageLength(op.Limit)
	if err != nil {
		return nil, err
	}
	if op.Start < 0 {
		return nil, qq.Errorf(qq.ErrInvalid, "notices cannot start at %d", op.Start)
	}
	page := &qq.GroupNotices{Notices: []*qq.GroupNotice{}}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		for i := len(v.Notices) - 1; i >= 0; i-- {
			n := v.Notices[i]
			if op.Start != 0 && n.Seq > op.Start || filtered(n) != op.Filtered || !v.concerns(n, a.user) {
				continue
			}
			if len(page.Notices) == limit {
				page.Next = n.Seq
				break
			}
			page.Notices = append(page.Notices, n)
		}
		return nil
	})
	return page, err
}

func filtered(n *qq.GroupNotice) bool { return n.Request != nil && n.Request.Filtered }

// concerns tells who sees a notice: the managers of the group, and the one it
// is about unless he merely asked or left.
func (st *state) concerns(n *qq.GroupNotice, u qq.UserID) bool {
	if n.Request != nil && n.Request.Kind == qq.Invitation {
		return n.Target == u
	}
	if n.Kind != qq.NoticeRequest && n.Kind != qq.NoticeQuit && n.Target == u {
		return true
	}
	g := st.Groups[n.Group]
	return g != nil && g.Members[u] != nil && g.Members[u].Role > qq.RoleMember
}

func (a *actor) answerGroupRequest(ctx context.Context, op qq.AnswerGroupRequest) (qq.None, error) {
	if err := within("reason", clean(op.Reason), qq.MaxComment); err != nil {
		return qq.None{}, err
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		n, err := st.answerable(a.user, op.Ref)
		if err != nil {
			return nil, err
		}
		if op.Approve {
			if err := st.Groups[n.Group].admits(n); err != nil {
				return nil, err
			}
		}
		return &groupAnswered{Seq: n.Seq, Operator: a.user, Approve: op.Approve, Reason: clean(op.Reason)}, nil
	})
}

// admits lets an approval through unless the way in is closed by now. Who is in
// already is let be.
func (g *group) admits(n *qq.GroupNotice) error {
	if g.Members[n.Target] != nil {
		return nil
	}
	return g.mayJoin(n.Target)
}

// answerable is the pending request that ref names, if u may answer it.
func (st *state) answerable(u qq.UserID, ref qq.GroupRequestRef) (*qq.GroupNotice, error) {
	missing := qq.Errorf(qq.ErrNotFound, "there is no request %d of group %d for user %d", ref.Seq, ref.Group, u)
	i := st.noticeAt(ref.Seq)
	if i < 0 || st.Groups[ref.Group] == nil {
		return nil, missing
	}
	n := st.Notices[i]
	r := n.Request
	if r == nil || r.Group != ref.Group || r.Kind != ref.Kind || r.Filtered != ref.Filtered {
		return nil, missing
	}
	if r.Kind == qq.Invitation {
		if n.Target != u {
			return nil, missing
		}
	} else if _, me, err := st.inGroup(u, ref.Group); err != nil {
		return nil, err
	} else if err := manages(me, "answer requests"); err != nil {
		return nil, err
	}
	if r.State != qq.RequestPending {
		return nil, qq.Errorf(qq.ErrConflict, "request %d of group %d is %s already", ref.Seq, ref.Group, r.State)
	}
	return n, nil
}
