package onebot11

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// chatActions are about read marks, reactions and the list of chats.
func chatActions(format MessageFormat) []action.Action {
	f := messageForm{format}
	return []action.Action{
		action.Bind("mark_msg_as_read", markParam.op, null).Says("Marks everything up to a message as read, or a whole chat."),
		action.Bind("_mark_all_as_read", nothing.markAll, null).Says("Marks every chat as read."),
		action.Handle("get_recent_contact", f.recent).Acts(qq.ClassRead).Says("The chats with the latest messages."),
		action.Bind("set_msg_emoji_like", reaction.set, null).Says("Puts an emoji on a message of a group, or takes it off."),
		action.Bind("unset_msg_emoji_like", unreaction.op, null).Says("Takes an emoji off a message of a group."),
		action.Handle("fetch_emoji_like", listReactors).Acts(qq.ClassRead).Says("Who put an emoji on a message."),
	}
}

// markParam is NapCat's: message_id wins, then user_id, then group_id.
type markParam struct {
	Message wire.Optional[wire.Int] `json:"message_id" doc:"wins over user_id, which wins over group_id"`
	User    wire.Optional[wire.Int] `json:"user_id"`
	Group   wire.Optional[wire.Int] `json:"group_id"`
}

func (p markParam) op() (qq.MarkRead, error) {
	switch {
	case p.Message.Set:
		ref, err := messageParam{p.Message.Value}.ref()
		return qq.MarkRead{Ref: ref}, err
	case p.User.Value != 0:
		return qq.MarkRead{Ref: qq.MessageRef{Chat: qq.FriendChat(qq.UserID(p.User.Value))}}, nil
	case p.Group.Value != 0:
		return qq.MarkRead{Ref: qq.MessageRef{Chat: qq.GroupChat(qq.GroupID(p.Group.Value))}}, nil
	}
	return qq.MarkRead{}, fault("message_id", "is required, or user_id or group_id")
}

func (nothing) markAll() (qq.MarkAllRead, error) { return qq.MarkAllRead{}, nil }

type recentParam struct {
	Count wire.Optional[wire.Int] `json:"count" default:"10"`
}

// recentChat: the misspelt lastestMsg is real.
type recentChat struct {
	Last   *messageEvent `json:"lastestMsg,omitempty"`
	Peer   string        `json:"peerUin"`
	Remark string        `json:"remark"`
	Time   string        `json:"msgTime"`
	Type   int           `json:"chatType"` // 1 friend, 2 group, 100 temporary
	ID     string        `json:"msgId"`
	Nick   string        `json:"sendNickName"`
	Card   string        `json:"sendMemberName"`
	Name   string        `json:"peerName"`
}

func (f messageForm) recent(ctx context.Context, c qq.Caller, p recentParam) ([]recentChat, error) {
	const defaultChats = 10
	n, err := within("count", p.Count.Or(defaultChats), 1, maxCount)
	if err != nil {
		return nil, err
	}
	chats, err := qq.Do(ctx, c, qq.ListRecentChats{Limit: n})
	if err != nil {
		return nil, err
	}
	return each(chats.Chats, func(r *qq.RecentChat) recentChat { return f.recentChat(c.Account(), r) }), nil
}

func (f messageForm) recentChat(self qq.UserID, r *qq.RecentChat) recentChat {
	out := recentChat{
		Peer: decimal(r.Chat.Peer), Remark: r.Remark, Time: decimal(r.Time.Unix()), Type: kernelChat(r.Chat.Scene), Name: r.Name,
	}
	if m := r.Last; m != nil {
		last := encodeMessage(self, m, f.format)
		out.Last, out.ID, out.Nick = &last, decimal(m.Seq), m.Nickname
		if m.Member != nil {
			out.Card = m.Member.Card
		}
	}
	return out
}

// kernelChat is a scene in the numbers of QQ's own client.
func kernelChat(s qq.Scene) int {
	switch s {
	case qq.SceneGroup:
		return 2
	case qq.SceneTemp:
		return 100
	}
	return 1
}

type reaction struct {
	Message wire.Int                 `json:"message_id"`
	Emoji   wire.Str                 `json:"emoji_id"`
	Set     wire.Optional[wire.Bool] `json:"set" default:"true"`
}

func (p reaction) set() (qq.React, error) {
	if !digits(string(p.Emoji)) || p.Emoji == "" {
		return qq.React{}, fault("emoji_id", "must be the number of an emoji")
	}
	ref, err := messageParam{p.Message}.ref()
	return qq.React{Ref: ref, Emoji: qq.EmojiOf(string(p.Emoji)), On: bool(p.Set.Or(true))}, err
}

type unreaction struct {
	Message wire.Int `json:"message_id"`
	Emoji   wire.Str `json:"emoji_id"`
}

func (p unreaction) op() (qq.React, error) {
	op, err := reaction{Message: p.Message, Emoji: p.Emoji}.set()
	op.On = false
	return op, err
}

// reactors: NapCat says emojiId.
type reactors struct {
	Message wire.Int                `json:"message_id"`
	Emoji   wire.Optional[wire.Str] `json:"emoji_id" doc:"needed, or emojiId"`
	EmojiID wire.Optional[wire.Str] `json:"emojiId" doc:"another name of emoji_id"`
	Count   wire.Optional[wire.Int] `json:"count" default:"20"`
	Cookie  wire.Optional[wire.Str] `json:"cookie" default:"\"\""`
}

func (p reactors) op() (qq.ListReactions, error) {
	emoji, err := anyOf("emoji_id", p.Emoji, p.EmojiID)
	if err != nil {
		return qq.ListReactions{}, err
	}
	n, err := within("count", p.Count.Or(defaultPage), 1, maxCount)
	if err != nil {
		return qq.ListReactions{}, err
	}
	ref, err := messageParam{p.Message}.ref()
	return qq.ListReactions{Ref: ref, Emoji: qq.EmojiOf(string(emoji)), Cursor: string(p.Cookie.Value), Limit: n}, err
}

// reactorPage is camelCase, as QQ's own client writes it.
type reactorPage struct {
	Users  []reactorInfo `json:"emojiLikesList"`
	Cookie string        `json:"cookie"`
	Last   bool          `json:"isLastPage"`
	First  bool          `json:"isFirstPage"`
}

type reactorInfo struct {
	User   string `json:"tinyId"`
	Nick   string `json:"nickName"`
	Avatar string `json:"headUrl"`
}

func listReactors(ctx context.Context, c qq.Caller, p reactors) (reactorPage, error) {
	op, err := p.op()
	if err != nil {
		return reactorPage{}, err
	}
	r, err := qq.Do(ctx, c, op)
	if err != nil {
		return reactorPage{}, err
	}
	return reactorPage{each(r.Users, func(u *qq.User) reactorInfo {
		return reactorInfo{u.ID.String(), u.Nickname, u.Avatar}
	}), r.Next, r.Next == "", op.Cursor == ""}, nil
}
