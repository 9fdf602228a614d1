package onebot11

import (
	"cmp"
	"context"
	"slices"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
)

// user answers a profile, with its picture and its likes where the dialect has
// actions for them.
func (s *server) user(ctx context.Context, op qq.GetUser) (*qq.User, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	return l.profile(ctx, op.User)
}

func (l *session) profile(ctx context.Context, id qq.UserID) (*qq.User, error) {
	op := qq.GetUser{User: id}
	u, err := ask(ctx, l, onebot11.AskUser(), op)
	if err != nil {
		return nil, err
	}
	if l.dialect.has("get_qq_avatar") {
		if more, err := ask(ctx, l, onebot11.AskAvatar(), op); err == nil {
			u.Avatar = more.Avatar
		}
	}
	if l.dialect.has("get_profile_like_count") {
		if more, err := ask(ctx, l, onebot11.AskLikeCount(), op); err == nil {
			u.Likes = more.Likes
		}
	}
	return u, nil
}

// friends answers the friends with their folders, where those are told.
func (s *server) friends(ctx context.Context, op qq.ListFriends) ([]*qq.Friend, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	var list []*qq.Friend
	if l.dialect.has("get_friends_with_category") {
		a, err := l.call(ctx, onebot11.Call{Action: "get_friends_with_category"})
		if err == nil {
			folders, err := l.client.Folders(a.Data)
			for _, f := range folders {
				list = append(list, f.Members...)
			}
			return byUser(list), err
		}
		if qq.AsError(err).Kind != qq.ErrUnsupported {
			return nil, err
		}
	}
	if list, err = ask(ctx, l, onebot11.AskFriends(), op); err != nil {
		return nil, err
	}
	return byUser(list), nil
}

func byUser(list []*qq.Friend) []*qq.Friend {
	slices.SortFunc(list, func(a, b *qq.Friend) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// friend finds one in the list: OneBot has no action for it.
func (s *server) friend(ctx context.Context, op qq.GetFriend) (*qq.Friend, error) {
	list, err := s.friends(ctx, qq.ListFriends{NoCache: op.NoCache})
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		if f.ID == op.User {
			return f, nil
		}
	}
	return nil, qq.Errorf(qq.ErrNotFound, "%d is no friend", op.User)
}

// mediaKeys have two forms.
func (s *server) mediaKeys(ctx context.Context, op qq.GetMediaKeys) ([]qq.MediaKey, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	if l.dialect.keyList {
		return ask(ctx, l, onebot11.AskMediaKeyList(), op)
	}
	return ask(ctx, l, onebot11.AskMediaKeys(), op)
}
