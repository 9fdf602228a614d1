package milky

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "group" of the specification: moderation.
var groupActions = []action.Action{
	action.Bind("set_group_member_card", setMemberCard.op, nothingElse).Says("Changes a member's card; empty text clears it."),
	action.Bind("set_group_member_admin", setMemberAdmin.op, nothingElse).Says("Makes a member admin, or no longer; the owner's right."),
	action.Bind("set_group_member_mute", setMemberMute.op, nothingElse).Says("Silences a member for some seconds; 0 lifts it."),
	action.Bind("set_group_whole_mute", setWholeMute.op, nothingElse).Says("Silences everybody but owner and admins, or lifts that."),
	action.Bind("kick_group_member", kickMember.op, nothingElse).Says("Removes a member; reject_add_request refuses later requests to join."),
	action.Bind("quit_group", quitGroup.op, nothingElse).Says("Leaves a group; an owner is refused."),
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
	IsSet   wire.Optional[bool] `json:"is_set" default:"true"`
}

func (p setMemberAdmin) op() (qq.SetAdmin, error) {
	return qq.SetAdmin{Group: qq.GroupID(p.GroupID), Member: qq.UserID(p.UserID), On: p.IsSet.Or(true)}, nil
}

type setMemberMute struct {
	GroupID  uin                  `json:"group_id"`
	UserID   uin                  `json:"user_id"`
	Duration wire.Optional[whole] `json:"duration" default:"0"` // seconds; lifted when absent
}

func (p setMemberMute) op() (qq.MuteMember, error) {
	return qq.MuteMember{
		Group: qq.GroupID(p.GroupID), Member: qq.UserID(p.UserID), For: p.Duration.Value.seconds(),
	}, nil
}

type setWholeMute struct {
	GroupID uin                 `json:"group_id"`
	IsMute  wire.Optional[bool] `json:"is_mute" default:"true"`
}

func (p setWholeMute) op() (qq.MuteGroup, error) {
	return qq.MuteGroup{Group: qq.GroupID(p.GroupID), On: p.IsMute.Or(true)}, nil
}

type kickMember struct {
	GroupID uin                 `json:"group_id"`
	UserID  uin                 `json:"user_id"`
	Block   wire.Optional[bool] `json:"reject_add_request" default:"false"`
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
