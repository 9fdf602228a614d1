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
	return s.presented(login, s.features(status.MissingFeatures))
}

// writtenLogin is a login, what it was made of, and its JSON, which is mostly
// the list of features.
type writtenLogin struct {
	from  shownLogin
	login Login
	text  []byte // nil until it is asked for
}

// shownLogin is what Satori shows of a login.
type shownLogin struct {
	id                       qq.UserID
	nickname, remark, avatar string
	online                   bool
}

// presented is a login as Satori has it. Bots ask for theirs again and again, so
// that it is made, and written, only when something about it is new.
func (s *Server) presented(login qq.Login, features []string) Login {
	from := shownLogin{login.ID, login.Nickname, login.Remark, login.Avatar, login.Online}
	s.writing.Lock()
	last, ok := s.logins[from.id]
	s.writing.Unlock()
	if ok && last.from == from && slices.Equal(last.login.Features, features) {
		return last.login
	}
	l := s.codec.encodeLogin(login)
	l.Features = features
	s.writing.Lock()
	s.logins[from.id] = writtenLogin{from: from, login: l}
	s.writing.Unlock()
	return l
}

// loginText answers a login that was presented.
func (s *Server) loginText(l Login) face.Response {
	id := qq.UserID(l.SN)
	s.writing.Lock()
	last := s.logins[id]
	s.writing.Unlock()
	if !l.same(last.login) {
		return success(l)
	}
	if last.text != nil {
		return succeeded(last.text)
	}
	text, err := wire.Marshal(l)
	if err != nil {
		return failure(err)
	}
	last.text = text
	s.writing.Lock()
	s.logins[id] = last
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
