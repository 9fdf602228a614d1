package onebot11

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func friendActions() []action.Action {
	return []action.Action{
		action.Bind("get_friend_list", listFriends.op, encodeFriends).Says("The account's friends."),
		action.Handle("get_friends_with_category", listCategories).Acts(qq.ClassRead).Says("The folders of the friend list with the friends in them."),
		action.Bind("set_friend_category", setCategory.op, null).Says("Moves a friend into another folder."),
		action.Bind("set_friend_remark", setFriendRemark.op, null).Says("Changes what the account calls a friend."),
		action.Bind("delete_friend", deleteFriend.op, null).Says("Ends a friendship."),
		action.Bind("get_unidirectional_friend_list", nothing.oneWay, encodeOneWay).
			Says("Those who have the account as a friend, but are none of its own."),
		action.Bind("delete_unidirectional_friend", userParam.forget, null).Says("Takes the account off such a person's list."),
		action.Bind("send_like", sendLike.op, null).Says("Likes somebody's profile."),
		action.Bind("get_profile_like", likesParam.given, encodeLikes).Says("Whose profiles the account liked."),
		action.Bind("get_profile_like_me", likesParam.received, encodeLikes).Says("Who liked the account's profile."),
		action.Bind("get_profile_like_count", userParam.profile, encodeLikeCount).Says("How often somebody's profile was liked."),
		action.Bind("group_poke", memberParam.nudge, null).Says("Nudges a member of a group."),
		action.Bind("friend_poke", friendPoke.op, null).Says("Nudges a friend, or with target_id oneself in that chat."),
		action.Bind("send_poke", sendPoke.op, null).Says("Nudges a member of group_id, or else a friend."),
		action.Bind("set_input_status", setTyping.op, null).Says("Tells a friend what the account does: 0 speaks, 1 types, 2 stopped."),
	}
}

// listFriends: LLBot always asks QQ; no_cache false is our way to ask faster.
type listFriends struct {
	NoCache wire.Optional[wire.Bool] `json:"no_cache" default:"true"`
}

func (p listFriends) op() (qq.ListFriends, error) {
	return qq.ListFriends{NoCache: bool(p.NoCache.Or(true))}, nil
}

type categoryInfo struct {
	ID      int          `json:"categoryId"`
	Sort    int          `json:"categorySortId"`
	Name    string       `json:"categoryName"`
	Count   int          `json:"categoryMbCount"`
	Online  int          `json:"onlineCount"`
	Friends []friendInfo `json:"buddyList"`
}

func listCategories(ctx context.Context, c qq.Caller, _ nothing) ([]categoryInfo, error) {
	categories, err := qq.Do(ctx, c, qq.ListCategories{})
	if err != nil {
		return nil, err
	}
	friends, err := qq.Do(ctx, c, qq.ListFriends{})
	if err != nil {
		return nil, err
	}
	members := map[int][]friendInfo{}
	for _, f := range friends {
		members[f.Category.ID] = append(members[f.Category.ID], encodeFriend(f))
	}
	return each(categories, func(k *qq.Category) categoryInfo {
		return categoryInfo{k.ID, k.Sort, k.Name, k.Friends, k.Online, list(members[k.ID])}
	}), nil
}

type setCategory struct {
	User     wire.Int `json:"user_id"`
	Category wire.Int `json:"category_id"`
}

func (p setCategory) op() (qq.SetFriendCategory, error) {
	n, err := within("category_id", p.Category, 0, maxCount)
	return qq.SetFriendCategory{User: qq.UserID(p.User), Category: n}, err
}

type setFriendRemark struct {
	User   wire.Int                `json:"user_id"`
	Remark wire.Optional[wire.Str] `json:"remark" default:"\"\""`
}

func (p setFriendRemark) op() (qq.SetFriendRemark, error) {
	return qq.SetFriendRemark{User: qq.UserID(p.User), Remark: string(p.Remark.Value)}, nil
}

// deleteFriend: go-cqhttp calls the friend's number friend_id, some clients id.
type deleteFriend struct {
	User     wire.Optional[wire.Int] `json:"user_id" doc:"one of the three is needed"`
	FriendID wire.Optional[wire.Int] `json:"friend_id" doc:"go-cqhttp's name of user_id"`
	ID       wire.Optional[wire.Int] `json:"id" doc:"another name of user_id"`
}

func (p deleteFriend) op() (qq.DeleteFriend, error) {
	user, err := anyOf("user_id", p.User, p.FriendID, p.ID)
	return qq.DeleteFriend{User: qq.UserID(user)}, err
}

func (nothing) oneWay() (qq.ListOneWayFriends, error) { return qq.ListOneWayFriends{}, nil }

type oneWayInfo struct {
	Nickname string    `json:"nickname"`
	User     qq.UserID `json:"user_id"`
	Source   string    `json:"source"`
}

func encodeOneWay(friends []*qq.OneWayFriend) []oneWayInfo {
	return each(friends, func(f *qq.OneWayFriend) oneWayInfo { return oneWayInfo{f.Nickname, f.ID, f.Source} })
}

func (p userParam) forget() (qq.DeleteOneWayFriend, error) {
	return qq.DeleteOneWayFriend{User: qq.UserID(p.User)}, nil
}

type sendLike struct {
	User  wire.Int                `json:"user_id"`
	Times wire.Optional[wire.Int] `json:"times" default:"1"`
}

func (p sendLike) op() (qq.SendLike, error) {
	n, err := within("times", p.Times.Or(1), 1, maxCount)
	return qq.SendLike{User: qq.UserID(p.User), Times: n}, err
}

func (p memberParam) nudge() (qq.Nudge, error) {
	return qq.Nudge{Chat: qq.GroupChat(qq.GroupID(p.Group)), User: qq.UserID(p.User)}, nil
}

type friendPoke struct {
	User   wire.Int                `json:"user_id"`
	Target wire.Optional[wire.Int] `json:"target_id" doc:"the account itself, or as user_id"`
}

func (p friendPoke) op() (qq.Nudge, error) {
	target := p.Target.Value
	if target == 0 {
		target = p.User
	}
	return qq.Nudge{Chat: qq.FriendChat(qq.UserID(p.User)), User: qq.UserID(target)}, nil
}

type sendPoke struct {
	User   wire.Int                `json:"user_id"`
	Group  wire.Optional[wire.Int] `json:"group_id"`
	Target wire.Optional[wire.Int] `json:"target_id"`
}

func (p sendPoke) op() (qq.Nudge, error) {
	if p.Group.Value != 0 {
		return memberParam{p.Group.Value, p.User}.nudge()
	}
	return friendPoke{p.User, p.Target}.op()
}

type setTyping struct {
	User wire.Int `json:"user_id"`
	Kind wire.Int `json:"event_type"`
}

func (p setTyping) op() (qq.SetTyping, error) {
	n, err := within("event_type", p.Kind, 0, maxCount)
	return qq.SetTyping{User: qq.UserID(p.User), Kind: n}, err
}
