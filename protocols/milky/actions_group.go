package milky

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "group" of the specification: moderation.
var groupActions = []action.Action{
	action.Bind("set_group_member_card", setMemberCard.op, nothingElse),
	action.Bind("set_group_member_admin", setMemberAdmin.op, nothingElse),
	action.Bind("set_group_member_mute", setMemberMute.op, nothingElse),
	action.Bind("set_group_whole_mute", setWholeMute.op, nothingElse),
	action.Bind("kick_group_member", kickMember.op, nothingElse),
	action.Bind("quit_group", quitGroup.op, nothingElse),
}

type setMemberCard struct {
	GroupID uin    `json:"group_id"`
	UserID  uin    `json:"user_id"`
	Card    string `json:"card"`
}

func (p setMemberCard) op() (qq.SetCard, error) {
	return qq.SetCard{Group: qq.GroupID(p.GroupID), Member: qq.UserID(p.UserID), Card: p.Card}, nil
}

type setMemberAdmin struct {
	GroupID uin                 `json:"group_id"`
	UserID  uin                 `json:"user_id"`
	IsSet   wire.Optional[bool] `json:"is_set"`
}

func (p setMemberAdmin) op() (qq.SetAdmin, error) {
	return qq.SetAdmin{Group: qq.GroupID(p.GroupID), Member: qq.UserID(p.UserID), On: p.IsSet.Or(true)}, nil
}

type setMemberMute struct {
	GroupID  uin                  `json:"group_id"`
	UserID   uin                  `json:"user_id"`
	Duration wire.Optional[whole] `json:"duration"` // seconds; lifted when absent
}

func (p setMemberMute) op() (qq.MuteMember, error) {
	return qq.MuteMember{
		Group: qq.GroupID(p.GroupID), Member: qq.UserID(p.UserID), For: p.Duration.Value.seconds(),
	}, nil
}

type setWholeMute struct {
	GroupID uin                 `json:"group_id"`
	IsMute  wire.Optional[bool] `json:"is_mute"`
}

func (p setWholeMute) op() (qq.MuteGroup, error) {
	return qq.MuteGroup{Group: qq.GroupID(p.GroupID), On: p.IsMute.Or(true)}, nil
}

type kickMember struct {
	GroupID uin                 `json:"group_id"`
	UserID  uin                 `json:"user_id"`
	Block   wire.Optional[bool] `json:"reject_add_request"`
}

func (p kickMember) op() (qq.KickMember, error) {
	return qq.KickMember{Group: qq.GroupID(p.GroupID), Member: qq.UserID(p.UserID), Block: p.Block.Value}, nil
}

type quitGroup struct {
	GroupID uin `json:"group_id"`
}

func (p quitGroup) op() (qq.LeaveGroup, error) {
	return qq.LeaveGroup{Group: qq.GroupID(p.GroupID)}, nil
}
