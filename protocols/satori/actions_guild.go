package satori

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// guildActions: https://satori.chat/zh-CN/resources/guild.html and role.html.
func guildActions() []action.Action {
	return []action.Action{
		action.Bind("guild.get", guildGet.op, encodeGuild),
		action.Bind("guild.list", guildList, encodeGuilds),
		action.Bind("guild.approve", guildApprove.op, none),
		action.Bind("guild.role.list", guildGet.op, encodeRoles),
	}
}

type guildGet struct {
	GuildID guildID `json:"guild_id"`
}

func (p guildGet) op() (qq.GetGroup, error) { return qq.GetGroup{Group: qq.GroupID(p.GuildID)}, nil }

func guildList(page) (qq.ListGroups, error) { return qq.ListGroups{}, nil }

func encodeGuilds(groups []*qq.Group) List[Guild] { return list(groups, encodeGuild) }

// encodeRoles lists the roles that every group has.
func encodeRoles(*qq.Group) List[Role] {
	return list([]qq.Role{qq.RoleOwner, qq.RoleAdmin, qq.RoleMember}, encodeRole)
}

// guildApprove answers an invitation, and guild.member.approve a request to
// join: the id tells which request it is.
type guildApprove struct {
	MessageID groupRequest            `json:"message_id"`
	Approve   wire.Bool               `json:"approve"`
	Comment   wire.Optional[wire.Str] `json:"comment"`
}

func (p guildApprove) op() (qq.AnswerGroupRequest, error) {
	return qq.AnswerGroupRequest{
		Ref: qq.GroupRequestRef(p.MessageID), Approve: bool(p.Approve), Reason: string(p.Comment.Value),
	}, nil
}
