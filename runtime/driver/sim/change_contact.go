package sim

import "llbot/protocols/qq"

// nudged is a poke. The zero value is none.
type nudged struct {
	Chat     chatKey   `json:"chat,omitzero"`
	Sender   qq.UserID `json:"sender,omitempty"`
	Receiver qq.UserID `json:"receiver,omitempty"`
}

func (*nudged) kind() string { return "nudge" }

// What QQ shows of a nudge of somebody who chose nothing of his own.
const (
	nudgeAction = "戳了戳"
	nudgeImage  = "https://tianquan.gtimg.cn/nudgeaction/item/0/expression.jpg"
)

func (c *nudged) apply(st *state, at qq.Time, out *telling) {
	p := st.person(c.Sender)
	p.LastNudge, p.NudgeTime = *c, at
	out.chat(st, c.Chat, func(chat qq.Chat) qq.Event {
		return &qq.Nudged{Chat: chat, Sender: c.Sender, Receiver: c.Receiver, Action: nudgeAction, Image: nudgeImage}
	})
}

// chat tells everybody in a chat, a group or two people, what he calls it.
func (t *telling) chat(st *state, k chatKey, event func(chat qq.Chat) qq.Event) {
	if g := st.Groups[k.group]; g != nil {
		t.group(g, func(qq.UserID) qq.Event { return event(qq.GroupChat(k.group)) })
		return
	}
	for _, u := range []qq.UserID{k.low, k.high} {
		t.user(u, func() qq.Event { return event(qq.FriendChat(k.other(u))) })
	}
}

// nudgeRecalled takes the last nudge of somebody back.
type nudgeRecalled struct {
	Sender qq.UserID `json:"sender"`
}

func (*nudgeRecalled) kind() string { return "nudge_recalled" }

func (c *nudgeRecalled) apply(st *state, _ qq.Time, out *telling) {
	p := st.person(c.Sender)
	last := p.LastNudge
	p.LastNudge, p.NudgeTime = nudged{}, 0
	out.chat(st, last.Chat, func(chat qq.Chat) qq.Event {
		return &qq.NudgeRecalled{Chat: chat, Sender: last.Sender, Receiver: last.Receiver}
	})
}

// nudgesRefused says whether somebody wants no nudges.
type nudgesRefused struct {
	User qq.UserID `json:"user"`
	On   bool      `json:"on"`
}

func (*nudgesRefused) kind() string { return "no_nudges" }

func (c *nudgesRefused) apply(st *state, _ qq.Time, _ *telling) { st.person(c.User).NoNudges = c.On }

// typed tells a friend what somebody does in their chat.
type typed struct {
	User qq.UserID `json:"user"`
	To   qq.UserID `json:"to"`
	Act  int       `json:"act"`
}

func (*typed) kind() string { return "typing" }

func (c *typed) apply(_ *state, _ qq.Time, out *telling) {
	out.user(c.To, func() qq.Event {
		return &qq.TypingChanged{User: c.User, Kind: c.Act, Text: typingText(c.Act)}
	})
}

func typingText(act int) string {
	return [...]string{typingSpeaks: "对方正在讲话...", typingWrites: "对方正在输入...", typingEnds: ""}[act]
}

// liked adds likes to a profile.
type liked struct {
	User  qq.UserID `json:"user"`
	To    qq.UserID `json:"to"`
	Times int       `json:"times"`
}

func (*liked) kind() string { return "liked" }

func (c *liked) apply(st *state, at qq.Time, out *telling) {
	from, to := st.person(c.User), st.person(c.To)
	l := from.Liked[c.To]
	if l.Today.Day != dayOf(at) {
		l.Today = quota{Day: dayOf(at)}
	}
	l.Times, l.Today.Count, l.Last = l.Times+c.Times, l.Today.Count+c.Times, at
	from.Liked = l.among(from.Liked, c.To)
	to.LikedBy = l.among(to.LikedBy, c.User)
	to.Likes += c.Times
	out.user(c.To, func() qq.Event {
		return &qq.ProfileLiked{User: c.User, Nickname: st.nickname(c.User), Times: c.Times}
	})
}

// among puts a liking into a list, which forgets the oldest when it is full.
func (l liking) among(list map[qq.UserID]liking, u qq.UserID) map[qq.UserID]liking {
	if list == nil {
		list = map[qq.UserID]liking{}
	}
	list[u] = l
	if len(list) <= likerLimit {
		return list
	}
	oldest := u
	for other, x := range list {
		if o := list[oldest]; x.Last < o.Last || x.Last == o.Last && other < oldest {
			oldest = other
		}
	}
	delete(list, oldest)
	return list
}
