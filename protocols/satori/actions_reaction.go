package satori

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// reactionActions: https://satori.chat/zh-CN/resources/reaction.html. QQ has
// reactions in groups only.
func reactionActions() []action.Action {
	return []action.Action{
		action.Bind("reaction.create", reactionCreate.op, none).Says("Puts an emoji on a message of a group."),
		action.Handle("reaction.delete", deleteReaction).Acts(qq.ClassSend).Says("Takes the account's own emoji off a message of a group."),
		action.Bind("reaction.list", reactionList.op, encodeReactions).Says("Who put an emoji on a message of a group."),
	}
}

// reactionCreate names an emoji on a message. emoji is what emoji_id was called before
// 2026.
type reactionCreate struct {
	ChannelID channelID              `json:"channel_id"`
	MessageID messageID              `json:"message_id"`
	EmojiID   wire.Optional[emojiID] `json:"emoji_id" doc:"needed, or emoji: number of a face, a code point in decimal, or the emoji itself"`
	Emoji     wire.Optional[emojiID] `json:"emoji" doc:"the older name of emoji_id"`
}

func (p reactionCreate) op() (qq.React, error) {
	return reacting(p.MessageID, p.EmojiID, p.Emoji, true)
}

func reacting(message messageID, id, old wire.Optional[emojiID], on bool) (qq.React, error) {
	emoji, err := emojiOf(message, id, old)
	return qq.React{Ref: qq.MessageRef(message), Emoji: emoji, On: on}, err
}

func emojiOf(message messageID, id, old wire.Optional[emojiID]) (qq.Emoji, error) {
	switch {
	case !id.Set && !old.Set:
		return qq.Emoji{}, wire.Faults{{Path: "emoji_id", Reason: "is required"}}
	case message.Scene != qq.SceneGroup:
		return qq.Emoji{}, qq.Errorf(qq.ErrInvalid, "message_id: QQ has reactions in groups only")
	}
	return qq.Emoji(id.Or(old.Value)), nil
}

type reactionDelete struct {
	ChannelID channelID              `json:"channel_id"`
	MessageID messageID              `json:"message_id"`
	EmojiID   wire.Optional[emojiID] `json:"emoji_id" doc:"needed, or emoji: number of a face, a code point in decimal, or the emoji itself"`
	Emoji     wire.Optional[emojiID] `json:"emoji" doc:"the older name of emoji_id"`
	UserID    wire.Optional[userID]  `json:"user_id"`
}

// deleteReaction takes the account's own reaction off; QQ has no way to take
// that of another.
func deleteReaction(ctx context.Context, c qq.Caller, p reactionDelete) (empty, error) {
	op, err := reacting(p.MessageID, p.EmojiID, p.Emoji, false)
	if err == nil && p.UserID.Set && qq.UserID(p.UserID.Value) != c.Account() {
		err = qq.Errorf(qq.ErrForbidden, "user_id: QQ cannot take away the reactions of others")
	}
	if err != nil {
		return empty{}, err
	}
	_, err = qq.Do(ctx, c, op)
	return empty{}, err
}

type reactionList struct {
	ChannelID channelID               `json:"channel_id"`
	MessageID messageID               `json:"message_id"`
	EmojiID   wire.Optional[emojiID]  `json:"emoji_id" doc:"needed, or emoji: number of a face, a code point in decimal, or the emoji itself"`
	Emoji     wire.Optional[emojiID]  `json:"emoji" doc:"the older name of emoji_id"`
	Next      wire.Optional[wire.Str] `json:"next" doc:"opaque; what the page before answered"`
}

func (p reactionList) op() (qq.ListReactions, error) {
	emoji, err := emojiOf(p.MessageID, p.EmojiID, p.Emoji)
	return qq.ListReactions{Ref: qq.MessageRef(p.MessageID), Emoji: emoji, Cursor: string(p.Next.Value)}, err
}

func encodeReactions(r *qq.Reactions) List[User] {
	page := list(r.Users, encodeUser)
	page.Next = r.Next
	return page
}
