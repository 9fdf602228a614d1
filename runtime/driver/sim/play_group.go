package sim

import (
	"context"
	"fmt"
	"time"

	"llbot/protocols/qq"
)

// JoinWish is somebody's wish to be in a group. Comment is his words, or his
// answer where the group asks a question.
type JoinWish struct {
	Group    qq.GroupID
	User     qq.UserID
	Comment  string
	Filtered bool // QQ holds him suspicious: the request lands in the filtered list
}

// RequestJoin lets user ask to be let into a group: AskToJoin unfiltered.
func (w *World) RequestJoin(ctx context.Context, id qq.GroupID, user qq.UserID, comment string) error {
	return w.AskToJoin(ctx, JoinWish{Group: id, User: user, Comment: comment})
}

// AskToJoin lets somebody ask to be let into a group. How it goes on depends on
// the group's qq.JoinMode: he is in at once, owner and admins are told, or he
// is refused with ErrForbidden. Asking again replaces what is pending.
func (w *World) AskToJoin(ctx context.Context, wish JoinWish) error {
	wish.Comment = clean(wish.Comment)
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.entrance(wish.Group, wish.User)
		if err != nil {
			return nil, err
		}
		if g.Options.HiddenNumber {
			return nil, qq.Errorf(qq.ErrNotFound, "group %d cannot be found by its number", wish.Group)
		}
		return g.wished(wish)
	})
}

// wished is what becomes of a wish to be in the group.
func (g *group) wished(wish JoinWish) (change, error) {
	limit, what := qq.MaxComment, "comment"
	if g.Info.Join == qq.JoinReview || g.Info.Join == qq.JoinAnswer {
		limit, what = qq.MaxAnswer, "answer"
	}
	if err := within(what, wish.Comment, limit); err != nil {
		return nil, err
	}
	asked := &groupAsked{Kind: qq.JoinRequest, Group: wish.Group, Initiator: wish.User, Invited: wish.User,
		Comment: wish.Comment, Filtered: wish.Filtered}
	switch g.Info.Join {
	case qq.JoinClosed:
		return nil, closedGroup(g)
	case qq.JoinAnswer:
		if wish.Comment != g.Options.Answer {
			return nil, qq.Errorf(qq.ErrForbidden, "group %d wants another answer to %q", wish.Group, g.Info.Question)
		}
		return &groupJoined{Group: wish.Group, User: wish.User}, nil
	case qq.JoinFree:
		return &groupJoined{Group: wish.Group, User: wish.User}, nil
	case qq.JoinReview:
		asked.Comment = fmt.Sprintf("问题：%s\n答案：%s", g.Info.Question, wish.Comment)
	}
	return asked, nil
}

func closedGroup(g *group) error {
	return qq.Errorf(qq.ErrForbidden, "group %d takes nobody who is not invited by its owner or an admin", g.Info.ID)
}

// entrance is the group that user wants into, if he may.
func (st *state) entrance(id qq.GroupID, user qq.UserID) (*group, error) {
	if st.Users[user] == nil {
		return nil, noUser(user)
	}
	g := st.Groups[id]
	if g == nil {
		return nil, qq.Errorf(qq.ErrNotFound, "there is no group %d", id)
	}
	return g, g.mayJoin(user)
}

// Invite lets a member invite somebody. A plain member's wish goes to the owner
// and the admins (qq.InvitedJoinRequest) unless the group is free to join; that
// of an owner or admin goes to the invited one (qq.Invitation). A robot that
// nobody has to agree to is in at once.
func (w *World) Invite(ctx context.Context, id qq.GroupID, inviter, target qq.UserID) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.entrance(id, target)
		if err != nil {
			return nil, err
		}
		m, err := g.member(inviter)
		if err != nil {
			return nil, err
		}
		return g.invited(m, target)
	})
}

// invited is what becomes of a member's invitation.
func (g *group) invited(by *qq.Member, target qq.UserID) (change, error) {
	c := &groupAsked{Kind: qq.Invitation, Group: by.Group, Initiator: by.User, Invited: target}
	if by.Role == qq.RoleMember {
		needs, err := g.needsConsent(by, target)
		if err != nil {
			return nil, err
		}
		if needs {
			c.Kind = qq.InvitedJoinRequest
			return c, nil
		}
	}
	if target.Robot() {
		return &groupJoined{Group: by.Group, User: target, Inviter: by.User}, nil
	}
	return c, nil
}

// needsConsent tells whether a plain member's invitation goes to the managers.
func (g *group) needsConsent(by *qq.Member, target qq.UserID) (bool, error) {
	switch {
	case target.Robot() && g.Options.NoRobotInvites:
		return false, qq.Errorf(qq.ErrForbidden, "members of group %d may not add robots; user %d is plain", by.Group, by.User)
	case target.Robot():
		return !g.Options.RobotsAtOnce, nil
	case g.Info.Join == qq.JoinClosed:
		return false, closedGroup(g)
	}
	return g.Info.Join != qq.JoinFree, nil
}

// RefuseForGood rejects a request to join so that its maker may not ask again.
// Errors as of qq.AnswerGroupRequest; ErrInvalid for an invitation.
func (w *World) RefuseForGood(ctx context.Context, as qq.UserID, ref qq.GroupRequestRef, reason string) error {
	reason = clean(reason)
	if ref.Kind == qq.Invitation {
		return qq.Errorf(qq.ErrInvalid, "an invitation cannot be refused for good")
	}
	if err := within("reason", reason, qq.MaxComment); err != nil {
		return err
	}
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		n, err := st.answerable(as, ref)
		if err != nil {
			return nil, err
		}
		return &groupAnswered{Seq: n.Seq, Operator: as, Reason: reason, Block: true}, nil
	})
}

// Unblock lets somebody ask again who was kicked or refused for good. as is the
// owner or an admin; ErrNotFound when the user is not blocked.
func (w *World) Unblock(ctx context.Context, as qq.UserID, id qq.GroupID, user qq.UserID) error {
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		g, err := st.managed(as, id, "unblock anybody")
		if err != nil {
			return nil, err
		}
		if !g.Blocked[user] {
			return nil, qq.Errorf(qq.ErrNotFound, "user %d is not blocked in group %d", user, id)
		}
		return &unblocked{Group: id, User: user}, nil
	})
}

// GiveTitle is qq.SetTitle for a time, which QQ's client knows and no table:
// the title goes when it is over. Less than a second is for good.
func (w *World) GiveTitle(ctx context.Context, owner qq.UserID, op qq.SetTitle, lasts time.Duration) error {
	return w.lasting(ctx, func(st *state, now qq.Time) (change, error) {
		return st.title(owner, op, int64(lasts/time.Second), now)
	})
}
