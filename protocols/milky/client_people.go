package milky

import (
	"context"
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// given is a parameter that is always written, although it could be left out.
func given[T any](v T) wire.Optional[T] { return wire.Optional[T]{Value: v, Set: true} }

// serveAccount serves what is the account's own.
func (c *Client) serveAccount(h *qq.Handlers) {
	ask(c, h, "get_impl_info", func(qq.GetBackend) (none, error) { return none{}, nil }, func(_ qq.GetBackend, i implInfo) (qq.Backend, error) {
		return qq.Backend{Name: words(i.ImplName, i.ImplVersion), ProtocolVersion: i.QQVersion, ProtocolType: i.QQType}, nil
	})
	ask(c, h, "get_peer_pins", func(qq.ListPins) (none, error) { return none{}, nil }, func(_ qq.ListPins, p pins) (*qq.Pins, error) {
		return &qq.Pins{Friends: decodeAll(p.Friends, decodeFriend), Groups: decodeAll(p.Groups, decodeGroup)}, nil
	})
	tell(c, h, "set_peer_pin", func(op qq.SetPin) (chatSwitch, error) {
		return chatSwitch{op.Chat.Scene.String(), op.Chat.Peer, op.On}, nil
	})
	tell(c, h, "set_avatar", func(op qq.SetAvatar) (setAvatar, error) {
		u, err := c.upload(op.Picture)
		return setAvatar{u}, err
	})
	ask(c, h, "get_custom_face_url_list", func(qq.ListCustomFaces) (none, error) { return none{}, nil },
		func(_ qq.ListCustomFaces, f faceURLs) ([]string, error) { return listed(f.URLs), nil })
	qq.Serve(h, c.editProfile)
	qq.Serve(h, c.credentials)
}

// chatSwitch is the parameters of set_peer_pin.
type chatSwitch struct {
	Scene string `json:"message_scene"`
	Peer  int64  `json:"peer_id"`
	On    bool   `json:"is_pinned"`
}

func (c *Client) upload(m *qq.Media) (uri, error) {
	u, err := c.Upload(m)
	return uri(u), err
}

// editProfile changes what Milky can change: nickname and bio.
func (c *Client) editProfile(ctx context.Context, op qq.EditProfile) (qq.None, error) {
	if op.Sex != nil {
		return qq.None{}, qq.Errorf(qq.ErrUnsupported, "Milky cannot change the sex in a profile")
	}
	if op.Nickname != nil {
		if _, err := get[none](ctx, c, "set_nickname", setNickname{*op.Nickname}); err != nil {
			return qq.None{}, err
		}
	}
	if op.Bio != nil {
		if _, err := get[none](ctx, c, "set_bio", setBio{*op.Bio}); err != nil {
			return qq.None{}, err
		}
	}
	return qq.None{}, nil
}

// qzone is the web site whose cookies are meant when none is named.
const qzone = "qzone.qq.com"

func (c *Client) credentials(ctx context.Context, op qq.GetCredentials) (qq.Credentials, error) {
	domain := op.Domain
	if domain == "" {
		domain = qzone
	}
	k, err := get[cookies](ctx, c, "get_cookies", getCookies{domain})
	if err != nil {
		return qq.Credentials{}, err
	}
	t, err := get[csrfToken](ctx, c, "get_csrf_token", none{})
	if err != nil {
		return qq.Credentials{}, err
	}
	n, err := strconv.ParseInt(t.Token, 10, 64)
	if err != nil {
		return qq.Credentials{}, qq.Errorf(qq.ErrUpstream, "the server's CSRF token is no number")
	}
	return qq.Credentials{Cookies: k.Cookies, CSRF: n}, nil
}

// servePeople serves users and friends.
func (c *Client) servePeople(h *qq.Handlers) {
	ask(c, h, "get_user_profile", func(op qq.GetUser) (getUserProfile, error) { return getUserProfile{uin(op.User)}, nil }, decodeProfile)
	ask(c, h, "get_friend_list", func(op qq.ListFriends) (getList, error) { return getList{given(op.NoCache)}, nil },
		func(_ qq.ListFriends, l friendList) ([]*qq.Friend, error) {
			return decodeAll(l.Friends, decodeFriend), nil
		})
	ask(c, h, "get_friend_info", func(op qq.GetFriend) (getFriendInfo, error) {
		return getFriendInfo{uin(op.User), given(op.NoCache)}, nil
	},
		func(op qq.GetFriend, f friendInfo) (*qq.Friend, error) { return found(decodeFriend(f.Friend)) })
	ask(c, h, "get_friend_list", func(qq.ListCategories) (getList, error) { return getList{given(false)}, nil }, categoriesOf)
	tell(c, h, "delete_friend", func(op qq.DeleteFriend) (deleteFriend, error) { return deleteFriend{uin(op.User)}, nil })
	tell(c, h, "send_profile_like", func(op qq.SendLike) (sendProfileLike, error) {
		return sendProfileLike{uin(op.User), given(whole(op.Times))}, nil
	})
	ask(c, h, "get_friend_requests", func(op qq.ListFriendRequests) (getFriendRequests, error) {
		return getFriendRequests{given(whole(orDefault(op.Limit, 20))), given(op.Filtered)}, nil
	}, func(_ qq.ListFriendRequests, r friendRequests) ([]*qq.FriendRequest, error) {
		return decodeAll(r.Requests, decodeFriendRequest), nil
	})
	qq.Serve(h, c.answerFriend)
	qq.Serve(h, c.nudge)
}

func orDefault(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}

// found refuses an answer that holds nothing.
func found[T any](v *T) (*T, error) {
	if v == nil {
		return nil, qq.Errorf(qq.ErrNotFound, "the server answered with nothing")
	}
	return v, nil
}

func decodeProfile(op qq.GetUser, u userProfile) (*qq.User, error) {
	return &qq.User{
		ID: op.User, Nickname: u.Nickname, QID: u.QID, Age: u.Age, Sex: sexOf(u.Sex), Remark: u.Remark, Bio: u.Bio, Level: u.Level,
		Country: u.Country, City: u.City, School: u.School,
	}, nil
}

// categoriesOf are the folders that hold a friend, in the order of their ids:
// Milky does not tell of the others.
func categoriesOf(_ qq.ListCategories, l friendList) ([]*qq.Category, error) {
	var list []*qq.Category
	for _, f := range l.Friends {
		i := 0
		for i < len(list) && list[i].ID < f.Category.ID {
			i++
		}
		if i == len(list) || list[i].ID != f.Category.ID {
			list = append(list[:i:i], append([]*qq.Category{{ID: f.Category.ID, Name: f.Category.Name}}, list[i:]...)...)
		}
		list[i].Friends++
	}
	return list, nil
}

func decodeFriendRequest(r *friendRequest) *qq.FriendRequest {
	return &qq.FriendRequest{
		Time: instantOf(r.Time), Initiator: r.InitiatorID, InitiatorUID: r.InitiatorUID, Target: r.TargetID, TargetUID: r.TargetUID,
		State: stateOf(r.State), Comment: r.Comment, Via: r.Via, Filtered: r.Filtered,
	}
}

func (c *Client) answerFriend(ctx context.Context, op qq.AnswerFriendRequest) (qq.None, error) {
	var err error
	if op.Approve {
		_, err = get[none](ctx, c, "accept_friend_request", acceptFriendRequest{op.InitiatorUID, given(op.Filtered)})
	} else {
		_, err = get[none](ctx, c, "reject_friend_request", rejectFriendRequest{op.InitiatorUID, given(op.Filtered), given(op.Reason)})
	}
	return qq.None{}, err
}

func (c *Client) nudge(ctx context.Context, op qq.Nudge) (qq.None, error) {
	var err error
	switch op.Chat.Scene {
	case qq.SceneGroup:
		_, err = get[none](ctx, c, "send_group_nudge", sendGroupNudge{uin(op.Chat.Peer), uin(op.User)})
	case qq.SceneFriend:
		_, err = get[none](ctx, c, "send_friend_nudge", friendNudge{uin(op.Chat.Peer), given(op.User == c.Account())})
	default:
		err = qq.Errorf(qq.ErrUnsupported, "Milky pokes friends and members of groups only")
	}
	return qq.None{}, err
}
