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
		action.Bind("guild.member.list", guildMemberList.op, encodeMembers).Says("All members of a group, on one page."),
		action.Bind("guild.member.get", guildMemberGet.op, encodeMember).Says("One member of a group."),
		action.Bind("guild.member.kick", guildMemberKick.op, none).Says("Removes a member."),
		action.Bind("guild.member.mute", guildMemberMute.op, none).Says("Silences a member for a while, or lifts that."),
		action.Bind("guild.member.approve", guildApprove.op, none).Says("Answers a request to join a group."),
		action.Bind("guild.member.role.set", guildMemberRole.set, none).Says("Makes a member admin, or a plain member."),
		action.Bind("guild.member.role.unset", guildMemberRole.unset, none).Says("Takes the role of an admin away."),
		action.Bind("guild.member.role.list", guildMemberGet.op, encodeMemberRoles).Says("The one role that a member has."),
	}
}

type guildMemberList struct {
	GuildID guildID                 `json:"guild_id"`
	Next    wire.Optional[wire.Str] `json:"next" doc:"opaque; what the page before answered"`
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
	Permanent wire.Optional[wire.Bool] `json:"permanent" doc:"later requests to join are refused"`
}

func (p guildMemberKick) op() (qq.KickMember, error) {
	return qq.KickMember{Group: qq.GroupID(p.GuildID), Member: qq.UserID(p.UserID), Block: bool(p.Permanent.Value)}, nil
}

type guildMemberMute struct {
	GuildID  guildID      `json:"guild_id"`
	UserID   userID       `json:"user_id"`
	Duration milliseconds `json:"duration" doc:"in milliseconds; 0 lifts it"`
}

func (p guildMemberMute) op() (qq.MuteMember, error) {
	return qq.MuteMember{Group: qq.GroupID(p.GuildID), Member: qq.UserID(p.UserID), For: time.Duration(p.Duration)}, nil
}

type guildMemberRole struct {
	GuildID guildID  `json:"guild_id"`
	UserID  userID   `json:"user_id"`
	RoleID  wire.Str `json:"role_id" doc:"2 admin, 0 member"`
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
