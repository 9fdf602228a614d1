package satori

import (
	"context"
	"slices"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// loginActions: https://satori.chat/zh-CN/resources/login.html and user.html.
func (s *Server) loginActions() []action.Action {
	return []action.Action{
		action.Handle("login.get", s.getLogin).Acts(qq.ClassRead).Says("The account as it presents itself, with what it can do here."),
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

// loginOf presents an account. It never fails: a login that cannot be asked
// is shown offline under its number, since clients need every login.
func (s *Server) loginOf(ctx context.Context, c qq.Caller) Login {
	login, err := qq.Do(ctx, c, qq.GetLogin{})
	if err != nil {
		login = qq.Login{}
	}
	status, err := qq.Do(ctx, c, qq.GetStatus{})
	login.ID, login.Online = c.Account(), err == nil && status.Online
	l := s.codec.encodeLogin(login)
	l.Features = s.features(status.MissingFeatures)
	return l
}

// writtenLogin is a login and its JSON, which is mostly the list of features.
type writtenLogin struct {
	login Login
	text  []byte
}

// loginText answers a login. Bots ask for theirs again and again, so that it is
// written only when something about it is new.
func (s *Server) loginText(l Login) face.Response {
	s.writing.Lock()
	last := s.logins[l.SN]
	s.writing.Unlock()
	if last.text != nil && l.same(last.login) {
		return succeeded(last.text)
	}
	text, err := wire.Marshal(l)
	if err != nil {
		return failure(err)
	}
	s.writing.Lock()
	s.logins[l.SN] = writtenLogin{l, text}
	s.writing.Unlock()
	return succeeded(text)
}

func (l *Login) same(other Login) bool {
	return l.SN == other.SN && l.Platform == other.Platform && l.User == other.User && l.Status == other.Status &&
		l.Adapter == other.Adapter && slices.Equal(l.Features, other.Features)
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
