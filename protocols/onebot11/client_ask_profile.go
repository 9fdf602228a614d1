package onebot11

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// AskEditProfile changes nickname and bio. ErrUnsupported for the sex, which
// OneBot cannot set.
func AskEditProfile() Ask[qq.EditProfile, qq.None] {
	type params struct {
		Nickname *string `json:"nickname,omitempty"`
		Note     *string `json:"personal_note,omitempty"`
	}
	return Ask[qq.EditProfile, qq.None]{
		Actions: []string{"set_qq_profile"},
		Call: func(op qq.EditProfile) (Call, error) {
			if op.Sex != nil {
				return Call{}, qq.Errorf(qq.ErrUnsupported, "OneBot cannot set the sex")
			}
			return Call{Action: "set_qq_profile", Params: params{op.Nickname, op.Bio}}, nil
		},
		Answer: answersNothing[qq.EditProfile],
	}
}

type fileOnly struct {
	File string `json:"file"`
}

// AskSetAvatar changes the account's picture.
func AskSetAvatar() Ask[qq.SetAvatar, qq.None] {
	return askDone("set_qq_avatar", func(op qq.SetAvatar) any { return fileOnly{sentSource(op.Picture)} })
}

// AskSetPresence: words of one's own have an action of their own.
func AskSetPresence() Ask[qq.SetPresence, qq.None] {
	type number struct {
		Status   int `json:"status"`
		Extended int `json:"ext_status"`
		Battery  int `json:"battery_status"`
	}
	type words struct {
		Face string `json:"face_id"`
		Kind int    `json:"face_type"`
		Text string `json:"wording"`
	}
	return Ask[qq.SetPresence, qq.None]{
		Actions: []string{"set_online_status", "set_diy_online_status"},
		Call: func(op qq.SetPresence) (Call, error) {
			p := op.Presence
			if p.Face != "" {
				return Call{Action: "set_diy_online_status", Params: words{p.Face, p.FaceKind, p.Text}}, nil
			}
			return Call{Action: "set_online_status", Params: number{p.Status, p.Extended, p.Battery}}, nil
		},
		Answer: answersNothing[qq.SetPresence],
	}
}

// AskPresence is NapCat's.
func AskPresence() Ask[qq.GetPresence, qq.Presence] {
	return ask("nc_get_user_status", func(op qq.GetPresence) any { return userAsk{op.User} }, func(_ qq.GetPresence, w presenceInfo) qq.Presence {
		return qq.Presence{Status: w.Status, Extended: w.Extended}
	})
}

// AskLike likes a profile.
func AskLike() Ask[qq.SendLike, qq.None] {
	type params struct {
		User  qq.UserID `json:"user_id"`
		Times int       `json:"times"`
	}
	return askDone("send_like", func(op qq.SendLike) any { return params{op.User, op.Times} })
}

// AskLikes is LLBot's, in both directions.
func AskLikes() Ask[qq.ListLikes, *qq.Likes] {
	type params struct {
		Start int `json:"start"`
		Count int `json:"count"`
	}
	return Ask[qq.ListLikes, *qq.Likes]{
		Actions: []string{"get_profile_like", "get_profile_like_me"},
		Call: func(op qq.ListLikes) (Call, error) {
			count := op.Limit
			if count == 0 {
				count = defaultPage
			}
			return Call{Action: choose(op.Given, "get_profile_like", "get_profile_like_me"), Params: params{op.Start, count}}, nil
		},
		Answer: func(c *Client, _ qq.ListLikes, data wire.Raw) (*qq.Likes, error) {
			var w likePage
			err := c.readData("get_profile_like", data, &w)
			return &qq.Likes{Likes: each(w.Users, likeOf), Next: w.Next, Total: w.Total}, err
		},
	}
}

func likeOf(w likeInfo) *qq.Like {
	return &qq.Like{
		User:   &qq.User{ID: w.User, UID: w.UID, Nickname: w.Nick, Sex: sexOf(w.Sex), Age: w.Age},
		Friend: w.Friend, Times: w.Times, Today: w.Today, Last: seconds64(w.Last),
	}
}
