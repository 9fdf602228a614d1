package satori

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// guildActions: https://satori.chat/zh-CN/resources/guild.html and role.html.
func guildActions() []action.Action {
	return []action.Action{
		action.Bind("guild.get", guildGet.op, encodeGuild).Says("One group."),
		action.Bind("guild.list", guildList, encodeGuilds).Says("All groups, on one page."),
		action.Bind("guild.approve", guildApprove.op, none).Says("Answers an invitation of the account into a group."),
		action.Bind("guild.role.list", guildGet.op, encodeRoles).Says("The roles that every group has."),
		action.Handle("guild.role.get", getRole).Acts(qq.ClassRead).Says("One of the roles that every group has."),
	}
}

type guildGet struct {
	GuildID guildID `json:"guild_id"`
}

func (p guildGet) op() (qq.GetGroup, error) { return qq.GetGroup{Group: qq.GroupID(p.GuildID)}, nil }

func guildList(page) (qq.ListGroups, error) { return qq.ListGroups{}, nil }

func encodeGuilds(groups []*qq.Group) List[Guild] { return list(groups, encodeGuild) }

type guildRoleGet struct {
	GuildID guildID  `json:"guild_id"`
	RoleID  wire.Str `json:"role_id" doc:"1 owner, 2 admin, 0 member"`
}

// getRole answers one of the roles that every group has.
func getRole(ctx context.Context, c qq.Caller, p guildRoleGet) (Role, error) {
	group, err := qq.Do(ctx, c, qq.GetGroup{Group: qq.GroupID(p.GuildID)})
	if err != nil {
		return Role{}, err
	}
	for _, role := range encodeRoles(group).Data {
		if role.ID == string(p.RoleID) {
			return role, nil
		}
	}
	return Role{}, qq.Errorf(qq.ErrNotFound, "role_id: there are 1 (owner), 2 (admin) and 0 (member)")
}

// encodeRoles lists the roles that every group has.
func encodeRoles(*qq.Group) List[Role] {
	return list([]qq.Role{qq.RoleOwner, qq.RoleAdmin, qq.RoleMember}, encodeRole)
}

// guildApprove answers an invitation, and guild.member.approve a request to
// join: the id tells which request it is.
type guildApprove struct {
	MessageID groupRequest            `json:"message_id" doc:"that of the request event"`
	Approve   wire.Bool               `json:"approve"`
	Comment   wire.Optional[wire.Str] `json:"comment" doc:"words that go with a refusal"`
}

func (p guildApprove) op() (qq.AnswerGroupRequest, error) {
	return qq.AnswerGroupRequest{
		Ref: qq.GroupRequestRef(p.MessageID), Approve: bool(p.Approve), Reason: string(p.Comment.Value),
	}, nil
}
