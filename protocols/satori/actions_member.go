package satori

import (
	"time"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// memberActions: https://satori.chat/zh-CN/resources/member.html.
func memberActions() []action.Action {
	return []action.Action{
		action.Bind("guild.member.list", guildMemberList.op, encodeMembers),
		action.Bind("guild.member.get", guildMemberGet.op, encodeMember),
		action.Bind("guild.member.kick", guildMemberKick.op, none),
		action.Bind("guild.member.mute", guildMemberMute.op, none),
		action.Bind("guild.member.approve", guildApprove.op, none),
		action.Bind("guild.member.role.set", guildMemberRole.set, none),
		action.Bind("guild.member.role.unset", guildMemberRole.unset, none),
		action.Bind("guild.member.role.list", guildMemberGet.op, encodeMemberRoles),
	}
}

type guildMemberList struct {
	GuildID guildID                 `json:"guild_id"`
	Next    wire.Optional[wire.Str] `json:"next"`
}

func (p guildMemberList) op() (qq.ListMembers, error) {
	return qq.ListMembers{Group: qq.GroupID(p.GuildID)}, nil
}

func encodeMembers(members []*qq.Member) List[Member] { return list(members, encodeMember) }

type guildMemberGet struct {
	GuildID guildID `json:"guild_id"`
	UserID  userID  `json:"user_id"`
}

func (p guildMemberGet) op() (qq.GetMember, error) {
	return qq.GetMember{Group: qq.GroupID(p.GuildID), User: qq.UserID(p.UserID)}, nil
}

// encodeMemberRoles lists the one role that a member has.
func encodeMemberRoles(m *qq.Member) List[Role] { return list([]qq.Role{m.Role}, encodeRole) }

type guildMemberKick struct {
	GuildID   guildID                  `json:"guild_id"`
	UserID    userID                   `json:"user_id"`
	Permanent wire.Optional[wire.Bool] `json:"permanent"`
}

func (p guildMemberKick) op() (qq.KickMember, error) {
	return qq.KickMember{Group: qq.GroupID(p.GuildID), Member: qq.UserID(p.UserID), Block: bool(p.Permanent.Value)}, nil
}

type guildMemberMute struct {
	GuildID  guildID      `json:"guild_id"`
	UserID   userID       `json:"user_id"`
	Duration milliseconds `json:"duration"`
}

func (p guildMemberMute) op() (qq.MuteMember, error) {
	return qq.MuteMember{Group: qq.GroupID(p.GuildID), Member: qq.UserID(p.UserID), For: time.Duration(p.Duration)}, nil
}

type guildMemberRole struct {
	GuildID guildID  `json:"guild_id"`
	UserID  userID   `json:"user_id"`
	RoleID  wire.Str `json:"role_id"`
}

// set gives a member the role admin, or the plain one.
func (p guildMemberRole) set() (qq.SetAdmin, error) {
	switch p.RoleID {
	case roleAdmin:
		return p.admin(true), nil
	case roleMember:
		return p.admin(false), nil
	case roleOwner:
		return qq.SetAdmin{}, qq.Errorf(qq.ErrInvalid, "role_id: a group cannot be given to another owner")
	}
	return qq.SetAdmin{}, qq.Errorf(qq.ErrInvalid, "role_id: no such role; 2 is admin, 0 is member")
}

// unset takes the role admin away; the other roles cannot be taken.
func (p guildMemberRole) unset() (qq.SetAdmin, error) {
	if p.RoleID != roleAdmin {
		return qq.SetAdmin{}, qq.Errorf(qq.ErrInvalid, "role_id: only the role 2 (admin) can be taken away")
	}
	return p.admin(false), nil
}

func (p guildMemberRole) admin(on bool) qq.SetAdmin {
	return qq.SetAdmin{Group: qq.GroupID(p.GuildID), Member: qq.UserID(p.UserID), On: on}
}
