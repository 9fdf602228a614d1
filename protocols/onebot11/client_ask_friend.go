package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func friendOf(w friendInfo) *qq.Friend {
	return &qq.Friend{User: qq.User{
		ID: w.User, Nickname: w.Nickname, Remark: w.Remark, Sex: sexOf(w.Sex), Age: w.Age, QID: w.QID, Bio: w.LongNick,
		BirthYear: w.BirthdayYear, BirthMonth: w.BirthdayMonth, BirthDay: w.BirthdayDay,
	}}
}

// AskFriends answers the friends without their folders.
func AskFriends() Ask[qq.ListFriends, []*qq.Friend] {
	return ask("get_friend_list", nothingAsked[qq.ListFriends], func(_ qq.ListFriends, w []friendInfo) []*qq.Friend { return each(w, friendOf) })
}

// Folder is a folder of the friend list with the friends in it.
type Folder struct {
	qq.Category
	Members []*qq.Friend
}

// AskFolders is LLBot's and NapCat's list of friends, which tells the folders.
func AskFolders() Ask[qq.ListCategories, []*qq.Category] {
	return Ask[qq.ListCategories, []*qq.Category]{
		Actions: []string{"get_friends_with_category"},
		Call:    func(qq.ListCategories) (Call, error) { return Call{Action: "get_friends_with_category"}, nil },
		Answer: func(c *Client, _ qq.ListCategories, data wire.Raw) ([]*qq.Category, error) {
			folders, err := c.Folders(data)
			return each(folders, func(f Folder) *qq.Category { return &f.Category }), err
		},
	}
}

// Folders reads the data of get_friends_with_category.
func (c *Client) Folders(data wire.Raw) ([]Folder, error) {
	var w []categoryInfo
	err := c.readData("get_friends_with_category", data, &w)
	return each(w, func(k categoryInfo) Folder {
		f := Folder{Category: qq.Category{ID: k.ID, Name: k.Name, Sort: k.Sort, Friends: k.Count, Online: k.Online}}
		for _, friend := range k.Friends {
			member := friendOf(friend)
			member.Category = qq.Category{ID: k.ID, Name: k.Name}
			f.Members = append(f.Members, member)
		}
		return f
	}), err
}

// AskDeleteFriend ends a friendship.
func AskDeleteFriend() Ask[qq.DeleteFriend, qq.None] {
	type params struct {
		User   qq.UserID `json:"user_id"`
		Friend qq.UserID `json:"friend_id"` // go-cqhttp
	}
	return askDone("delete_friend", func(op qq.DeleteFriend) any { return params{op.User, op.User} })
}

// AskFriendRemark changes what the account calls a friend.
func AskFriendRemark() Ask[qq.SetFriendRemark, qq.None] {
	type params struct {
		User   qq.UserID `json:"user_id"`
		Remark string    `json:"remark"`
	}
	return askDone("set_friend_remark", func(op qq.SetFriendRemark) any { return params{op.User, op.Remark} })
}

// AskFriendCategory moves a friend into another folder.
func AskFriendCategory() Ask[qq.SetFriendCategory, qq.None] {
	type params struct {
		User     qq.UserID `json:"user_id"`
		Category int       `json:"category_id"`
	}
	return askDone("set_friend_category", func(op qq.SetFriendCategory) any { return params{op.User, op.Category} })
}

// AskOneWayFriends is go-cqhttp's.
func AskOneWayFriends() Ask[qq.ListOneWayFriends, []*qq.OneWayFriend] {
	return ask("get_unidirectional_friend_list", nothingAsked[qq.ListOneWayFriends], func(_ qq.ListOneWayFriends, w []oneWayInfo) []*qq.OneWayFriend {
		return each(w, func(f oneWayInfo) *qq.OneWayFriend {
			return &qq.OneWayFriend{User: qq.User{ID: f.User, Nickname: f.Nickname}, Source: f.Source}
		})
	})
}

