package satori

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// loginActions: https://satori.chat/zh-CN/resources/login.html and user.html.
func (s *Server) loginActions() []action.Action {
	return []action.Action{
		action.Handle(loginName, s.getLogin).Acts(qq.ClassRead).Says("The account as it presents itself, with what it can do here."),
		action.Bind("user.get", userGet.op, encodeUser).Says("The profile of a person."),
	}
}

// friendActions: https://satori.chat/zh-CN/resources/friend.html.
func friendActions() []action.Action {
	return []action.Action{
		action.Bind("friend.list", friendList, encodeFriends).Says("All friends, on one page."),
		action.Bind("friend.delete", friendDelete.op, none).Says("Ends a friendship."),
		action.Bind("friend.approve", friendApprove.op, none).Says("Answers a friend request."),
	}
}

func (s *Server) getLogin(ctx context.Context, c qq.Caller, _ empty) (Login, error) {
	return s.loginOf(ctx, c), nil
}

type userGet struct {
	UserID userID `json:"user_id"`
}

func (p userGet) op() (qq.GetUser, error) { return qq.GetUser{User: qq.UserID(p.UserID)}, nil }

func friendList(page) (qq.ListFriends, error) { return qq.ListFriends{}, nil }

func encodeFriends(friends []*qq.Friend) List[Friend] { return list(friends, encodeFriend) }

type friendDelete struct {
	UserID userID `json:"user_id"`
}

func (p friendDelete) op() (qq.DeleteFriend, error) {
	return qq.DeleteFriend{User: qq.UserID(p.UserID)}, nil
}

type friendApprove struct {
	MessageID friendRequest           `json:"message_id" doc:"that of the request event"`
	Approve   wire.Bool               `json:"approve"`
	Comment   wire.Optional[wire.Str] `json:"comment" doc:"words that go with a refusal"`
}

func (p friendApprove) op() (qq.AnswerFriendRequest, error) {
	return qq.AnswerFriendRequest{
		InitiatorUID: p.MessageID.uid, Filtered: p.MessageID.filtered,
		Approve: bool(p.Approve), Reason: string(p.Comment.Value),
	}, nil
}
