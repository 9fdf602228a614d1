package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// AskReact puts an emoji on a message or takes it off.
func AskReact() Ask[qq.React, qq.None] {
	type params struct {
		messageAsk
		Emoji string `json:"emoji_id"`
		Set   bool   `json:"set"`
	}
	return about([]string{"set_msg_emoji_like"}, func(op qq.React, m messageAsk) Call {
		return Call{Action: "set_msg_emoji_like", Params: params{m, op.Emoji.ID, op.On}}
	}, func(op qq.React) qq.MessageRef { return op.Ref })
}

// AskReactions answers who reacted. How many there are in all is not told: the
// page's length counts.
func AskReactions() Ask[qq.ListReactions, *qq.Reactions] {
	type params struct {
		messageAsk
		Emoji  string       `json:"emoji_id"`
		Napcat string       `json:"emojiId"`
		Kind   qq.EmojiKind `json:"emojiType"`
		Count  int          `json:"count"`
		Cookie string       `json:"cookie"`
	}
	return Ask[qq.ListReactions, *qq.Reactions]{
		Actions: []string{"fetch_emoji_like"},
		Call: func(op qq.ListReactions) (Call, error) {
			m, err := refAsk(op.Ref)
			count := op.Limit
			if count == 0 {
				count = defaultPage
			}
			return Call{Action: "fetch_emoji_like", Params: params{m, op.Emoji.ID, op.Emoji.ID, op.Emoji.Kind, count, op.Cursor}}, err
		},
		Answer: func(c *Client, _ qq.ListReactions, data wire.Raw) (*qq.Reactions, error) {
			var w reactorPage
			err := c.readData("fetch_emoji_like", data, &w)
			users := each(w.Users, func(u reactorInfo) *qq.User {
				id, _ := strconv.ParseInt(u.User, 10, 64)
				return &qq.User{ID: qq.UserID(id), Nickname: u.Nick, Avatar: u.Avatar}
			})
			r := &qq.Reactions{Users: users, Total: len(users), Next: w.Cookie}
			if w.Last {
				r.Next = ""
			}
			return r, err
		},
	}
}

// AskSetEssence keeps a message as essence or lets go of it.
func AskSetEssence() Ask[qq.SetEssence, qq.None] {
	return about([]string{"set_essence_msg", "delete_essence_msg"}, func(op qq.SetEssence, m messageAsk) Call {
		return Call{Action: choose(op.On, "set_essence_msg", "delete_essence_msg"), Params: m}
	}, func(op qq.SetEssence) qq.MessageRef { return op.Ref })
}

// AskEssence answers all essence messages as one page; their content is not
// told.
func AskEssence() Ask[qq.ListEssence, *qq.Essences] {
	return ask("get_essence_msg_list", func(op qq.ListEssence) any { return groupAsk{op.Group} }, func(op qq.ListEssence, w []essenceInfo) *qq.Essences {
		return &qq.Essences{Last: true, Messages: each(w, func(e essenceInfo) *qq.Essence {
			return &qq.Essence{
				MessageRef: qq.MessageRef{Chat: qq.GroupChat(op.Group), ID: e.Message}, Time: seconds64(e.SenderTime), Sender: e.Sender,
				SenderName: e.SenderNick, Operator: e.Operator, OperatorName: e.OperatorNick, Added: seconds64(e.OperatorTime),
			}
		})}
	})
}

// AskTodo is NapCat's.
func AskTodo() Ask[qq.SetTodo, qq.None] {
	type params struct {
		Group qq.GroupID `json:"group_id"`
		messageAsk
	}
	return about([]string{"set_group_todo", "cancel_group_todo", "complete_group_todo"}, func(op qq.SetTodo, m messageAsk) Call {
		action := "set_group_todo"
		switch op.Step {
		case qq.TodoCancel:
			action = "cancel_group_todo"
		case qq.TodoDone:
			action = "complete_group_todo"
		}
		return Call{Action: action, Params: params{op.Ref.Chat.Group(), m}}
	}, func(op qq.SetTodo) qq.MessageRef { return op.Ref })
}

// AskClick presses a button; bots' messages have their own numbers, so the seq
// goes with it.
func AskClick() Ask[qq.ClickButton, *qq.ClickResult] {
	type params struct {
		Group  qq.GroupID `json:"group_id"`
		Bot    qq.UserID  `json:"bot_appid"`
		Button string     `json:"button_id"`
		Data   string     `json:"callback_data"`
		Seq    int64      `json:"msg_seq,omitempty"`
		messageAsk
	}
	return Ask[qq.ClickButton, *qq.ClickResult]{
		Actions: []string{"click_inline_keyboard_button"},
		Call: func(op qq.ClickButton) (Call, error) {
			m, err := refAsk(op.Ref)
			return Call{Action: "click_inline_keyboard_button", Params: params{op.Ref.Chat.Group(), op.Bot, op.Button, op.Data, op.Ref.Seq, m}}, err
		},
		Answer: func(c *Client, _ qq.ClickButton, data wire.Raw) (*qq.ClickResult, error) {
			var w clickInfo
			err := c.readData("click_inline_keyboard_button", data, &w)
			return &qq.ClickResult{Code: w.Result, Prompt: w.Prompt}, err
		},
	}
}

// AskRecent answers the list of chats.
func AskRecent(seq SeqFrom) Ask[qq.ListRecentChats, *qq.RecentChats] {
	type params struct {
		Count int `json:"count"`
	}
	return Ask[qq.ListRecentChats, *qq.RecentChats]{
		Actions: []string{"get_recent_contact"},
		Call: func(op qq.ListRecentChats) (Call, error) {
			const usual = 10
			count := op.Limit
			if count == 0 {
				count = usual
			}
			return Call{Action: "get_recent_contact", Params: params{count}}, nil
		},
		Answer: func(c *Client, _ qq.ListRecentChats, data wire.Raw) (*qq.RecentChats, error) {
			var w []recentTold
			err := c.readData("get_recent_contact", data, &w)
			return &qq.RecentChats{Chats: each(w, func(r recentTold) *qq.RecentChat { return c.recentOf(&r, seq) })}, err
		},
	}
}

type recentTold struct {
	recentChat
	Last *messageTold `json:"lastestMsg"`
}

func (c *Client) recentOf(r *recentTold, seq SeqFrom) *qq.RecentChat {
	peer, _ := strconv.ParseInt(r.Peer, 10, 64)
	at, _ := strconv.ParseInt(r.Time, 10, 64)
	scene := qq.SceneFriend
	switch r.Type {
	case kernelChat(qq.SceneGroup):
		scene = qq.SceneGroup
	case kernelChat(qq.SceneTemp):
		scene = qq.SceneTemp
	}
	chat := &qq.RecentChat{Chat: qq.Chat{Scene: scene, Peer: peer}, Name: r.Name, Remark: r.Remark, Time: seconds64(at)}
	if r.Last != nil {
		chat.Last = c.messageOf(r.Last, seq)
	}
	return chat
}