// AskForget is go-cqhttp's.
func AskForget() Ask[qq.DeleteOneWayFriend, qq.None] {
	return askDone("delete_unidirectional_friend", func(op qq.DeleteOneWayFriend) any { return userAsk{op.User} })
}

// AskFriendRequests answers the filtered requests alone: OneBot lists no others.
func AskFriendRequests() Ask[qq.ListFriendRequests, []*qq.FriendRequest] {
	type params struct {
		Count int `json:"count"`
	}
	return Ask[qq.ListFriendRequests, []*qq.FriendRequest]{
		Actions: []string{"get_doubt_friends_add_request"},
		Call: func(op qq.ListFriendRequests) (Call, error) {
			if !op.Filtered {
				return Call{}, qq.Errorf(qq.ErrUnsupported, "OneBot lists no friend requests but those that QQ filtered")
			}
			count := op.Limit
			if count == 0 {
				count = defaultPage
			}
			return Call{Action: "get_doubt_friends_add_request", Params: params{count}}, nil
		},
		Answer: func(c *Client, _ qq.ListFriendRequests, data wire.Raw) ([]*qq.FriendRequest, error) {
			var w []doubtInfo
			err := c.readData("get_doubt_friends_add_request", data, &w)
			return each(w, doubtOf), err
		},
	}
}

func doubtOf(w doubtInfo) *qq.FriendRequest {
	uid, _ := parseFriendFlag(w.Flag)
	user, _ := strconv.ParseInt(w.User, 10, 64)
	group, _ := strconv.ParseInt(w.Group, 10, 64)
	at, _ := strconv.ParseInt(w.Time, 10, 64)
	return &qq.FriendRequest{
		Time: seconds64(at), Initiator: qq.UserID(user), InitiatorUID: uid, Comment: w.Text, Via: w.Source, Filtered: true,
		Nickname: w.Nick, Group: qq.GroupID(group),
	}
}

// AskAnswerFriend: accepting a filtered request has an action of its own.
func AskAnswerFriend() Ask[qq.AnswerFriendRequest, qq.None] {
	type params struct {
		Flag    string `json:"flag"`
		Approve bool   `json:"approve"`
		Remark  string `json:"remark,omitempty"`
	}
	type doubt struct {
		Flag string `json:"flag"`
	}
	return Ask[qq.AnswerFriendRequest, qq.None]{
		Actions: []string{"set_friend_add_request", "set_doubt_friends_add_request"},
		Call: func(op qq.AnswerFriendRequest) (Call, error) {
			if op.Filtered && op.Approve {
				return Call{Action: "set_doubt_friends_add_request", Params: doubt{op.InitiatorUID}}, nil
			}
			return Call{Action: "set_friend_add_request", Params: params{FriendFlag(op.InitiatorUID, op.Filtered), op.Approve, op.Remark}}, nil
		},
		Answer: answersNothing[qq.AnswerFriendRequest],
	}
}

// AskNudge pokes in a group or in a private chat.
func AskNudge() Ask[qq.Nudge, qq.None] {
	type friend struct {
		User   qq.UserID `json:"user_id"`
		Target qq.UserID `json:"target_id"`
	}
	return Ask[qq.Nudge, qq.None]{
		Actions: []string{"group_poke", "friend_poke"},
		Call: func(op qq.Nudge) (Call, error) {
			if op.Chat.Scene == qq.SceneGroup {
				return Call{Action: "group_poke", Params: memberAsk{op.Chat.Group(), op.User}}, nil
			}
			return Call{Action: "friend_poke", Params: friend{op.Chat.User(), op.User}}, nil
		},
		Answer: answersNothing[qq.Nudge],
	}
}

// AskTyping tells a friend what the account does.
func AskTyping() Ask[qq.SetTyping, qq.None] {
	type params struct {
		User qq.UserID `json:"user_id"`
		Kind int       `json:"event_type"`
	}
	return askDone("set_input_status", func(op qq.SetTyping) any { return params{op.User, op.Kind} })
}
