package milky

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "group" of the specification: the group itself, reactions, nudges.
var groupInfoActions = []action.Action{
	action.Bind("set_group_name", setGroupName.op, nothingElse).Says("Renames a group."),
	action.Bind("set_group_avatar", setGroupAvatar.op, nothingElse).Says("Changes a group's picture."),
	action.Bind("set_group_member_special_title", setSpecialTitle.op, nothingElse).Says("Gives a member a special title; the owner's right."),
	action.Bind("send_group_message_reaction", sendReaction.op, nothingElse).Says("Puts an emoji on a message, or takes it off again."),
	action.Bind("send_group_nudge", sendGroupNudge.op, nothingElse).Says("Pokes a member of a group."),
}

type setGroupName struct {
	GroupID uin    `json:"group_id"`
	Name    string `json:"new_group_name"`
}

func (p setGroupName) op() (qq.SetGroupName, error) {
	return qq.SetGroupName{Group: qq.GroupID(p.GroupID), Name: p.Name}, nil
}

type setGroupAvatar struct {
	GroupID uin `json:"group_id"`
	URI     uri `json:"image_uri"`
}

func (p setGroupAvatar) op() (qq.SetGroupAvatar, error) {
	return qq.SetGroupAvatar{Group: qq.GroupID(p.GroupID), Picture: p.URI.media()}, nil
}

type setSpecialTitle struct {
	GroupID uin    `json:"group_id"`
	UserID  uin    `json:"user_id"`
	Title   string `json:"special_title"`
}

func (p setSpecialTitle) op() (qq.SetTitle, error) {
	return qq.SetTitle{Group: qq.GroupID(p.GroupID), Member: qq.UserID(p.UserID), Title: p.Title}, nil
}

type sendReaction struct {
	GroupID  uin                         `json:"group_id"`
	Seq      whole                       `json:"message_seq"`
	Reaction string                      `json:"reaction"`
	Kind     wire.Optional[reactionKind] `json:"reaction_type" default:"face"`
	IsAdd    wire.Optional[bool]         `json:"is_add" default:"true"`
}

func (p sendReaction) op() (qq.React, error) {
	emoji := qq.Emoji{Kind: qq.EmojiKind(p.Kind.Or(reactionKind(qq.EmojiFace))), ID: p.Reaction}
	return qq.React{Ref: inGroupChat(p.GroupID, p.Seq), Emoji: emoji, On: p.IsAdd.Or(true)}, nil
}

type sendGroupNudge struct {
	GroupID uin `json:"group_id"`
	UserID  uin `json:"user_id"`
}

func (p sendGroupNudge) op() (qq.Nudge, error) {
	return qq.Nudge{Chat: qq.GroupChat(qq.GroupID(p.GroupID)), User: qq.UserID(p.UserID)}, nil
}
